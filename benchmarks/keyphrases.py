"""Score keyword rankers on the texts that each was not trained on: five folds over both development sets together."""

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from engagetext.keywords.domain import DomainIndex, taxonomy_terms
from engagetext.keywords.extractor import KeywordExtractor
from engagetext.learning.keyphrases import fit_ranker, ranker_data, read_keyphrases
from engagetext.persistence.catalogue import find_model
from engagetext.pipeline import RARITY_FILE, load_pipeline, load_rarity

SETS = ("wikinews_dev.jsonl", "papyrus_dev.jsonl.gz")
_FOLDS = 5
_RANKING = 50  # keywords that a ranking holds; MAP reads them all


@cache
def predicted(folder: Path, trained_on: tuple[str, ...] = SETS) -> dict[str, list[list[str]]]:
    """Return the keywords of every text of each set, best first, by a ranker that has not seen the text.

    Parameters
    ----------
    folder : Path
        Holds the sets.
    trained_on : tuple of str, default=SETS
        Sets that train; the rankings of the others are those of one ranker trained on all of these.
    """
    pipeline = load_pipeline()
    annotator, rarity = pipeline.annotator, load_rarity(find_model() / RARITY_FILE)
    domain = DomainIndex(taxonomy_terms(pipeline.taxonomy), annotator.tokenizer)
    texts = {name: read_keyphrases(folder / name) for name in SETS}
    data = {name: ranker_data(texts[name], annotator, rarity) for name in trained_on}
    fold = {name: np.random.default_rng(0).permutation(len(texts[name])) % _FOLDS for name in SETS}
    found: dict[str, list[list[str]]] = {name: [[] for _ in texts[name]] for name in SETS}
    for number in range(_FOLDS):
        ranker = fit_ranker([data[name].of(fold[name] != number) for name in trained_on])
        extractor = KeywordExtractor(rarity, domain, ranker)
        for name in SETS:
            for place in np.nonzero(fold[name] == number)[0].tolist():
                text = texts[name][place]
                columns = extractor.extract(annotator([text.text]), annotator([text.title]), _RANKING, domain=False)
                found[name][place] = columns.texts
    return found


def cross_validated(scorer: ModuleType, path: Path, gold: list[dict[str, Any]]) -> dict[str, float]:
    """Return the figures of one set: `F1@5`, `F1@10` and `MAP`; `other_F1@10` if only the other set trains."""
    figures = _figures(scorer, gold, predicted(path.parent)[path.name])
    other = tuple(name for name in SETS if name != path.name)
    without = _figures(scorer, gold, predicted(path.parent, other)[path.name])
    several = [row | {"keyphrases": [p for p in row["keyphrases"] if len(p.split()) > 1]} for row in gold]
    several = [row for row in several if row["keyphrases"]]
    ranks = {row["id"]: words for row, words in zip(gold, predicted(path.parent)[path.name], strict=True)}
    long, _ = scorer.evaluate(several, ranks)
    return figures | {"other_F1@10": without["F1@10"], "multi_word_R@10": long["R@10"]}


def _figures(scorer: ModuleType, gold: list[dict[str, Any]], found: list[list[str]]) -> dict[str, float]:
    result, _ = scorer.evaluate(gold, {row["id"]: words for row, words in zip(gold, found, strict=True)})
    return {name: result[name] for name in ("F1@5", "F1@10", "MAP")}
