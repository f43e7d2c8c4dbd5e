"""Function words: which word types never carry content of their own."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import lower_form, plain_form, strip_accents
from engagetext.text.word_lists import listed


@cache
def _stop_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the function words as written, and those among them that people type without their accents."""
    words = frozenset(listed("engagetext.text", "stopwords.txt"))
    return words, frozenset(strip_accents(word) for word in words)


def is_stop(word: str) -> bool:
    """Tell whether a word type is a function word, however it is spelt.

    Examples
    --------
    >>> is_stop("Très"), is_stop("tres"), is_stop("trèèès"), is_stop("L’"), is_stop("partage")
    (True, True, True, True, False)
    """
    words, bare = _stop_words()
    lower = lower_form(word)
    # « sûr » is no function word though « sur » is one: only a form without accents may lack some.
    return lower in words or plain_form(word) in words or (lower.isascii() and lower in bare)


def stop_flags(batch: TokenBatch) -> NDArray[np.bool_]:
    """Return whether each token is a function word, an ndarray of shape (n_tokens,)."""
    column: NDArray[np.bool_] = batch.vocabulary.column("stop", is_stop, np.bool_)
    return column[batch.type_ids]
