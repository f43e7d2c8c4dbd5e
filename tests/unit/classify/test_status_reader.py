"""Where words stand around an obstacle, and the reader of the packaged model that tells its status by them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from engagetext.classify.labeller import READER_LEAD, READER_SHARE, Labeller, read_statuses
from engagetext.classify.near_lemmas import is_negation
from engagetext.classify.passages import PassageBatch
from engagetext.classify.status_reader import StatusReader
from engagetext.classify.surroundings import N_BANDS, Surroundings
from engagetext.pipeline import load_pipeline
from engagetext.text.annotator import TaggedBatch

_TEXTS = (
    "Nous manquons de bras. Si la mairie refuse encore, personne ne viendra plus.",
    "Le logiciel ne plante plus, et les délais ont fondu.",
    "",
    "Gare aux réunions trop longues !",
)


def _reader() -> StatusReader:
    reader = load_pipeline().labeller.reader
    assert reader is not None
    return reader


def _heard(tagged: TaggedBatch, words: list[tuple[int, str]]) -> csr_array:
    """Return rows of one heard token each: the first of the text that is written so."""
    tokens, bounds = tagged.tokens, tagged.tokens.bounds.tolist()
    found = []
    for text, word in words:
        own = range(bounds[text], bounds[text + 1])
        found.append(next(place for place in own if tokens.vocabulary.types[tokens.type_ids[place]] == word))
    ones = np.ones(len(words), dtype=np.float32)
    return csr_array((ones, (np.arange(len(words)), found)), shape=(len(words), bounds[-1]))


def _around(text: str, word: str) -> list[list[str]]:
    """Return the words of each band around one."""
    tagged = load_pipeline().annotator([text])
    passages = PassageBatch.of_texts(tagged.tokens)
    negation = is_negation(tagged.lemmas)[tagged.lemma_index]
    around = Surroundings.of(tagged, passages, np.array([0]), _heard(tagged, [(0, word)]), negation)
    types, ids = tagged.tokens.vocabulary.types, tagged.tokens.type_ids
    rows = around.bands.toarray()
    assert (rows.sum(axis=1) == around.sizes[0]).all()
    return [[types[ids[around.tokens[place]]] for place in np.nonzero(row)[0]] for row in rows]


def test_words_stand_by_how_far_they_are_from_the_obstacle() -> None:
    before, after, denied = N_BANDS - 3, N_BANDS - 2, N_BANDS - 1
    bands = _around("Tout va bien. Or la mairie refuse cette fois de payer. On verra.", "refuse")
    assert bands[before] == ["Tout", "va", "bien", "."]
    assert bands[after] == ["On", "verra", "."]
    assert bands[denied] == []
    assert bands[4:13] == [["Or"], ["la"], ["mairie"], ["refuse"], ["cette"], ["fois"], ["de"], ["payer"], ["."]]


def test_what_is_denied_stands_apart_wherever_it_is() -> None:
    assert _around("Franchement, on n' a plus aucun budget cette année.", "budget")[-1][-3:] == [
        "budget",
        "cette",
        "année",
    ]
    assert _around("Le budget est voté.", "budget")[-1] == []
    # Another sentence's denials are its own.
    assert _around("Personne ne vient. Le budget manque.", "budget")[-1] == []


def _all(texts: tuple[str, ...]) -> tuple[TaggedBatch, PassageBatch, NDArray[np.int64], csr_array]:
    """Return a batch, each passage that has a token asked for once, with all of its tokens heard alike."""
    tagged = load_pipeline().annotator(texts)
    passages = PassageBatch.of_texts(tagged.tokens)
    (asked,) = np.nonzero(passages.last > passages.first)
    rows = np.repeat(np.arange(len(asked)), (passages.last - passages.first)[asked])
    ones = np.ones(len(rows), dtype=np.float32)
    return tagged, passages, asked, csr_array((ones, (rows, np.arange(len(rows)))), shape=(len(asked), len(rows)))


@given(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_a_status_is_the_same_in_any_batch(texts: list[str]) -> None:
    told = _reader()(*_all(tuple(texts)))
    alone = [row for text in texts if text for row in _reader()(*_all((text,)))]
    assert np.array_equal(told, np.array(alone).reshape(-1, 3))


def test_nothing_asked_is_nothing_told() -> None:
    tagged, passages, asked, heard = _all(_TEXTS)
    assert _reader()(tagged, passages, asked[:0], csr_array(heard[:0])).shape == (0, 3)


def test_many_are_asked_in_parts_and_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _reader()(*_all(_TEXTS))
    for size in (1, 2):
        monkeypatch.setattr("engagetext.classify.status_reader._CHUNK", size)
        assert np.array_equal(_reader()(*_all(_TEXTS)), whole)


def test_of_a_passage_without_a_token_nothing_is_told() -> None:
    tagged, passages, asked, heard = _all(_TEXTS)
    empty = np.array([2])
    assert passages.first[2] == passages.last[2]
    none = csr_array((1, heard.shape[1]), dtype=np.float32)
    together = csr_array(vstack([heard[:2], none, heard[2:]], format="csr"))
    told = _reader()(tagged, passages, np.concatenate([asked[:2], empty, asked[2:]]), together)
    assert not told[2].any()
    assert np.array_equal(np.delete(told, 2, axis=0), _reader()(tagged, passages, asked, heard))


def test_a_reader_is_the_same_after_it_was_kept_as_arrays() -> None:
    labeller = load_pipeline().labeller
    again = StatusReader.from_arrays(_reader().to_arrays(), labeller.spaces.vectors, labeller.spaces.cues.cues)
    assert again is not None
    assert np.array_equal(again(*_all(_TEXTS)), _reader()(*_all(_TEXTS)))
    assert StatusReader.from_arrays({}, labeller.spaces.vectors, labeller.spaces.cues.cues) is None


def test_arrays_of_two_readers_are_refused() -> None:
    labeller, weights = load_pipeline().labeller, _reader().weights
    with pytest.raises(ValueError, match="do not fit together"):
        StatusReader(replace(weights, bias=weights.bias[:-1]), labeller.spaces.vectors, labeller.spaces.cues.cues)


def test_a_reader_needs_a_network_and_functions() -> None:
    labeller = load_pipeline().labeller
    with pytest.raises(ValueError, match="needs a network"):
        Labeller(labeller.spaces, labeller.themes, labeller.obstacles, labeller.status, reader=_reader())


def test_reader_and_functions_tell_a_status_together() -> None:
    reader, functions = np.array([[2.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 1.0]])
    assert read_statuses(reader, functions).tolist() == [0]
    both = reader + READER_SHARE * 9 * functions + READER_LEAD
    assert read_statuses(reader, 9 * functions).tolist() == both.argmax(axis=1).tolist() == [2]
