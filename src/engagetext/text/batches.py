"""The columns of a batch of texts, and how a stream is cut into batches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engagetext.text.vocabulary import Vocabulary

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """The tokens of a batch of texts, as columns.

    Parameters
    ----------
    texts : tuple of str
        The texts as the caller gave them.
    vocabulary : Vocabulary
        What `type_ids` index. Ids differ between batches and processes: no result may depend on them.
    type_ids : ndarray of shape (n_tokens,), int32
        Word type of each token.
    starts, ends : ndarray of shape (n_tokens,), int64
        Half-open character offsets into the token's own text.
    bounds : ndarray of shape (n_texts + 1,), int64
        Tokens `bounds[i]` to `bounds[i + 1]` are those of text `i`.
    newlines : ndarray of shape (n_tokens,), int8
        Line breaks in the white space before each token, counted up to 2.
    """

    texts: tuple[str, ...]
    vocabulary: Vocabulary
    type_ids: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    bounds: NDArray[np.int64]
    newlines: NDArray[np.int8]

    @property
    def text_index(self) -> NDArray[np.int64]:
        """Text of each token, an ndarray of shape (n_tokens,)."""
        return np.repeat(np.arange(len(self.texts)), np.diff(self.bounds))

    def token_text(self, token: int) -> str:
        """Return one token as it is written."""
        return self.vocabulary.types[int(self.type_ids[token])]


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut a stream into lists of `size` items; the last one may be shorter."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
