"""What a tagger sees of a word type: keys of its form, its ends, its beginnings and its shape, for many types at once.

A key is a 64-bit multilinear hash of code points [1]_: one product and one sum a character, over a matrix of all words
together, so that a new word costs microseconds. Keys depend on nothing but the word: they are what a model stores.

References
----------
.. [1] Daniel Lemire and Owen Kaser, "Strongly universal string hashing is fast", The Computer Journal 57(11), 2014.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import APOSTROPHES, HYPHENS
from engagetext.text.normalize import lower_form, plain_form, strip_accents

# Characters of a word that count. No French word is longer; the hash of a longer string is that of its beginning.
_WIDTH = 32
_SUFFIXES = (1, 2, 3, 4, 5)  # of the lower form
_BARE_SUFFIXES = (3, 4)  # of the form without accents and elongations, as comments are typed
_BARE_PREFIXES = (1, 2, 3, 4)
_FORM, _BARE, _SHAPE, _CAPITAL, _CLASS, _BARE_CLASS = range(6)
_FIRST_SUFFIX = 6
_FIRST_BARE_SUFFIX = _FIRST_SUFFIX + len(_SUFFIXES)
_FIRST_PREFIX = _FIRST_BARE_SUFFIX + len(_BARE_SUFFIXES)
N_FEATURES = _FIRST_PREFIX + len(_BARE_PREFIXES)
# Columns that name the word itself: a tagger that is to know unknown words learns to do without them.
LEXICAL_FEATURES = (_FORM, _BARE)
NO_FEATURE = np.uint64(0)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the bits of each number over all 64 (the finalizer of splitmix64)."""
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


_MULTIPLIERS = _mixed(np.arange(1, _WIDTH + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)
_SALTS = _mixed(np.arange(1001, 1001 + N_FEATURES, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def _characters(words: Sequence[str]) -> NDArray[np.uint64]:
    """Return the code points of words, zeros behind the end, as an array of shape (n_words, _WIDTH)."""
    matrix = np.array(words, dtype=f"<U{_WIDTH}")
    return matrix.view(np.uint32).reshape(len(words), _WIDTH).astype(np.uint64)


def _running_hashes(characters: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """Return the hash of the first 1, 2, ... `length` characters, an array of shape (n_words, length)."""
    return np.cumsum(characters[:, :length] * _MULTIPLIERS[:length], axis=1, dtype=np.uint64)


def word_keys(lower: Sequence[str]) -> NDArray[np.uint64]:
    """Return one key a string: what lexicons are looked up by.

    Parameters
    ----------
    lower : sequence of str
        Lower forms (`normalize.lower_form`).

    Returns
    -------
    ndarray of shape (n_words,), uint64
    """
    if not lower:
        return np.empty(0, dtype=np.uint64)
    return _mixed((_characters(lower) * _MULTIPLIERS).sum(axis=1, dtype=np.uint64))


def gram_keys(words: Sequence[str], sizes: Sequence[int]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return a key for each run of `sizes` characters of each string, repeats included.

    Parameters
    ----------
    words : sequence of str
        sizes : sequence of int
        Lengths of the runs; equal strings of different lengths have different keys.

    Returns
    -------
    keys : ndarray of shape (n_grams,), uint64
    owners : ndarray of shape (n_grams,), int64
        Place in `words` of each.
    """
    if not words:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    lengths = np.array([len(word) for word in words])
    width = max(int(lengths.max()), max(sizes))
    codes = np.array(words, dtype=f"<U{width}").view(np.uint32).reshape(len(words), width).astype(np.uint64)
    keys, owners = [], []
    for size in sizes:
        places = width - size + 1
        hashes = np.zeros((len(words), places), dtype=np.uint64)
        for offset in range(size):
            hashes += codes[:, offset : offset + places] * _MULTIPLIERS[offset]
        rows, columns = np.nonzero(np.arange(places) < (lengths - size + 1)[:, None])
        keys.append(_mixed(hashes[rows, columns] ^ _SALTS[size % N_FEATURES]))
        owners.append(rows)
    return np.concatenate(keys), np.concatenate(owners)


def bare_form(word: str) -> str:
    """Return a word type without case, accents, elongations and inclusive endings."""
    return strip_accents(plain_form(word))


def feature_keys(
    words: Sequence[str], classes: NDArray[np.integer], bare_classes: NDArray[np.integer]
) -> NDArray[np.uint64]:
    """Return the keys of the features of word types.

    Parameters
    ----------
    words : sequence of str
        As written.
    classes, bare_classes : ndarray of shape (n_words,), int
        Class of each lower form, and of each form without accents, in a lexicon.

    Returns
    -------
    ndarray of shape (n_words, N_FEATURES), uint64
        `NO_FEATURE` where the word is too short to have it.
    """
    keys = np.zeros((len(words), N_FEATURES), dtype=np.uint64)
    if not words:
        return keys
    lower = [lower_form(word) for word in words]
    bare = [bare_form(word) for word in words]
    keys[:, _FORM], keys[:, _BARE] = word_keys(lower), word_keys(bare)
    keys[:, _SHAPE] = [_shape(word) for word in words]
    keys[:, _CAPITAL] = [word[0].isupper() for word in words]
    keys[:, _CLASS], keys[:, _BARE_CLASS] = classes, bare_classes
    backward = _running_hashes(_characters([form[::-1][:_WIDTH] for form in lower]), max(_SUFFIXES))
    bare_backward = _running_hashes(_characters([form[::-1][:_WIDTH] for form in bare]), max(_BARE_SUFFIXES))
    forward = _running_hashes(_characters(bare), max(_BARE_PREFIXES))
    lengths, bare_lengths = np.array([len(form) for form in lower]), np.array([len(form) for form in bare])
    present = np.ones(keys.shape, dtype=np.bool_)
    for first, sizes, hashes, available in (
        (_FIRST_SUFFIX, _SUFFIXES, backward, lengths),
        (_FIRST_BARE_SUFFIX, _BARE_SUFFIXES, bare_backward, bare_lengths),
        (_FIRST_PREFIX, _BARE_PREFIXES, forward, bare_lengths),
    ):
        for column, size in enumerate(sizes, start=first):
            keys[:, column] = hashes[:, size - 1]
            present[:, column] = available > size
    salted = _mixed(keys ^ _SALTS)
    return np.where(present & (salted != NO_FEATURE), salted, NO_FEATURE)


def _shape(word: str) -> int:
    """Return what a word looks like: capitals, digits, hyphens, apostrophe, stop, letters or none, and length."""
    shape = 0
    if word[0].isupper():
        shape |= 2 if word.isupper() and len(word) > 1 else 1
    if word.isalpha():
        shape |= 4
    else:
        shape |= 8 * any(character.isdigit() for character in word)
        shape |= 16 * word.isdigit()
        shape |= 32 * any(character in HYPHENS for character in word[1:])
        shape |= 64 * (word[0] in HYPHENS)
        shape |= 128 * (word[-1] in APOSTROPHES)
        shape |= 256 * ("." in word)
        shape |= 512 * (not any(character.isalnum() for character in word))
    return shape | (min(len(word), 6) // 2) << 10
