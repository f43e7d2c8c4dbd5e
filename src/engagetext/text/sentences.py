"""Sentence starts: what the words say, as the tagger has learned it, and what the layout says."""

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import BULLETS, CLOSING, LONG_DASHES
from engagetext.text.batches import TokenBatch

_CLOSERS = frozenset(CLOSING)
_LIST_MARKS = frozenset(BULLETS + LONG_DASHES + "-*")
# Bits of the facts of a word type that the layout rules depend on.
_CLOSER, _MARK = 1, 2


def _facts(word: str) -> int:
    return _CLOSER * (word in _CLOSERS) | _MARK * (word in _LIST_MARKS)


def sentence_starts(batch: TokenBatch, likely: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the tokens that begin a sentence.

    A sentence starts where the tagger says so, after a blank line, and at a list mark at the beginning of a line. One
    that would start with a closing bracket or quote starts behind it, though treebanks of news let many do so: the rule
    costs .005 of sentence F1 on GSD, and nothing elsewhere.

    Parameters
    ----------
    batch : TokenBatch
        Tokens of any number of texts.
    likely : ndarray of shape (n_tokens,), bool
        From `Tagger`.

    Returns
    -------
    ndarray of shape (n_tokens,), bool
        The first token of every text that has one is marked.
    """
    if len(batch.type_ids) == 0:
        return np.zeros(0, dtype=np.bool_)
    facts = batch.vocabulary.column("layout facts", _facts, np.int8)[batch.type_ids]
    closer = (facts & _CLOSER) > 0
    starts: NDArray[np.bool_] = likely & ~closer
    starts[1:] |= (likely & closer)[:-1] & ~closer[1:]
    starts |= batch.newlines >= 2
    starts |= (batch.newlines == 1) & ((facts & _MARK) > 0)
    starts[batch.bounds[:-1][np.diff(batch.bounds) > 0]] = True
    return starts
