"""What stands together, and what stands under a negation."""

import numpy as np
import pytest

from engagetext.classify.near_lemmas import NearLemmas
from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch
from engagetext.classify.relations import SHARE, RelationScorer, RelationSpace, find_relations
from engagetext.pipeline import load_pipeline
from engagetext.text.annotator import TaggedBatch


def whole(texts: list[str]) -> tuple[TaggedBatch, PassageBatch]:
    tagged = load_pipeline().annotator(texts)
    bounds = tagged.tokens.bounds
    return tagged, PassageBatch(bounds[:-1], bounds[1:], np.arange(len(texts)))


def pairs(text: str) -> set[tuple[str, str]]:
    tagged, passages = whole([text])
    found = find_relations(tagged, passages)
    words = [tagged.tokens.token_text(token) for token in range(len(tagged.tags))]
    return {(words[left], words[right]) for left, right in zip(found.left, found.right, strict=True)}


def denied(text: str) -> set[str]:
    return {left for left, right in pairs(text) if left == right}


def test_content_words_near_each_other_are_a_pair() -> None:
    found = pairs("Les équipes résistent au changement de méthode depuis longtemps.")
    assert {("équipes", "résistent"), ("résistent", "changement"), ("équipes", "changement")} <= found
    assert ("équipes", "longtemps") not in found
    assert ("Les", "équipes") not in found


@pytest.mark.parametrize(
    ("text", "words", "others"),
    [
        ("Nous n'avons rencontré aucune résistance.", {"résistance", "rencontré"}, {"Nous"}),
        ("Sans budget, la ville avance.", {"budget"}, {"ville", "avance"}),
        ("Les équipes résistent.", set(), {"équipes", "résistent"}),
    ],
)
def test_words_after_a_negation_are_marked_up_to_the_next_mark(text: str, words: set[str], others: set[str]) -> None:
    found = denied(text)
    assert words <= found
    assert not others & found


def test_nothing_reaches_from_one_passage_into_the_next() -> None:
    texts = ["Le budget ne suffit pas", "la ville avance", "", "Sans cela"]
    together, passages = whole(texts)
    found = find_relations(together, passages)
    assert (found.row[:, None] >= 0).all()
    for number, text in enumerate(texts):
        alone = find_relations(*whole([text]))
        assert sorted(alone.key.tolist()) == sorted(found.key[found.row == number].tolist())


def test_sums_are_the_product_that_was_trained_and_words_add_up_to_them() -> None:
    texts = ["Nous n'avons pas le temps de lire.", "Le temps manque, le temps presse.", "Rien.", ""] * 2
    tagged, passages = whole(texts)
    space = RelationSpace.fit(tagged, passages, 2)
    weights = np.random.default_rng(0).normal(size=(len(space.keys), 3)).astype(np.float32)
    scorer = RelationScorer(space, weights)
    matrix = space.matrix(tagged, passages)
    values = scorer(NearLemmas.of(tagged), tagged, passages, PassageParts.whole(passages))
    assert np.allclose(values, matrix.toarray() @ weights, atol=1e-3)
    lengths = np.sqrt((matrix.toarray() ** 2).sum(axis=1))
    assert np.allclose(lengths[lengths > 0], SHARE)
    functions = np.arange(len(texts)) % 3
    parts = scorer.contributions(NearLemmas.of(tagged), tagged, passages, functions)
    sums = [parts[first:last].sum() for first, last in zip(passages.first, passages.last, strict=True)]
    assert np.allclose(sums, values[np.arange(len(texts)), functions], atol=1e-9)


def test_a_space_without_relations_scores_nothing() -> None:
    tagged, passages = whole(["Le temps manque."])
    space = RelationSpace(np.empty(0, np.uint64), np.empty(0, np.float32))
    scorer = RelationScorer(space, np.zeros((0, 2), np.float32))
    assert scorer(NearLemmas.of(tagged), tagged, passages, PassageParts.whole(passages)).tolist() == [[0.0, 0.0]]
    assert space.matrix(tagged, passages).shape == (1, 0)


def test_inflection_changes_nothing() -> None:
    one = find_relations(*whole(["L'équipe ne trouve aucun accord."]))
    other = find_relations(*whole(["Les équipes ne trouvent aucun accord."]))
    assert set(one.key.tolist()) == set(other.key.tolist())
