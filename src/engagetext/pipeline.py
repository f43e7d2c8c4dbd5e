"""THE implementation: texts in, columns out. Every face calls it and only reshapes what it returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.labeller import STATUSES, Labeller
from engagetext.classify.passages import PassageBatch, find_passages
from engagetext.context.carriers import find_carriers
from engagetext.errors import ModelError
from engagetext.keywords.domain import DomainIndex, TermList, taxonomy_terms
from engagetext.keywords.extractor import KeywordExtractor
from engagetext.keywords.ranking import Ranker
from engagetext.keywords.rarity import RarityTable
from engagetext.persistence.bundle import load_arrays
from engagetext.persistence.catalogue import find_model
from engagetext.persistence.manifest import FILE_NAME, Manifest, load_manifest
from engagetext.results import Evidence, Keyword, Language, Span
from engagetext.taxonomy import Taxonomy, read_taxonomy
from engagetext.text.annotator import Annotator, TaggedBatch
from engagetext.text.language import UNDECIDED, Prior, detect_languages
from engagetext.text.stopwords import stop_flags
from engagetext.text.vectors import VectorTable

ANNOTATOR_FILE = "annotator.npz"
LABELLER_FILE = "labeller.npz"
RANKER_FILE = "ranker.npz"
RARITY_FILE = "rarity.npz"
VECTORS_FILE = "vectors.npz"
TAXONOMY_FILE = "taxonomy.toml"
_EVIDENCE_DECIMALS = 4
_LOADING = Lock()
_REBUILD = "Install engagetext again, or build the model anew with `engagetext train`."
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class TokenColumns:
    """The tokens of a batch, free of the vocabulary: small to send from one process to another.

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
    status : ndarray of shape (n_passages,), int8
        Index into `STATUSES`.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    bounds: NDArray[np.int64]
    themes: NDArray[np.float64]
    obstacles: NDArray[np.float64]
    status: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Retained:
    """A label that at least one passage of a text reaches.

    Parameters
    ----------
    label : str
    score : float
        Probability in its best passage.
    status : str or None
        None for a theme.
    passages : list of int
        Rows of `PassageColumns` that reach the threshold, best first.
    """

    label: str
    score: float
    status: str | None
    passages: list[int]


@dataclass(frozen=True, slots=True)
class BatchColumns:
    """Everything that was found in a batch of texts.

    Parameters
    ----------
    languages : list of Language
        One a text.
    tokens : TokenColumns
    keywords : list of tuple of Keyword
        One tuple a text, best first; empty for a text in a language that the model does not read.
    passages : PassageColumns
        None for a text in a language that the model does not read.
    read : TaggedBatch
        What was read: texts in other languages are empty. It holds the vocabulary, and stays in this process.
    cut : PassageBatch
        The passages as ranges of its tokens.
    """

    languages: list[Language]
    tokens: TokenColumns
    keywords: list[tuple[Keyword, ...]]
    passages: PassageColumns
    read: TaggedBatch
    cut: PassageBatch


