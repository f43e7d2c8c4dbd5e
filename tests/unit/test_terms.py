"""Phrase tables."""

import numpy as np
import pytest

from engagetext.terms import PhraseTable, counting_form, phrase_tokens, sequence_keys, stable_hash, term_keys
from engagetext.text.tokenizer import FrenchTokenizer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("idées", "idée"),
        ("journaux", "journal"),
        ("collaboratives", "collaboratif"),
        ("heureuse", "heureux"),
        ("réseaux", "réseau"),
        ("travaux", "travail"),
        ("noyaux", "noyau"),
    ],
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
    first, length, entry = table.find(term_keys(batch), np.zeros(6, dtype=np.bool_))
    assert list(zip(first.tolist(), length.tolist(), entry.tolist(), strict=True)) == [(1, 1, 9), (4, 2, 7)]


def test_no_phrase_goes_on_across_a_sentence() -> None:
    tokenizer = FrenchTokenizer()
    table = PhraseTable.from_tokens({("open", "innovation"): 0})
    keys = term_keys(tokenizer(["open innovation"]))
    assert table.find(keys, np.array([True, False]))[0].tolist() == [0]
    assert table.find(keys, np.array([True, True]))[0].tolist() == []


def test_an_empty_table_finds_nothing() -> None:
    table = PhraseTable.from_tokens({})
    assert table.find(np.array([1, 2], dtype=np.uint64), np.zeros(2, dtype=np.bool_))[0].tolist() == []


def test_sequences_longer_than_the_text_are_empty() -> None:
    keys = np.array([5], dtype=np.uint64)
    assert [len(sequence) for sequence in sequence_keys(keys, 3)] == [1, 0, 0]
