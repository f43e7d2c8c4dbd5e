"""What is trained in floats and what is read in whole numbers is one network: a passage is worth the same in both."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engagetext.classify.cues import CueTable
from engagetext.classify.near_lemmas import NearLemmas
from engagetext.classify.network import PassageNetwork
from engagetext.classify.network_rows import TokenRows, unit_vectors
from engagetext.classify.network_weights import BAG_SHARE, HEAD_STEP, RADIUS, ROW_STEP, WEIGHT_STEP
from engagetext.classify.passages import PassageBatch
from engagetext.classify.word_hints import WordHints
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.network import NetworkTrainer, network_targets
from engagetext.learning.network_steps import NetworkOptions
from engagetext.pipeline import load_pipeline
from engagetext.text.annotator import TaggedBatch
from engagetext.text.word_index import WordIndex

Doubles = NDArray[np.float64]
_LABELS = {"theme": ("partage",), "obstacle": ("moyens", "outils")}
_TEXTS = (
    ("Nous manquons de bras et de temps.", (), ("moyens",)),
    ("Cet outil est une usine à gaz, et le temps manque.", (), ("outils", "moyens")),
    ("Chacun partage ses idées avec les autres équipes du quartier.", ("partage",), ()),
    ("La mairie publie ses comptes.", (), ()),
    ("L'outil rame, personne ne le trouve simple.", (), ("outils",)),
    ("…", (), ()),
)
_CUES = CueTable.from_words(
    {
        ("usine", "gaz"): [0, 2],
        ("manquer", "bras"): [1],
        ("manquer", "temps"): [1],
        ("outil",): [3],
        ("temps",): [1, 2],
    },
    4,
)


def _passages() -> list[LabelledPassage]:
    return [
        LabelledPassage(str(number), str(number), text, themes, tuple((label, "present") for label in obstacles))
        for number, (text, themes, obstacles) in enumerate(_TEXTS * 4)
    ]


@pytest.fixture(scope="module")
def trained() -> tuple[PassageNetwork, TaggedBatch]:
    passages, pipeline = _passages(), load_pipeline()
    tagged = pipeline.annotator([passage.text for passage in passages])
    likely = np.zeros((len(passages), 3))
    for row, passage in enumerate(passages):
        held = [*passage.themes, *(label for label, _ in passage.obstacles)]
        likely[row] = [label in held for label in (*_LABELS["theme"], *_LABELS["obstacle"])]
    options = NetworkOptions(epochs=8, n_dimensions=96, n_hidden=96, min_count=2, batch_size=4, rate=0.002)
    targets = network_targets(passages, _LABELS, likely, tagged, options)
    whole = PassageBatch.of_texts(tagged.tokens)
    trainer = NetworkTrainer(tagged, whole, targets, pipeline.labeller.spaces.vectors, _CUES, options)
    return next(trainer.train([np.arange(len(passages))])), tagged


def _in_floats(network: PassageNetwork, tagged: TaggedBatch) -> Doubles:
    """Return the values of the passages by the formula that is trained, from the weights in floats."""
    weights, passages = network.weights, PassageBatch.of_texts(tagged.tokens)
    vectors = load_pipeline().labeller.spaces.vectors
    found = TokenRows.build(tagged, vectors, _CUES, WordIndex(weights.lemma_keys))
    pairs = WordHints.find(_CUES, NearLemmas.of(tagged), passages, found.tokens)
    facts, own = found.facts, found.facts.hints.toarray()[found.local].astype(np.float64)
    np.add.at(own, (pairs.word, pairs.hint), 1)
    blank = np.zeros((1, weights.lemmas.shape[1]))
    units = np.concatenate([unit_vectors(vectors), np.zeros((1, vectors.matrix.shape[1]))])
    rows = (units[facts.vectors[found.local]] @ weights.projection + own @ weights.hints) * ROW_STEP
    rows += np.concatenate([weights.lemmas, blank])[facts.lemmas[found.local]] * ROW_STEP
    rows += weights.tags[facts.tags[found.local]] * ROW_STEP
    window = weights.window.reshape(-1, weights.window.shape[2]) * WEIGHT_STEP
    values = np.tile(weights.bag_bias, (len(passages.first), 1))
    owner, n_labels = passages.rows()[found.tokens], network.n_labels
    for row in range(len(values)):
        words = rows[owner == row]
        if not len(words):
            continue
        padded = np.pad(words, ((RADIUS, RADIUS), (0, 0)))
        windows = np.array([padded[at : at + 2 * RADIUS + 1].ravel() for at in range(len(words))])
        whole = BAG_SHARE * words.sum(axis=0) / np.sqrt(len(words))
        context = whole @ weights.context * WEIGHT_STEP
        hidden = np.maximum(windows @ window + context + weights.bias * ROW_STEP, 0)
        said = (hidden @ weights.heads + words @ weights.own) * HEAD_STEP + weights.heads_bias * ROW_STEP * HEAD_STEP
        powers = np.exp(said[:, :n_labels])
        values[row] += (powers / powers.sum(axis=0) * said[:, n_labels : 2 * n_labels]).sum(axis=0)
        pools = np.concatenate([hidden.max(axis=0), hidden.mean(axis=0)])
        pooled = np.maximum(pools @ weights.pooled * WEIGHT_STEP + weights.pooled_bias * ROW_STEP, 0)
        values[row] += pooled @ weights.pooled_heads * HEAD_STEP
        values[row] += whole @ weights.bag[:, :n_labels] * HEAD_STEP
    return values


def test_whole_numbers_say_what_the_floats_say(trained: tuple[PassageNetwork, TaggedBatch]) -> None:
    network, tagged = trained
    values = network(tagged, PassageBatch.of_texts(tagged.tokens)).values
    assert np.abs(values).max() > 2
    np.testing.assert_allclose(values, _in_floats(network, tagged), atol=0.05)


def test_a_pair_of_words_is_read_by_its_hint(trained: tuple[PassageNetwork, TaggedBatch]) -> None:
    network, _ = trained
    without = PassageNetwork(network.weights, load_pipeline().labeller.spaces.vectors, CueTable.from_words({}, 4))
    tagged = load_pipeline().annotator(["Une usine à gaz.", "La mairie."])
    passages = PassageBatch.of_texts(tagged.tokens)
    values, others = network(tagged, passages).values, without(tagged, passages).values
    assert (values[0] != others[0]).any()
    assert (values[1] == others[1]).all()


def test_a_network_learns_without_cues() -> None:
    passages, pipeline = _passages(), load_pipeline()
    tagged = pipeline.annotator([passage.text for passage in passages])
    options = NetworkOptions(epochs=1, n_dimensions=8, n_hidden=8, min_count=2)
    likely = np.zeros((len(passages), 3))
    whole, cues = PassageBatch.of_texts(tagged.tokens), CueTable.empty()
    targets = network_targets(passages, _LABELS, likely, tagged, options)
    trainer = NetworkTrainer(tagged, whole, targets, pipeline.labeller.spaces.vectors, cues, options)
    chosen = [np.arange(len(passages)), np.arange(5)]
    networks = list(trainer.train(chosen))
    assert np.isfinite(networks[0](tagged, whole).values).all()
    for network, beside in zip(networks, trainer.train(chosen, n_process=2), strict=True):
        assert (network(tagged, whole).values == beside(tagged, whole).values).all()


def test_the_passages_that_it_learnt_are_told_apart(trained: tuple[PassageNetwork, TaggedBatch]) -> None:
    network, tagged = trained
    values = network(tagged, PassageBatch.of_texts(tagged.tokens)).values[: len(_TEXTS)]
    gold = np.array(
        [
            [label in (*themes, *obstacles) for label in ("partage", "moyens", "outils")]
            for _, themes, obstacles in _TEXTS
        ]
    )
    assert (values[gold] > values[~gold].max()).all()