class Pipeline:
    """A loaded model.

    Parameters
    ----------
    manifest : Manifest
    taxonomy : Taxonomy
    annotator : Annotator
    rarity : RarityTable
    ranker : Ranker
    labeller : Labeller
    terms : TermList, optional
        The user's own terms, which stand before those of the taxonomy.
    """

    def __init__(
        self,
        manifest: Manifest,
        taxonomy: Taxonomy,
        annotator: Annotator,
        rarity: RarityTable,
        ranker: Ranker,
        labeller: Labeller,
        terms: TermList | None = None,
    ) -> None:
        self.manifest = manifest
        self.taxonomy = taxonomy
        self.annotator = annotator
        self.labeller = labeller
        listed = (terms or TermList(())) + taxonomy_terms(taxonomy)
        self._extractor = KeywordExtractor(rarity, DomainIndex(listed, annotator.tokenizer), ranker)

    def with_terms(self, terms: TermList) -> "Pipeline":
        """Return the same model with a list of terms of the user's own."""
        return Pipeline(
            self.manifest,
            self.taxonomy,
            self.annotator,
            self._extractor.rarity,
            self._extractor.ranker,
            self.labeller,
            terms,
        )

    def tokenize(self, texts: Sequence[str]) -> TokenColumns:
        """Return the tokens and sentences of texts in any language."""
        return _token_columns(self.annotator(texts))

    def languages(self, texts: Sequence[str], priors: Sequence[Prior | None]) -> list[Language]:
        """Return the language of each text, with one prior (or None) a text."""
        return detect_languages(self.annotator.tokenizer(texts), priors)

    def keywords(
        self, texts: Sequence[str], titles: Sequence[str], top_n: int | None, *, domain: bool, names: bool = True
    ) -> list[tuple[Keyword, ...]]:
        """Return the keywords of texts that are to be read; see `KeywordExtractor.extract`."""
        batch = self.annotator(texts)
        return self._extractor.extract(batch, self._titles(batch, titles), top_n, domain=domain, names=names)

    def _titles(self, batch: TaggedBatch, titles: Sequence[str | None]) -> TaggedBatch:
        if not any(titles):
            return TaggedBatch.empty(len(titles), batch.tokens.vocabulary)
        return self.annotator([title or "" for title in titles])

    def read_keywords(
        self, texts: Sequence[str], titles: Sequence[str], top_n: int | None, *, domain: bool, names: bool = True
    ) -> list[tuple[Keyword, ...] | None]:
        """Return the keywords of texts in any language: None for one in a language that the model does not read."""
        batch = self.annotator(texts)
        read = [self.reads(language) for language in detect_languages(batch.tokens, [None] * len(texts))]
        if not all(read):
            batch = self.annotator([text if wanted else "" for text, wanted in zip(texts, read, strict=True)])
        above = [title if wanted else "" for title, wanted in zip(titles, read, strict=True)]
        found = self._extractor.extract(batch, self._titles(batch, above), top_n, domain=domain, names=names)
        return [keywords if wanted else None for keywords, wanted in zip(found, read, strict=True)]

    def passages(self, texts: Sequence[str]) -> PassageColumns:
        """Return the passages of texts that are to be read, with all their probabilities."""
        batch = self.annotator(texts)
        return self._judged(batch, find_passages(batch.tokens, batch.sentence_starts))

    def _judged(self, tagged: TaggedBatch, passages: PassageBatch) -> PassageColumns:
        batch = tagged.tokens
        labels = self.labeller.label(tagged, passages)
        return PassageColumns(
            starts=batch.starts[passages.first],
            ends=batch.ends[passages.last - 1],
            bounds=np.searchsorted(passages.text, np.arange(len(batch.texts) + 1)),
            themes=labels.themes,
            obstacles=labels.obstacles,
            status=labels.status,
        )

    def run(
        self,
        texts: Sequence[str],
        titles: Sequence[str | None],
        priors: Sequence[Prior | None],
        top_n: int | None = 10,
        *,
        names: bool = True,
    ) -> BatchColumns:
        """Analyse a batch of texts.

        Parameters
        ----------
        texts : sequence of str
            Any strings.
        titles : sequence of str or None
            One a text.
        priors : sequence of Prior or None
            Expected language, one a text.
        top_n : int or None, default=10
            Keywords a text, beside those of the taxonomy's vocabulary; None for all candidates.
        names : bool, default=True
            Whether names of people, organisations and places may be keywords.

        Returns
        -------
        BatchColumns
        """
        batch = self.annotator(texts)
        languages = detect_languages(batch.tokens, priors)
        read = [self.reads(language) for language in languages]
        tokens = _token_columns(batch)
        if not all(read):
            # Texts in other languages keep their tokens, and are empty to all further steps.
            batch = self.annotator([text if wanted else "" for text, wanted in zip(texts, read, strict=True)])
        above = [title if wanted else "" for title, wanted in zip(titles, read, strict=True)]
        cut = find_passages(batch.tokens, batch.sentence_starts)
        return BatchColumns(
            languages=languages,
            tokens=tokens,
            keywords=self._extractor.extract(batch, self._titles(batch, above), top_n, domain=True, names=names),
            passages=self._judged(batch, cut),
            read=batch,
            cut=cut,
        )

    def carriers(self, columns: BatchColumns, rows: Sequence[int]) -> dict[int, Span]:
        """Return who says or bears what some passages tell, where the text names them.

        Parameters
        ----------
        columns : BatchColumns
        rows : sequence of int
            Rows of `columns.passages`.

        Returns
        -------
        dict of int to (int, int)
            Row -> half-open character offsets into its text; rows without a carrier are left out.
        """
        cut, batch = columns.cut, columns.read.tokens
        found = find_carriers(columns.read, cut.first, cut.last, cut.text, rows)
        return {row: (int(batch.starts[first]), int(batch.ends[last - 1])) for row, (first, last) in found.items()}

    def evidence(self, columns: BatchColumns, wanted: Sequence[tuple[str, str, int]]) -> list[tuple[Evidence, ...]]:
        """Return the words that carried decisions.

        Parameters
        ----------
        columns : BatchColumns
        wanted : sequence of (kind, label, passage)
            A label of a passage: a row of `columns.passages`.

        Returns
        -------
        list of tuple of Evidence
            In the order of the text; offsets into the whole text.
        """
        if not wanted:
            return []
        batch = columns.read.tokens
        rows = np.array([row for _, _, row in wanted], dtype=np.int64)
        first, last = columns.cut.first[rows], columns.cut.last[rows]
        themes, obstacles = self.labeller.themes.labels, self.labeller.obstacles.labels
        labels = [
            themes.index(label) if kind == "theme" else len(themes) + obstacles.index(label)
            for kind, label, _ in wanted
        ]
        weights = self.labeller.evidence(
            columns.read, PassageBatch(first, last, columns.cut.text[rows]), np.array(labels, dtype=np.int64)
        )
        return [
            tuple(
                Evidence(start, end, weight)
                for start, end, weight in zip(
                    batch.starts[begin:stop].tolist(),
                    batch.ends[begin:stop].tolist(),
                    values.round(_EVIDENCE_DECIMALS).tolist(),
                    strict=True,
                )
                if weight
            )
            for begin, stop, values in zip(first.tolist(), last.tolist(), weights, strict=True)
        ]

    def retained(self, kind: str, columns: PassageColumns, number: int) -> list[Retained]:
        """Return the labels of one text, best first.

        A label of a text is a label that one of its passages reaches; it scores as its best passage. An obstacle is
        `present` if one such passage speaks of it as real, else `hypothetique` if one does, else `ecarte`.

        Parameters
        ----------
        kind : str
            `"theme"` or `"obstacle"`.
        columns : PassageColumns
            Of a batch.
        number : int
            Text within the batch.
        """
        head = self.labeller.themes if kind == "theme" else self.labeller.obstacles
        first, last = int(columns.bounds[number]), int(columns.bounds[number + 1])
        scores = (columns.themes if kind == "theme" else columns.obstacles)[first:last]
        reached = scores >= head.thresholds
        found = []
        for column in np.nonzero(reached.any(axis=0))[0].tolist():
            (rows,) = np.nonzero(reached[:, column])
            rows = rows[np.argsort(-scores[rows, column], kind="stable")]
            status = None if kind == "theme" else STATUSES[int(columns.status[first + rows].min())]
            proofs = (first + rows).tolist()
            found.append(Retained(head.labels[column], float(scores[rows[0], column]), status, proofs))
        return sorted(found, key=lambda label: -label.score)

    def reads(self, language: Language) -> bool:
        """Tell whether texts of that language are analysed: undecided ones are, those decided otherwise are not."""
        return language.code in (self.manifest.language, UNDECIDED)


