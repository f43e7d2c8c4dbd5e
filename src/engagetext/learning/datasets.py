"""Labelled passages on disk: JSONL or CSV with the text, or labels by passage id beside a pool that holds the texts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from engagetext.errors import OutputError, RecordError, SourceError, unread
from engagetext.findings import Span
from engagetext.learning.label_sheets import is_sheet, read_sheet, write_sheet
from engagetext.learning.packed import read_bytes, write_bytes
from engagetext.reading.fields import fold_name
from engagetext.reading.streams import suffix_of
from engagetext.records import source_file
from engagetext.taxonomy import KINDS, Status, Taxonomy

_JSONL = (".jsonl", ".ndjson", ".json")
Key = tuple[str, str]  # kind, label
Evidence = Mapping[Key, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """One passage with its gold labels.

    Parameters
    ----------
    id : str
        Unique within a data set.
    group : str
        Document that it comes from: passages of one document are never parted in cross-validation.
    text : str
    themes : tuple of str
    obstacles : tuple of (str, str)
        Label and status.
    licence : str
        Licence of the text.
    authored : bool
        Whether it was written for training: such passages train, but neither calibrate nor choose thresholds.
    after : str
        Id of the real passage whose pattern it was written after; "" if there is none.
    read : bool
        Whether its labels are readings made for training: they train and calibrate each label, but where there are
        others, these say how often a label holds and from where on it is retained.
    likely : mapping of (kind, label) to float
        Probability of labels that are not certain; themes and obstacles hold those of at least one half.
    evidence : mapping of (kind, label) to tuple of (int, int)
        Half-open character offsets of the words that a label rests on, where a reader marked them.
    where : str
        File and line that it was read from.
    """

    id: str
    group: str
    text: str
    themes: tuple[str, ...]
    obstacles: tuple[tuple[str, str], ...]
    licence: str = ""
    authored: bool = False
    after: str = ""
    read: bool = False
    likely: Mapping[Key, float] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=dict)
    where: str = field(default="", compare=False)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The labels that it holds, themes first."""
        themes, obstacles = self.themes, [label for label, _ in self.obstacles]
        return (*(("theme", label) for label in themes), *(("obstacle", label) for label in obstacles))

    @property
    def source(self) -> str:
        """What its document comes from."""
        return self.group.split("/")[0]


def json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a JSONL file, packed or not, each with the place where it stands.

    Raises
    ------
    SourceError
        If the file cannot be read or is damaged; `SourceNotFoundError` if it is not there.
    RecordError
        If a line is no JSON object.
    """
    try:
        lines = read_bytes(path).decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        remedy = "Save a spreadsheet as CSV, a text as UTF-8."
        raise SourceError(str(path), unread(error), "a JSONL or CSV file", remedy) from error
    for number, line in enumerate(lines, start=1):
        where = f"{path}, line {number}"
        try:
            row = json.loads(line) if line.strip() else None
        except json.JSONDecodeError as error:
            raise RecordError(where, str(error), "one JSON object a line", "Mend or remove the line.") from error
        if row is not None:
            if not isinstance(row, dict):
                raise RecordError(where, type(row).__name__, "a JSON object", "Mend or remove the line.")
            yield where, row


def pool_rows(pool: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the lines of a pool by their ids, each with the place where it stands; errors as of `json_rows`."""
    return {str(row.get("id")): (where, row) for where, row in json_rows(pool)}


