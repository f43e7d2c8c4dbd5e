"""Candidates of keyword extraction: one to four words that never start or end on a function word."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.terms import MAX_PHRASE_TOKENS, PhraseTable, sequence_keys, term_keys
from engagetext.text.batches import TokenBatch
from engagetext.text.stopwords import stop_flags

MAX_WORDS = 4
_CONTENT, _NUMBER = 1, 2


def _shape(word: str) -> int:
    """Tell whether a word type carries content (1), is a number that may stand in a phrase (2), or neither (0)."""
    if word[0].isdigit():
        return _NUMBER
    if len(word) < 2 or any(mark in word for mark in ("://", "@", "www.")) or "." in word.strip(".")[1:-1]:
        return _CONTENT if _is_acronym(word) else 0
    letters = sum(character.isalpha() for character in word)
    return _CONTENT if letters >= 2 and 2 * letters > len(word) and word[0] not in "-'’" else 0


def _is_acronym(word: str) -> bool:
    parts = word.strip(".").split(".")
    return len(parts) > 1 and all(len(part) == 1 and part.isupper() for part in parts)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Occurrences of candidates in a batch, grouped by (text, candidate).

    Parameters
    ----------
    first : ndarray of shape (n_occurrences,), int64
        First token of each occurrence.
    length : ndarray of shape (n_occurrences,), int64
        Its tokens.
    group : ndarray of shape (n_occurrences,), int64
        Group of each occurrence; occurrences are sorted by group, then by position.
    group_bounds : ndarray of shape (n_groups + 1,), int64
        Occurrences `group_bounds[g]` to `group_bounds[g + 1]` are those of group `g`.
    group_text : ndarray of shape (n_groups,), int64
        Text of each group; groups are sorted by text.
    group_key : ndarray of shape (n_groups,), uint64
        Sequence key of each group.
    group_entry : ndarray of shape (n_groups,), int64
        Entry of the phrase table that the group is, or -1.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int64]
    group: NDArray[np.int64]
    group_bounds: NDArray[np.int64]
    group_text: NDArray[np.int64]
    group_key: NDArray[np.uint64]
    group_entry: NDArray[np.int64]


def content_flags(batch: TokenBatch) -> NDArray[np.bool_]:
    """Return whether each token can begin or end a keyword, an ndarray of shape (n_tokens,)."""
    shape = batch.vocabulary.column("keyword shape", _shape, np.int8)[batch.type_ids]
    content: NDArray[np.bool_] = (shape == _CONTENT) & ~stop_flags(batch)
    return content


def find_occurrences(batch: TokenBatch, sentence_starts: NDArray[np.bool_], phrases: PhraseTable) -> Occurrences:
    """Find the candidates of every text of a batch.

    Parameters
    ----------
    batch : TokenBatch
        Tokens of any number of texts.
    sentence_starts : ndarray of shape (n_tokens,), bool
        No candidate crosses the start of a sentence.
    phrases : PhraseTable
        Phrases that are candidates wherever they stand, function words inside or not.

    Returns
    -------
    Occurrences
    """
    n_tokens = len(batch.type_ids)
    keys = term_keys(batch)
    content = content_flags(batch)
    shape = batch.vocabulary.column("keyword shape", _shape, np.int8)[batch.type_ids]
    goes_on = (content | (shape == _NUMBER)) & ~sentence_starts
    unbroken = np.ones(n_tokens, dtype=np.bool_)
    chain = content
    firsts, lengths, hashes, entries = [], [], [], []
    for length, sequence in enumerate(sequence_keys(keys, MAX_PHRASE_TOKENS), start=1):
        size = len(sequence)
        if size == 0:
            break
        last = length - 1
        if length > 1:
            chain = chain[:size] & goes_on[last:]
            unbroken = unbroken[:size] & ~sentence_starts[last:]
        entry = phrases.look_up(sequence, length)
        chosen = (entry >= 0) & unbroken
        if length <= MAX_WORDS:
            chosen |= chain & content[last:]
        (first,) = np.nonzero(chosen)
        firsts.append(first)
        lengths.append(np.full(len(first), length, dtype=np.int64))
        hashes.append(sequence[first])
        entries.append(entry[first])
    if not firsts:
        empty = np.empty(0, dtype=np.int64)
        return Occurrences(empty, empty, empty, np.zeros(1, np.int64), empty, np.empty(0, np.uint64), empty)
    first, length_of = np.concatenate(firsts), np.concatenate(lengths)
    key, entry = np.concatenate(hashes), np.concatenate(entries)
    text = np.searchsorted(batch.bounds, first, side="right") - 1
    order = np.lexsort((first, length_of, key, text))
    first, length_of, key, entry, text = first[order], length_of[order], key[order], entry[order], text[order]
    new = np.ones(len(first), dtype=np.bool_)
    new[1:] = (key[1:] != key[:-1]) | (text[1:] != text[:-1]) | (length_of[1:] != length_of[:-1])
    (heads,) = np.nonzero(new)
    return Occurrences(
        first=first,
        length=length_of,
        group=np.cumsum(new) - 1,
        group_bounds=np.append(heads, len(first)),
        group_text=text[heads],
        group_key=key[heads],
        group_entry=entry[heads],
    )