def _token_columns(batch: TaggedBatch) -> TokenColumns:
    return TokenColumns(
        starts=batch.tokens.starts,
        ends=batch.tokens.ends,
        bounds=batch.tokens.bounds,
        sentence_starts=batch.sentence_starts,
        stops=stop_flags(batch.tokens),
        tags=batch.tags,
        lemmas=batch.lemmas,
        lemma_index=batch.lemma_index,
    )


def load_pipeline(name_or_path: str | PathLike[str] | None = None, terms: TermList | None = None) -> Pipeline:
    """Return a model by name or path; the same object for the same folder and terms.

    Parameters
    ----------
    name_or_path : str or PathLike, optional
        A packaged model's name, or the path of a model folder; None for the packaged French model.
    terms : TermList, optional
        The user's own terms.

    Raises
    ------
    ModelNotFoundError
        If there is no such model.
    ModelError
        If the folder cannot be read by this version.
    """
    folder = find_model(name_or_path).resolve()
    # A model that is trained anew into the same folder is another one: its manifest tells.
    changed = (folder / FILE_NAME).stat().st_mtime_ns
    with _LOADING:
        return _load(folder, changed) if terms is None else _load_with(folder, changed, terms)


@lru_cache(maxsize=4)
def _load_with(folder: Path, changed: int, terms: TermList) -> Pipeline:
    return _load(folder, changed).with_terms(terms)


