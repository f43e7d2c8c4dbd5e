"""The scikit-learn face: estimators over texts, on the same pipeline as everything else."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from engagetext.errors import InputTypeError, OptionError
from engagetext.keywords.domain import Vocabulary, listed_terms
from engagetext.pipeline import Pipeline, load_pipeline
from engagetext.results import Keyword
from engagetext.text.batches import batched

_BATCH = 256


class KeywordVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn texts into a sparse matrix of keyword scores.

    Parameters
    ----------
    top_n : int or None, default=10
        Best keywords of a text that count; None for all candidates.
    min_df : int, default=1
        Texts that have to hold a keyword for it to become a column.
    max_features : int or None, default=None
        Columns at most: those in most texts, of equals the first in the alphabet.
    names : bool, default=True
        Whether names of people, organisations and places may be keywords.
    model : str or None, default=None
        As for `engagetext.load`.
    vocabulary : str, mapping of str to list of str, or list of str, default=None
        As for `engagetext.load`.

    Attributes
    ----------
    feature_names_ : ndarray of str, shape (n_features,)
        Dictionary forms of the keywords, in alphabetical order.

    Examples
    --------
    >>> vectorizer = KeywordVectorizer(top_n=1)
    >>> vectorizer.fit_transform(["La confiance, toujours la confiance.", "Un atelier de couture."]).shape
    (2, 2)
    >>> vectorizer.get_feature_names_out().tolist()
    ['atelier de couture', 'confiance']
    """

    def __init__(
        self,
        top_n: int | None = 10,
        *,
        min_df: int = 1,
        max_features: int | None = None,
        names: bool = True,
        model: str | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.top_n = top_n
        self.min_df = min_df
        self.max_features = max_features
        self.names = names
        self.model = model
        self.vocabulary = vocabulary

    def fit(self, X: Iterable[str], y: Any = None) -> Self:
        """Learn which keywords become columns.

        Parameters
        ----------
        X : iterable of str
            Texts.
        y : ignored
        """
        self._learn(self._keywords(X))
        return self

    def fit_transform(self, X: Iterable[str], y: Any = None, **params: Any) -> csr_matrix:
        """Learn the columns and return the matrix of the same texts, in one pass."""
        found = self._keywords(X)
        self._learn(found)
        return self._matrix(found)

    def transform(self, X: Iterable[str]) -> csr_matrix:
        """Return the scores of the keywords of texts.

        Parameters
        ----------
        X : iterable of str

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_texts, n_features), float64
            `Keyword.score` where a text has the keyword among its best, else 0.
        """
        check_is_fitted(self, "feature_names_")
        return self._matrix(self._keywords(X))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the dictionary forms of the keywords, one a column."""
        check_is_fitted(self, "feature_names_")
        return np.asarray(self.feature_names_, dtype=object)

    def _learn(self, found: list[tuple[Keyword, ...]]) -> None:
        if self.min_df < 1:
            raise OptionError("min_df", str(self.min_df), "at least 1", "Leave it out for the default of 1.")
        counts: dict[str, int] = {}
        for keywords in found:
            for lemma in {keyword.lemma for keyword in keywords}:
                counts[lemma] = counts.get(lemma, 0) + 1
        kept = sorted((-count, lemma) for lemma, count in counts.items() if count >= self.min_df)
        self.feature_names_ = np.array(sorted(lemma for _, lemma in kept[: self.max_features]), dtype=object)
        self._columns = {lemma: column for column, lemma in enumerate(self.feature_names_.tolist())}

    def _matrix(self, found: list[tuple[Keyword, ...]]) -> csr_matrix:
        data: list[float] = []
        indices: list[int] = []
        bounds = [0]
        for keywords in found:
            # Of two keywords with one dictionary form the better one counts.
            row: dict[int, float] = {}
            for keyword in keywords:
                column = self._columns.get(keyword.lemma)
                if column is not None:
                    row[column] = max(row.get(column, 0.0), keyword.score)
            for column in sorted(row):
                indices.append(column)
                data.append(row[column])
            bounds.append(len(indices))
        shape = (len(found), len(self._columns))
        return csr_matrix((np.array(data, dtype=np.float64), np.array(indices, np.int32), bounds), shape=shape)

    def _pipeline(self) -> Pipeline:
        return load_pipeline(self.model, None if self.vocabulary is None else listed_terms(self.vocabulary))

    def _keywords(self, X: Iterable[str]) -> list[tuple[Keyword, ...]]:
        if isinstance(X, str):
            raise InputTypeError("X", "one text", "an iterable of texts", "Wrap it in a list.")
        pipeline = self._pipeline()
        found: list[tuple[Keyword, ...]] = []
        for batch in batched(X, _BATCH):
            for text in batch:
                if not isinstance(text, str):
                    raise InputTypeError("X", f"a {type(text).__name__}", "texts (str)", "Convert each item to str.")
            domain = self.vocabulary is not None
            read = pipeline.read_keywords(batch, [""] * len(batch), self.top_n, domain=domain, names=self.names)
            found += [keywords or () for keywords in read]
        return found

    def __sklearn_tags__(self) -> Any:
        """Say that texts are read, not numbers."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = True
        return tags
