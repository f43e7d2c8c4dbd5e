"""Base noun phrases: the noun with what stands around it, without what hangs on it by a preposition."""

import numpy as np
from numpy.typing import NDArray

from engagetext.text.batches import TokenBatch
from engagetext.text.tagger import UPOS

_NOUN, _OTHER = 1, 2  # nouns and names; adjectives and numerals
_ROLE = np.array(
    [_NOUN if tag in ("NOUN", "PROPN") else _OTHER if tag in ("ADJ", "NUM") else 0 for tag in UPOS], dtype=np.uint8
)


def base_noun_phrases(
    batch: TokenBatch, tags: NDArray[np.uint8], sentence_starts: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the longest runs of nouns, names, adjectives and numerals of one sentence that hold a noun or a name.

    These are the candidates of keyphrase extraction [1]_ without its prepositional complements: « grande confiance
    mutuelle », « transformation numérique »; determiners are left out.

    Parameters
    ----------
    batch : TokenBatch
    tags : ndarray of shape (n_tokens,), uint8
        Index into `tagger.UPOS`.
    sentence_starts : ndarray of shape (n_tokens,), bool

    Returns
    -------
    first, last : ndarray of shape (n_phrases,), int64
        Half-open ranges of tokens, in order.

    References
    ----------
    .. [1] Anette Hulth, "Improved automatic keyword extraction given more linguistic knowledge", EMNLP 2003.
    """
    role = _ROLE[tags]
    inside = role > 0
    goes_on = inside.copy()
    goes_on[1:] &= inside[:-1] & ~sentence_starts[1:]
    goes_on[:1] = False
    # The first token of a text is a sentence start, so no phrase crosses the border of two texts.
    (first,) = np.nonzero(inside & ~goes_on)
    ends = np.append(goes_on[1:], False)
    (final,) = np.nonzero(inside & ~ends)
    nouns = np.concatenate([[0], np.cumsum(role == _NOUN)])
    kept = nouns[final + 1] > nouns[first]
    return first[kept], final[kept] + 1