@lru_cache(maxsize=4)
def _load(folder: Path, changed: int) -> Pipeline:
    manifest = load_manifest(folder)
    taxonomy = read_taxonomy(folder / TAXONOMY_FILE)
    themes, obstacles = (tuple(label.id for label in taxonomy.labels(kind)) for kind in ("theme", "obstacle"))
    vectors = load_vectors(folder / VECTORS_FILE)
    labeller = _load_part(
        folder / LABELLER_FILE, lambda arrays: Labeller.from_arrays(arrays, vectors, themes, obstacles)
    )
    annotator = load_annotator(folder / ANNOTATOR_FILE, vectors)
    ranker = load_ranker(folder / RANKER_FILE)
    return Pipeline(manifest, taxonomy, annotator, load_rarity(folder / RARITY_FILE), ranker, labeller)


def load_annotator(path: Path, vectors: VectorTable) -> Annotator:
    """Return the annotator of a model folder.

    Raises
    ------
    ModelError
        If the file is missing, damaged or incomplete.
    """
    return _load_part(path, lambda arrays: Annotator.from_arrays(arrays, vectors))


def load_vectors(path: Path) -> VectorTable:
    """Return the vector table of a model folder; errors as for `load_annotator`."""
    return _load_part(path, VectorTable.from_arrays)


def load_rarity(path: Path) -> RarityTable:
    """Return the rarity table of a model folder; errors as for `load_annotator`."""
    return _load_part(path, RarityTable.from_arrays)


def load_ranker(path: Path) -> Ranker:
    """Return the keyword ranker of a model folder; errors as for `load_annotator`."""
    return _load_part(path, Ranker.from_arrays)


def _load_part(path: Path, build: Callable[[dict[str, NDArray[Any]]], Part]) -> Part:
    arrays = load_arrays(path)
    try:
        return build(arrays)
    except KeyError as error:
        raise ModelError(str(path), f"no array {error}", "all its arrays", _REBUILD) from error
    except (ValueError, TypeError, IndexError) as error:
        raise ModelError(str(path), f"arrays that do not fit: {error}", "arrays of one model", _REBUILD) from error


__all__ = ["STATUSES", "BatchColumns", "PassageColumns", "Pipeline", "TokenColumns", "load_pipeline"]
