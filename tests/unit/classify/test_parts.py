"""Sums over passages and sentences at once are those over each of them."""

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch

_TABLE = np.random.default_rng(0).integers(-1000, 1000, size=(5, 3)).astype(np.int32)
# Passages as sentences, these as the rows that their tokens name.
_SENTENCE = st.lists(st.integers(0, 4), min_size=1, max_size=6)
_PASSAGES = st.lists(st.lists(_SENTENCE, max_size=4), min_size=1, max_size=5)


def cut(passages: list[list[list[int]]]) -> tuple[PassageParts, NDArray[np.int64]]:
    sizes = np.array([sum(map(len, passage)) for passage in passages], dtype=np.int64)
    last = np.cumsum(sizes)
    starts = [place == 0 for passage in passages for sentence in passage for place in range(len(sentence))]
    batch = PassageBatch(last - sizes, last, np.arange(len(passages)))
    named = list(chain(*chain(*passages)))
    return PassageParts.sentences(batch, np.array(starts, dtype=np.bool_)), np.array(named, dtype=np.int64)


@given(_PASSAGES)
def test_a_row_counts_once_a_passage_and_once_a_sentence(passages: list[list[list[int]]]) -> None:
    parts, named = cut(passages)
    groups = [list(chain(*passage)) for passage in passages] + list(chain(*passages))
    wanted = [_TABLE[sorted(set(group))].sum(axis=0).tolist() for group in groups]
    assert parts.sums(_TABLE, parts.part, named).tolist() == wanted
    assert parts.sums(_TABLE.astype(np.float64), parts.part, named).tolist() == wanted


@given(_PASSAGES)
def test_every_token_counts_with_its_weight(passages: list[list[list[int]]]) -> None:
    parts, named = cut(passages)
    (tokens,) = np.nonzero(named != 2)
    groups = [list(chain(*passage)) for passage in passages] + list(chain(*passages))
    wanted = [sum((3 * _TABLE[row] for row in group if row != 2), np.zeros(3)).tolist() for group in groups]
    weights = np.full(len(tokens), 3, dtype=np.int32)
    assert parts.token_sums(_TABLE, tokens, named[tokens].astype(np.int32), weights).tolist() == wanted
    longest = max(sum(row != 2 for row in group) for group in groups)
    assert parts.longest(tokens) == longest


def test_what_stands_over_a_full_stop_is_of_the_passage_alone() -> None:
    parts, _ = cut([[[0], [1, 2]], [[3]]])
    pairs = parts.joint(np.array([0, 1]), np.array([1, 2]))
    one, other = (_TABLE[row].tolist() for row in (0, 1))
    both = (_TABLE[0] + _TABLE[1]).tolist()
    nothing = [0, 0, 0]
    assert parts.sums(_TABLE, pairs, np.array([0, 1])).tolist() == [both, nothing, nothing, other, nothing]
    # The same row within a sentence and over its end: once in the passage.
    assert parts.sums(_TABLE, pairs, np.array([0, 0])).tolist() == [one, nothing, nothing, one, nothing]


def test_passages_that_are_not_cut_have_no_sentences() -> None:
    bounds = np.array([0, 2, 2, 3])
    parts = PassageParts.whole(PassageBatch(bounds[:-1], bounds[1:], np.arange(3)))
    sums = parts.sums(_TABLE, parts.part, np.array([1, 1, 0]))
    assert sums.tolist() == [_TABLE[1].tolist(), [0, 0, 0], _TABLE[0].tolist()]
