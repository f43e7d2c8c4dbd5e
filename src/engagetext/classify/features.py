"""Features of passages: words, pairs of words and pieces of words, as a sparse matrix over a fixed feature space.

Everything that depends on the word type alone (its key, its pieces) is computed once a type. The columns of the matrix
are those of the model, sorted; ids of the vocabulary never reach it, so that a passage has the same row in any batch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.passages import PassageBatch
from engagetext.terms import sequence_keys, stable_hash
from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import plain_form, strip_accents

_PIECE_LENGTHS = (3, 4, 5)
_MAX_WORD = 40  # a longer « word » is a code or a link; its pieces would say nothing and cost the most
_PAIR_SALT = np.uint64(0xD6E8FEB86659FD93)


def _word_key(word: str) -> int:
    """Return the key of a word as a feature: without accents, since comments lack them so often; all numbers alike."""
    form = strip_accents(plain_form(word))
    return stable_hash("0" if form[:1].isdigit() else form)


def _pieces(word: str) -> NDArray[np.uint64]:
    """Return the keys of the pieces of a word: its distinct 3- to 5-grams, its ends marked."""
    form = strip_accents(plain_form(word))
    if not 3 <= len(form) <= _MAX_WORD or not form[0].isalpha():
        return np.empty(0, dtype=np.uint64)
    padded = f"<{form}>"
    grams = {padded[at : at + n] for n in _PIECE_LENGTHS for at in range(len(padded) - n + 1)}
    return np.array(sorted(stable_hash(f"piece {gram}") for gram in grams), dtype=np.uint64)


def feature_keys(batch: TokenBatch, passages: PassageBatch) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the key of every feature of every passage, with repeats.

    Parameters
    ----------
    batch : TokenBatch
        Tokens.
    passages : PassageBatch
        Passages over these tokens.

    Returns
    -------
    keys : ndarray of shape (n_found,), uint64
    rows : ndarray of shape (n_found,), int64
        Passage of each.
    """
    sizes = passages.last - passages.first
    row = np.repeat(np.arange(len(sizes)), sizes)
    # Passages lie end to end over the tokens, so token i belongs to passage row[i].
    words = batch.vocabulary.column("word feature", _word_key, np.uint64)[batch.type_ids]
    _, pairs = sequence_keys(words, 2)
    within = row[1:] == row[:-1]
    pieces = batch.vocabulary.values("pieces", _pieces)
    types, inverse = np.unique(batch.type_ids, return_inverse=True)
    parts = [pieces[number] for number in types.tolist()]
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64)
    counts = lengths[inverse]
    ends = np.cumsum(counts)
    inside = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
    found = flat[np.repeat(starts[inverse], counts) + inside]
    return (
        np.concatenate([words, (pairs ^ _PAIR_SALT)[within], found]),
        np.concatenate([row, row[1:][within], np.repeat(row, counts)]),
    )


@dataclass(frozen=True, slots=True)
class FeatureSpace:
    """The features that a model knows.

    Parameters
    ----------
    keys : ndarray of shape (n_features,), uint64
        Sorted keys, at least one.
    weights : ndarray of shape (n_features,), float32
        Weight of each feature by its rarity in the training passages.
    """

    keys: NDArray[np.uint64]
    weights: NDArray[np.float32]

    @classmethod
    def fit(cls, keys: NDArray[np.uint64], rows: NDArray[np.int64], n_passages: int, min_count: int) -> "FeatureSpace":
        """Keep the features of at least `min_count` passages, weighted by smoothed inverse passage frequency.

        Parameters
        ----------
        keys, rows : ndarray
            From `feature_keys`, over all training passages.
        n_passages : int
            Training passages.
        min_count : int
            Passages in which a kept feature occurs.
        """
        pairs = np.unique(np.stack([keys, rows.astype(np.uint64)], axis=1), axis=0)
        known, counts = np.unique(pairs[:, 0], return_counts=True)
        kept = counts >= min_count
        # The formula of scikit-learn's TfidfTransformer(smooth_idf=True).
        weights = np.log((1 + n_passages) / (1 + counts[kept])) + 1
        return cls(known[kept], weights.astype(np.float32))

    def matrix(self, keys: NDArray[np.uint64], rows: NDArray[np.int64], n_passages: int) -> csr_array:
        """Return the passages as unit vectors.

        Parameters
        ----------
        keys, rows : ndarray
            From `feature_keys`.
        n_passages : int
            Rows of the matrix.

        Returns
        -------
        csr_array of shape (n_passages, n_features), float32
            Presence times weight, each row of length 1 (or 0 where nothing is known), columns sorted.
        """
        size = len(self.keys)
        place = np.minimum(np.searchsorted(self.keys, keys), size - 1)
        hit = self.keys[place] == keys
        cells = np.unique(rows[hit] * size + place[hit])
        row, column = cells // size, cells % size
        values = self.weights[column].astype(np.float64)
        norms = np.sqrt(np.bincount(row, weights=values * values, minlength=n_passages))
        data = (values / norms[row]).astype(np.float32)
        # 32-bit indices: what scikit-learn's solvers take.
        bounds = np.searchsorted(row, np.arange(n_passages + 1)).astype(np.int32)
        return csr_array((data, column.astype(np.int32), bounds), shape=(n_passages, size))
