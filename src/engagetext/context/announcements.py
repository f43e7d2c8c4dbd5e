"""Which items stand in a list that is announced as one of obstacles.

« Freins identifiés : accepter qu'on ne peut pas tout relire ; toujours les mêmes qui publient » : no item says by
itself that it is an obstacle, the line above the list does.
"""

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import LIST_MARK
from engagetext.text.annotator import TaggedBatch
from engagetext.text.normalize import plain_form

_REACH = 16  # tokens at the end of what stands above a list that may announce it
_LONGEST_LINE = 40  # tokens of a line that is an item without a mark
_EMPHASIS = ("*", "_", "#")  # marks of Markdown after a heading
_NEAR = 4  # tokens within which two lemmas of one entry follow each other


def find_announced(
    tagged: TaggedBatch, first: NDArray[np.int64], last: NDArray[np.int64], text: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which passages are items of a list that is announced as one of obstacles.

    A list is a run of passages that begin with the mark of a list, or of short lines. What stands above it announces it
    if it is a heading or ends with a colon, and its last sentence names obstacles but no remedies.

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
    star = batch.vocabulary.column("emphasis", lambda word: word[:1] in _EMPHASIS, np.bool_)[batch.type_ids[first]]
    marked &= ~star | (batch.starts[second] > batch.ends[first])
    line = (batch.newlines[first] == 1) & (last - first <= _LONGEST_LINE)
    follows = np.zeros(len(first), dtype=np.bool_)
    follows[1:] = (marked | line)[1:] & (text[1:] == text[:-1])
    for head in np.nonzero(follows[1:] & ~marked[:-1])[0].tolist():
        if not announced[head] and _announces(tagged, int(first[head]), int(last[head])):
            stop = head + 1
            while stop < len(first) and follows[stop]:
                stop += 1
            announced[head + 1 : stop] = True
    return announced


def _is_item_mark(word: str) -> bool:
    return LIST_MARK.fullmatch(word) is not None or (len(word) == 2 and word[0].islower() and word[1] in ").")


def _announces(tagged: TaggedBatch, begin: int, end: int) -> bool:
    """Tell whether the last sentence of a passage, or its last line, names obstacles but no remedies."""
    types, ids = tagged.tokens.vocabulary.types, tagged.tokens.type_ids
    while end - 1 > begin and types[int(ids[end - 1])][:1] in _EMPHASIS:
        end -= 1
    final = types[int(ids[end - 1])].rstrip("*_#")
    if final[-1:] not in (":", "…") and not final[-1:].isalnum():
        return False
    at = end - 1
    while at > max(begin, end - _REACH) and not tagged.sentence_starts[at] and not tagged.tokens.newlines[at]:
        at -= 1
    words = [plain_form(tagged.lemmas[index]) for index in tagged.lemma_index[at:end].tolist()]
    single, double = _announcing()
    if any(word in _remedies() for word in words):
        return False
    return any(word in single for word in words) or any(
        (word, other) in double for place, word in enumerate(words) for other in words[place + 1 : place + _NEAR]
    )


@cache
def _announcing() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    entries = _listed("announcing.txt")
    pairs = [entry.split("_") for entry in entries if "_" in entry]
    return frozenset(entry for entry in entries if "_" not in entry), frozenset((one, two) for one, two in pairs)


@cache
def _remedies() -> frozenset[str]:
    return frozenset(_listed("remedies.txt"))


def _listed(name: str) -> list[str]:
    lines = resources.files("engagetext.context").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [plain_form(word) for line in lines if not line.startswith("#") for word in line.split()]
