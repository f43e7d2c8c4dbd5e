"""The table of word types."""

import numpy as np

from engagetext.text.vocabulary import Vocabulary


def test_a_fact_is_computed_once_a_type() -> None:
    vocabulary, calls = Vocabulary(), []

    def length(word: str) -> int:
        calls.append(word)
        return len(word)

    for word in ("un", "deux", "un"):
        vocabulary.add(word)
    assert vocabulary.column("length", length, np.int32).tolist() == [2, 4]
    vocabulary.add("trois")
    assert vocabulary.column("length", length, np.int32).tolist() == [2, 4, 5]
    assert calls == ["un", "deux", "trois"]


def test_a_row_a_type() -> None:
    vocabulary = Vocabulary()
    assert vocabulary.column("pair", lambda word: [1, 2], np.int64, width=2).shape == (0, 2)
    vocabulary.add("a")
    assert vocabulary.column("pair", lambda word: [1, 2], np.int64, width=2).tolist() == [[1, 2]]


def test_values_may_be_of_any_kind() -> None:
    vocabulary = Vocabulary()
    vocabulary.add("ab")
    assert vocabulary.values("letters", list) == [["a", "b"]]
