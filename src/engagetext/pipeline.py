"""THE implementation: texts in, columns out. Every face calls it and only reshapes what it returns."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.labeller import STATUSES, Labeller
from engagetext.classify.passages import PassageBatch, find_passages
from engagetext.classify.stance import STANCES, StanceReader
from engagetext.columns import BatchColumns, LabelColumns, PassageColumns, TokenColumns
from engagetext.context.announcements import find_announced
from engagetext.context.carriers import find_carriers
from engagetext.errors import ModelError
from engagetext.findings import Evidence, Keyword, Language, Span, Stance
from engagetext.keywords.domain import DomainIndex, TermList, taxonomy_terms
from engagetext.keywords.extractor import KeywordExtractor
from engagetext.keywords.ranking import Ranker
from engagetext.keywords.rarity import RarityTable
from engagetext.persistence.bundle import load_arrays
from engagetext.persistence.catalogue import find_model
from engagetext.persistence.manifest import FILE_NAME, Manifest, load_manifest
from engagetext.taxonomy import Taxonomy, read_taxonomy
from engagetext.text.annotator import Annotator, TaggedBatch
from engagetext.text.language import UNDECIDED, Prior, detect_languages
from engagetext.text.vectors import VectorTable

ANNOTATOR_FILE = "annotator.npz"
LABELLER_FILE = "labeller.npz"
RANKER_FILE = "ranker.npz"
RARITY_FILE = "rarity.npz"
STANCE_FILE = "stance.npz"
VECTORS_FILE = "vectors.npz"
TAXONOMY_FILE = "taxonomy.toml"
_EVIDENCE_DECIMALS = 4
_LOADING = Lock()
_REBUILD = "Install engagetext again, or build the model anew with `engagetext train`."
Part = TypeVar("Part")


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
    stance : StanceReader, optional
        None for a model that does not read the stance of replies.
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
        stance: StanceReader | None = None,
        terms: TermList | None = None,
    ) -> None:
        self.manifest = manifest
        self.taxonomy = taxonomy
        self.annotator = annotator
        self.labeller = labeller
        self._stance = stance
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
            self._stance,
            terms,
        )

    def with_labeller(self, labeller: Labeller) -> "Pipeline":
        """Return the same model with other labels, or the same ones learnt otherwise."""
        extractor = self._extractor
        return Pipeline(
            self.manifest, self.taxonomy, self.annotator, extractor.rarity, extractor.ranker, labeller, self._stance
        )

    def tokenize(self, texts: Sequence[str]) -> TokenColumns:
        """Return the tokens and sentences of texts in any language."""
        return TokenColumns.from_batch(self.annotator(texts))

    def languages(self, texts: Sequence[str], priors: Sequence[Prior | None]) -> list[Language]:
        """Return the language of each text, with one prior (or None) a text."""
        return detect_languages(self.annotator.tokenizer(texts), priors, self.manifest.language)

    def keywords(
        self, texts: Sequence[str], titles: Sequence[str], top_n: int | None, *, domain: bool, names: bool = True
    ) -> list[tuple[Keyword, ...]]:
        """Return the keywords of texts that are to be read; see `KeywordExtractor.extract`."""
        batch = self.annotator(texts)
        found = self._extractor.extract(batch, self._titles(batch, titles), top_n, domain=domain, names=names)
        return found.keywords()

    def _titles(self, batch: TaggedBatch, titles: Sequence[str | None]) -> TaggedBatch:
        if not any(titles):
            return TaggedBatch.empty(len(titles), batch.tokens.vocabulary)
        return self.annotator([title or "" for title in titles])

    def read_keywords(
        self, texts: Sequence[str], titles: Sequence[str], top_n: int | None, *, domain: bool, names: bool = True
    ) -> list[tuple[Keyword, ...] | None]:
        """Return the keywords of texts in any language: None for one in a language that the model does not read."""
        batch = self.annotator(texts)
        languages = detect_languages(batch.tokens, [None] * len(texts), self.manifest.language)
        read = [self.reads(language) for language in languages]
        if not all(read):
            batch = self.annotator([text if wanted else "" for text, wanted in zip(texts, read, strict=True)])
        above = [title if wanted else "" for title, wanted in zip(titles, read, strict=True)]
        found = self._extractor.extract(batch, self._titles(batch, above), top_n, domain=domain, names=names)
        return [keywords if wanted else None for keywords, wanted in zip(found.keywords(), read, strict=True)]

    def passages(self, texts: Sequence[str]) -> PassageColumns:
        """Return the passages of texts that are to be read, with all their probabilities."""
        batch = self.annotator(texts)
        return self._judged(batch, find_passages(batch.tokens, batch.sentence_starts))

    def _judged(self, tagged: TaggedBatch, passages: PassageBatch) -> PassageColumns:
        batch = tagged.tokens
        announced = find_announced(tagged, passages.first, passages.last, passages.text)
        labels = self.labeller.label(tagged, passages, announced)
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
        languages = detect_languages(batch.tokens, priors, self.manifest.language)
        read = [self.reads(language) for language in languages]
        tokens = TokenColumns.from_batch(batch)
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

    def stances(self, texts: TaggedBatch) -> list[Stance | None]:
        """Return how each text, read as a reply, stands to what it answers.

        None where the model does not tell, and for a text without a token.
        """
        if self._stance is None:
            return [None] * len(texts.tokens.texts)
        found = self._stance.probabilities(texts).tolist()
        best = [max(zip(shares, STANCES, strict=True), key=lambda pair: pair[0]) for shares in found]
        sizes = np.diff(texts.tokens.bounds).tolist()
        return [
            Stance(label, score, dict(zip(STANCES, shares, strict=True))) if size else None
            for (score, label), shares, size in zip(best, found, sizes, strict=True)
        ]

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

    def retained(self, kind: str, columns: PassageColumns) -> LabelColumns:
        """Return the labels of each text of a batch; `kind` is `"theme"` or `"obstacle"`."""
        if kind == "theme":
            statuses = np.zeros(columns.themes.shape, dtype=np.int8)
            return LabelColumns.from_scores(columns.themes, self.labeller.themes.thresholds, statuses, columns.bounds)
        thresholds = self.labeller.obstacles.thresholds
        return LabelColumns.from_scores(columns.obstacles, thresholds, columns.status, columns.bounds)

    def reads(self, language: Language) -> bool:
        """Tell whether texts of that language are analysed: undecided ones are, those decided otherwise are not."""
        return language.code in (self.manifest.language, UNDECIDED)


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
    rarity, file = load_rarity(folder / RARITY_FILE), folder / STANCE_FILE
    stance = _load_part(file, lambda arrays: StanceReader.from_arrays(arrays, vectors)) if file.exists() else None
    return Pipeline(manifest, taxonomy, annotator, rarity, ranker, labeller, stance)


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


__all__ = ["STATUSES", "Pipeline", "load_pipeline"]
