"""The first pass over texts: tokens, parts of speech, sentences and lemmas, as columns of a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.batches import TokenBatch
from engagetext.text.lemmatizer import Lemmatizer
from engagetext.text.sentences import sentence_starts
from engagetext.text.tagger import Tagger
from engagetext.text.tokenizer import FrenchTokenizer
from engagetext.text.vectors import VectorTable
from engagetext.text.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class TaggedBatch:
    """The tokens of a batch, and what is said of each.

    Parameters
    ----------
    tokens : TokenBatch
    tags : ndarray of shape (n_tokens,), uint8
        Part of speech, an index into `tagger.UPOS`.
    sentence_starts : ndarray of shape (n_tokens,), bool
    lemmas : list of str
        One a pair of word type and tag that occurs.
    lemma_index : ndarray of shape (n_tokens,), int32
        Index into `lemmas`.
    """

    tokens: TokenBatch
    tags: NDArray[np.uint8]
    sentence_starts: NDArray[np.bool_]
    lemmas: list[str]
    lemma_index: NDArray[np.int32]

    @classmethod
    def empty(cls, n_texts: int, vocabulary: Vocabulary) -> "TaggedBatch":
        """Return the batch of empty texts: what annotating them gives."""
        nothing, places = np.empty(0, dtype=np.bool_), np.empty(0, dtype=np.int64)
        tokens = TokenBatch(
            texts=("",) * n_texts,
            vocabulary=vocabulary,
            type_ids=places.astype(np.int32),
            starts=places,
            ends=places,
            bounds=np.zeros(n_texts + 1, dtype=np.int64),
            newlines=places.astype(np.int8),
        )
        return cls(tokens, places.astype(np.uint8), nothing, [], places.astype(np.int32))


class Annotator:
    """Cut French texts into tokens and sentences, and tag and lemmatize them.

    Parameters
    ----------
    tagger : Tagger
    lemmatizer : Lemmatizer
    """

    def __init__(self, tagger: Tagger, lemmatizer: Lemmatizer) -> None:
        self.tokenizer = FrenchTokenizer()
        self.tagger = tagger
        self.lemmatizer = lemmatizer

    def __call__(self, texts: Sequence[str]) -> TaggedBatch:
        """Annotate texts; the result of each is the same whatever stands beside it in the batch.

        Parameters
        ----------
        texts : sequence of str
            Any strings at all.
        """
        return self.annotate(self.tokenizer(texts))

    def annotate(self, tokens: TokenBatch) -> TaggedBatch:
        """Annotate texts that are already cut into tokens."""
        tags, likely = self.tagger(tokens)
        lemmas, index = self.lemmatizer(tokens, tags)
        return TaggedBatch(tokens, tags, sentence_starts(tokens, likely), lemmas, index)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything learned as arrays by name, but for the word vectors: what a bundle keeps."""
        return self.tagger.to_arrays() | self.lemmatizer.to_arrays()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable) -> "Annotator":
        """Return the annotator that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        return cls(Tagger.from_arrays(arrays, vectors), Lemmatizer.from_arrays(arrays))