def labelled_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of labelled passages, in a JSONL file or a sheet, each with the place where it stands.

    Raises
    ------
    RecordError
        If a row cannot be read.
    SourceError
        If the file cannot be read.
    """
    yield from (read_sheet if is_sheet(path) else json_rows)(path)


def labelled_texts(paths: Iterable[Path]) -> list[str]:
    """Return the texts of labelled passages, whatever their labels."""
    return [str(row.get("text") or "") for path in paths for _, row in labelled_rows(path)]


def check_name(path: Path) -> None:
    """Check that a file of labelled passages has a name by which it can be written.

    Raises
    ------
    OutputError
        If it has not.
    """
    if not is_sheet(path) and suffix_of(path.name) not in _JSONL:
        expected = ".jsonl, .csv or .tsv"
        raise OutputError(str(path), f"the suffix {path.suffix!r}", expected, "A spreadsheet opens the .csv.")


def write_rows(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows of labelled passages as a sheet or as JSONL, packed or not, as the name says.

    Raises
    ------
    OSError
        If they cannot be written.
    OutputError
        If the name says something else.
    RecordError
        If a sheet cannot hold them.
    """
    check_name(path)
    if is_sheet(path):
        write_sheet(rows, path)
    else:
        write_bytes(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def read_passages(path: Path, taxonomy: Taxonomy, *, authored: bool = False) -> list[LabelledPassage]:
    """Read labelled passages that hold their own text.

    Parameters
    ----------
    path : Path
        JSONL, plain or `.gz`: `{"id", "text", "themes": [id], "obstacles": [{"label", "status"}]}`, and `source`,
        `doc`, `licence` where known; or a sheet (`label_sheets.read_sheet`).
    taxonomy : Taxonomy
        Every label must be one of its own.
    authored : bool, default=False
        Whether the passages were written for training.

    Returns
    -------
    list of LabelledPassage

    Raises
    ------
    RecordError
        If a line is no JSON object, lacks its text, or names an unknown label or status.
    SourceNotFoundError
        If the file is not there.
    """
    return [_passage(where, row, taxonomy, authored) for where, row in labelled_rows(path)]


def without_repeats(passages: Iterable[LabelledPassage]) -> list[LabelledPassage]:
    """Return each text once: parted by cross-validation it would score itself. One with marked words teaches more."""
    found: dict[str, LabelledPassage] = {}
    for passage in passages:
        first = found.setdefault(passage.text.strip(), passage)
        if passage.evidence and not first.evidence:
            found[passage.text.strip()] = passage
    return list(found.values())


def refuse_contradictions(passages: Iterable[LabelledPassage]) -> None:
    """Check that no text is labelled in two ways.

    Raises
    ------
    RecordError
        If one is.
    """
    found: dict[str, LabelledPassage] = {}
    for passage in passages:
        first = found.setdefault(passage.text.strip(), passage)
        if {*first.themes, *first.obstacles} != {*passage.themes, *passage.obstacles}:
            shown = f"a text that has other labels in {first.where}: {passage.text[:40]!r}"
            raise RecordError(passage.where, shown, "one reading of a text", "Keep one of the two.")


def _passage(where: str, row: dict[str, Any], taxonomy: Taxonomy, authored: bool) -> LabelledPassage:
    themes, obstacles = read_held(where, row, taxonomy)
    passage = replace(passage_of(where, row), themes=themes, obstacles=obstacles, authored=authored)
    evidence = read_evidence(where, row, taxonomy)
    return replace(passage, evidence={key: evidence[key] for key in passage.keys if key in evidence})


def passage_of(where: str, row: dict[str, Any]) -> LabelledPassage:
    """Return the passage of a line, without its labels.

    Raises
    ------
    RecordError
        If it has no text.
    """
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise RecordError(where, f"text = {text!r:.40}", "a text that is not empty", "Mend or remove the line.")
    number = str(row.get("id", where))
    group = f"{row.get('source', '')}/{row.get('doc', number)}"
    return LabelledPassage(
        number, group, text, (), (), licence=str(row.get("licence", "")), after=str(row.get("after", "")), where=where
    )


def read_held(
    where: str, row: dict[str, Any], taxonomy: Taxonomy
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the themes of a line, and its obstacles with their statuses.

    Raises
    ------
    RecordError
        If it names an unknown label or status.
    """
    for name in ("theme", "obstacle"):
        if name in row:
            raise RecordError(
                where, f"the key {name!r}", f"'{name}s', a list", "Mend the key: its labels would be lost."
            )
    named = (_known(where, taxonomy, "theme", label) for label in read_list(where, row, "themes"))
    themes = tuple(dict.fromkeys(named))
    obstacles: dict[str, str] = {}
    for item in read_list(where, row, "obstacles"):
        typed, said = _obstacle(where, item)
        label, status = _known(where, taxonomy, "obstacle", typed), _status(where, said)
        if obstacles.setdefault(label, status) != status:
            found = f"the obstacle {label!r} as {obstacles[label]} and {status}"
            raise RecordError(where, found, "one status an obstacle", "Keep one of the two: the more real one.")
    return themes, tuple(obstacles.items())


def _known(where: str, taxonomy: Taxonomy, kind: str, label: object) -> str:
    """Return the id of a label that is named by its id or its name, however it is typed."""
    known = taxonomy.labels(kind)
    ids = [one.id for one in known]
    if label in ids:
        return str(label)
    typed = fold_name(str(label))
    for one in known:
        if typed in (fold_name(one.id), fold_name(one.name)):
            return one.id
    raise RecordError(where, f"the {kind} {label!r}", f"one of {', '.join(ids)}", "Mend the label.")


def _status(where: str, status: str) -> str:
    """Return a status, however it is typed: « Hypothétique »."""
    found = next((known.value for known in Status if fold_name(status) == known.value), None)
    if found is None:
        raise RecordError(where, f"the status {status!r}", f"one of {', '.join(Status)}", "Mend the status.")
    return found


def read_evidence(where: str, row: dict[str, Any], taxonomy: Taxonomy) -> dict[Key, tuple[Span, ...]]:
    """Return the words that each label of a line rests on: `{"theme:partage": [[12, 40]]}`.

    Raises
    ------
    RecordError
        If it is written otherwise, names an unknown label, or an offset is none.
    """
    known = {f"{kind}:{label.id}": (kind, label.id) for kind in KINDS for label in taxonomy.labels(kind)}
    found: dict[Key, tuple[Span, ...]] = {}
    try:
        for name, spans in row.get("evidence", {}).items():
            found[known[name]] = tuple((int(start), int(end)) for start, end in spans)
        if any(not 0 <= start < end for spans in found.values() for start, end in spans):
            raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        expected = '{"theme:<id>": [[start, end]]}'
        raise RecordError(where, f"evidence that is no {expected}", expected, "Mend or leave it out.") from error
    return found


def read_list(where: str, row: dict[str, Any], name: str) -> list[Any]:
    """Return the list of that name in a line, an empty one if there is none.

    Raises
    ------
    RecordError
        If it is no list.
    """
    value = row.get(name, [])
    if not isinstance(value, list):
        raise RecordError(where, f"{name} = {value!r:.40}", "a list, empty if there are none", "Mend the line.")
    return value


def _obstacle(where: str, item: object) -> tuple[str, str]:
    if isinstance(item, str):
        return item, Status.PRESENT.value
    if not isinstance(item, dict) or "label" not in item:
        raise RecordError(where, f"the obstacle {item!r:.40}", '{"label", "status"}', "Mend the line.")
    return str(item["label"]), str(item.get("status", Status.PRESENT.value))


def digest(passages: Iterable[LabelledPassage], files: Iterable[Path] = ()) -> str:
    """Return the SHA-256 of passages with their labels, and of files: what a manifest keeps of its training data."""
    state = sha256()
    for passage in passages:
        labels: list[object] = [passage.id, passage.text, list(passage.themes), list(map(list, passage.obstacles))]
        labels += [[[*key, value] for key, value in known.items()] for known in (passage.likely, passage.evidence)]
        labels += [passage.after] if passage.after else []
        state.update(json.dumps(labels, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    for path in files:
        state.update(path.read_bytes())
    return state.hexdigest()


def licences(passages: Sequence[LabelledPassage]) -> dict[str, str]:
    """Return source -> licence over all passages, sorted; several licences of one source are joined."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        # A passage that names none has the place where it was read: a file and a line. One that was written after
        # a passage of a source is none of the source's.
        source = "authored" if passage.after else source_file(passage.source) or "without a source"
        found.setdefault(source, set()).add(passage.licence or "not stated")
    return {source: ", ".join(sorted(found[source])) for source in sorted(found)}
