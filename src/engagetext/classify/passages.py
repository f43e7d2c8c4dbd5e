"""Cut texts into passages: the units that are judged as a whole."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import LIST_MARK
from engagetext.text.batches import TokenBatch

# The annotated passages have a median of 35 words and 97 % of them at most 110 tokens; a longer paragraph is cut.
MAX_TOKENS = 110


# A heading has at most this many tokens and no mark at its end: it is judged with the paragraph that it heads.
_HEADING_TOKENS = 15


@dataclass(frozen=True, slots=True)
class PassageBatch:
    """The passages of a batch of texts.

    Parameters
    ----------
    first, last : ndarray of shape (n_passages,), int64
        Tokens `first` to `last` (half-open) of the token batch.
    text : ndarray of shape (n_passages,), int64
        Text of each passage; passages are in the order of the texts.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    text: NDArray[np.int64]

    @classmethod
    def of_texts(cls, batch: TokenBatch) -> "PassageBatch":
        """Return each text of a batch as one passage."""
        return cls(batch.bounds[:-1], batch.bounds[1:], np.arange(len(batch.texts)))

    def rows(self) -> NDArray[np.int64]:
        """Return the passage of each token; they hold all tokens, in order. Shape (n_tokens,)."""
        sizes = self.last - self.first
        return np.repeat(np.arange(len(sizes)), sizes)


def _is_list_mark(word: str) -> bool:
    return LIST_MARK.fullmatch(word) is not None


def _is_hashes(word: str) -> bool:
    """Tell whether a heading of Markdown begins so."""
    return not word.strip("#")


def _is_mark(word: str) -> bool:
    return not any(character.isalnum() for character in word)


def find_passages(batch: TokenBatch, sentence_starts: NDArray[np.bool_]) -> PassageBatch:
    """Cut every text of a batch into passages.

    A paragraph is a passage, with the heading above it; so is an item of a list. A paragraph of more than 110 tokens is
    cut at sentence ends into as few passages as possible, of about equal length. A text in one paragraph of at most 110
    tokens is one passage.

    Parameters
    ----------
    batch : TokenBatch
        Tokens of any number of texts.
    sentence_starts : ndarray of shape (n_tokens,), bool
        From `sentence_starts` of the text core.

    Returns
    -------
    PassageBatch
        Together the passages of a text hold all its tokens, in order.
    """
    marks = batch.vocabulary.column("list mark", _is_list_mark, np.bool_)[batch.type_ids]
    hashes = batch.vocabulary.column("hashes", _is_hashes, np.bool_)[batch.type_ids]
    opens = (batch.newlines >= 2) | ((batch.newlines == 1) & (sentence_starts | marks | hashes))
    opens[batch.bounds[:-1][np.diff(batch.bounds) > 0]] = True
    (heads,) = np.nonzero(opens)
    heads = _join_headings(batch, heads, marks)
    firsts: list[int] = []
    for first, last in zip(heads.tolist(), [*heads[1:].tolist(), len(opens)], strict=True) if len(heads) else []:
        firsts.extend(_cut(first, last, sentence_starts) if last - first > MAX_TOKENS else [first])
    begins = np.array(firsts, dtype=np.int64)
    return PassageBatch(
        first=begins,
        last=np.append(begins[1:], len(opens)) if firsts else begins,
        text=np.searchsorted(batch.bounds, begins, side="right") - 1,
    )


def _join_headings(batch: TokenBatch, heads: NDArray[np.int64], marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the first tokens of paragraphs without those that follow a heading."""
    if len(heads) == 0:
        return heads
    lasts = np.append(heads[1:], len(batch.type_ids))
    text = np.searchsorted(batch.bounds, heads, side="right") - 1
    mark = batch.vocabulary.column("mark", _is_mark, np.bool_)[batch.type_ids]
    heading = (lasts - heads <= _HEADING_TOKENS) & ~mark[lasts - 1] & ~marks[heads]
    # A run of short lines is a list or a poem: only a heading above a paragraph that is none joins it.
    follows = np.zeros(len(heads), dtype=np.bool_)
    follows[1:] = heading[:-1] & ~heading[1:] & (text[1:] == text[:-1]) & ~marks[heads[1:]]
    return heads[~follows]


def find_sentences(
    passages: PassageBatch, sentence_starts: NDArray[np.bool_]
) -> tuple[PassageBatch, NDArray[np.int64]]:
    """Cut passages into their sentences.

    Parameters
    ----------
    passages : PassageBatch
        Passages that hold all tokens, in order.
    sentence_starts : ndarray of shape (n_tokens,), bool

    Returns
    -------
    sentences : PassageBatch
    owner : ndarray of shape (n_sentences,), int64
        Passage of each sentence.
    """
    opens = sentence_starts.copy()
    opens[passages.first[passages.last > passages.first]] = True
    (first,) = np.nonzero(opens)
    owner = np.searchsorted(passages.first, first, side="right") - 1
    last = np.append(first[1:], len(opens)) if len(first) else first
    return PassageBatch(first, last, passages.text[owner]), owner


def _cut(first: int, last: int, sentence_starts: NDArray[np.bool_]) -> list[int]:
    """Return the first tokens of the passages of one long paragraph."""
    pieces = -(-(last - first) // MAX_TOKENS)
    size = -(-(last - first) // pieces)
    (ends,) = np.nonzero(sentence_starts[first + 1 : last])
    borders = (ends + first + 1).tolist()
    cuts, at = [first], first
    for number, border in enumerate(borders):
        following = borders[number + 1] if number + 1 < len(borders) else last
        # Close the passage here if the next sentence would carry it further past its share than it lacks now.
        if border - at >= size or (following - at > size and following - at - size > size - (border - at)):
            cuts.append(border)
            at = border
    # A run without any sentence end is cut all the same: a passage is what a reader takes in at once.
    bounded: list[int] = []
    for start, end in zip(cuts, [*cuts[1:], last], strict=True):
        bounded.extend(range(start, end, 4 * MAX_TOKENS))
    return bounded
