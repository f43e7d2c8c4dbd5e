"""Which items stand in a list that is announced as one of obstacles.

« Freins identifiés : accepter qu'on ne peut pas tout relire ; toujours les mêmes qui publient » : no item says by
itself that it is an obstacle, the line above the list does.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import LIST_MARK
from engagetext.text.annotator import TaggedBatch
from engagetext.text.normalize import plain_form
from engagetext.text.tagger import UPOS
from engagetext.text.word_lists import listed

# Figures are those of `benchmarks.lists` and of the written documents that it reads; none was swept.
_REACH = 16  # tokens at the end of what stands above a list that may announce it
_NUMBERING = 3  # tokens of the number of a heading
_HEADING = 8  # tokens of a heading that stands without a colon and without marks of emphasis
_LONGEST_LINE = 40  # tokens of a line that is an item without a mark
_NEAR = 4  # tokens within which two lemmas of one entry follow each other
_EMPHASIS = ("*", "_", "#")  # marks of Markdown around a heading
_DENIALS = frozenset(("aucun", "sans", "zero", "pas", "ni", "ne"))
_VERBS = frozenset(UPOS.index(tag) for tag in ("VERB", "AUX"))


def find_announced(
    tagged: TaggedBatch, first: NDArray[np.int64], last: NDArray[np.int64], text: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which passages are items of a list that is announced as one of obstacles.

    A list is a run of passages that begin with the mark of a list, or of short lines. What stands above it announces it
    if it is a heading or ends with a colon, and its last sentence names obstacles but no remedies. The run is over with
    the next line that might announce another one, and, once an item had a mark, with the first that has none.

    Parameters
    ----------
    tagged : TaggedBatch
    first, last, text : ndarray of shape (n_passages,), int64
        Tokens `first` to `last` (half-open) of all passages of the batch, in order, and the text of each.

    Returns
    -------
    ndarray of shape (n_passages,), bool
    """
    batch = tagged.tokens
    announced = np.zeros(len(first), dtype=np.bool_)
    marked = batch.vocabulary.column("list item", _is_item_mark, np.bool_)[batch.type_ids[first]]
    # « **Freins** » begins with a mark, too, but with no blank after it.
    second = np.minimum(first + 1, last - 1)
    star = batch.vocabulary.column("emphasis", _is_emphasis, np.bool_)[batch.type_ids[first]]
    marked &= ~star | (batch.starts[second] > batch.ends[first])
    line = (batch.newlines[first] == 1) & (last - first <= _LONGEST_LINE)
    follows = np.zeros(len(first), dtype=np.bool_)
    follows[1:] = (marked | line)[1:] & (text[1:] == text[:-1])
    for head in np.nonzero(follows[1:] & ~marked[:-1])[0].tolist():
        if announced[head] or not _Lead(tagged, int(first[head]), int(last[head])).announces(bool(marked[head + 1])):
            continue
        stop, seen = head + 1, False
        while stop < len(first) and follows[stop]:
            if not marked[stop] and (seen or _Lead(tagged, int(first[stop]), int(last[stop])).has_colon):
                break
            seen |= bool(marked[stop])
            stop += 1
        announced[head + 1 : stop] = True
    return announced


def _is_item_mark(word: str) -> bool:
    return LIST_MARK.fullmatch(word) is not None or (len(word) == 2 and word[0].islower() and word[1] in ").")


def _is_emphasis(word: str) -> bool:
    return word[:1] in _EMPHASIS


class _Lead:
    """The last sentence of a passage, or its last line: what may announce the list below it."""

    def __init__(self, tagged: TaggedBatch, begin: int, end: int) -> None:
        batch = tagged.tokens
        types, ids = batch.vocabulary.types, batch.type_ids
        emphatic = False
        while end - 1 > begin and _is_emphasis(types[int(ids[end - 1])]):
            end, emphatic = end - 1, True
        final = types[int(ids[end - 1])].rstrip("*_#")
        at = end - 1
        while at > max(begin, end - _REACH) and not tagged.sentence_starts[at] and not batch.newlines[at]:
            at -= 1
        self.has_colon = final[-1:] in (":", "…")
        # « I. Obstacles » is one line, though its number ends a sentence.
        plain = final[-1:].isalnum() and at - begin <= _NUMBERING
        verbal = any(int(tag) in _VERBS for tag in tagged.tags[at:end])
        emphatic |= _is_emphasis(types[int(ids[begin])])
        self.is_heading = plain and (emphatic or (end - at <= _HEADING and not verbal))
        self.is_line = plain
        self._words = [plain_form(tagged.lemmas[index]) for index in tagged.lemma_index[at:end].tolist()]

    def announces(self, items_have_marks: bool) -> bool:
        """Tell whether obstacles are named, and neither denied nor followed by remedies."""
        if not (self.has_colon or self.is_heading or (self.is_line and items_have_marks)):
            return False
        words = self._words
        single, double = _announcing()
        if any(word in _remedies() for word in words):
            return False
        named = [place for place, word in enumerate(words) if word in single]
        if any(not _DENIALS.intersection(words[max(place - 2, 0) : place]) for place in named):
            return True
        return any((word, other) in double for at, word in enumerate(words) for other in words[at + 1 : at + _NEAR])


@cache
def _announcing() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    entries = [plain_form(word) for word in listed("engagetext.context", "announcing.txt")]
    pairs = [entry.split("_") for entry in entries if "_" in entry]
    return frozenset(entry for entry in entries if "_" not in entry), frozenset((one, two) for one, two in pairs)


@cache
def _remedies() -> frozenset[str]:
    return frozenset(plain_form(word) for word in listed("engagetext.context", "remedies.txt"))
