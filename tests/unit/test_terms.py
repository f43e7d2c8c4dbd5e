"""Phrase tables."""

import numpy as np
import pytest

from engagetext.terms import PhraseTable, counting_form, phrase_tokens, sequence_keys, stable_hash, term_keys
from engagetext.text.tokenizer import FrenchTokenizer


@pytest.mark.parametrize(
    ("one", "other"),
    [("idées", "idée"), ("journaux", "journal"), ("collaboratives", "collaboratif"), ("heureuse", "heureux")],
)
def test_inflections_are_counted_together(one: str, other: str) -> None:
    assert counting_form(one) == counting_form(other)


def test_a_hash_is_the_same_everywhere() -> None:
    # A fixed value: were it to change, every model would have to be built anew.
    assert stable_hash("partage") == 7809061508916854542


def test_phrases_are_found_where_they_stand() -> None:
    tokenizer = FrenchTokenizer()
    table = PhraseTable.from_tokens(
        dict(zip(phrase_tokens(tokenizer(["open innovation", "sens"])), (7, 9), strict=True))
    )
    batch = tokenizer(["Le sens de l'open innovation"])
    one, two = sequence_keys(term_keys(batch), 2)
    assert table.look_up(one, 1).tolist() == [-1, 9, -1, -1, -1, -1]
    assert table.look_up(two, 2).tolist() == [-1, -1, -1, -1, 7]


def test_an_empty_table_finds_nothing() -> None:
    table = PhraseTable.from_tokens({})
    assert table.look_up(np.array([1, 2], dtype=np.uint64), 1).tolist() == [-1, -1]


def test_sequences_longer_than_the_text_are_empty() -> None:
    keys = np.array([5], dtype=np.uint64)
    assert [len(sequence) for sequence in sequence_keys(keys, 3)] == [1, 0, 0]
