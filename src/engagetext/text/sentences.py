"""Sentence ends over a batch of tokens."""

import re

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import BULLETS, CLOSING, LONG_DASHES
from engagetext.text.batches import TokenBatch

_FINAL = re.compile(r"[.!?]+|…+")
_CLOSERS = frozenset(CLOSING + "\"'’")
_LIST_MARKS = frozenset(BULLETS + LONG_DASHES + "-*")
# Bits of the sentence-relevant facts of a word type.
FINAL, FULL_STOP, CLOSER, LOWER, MARK, WORD, COLON = 1, 2, 4, 8, 16, 32, 64


def _facts(word: str) -> int:
    """Return the facts about a word type that sentence ends depend on, as bits."""
    facts = 0
    if _FINAL.fullmatch(word):
        facts |= FINAL
        if word == ".":
            facts |= FULL_STOP
    if word in _CLOSERS:
        facts |= CLOSER
    if word in _LIST_MARKS:
        facts |= MARK
    if word == ":":
        facts |= COLON
    if word[0].islower():
        facts |= LOWER
    if any(character.isalnum() for character in word):
        facts |= WORD
    return facts


def sentence_starts(batch: TokenBatch) -> NDArray[np.bool_]:
    """Mark the tokens that begin a sentence.

    A sentence ends after final punctuation with its closing quotes and brackets, at a blank line, and at a line break
    unless the line goes on in lower case without a full stop before it (hard-wrapped text).

    Parameters
    ----------
    batch : TokenBatch
        Tokens of any number of texts.

    Returns
    -------
    ndarray of shape (n_tokens,), bool
        The first token of every text that has one is marked.
    """
    n_tokens = len(batch.type_ids)
    if n_tokens == 0:
        return np.zeros(0, dtype=np.bool_)
    facts = batch.vocabulary.column("sentence facts", _facts, np.int16)[batch.type_ids]
    firsts = batch.bounds[:-1][np.diff(batch.bounds) > 0]
    final = (facts & FINAL) > 0
    closer = (facts & CLOSER) > 0
    # A token is « closed » when it, or the quotes and brackets that end at it, follow final punctuation.
    last_other = np.where(closer, -1, np.arange(n_tokens))
    np.maximum.accumulate(last_other, out=last_other)
    closed = (last_other >= 0) & final[np.maximum(last_other, 0)]
    before = np.concatenate([[False], closed[:-1]])
    lower = (facts & LOWER) > 0
    glued_closer = np.concatenate([[False], batch.starts[1:] == batch.ends[:-1]]) & closer
    previous_stop = np.concatenate([[False], ((facts & FULL_STOP) > 0)[:-1]])
    # « ... et puis » and « Vraiment ? demanda-t-il » go on; after a full stop a lower-case word begins anew.
    starts: NDArray[np.bool_] = before & ~closer & ~final & (~lower | previous_stop)
    broken = batch.newlines >= 1
    previous_colon = np.concatenate([[False], ((facts & COLON) > 0)[:-1]])
    mark = (facts & MARK) > 0
    starts |= broken & (~lower | before | mark) & ~previous_colon
    starts |= (batch.newlines >= 2) | (broken & mark)
    starts &= ~glued_closer
    starts[firsts] = True
    return starts
