"""The label scheme: themes, obstacles and the statuses of an obstacle, read from TOML and checked."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

from engagetext.errors import OptionError, TaxonomyError, unread

KINDS = ("theme", "obstacle")


class Status(StrEnum):
    """How an obstacle is spoken of."""

    PRESENT = "present"
    HYPOTHETICAL = "hypothetique"
    OVERCOME = "ecarte"


_STATUS_NAMES: dict[str, str] = {
    Status.PRESENT: "présent",
    Status.HYPOTHETICAL: "hypothétique",
    Status.OVERCOME: "écarté",
}


def status_name(status: str) -> str:
    """Return a status as people write it: results, tables, files and reprs hold its id. Another word stays as it is."""
    return _STATUS_NAMES.get(status, status)


@dataclass(frozen=True, slots=True)
class Label:
    """One theme or obstacle.

    Parameters
    ----------
    kind : str
        `"theme"` or `"obstacle"`. Ids are unique within a kind only: `mesure` is both.
    id : str
        Identifier used in data and results.
    name : str
        Name for people, in French.
    gloss : str
        What the label means, in one line.
    seeds : tuple of str
        Words and phrases that typically go with it.
    exclude : str
        What it does not cover; empty if nothing is said.
    vocabulary : tuple of str
        More words and phrases that are keywords of it.
    exclude_phrases : tuple of str
        Phrases in which its words mean something else; articles do not count.
    """

    kind: str
    id: str
    name: str
    gloss: str
    seeds: tuple[str, ...] = ()
    exclude: str = ""
    vocabulary: tuple[str, ...] = ()
    exclude_phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A label scheme.

    Parameters
    ----------
    version : int
        Version that the file states.
    language : str
        Language code of names and seeds.
    themes, obstacles : tuple of Label
        In the order of the file.

    Examples
    --------
    >>> taxonomy = default_taxonomy()
    >>> len(taxonomy.themes), len(taxonomy.obstacles)
    (14, 11)
    >>> taxonomy.label("theme", "confiance").name
    'Confiance et authenticité'
    """

    version: int
    language: str
    themes: tuple[Label, ...]
    obstacles: tuple[Label, ...]

    def labels(self, kind: str) -> tuple[Label, ...]:
        """Return the labels of one kind, in the order of the file.

        Parameters
        ----------
        kind : str
            `"theme"` or `"obstacle"`.

        Raises
        ------
        OptionError
            If it is another kind.
        """
        found = {"theme": self.themes, "obstacle": self.obstacles}.get(kind)
        if found is None:
            raise OptionError("Taxonomy.labels(kind)", repr(kind), "'theme' or 'obstacle'", "Use one of the two words.")
        return found

    def label(self, kind: str, label_id: str) -> Label:
        """Return one label.

        Raises
        ------
        KeyError
            If no label of that kind has that id.
        """
        for label in self.labels(kind):
            if label.id == label_id:
                return label
        raise KeyError((kind, label_id))


def _text(where: str, row: dict[str, Any], key: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise TaxonomyError(
            where, f"{key} = {value!r}", "a text that is not empty", f'Write {key} = "…" in this entry.'
        )
    return value


def _texts(where: str, row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TaxonomyError(where, f"{key} = {value!r:.60}", "a list of texts", f'Write {key} = ["…", "…"].')
    return tuple(value)


def _labels(where: str, kind: str, rows: object) -> tuple[Label, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TaxonomyError(where, f"{kind} = {rows!r:.60}", f"tables [[{kind}]]", f"Write each {kind} as [[{kind}]].")
    labels: list[Label] = []
    for number, row in enumerate(rows, start=1):
        place = f"{where}, {kind} {number}"
        label = Label(
            kind=kind,
            id=_text(place, row, "id"),
            name=_text(place, row, "label"),
            gloss=_text(place, row, "gloss", ""),
            seeds=_texts(place, row, "seeds"),
            exclude=_text(place, row, "exclude", ""),
            vocabulary=_texts(place, row, "vocabulary"),
            exclude_phrases=_texts(place, row, "exclude_phrases"),
        )
        if label.id in {known.id for known in labels}:
            raise TaxonomyError(
                place, f'the id "{label.id}" a second time', "one entry an id", "Rename one of the two."
            )
        labels.append(label)
    return tuple(labels)


def parse_taxonomy(source: str, where: str) -> Taxonomy:
    """Read a taxonomy from TOML.

    Parameters
    ----------
    source : str
        The TOML text.
    where : str
        What errors call it, usually its path.

    Returns
    -------
    Taxonomy

    Raises
    ------
    TaxonomyError
        If the text is no TOML, has neither theme nor obstacle, or an entry is incomplete.
    """
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise TaxonomyError(where, str(error), "a TOML file", "Mend the line that is named.") from error
    for kind in KINDS:
        if f"{kind}s" in table:
            raise TaxonomyError(where, f"the key {kind}s", f"tables [[{kind}]]", f"Write each {kind} as [[{kind}]].")
    taxonomy = Taxonomy(
        version=int(table.get("version", 1)),
        language=str(table.get("language", "fr")),
        themes=_labels(where, "theme", table.get("theme", [])),
        obstacles=_labels(where, "obstacle", table.get("obstacle", [])),
    )
    if not taxonomy.themes and not taxonomy.obstacles:
        raise TaxonomyError(where, "no label", "at least one [[theme]] or [[obstacle]]", "Add the labels to be found.")
    return taxonomy


def read_taxonomy(path: str | PathLike[str]) -> Taxonomy:
    """Read a taxonomy file.

    Raises
    ------
    TaxonomyError
        As `parse_taxonomy`, and if the file is not there.
    """
    try:
        source = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TaxonomyError(str(path), unread(error), "a readable UTF-8 file", "Check the path.") from error
    return parse_taxonomy(source, str(path))


@cache
def default_taxonomy() -> Taxonomy:
    """Return the taxonomy of collaborative engagement that engagetext ships."""
    source = resources.files("engagetext.taxonomy").joinpath("taxonomie.toml").read_text(encoding="utf-8")
    return parse_taxonomy(source, "taxonomie.toml")
