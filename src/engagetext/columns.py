"""What is found in a batch of texts, as columns: small to send from one process to another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.passages import PassageBatch
from engagetext.findings import Language
from engagetext.keywords.columns import KeywordColumns
from engagetext.text.annotator import TaggedBatch
from engagetext.text.stopwords import stop_flags


@dataclass(frozen=True, slots=True)
class TokenColumns:
    """The tokens of a batch, free of the vocabulary.

    Parameters
    ----------
    starts, ends : ndarray of shape (n_tokens,), int64
        Half-open character offsets into the token's text.
    bounds : ndarray of shape (n_texts + 1,), int64
        Tokens `bounds[i]` to `bounds[i + 1]` are those of text `i`.
    sentence_starts, stops : ndarray of shape (n_tokens,), bool
        Whether the token begins a sentence; whether it is a function word.
    tags : ndarray of shape (n_tokens,), uint8
        Part of speech, an index into `text.tagger.UPOS`.
    lemmas : list of str
    lemma_index : ndarray of shape (n_tokens,), int32
        Lemma of each token, an index into `lemmas`.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    bounds: NDArray[np.int64]
    sentence_starts: NDArray[np.bool_]
    stops: NDArray[np.bool_]
    tags: NDArray[np.uint8]
    lemmas: list[str]
    lemma_index: NDArray[np.int32]

    @classmethod
    def from_batch(cls, batch: TaggedBatch) -> "TokenColumns":
        """Return the columns of a tagged batch."""
        return cls(
            starts=batch.tokens.starts,
            ends=batch.tokens.ends,
            bounds=batch.tokens.bounds,
            sentence_starts=batch.sentence_starts,
            stops=stop_flags(batch.tokens),
            tags=batch.tags,
            lemmas=batch.lemmas,
            lemma_index=batch.lemma_index,
        )


@dataclass(frozen=True, slots=True)
class PassageColumns:
    """The passages of a batch.

    Parameters
    ----------
    starts, ends : ndarray of shape (n_passages,), int64
        Half-open character offsets into the passage's text.
    bounds : ndarray of shape (n_texts + 1,), int64
        Passages `bounds[i]` to `bounds[i + 1]` are those of text `i`.
    themes, obstacles : ndarray of shape (n_passages, n_labels), float64
        Calibrated probabilities, in the order of the taxonomy.
    status : ndarray of shape (n_passages, n_obstacles), int8
        Index into `STATUSES`, for obstacles that reach their thresholds.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    bounds: NDArray[np.int64]
    themes: NDArray[np.float64]
    obstacles: NDArray[np.float64]
    status: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class LabelColumns:
    """The labels of one kind that the texts of a batch hold: those that at least one passage reaches.

    Parameters
    ----------
    bounds : ndarray of shape (n_texts + 1,), int64
        Labels `bounds[i]` to `bounds[i + 1]` are those of text `i`, best first.
    labels : ndarray of shape (n_found,), int64
        Index into the labels of the kind.
    scores : ndarray of shape (n_found,), float64
        Probability in the surest passage.
    status : ndarray of shape (n_found,), int8
        Index into `STATUSES`: the most real status of its passages; means nothing for a theme.
    passage_bounds : ndarray of shape (n_found + 1,), int64
        Passages `passage_bounds[k]` to `passage_bounds[k + 1]` are those of label `k`.
    passages : ndarray of shape (n_proofs,), int64
        Rows of `PassageColumns` that reach the threshold: in each label those that have its status, then the others;
        best first in both. So the first shows the label: what is quoted, and why, is of this one passage.
    proof_status : ndarray of shape (n_proofs,), int8
        Index into `STATUSES`: how each of these speaks of the label; means nothing for a theme.
    """

    bounds: NDArray[np.int64]
    labels: NDArray[np.int64]
    scores: NDArray[np.float64]
    status: NDArray[np.int8]
    passage_bounds: NDArray[np.int64]
    passages: NDArray[np.int64]
    proof_status: NDArray[np.int8]

    @property
    def shown(self) -> NDArray[np.int64]:
        """Passage that shows each label, the best of those that have its status: an ndarray of shape (n_found,)."""
        return self.passages[self.passage_bounds[:-1]]

    @classmethod
    def from_scores(
        cls,
        scores: NDArray[np.float64],
        thresholds: NDArray[np.float64],
        status: NDArray[np.int8],
        bounds: NDArray[np.int64],
    ) -> "LabelColumns":
        """Return the labels that passages reach.

        A label of a text is a label that one of its passages reaches; it scores as its surest one. An obstacle is
        `present` if one such passage speaks of it as real, else `hypothetique` if one does, else `ecarte`.

        Parameters
        ----------
        scores : ndarray of shape (n_passages, n_labels), float64
        thresholds : ndarray of shape (n_labels,), float64
        status : ndarray of shape (n_passages, n_labels), int8
        bounds : ndarray of shape (n_texts + 1,), int64
            Of the passages of the texts.
        """
        rows, labels = np.nonzero(scores >= thresholds)
        values = scores[rows, labels]
        text = np.searchsorted(bounds, rows, side="right") - 1
        order = np.lexsort((rows, -values, labels, text))
        rows, labels, values, text = rows[order], labels[order], values[order], text[order]
        new = np.ones(len(rows), dtype=np.bool_)
        new[1:] = (text[1:] != text[:-1]) | (labels[1:] != labels[:-1])
        (heads,) = np.nonzero(new)
        sizes = np.diff(np.append(heads, len(rows)))
        spoken = status[rows, labels]
        real = np.minimum.reduceat(spoken, heads) if len(rows) else spoken
        highest = values[heads]
        # Those of another status stand behind, however sure they are: the first is to speak as the label does.
        group = np.cumsum(new) - 1
        order = np.lexsort((rows, -values, spoken != real[group], group))
        rows, spoken = rows[order], spoken[order]
        # Of two labels of a text that score alike, the one that the taxonomy names first.
        best = np.lexsort((labels[heads], -highest, text[heads]))
        sizes, chosen = sizes[best], heads[best]
        edges = np.concatenate([[0], np.cumsum(sizes)])
        proofs = np.repeat(chosen - edges[:-1], sizes) + np.arange(len(rows))
        return cls(
            bounds=np.searchsorted(text[chosen], np.arange(len(bounds))),
            labels=labels[chosen],
            scores=highest[best],
            status=real[best],
            passage_bounds=edges,
            passages=rows[proofs],
            proof_status=spoken[proofs],
        )


@dataclass(frozen=True, slots=True)
class BatchColumns:
    """Everything that was found in a batch of texts.

    Parameters
    ----------
    languages : list of Language
        One a text.
    tokens : TokenColumns
    keywords : KeywordColumns
        None for a text in a language that the model does not read.
    passages : PassageColumns
        None for a text in a language that the model does not read.
    read : TaggedBatch
        What was read: texts in other languages are empty. It holds the vocabulary, and stays in this process.
    cut : PassageBatch
        The passages as ranges of its tokens.
    """

    languages: list[Language]
    tokens: TokenColumns
    keywords: KeywordColumns
    passages: PassageColumns
    read: TaggedBatch
    cut: PassageBatch
