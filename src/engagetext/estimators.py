"""The scikit-learn face: estimators over texts, on the same pipeline as everything else."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from engagetext.classify.labeller import LabelHead
from engagetext.classify.passages import PassageBatch
from engagetext.classify.scorer import JointScorer
from engagetext.classify.spaces import FeatureSpaces
from engagetext.errors import InputTypeError, OptionError
from engagetext.findings import Keyword
from engagetext.keywords.domain import Vocabulary, listed_terms
from engagetext.learning.train import TrainingOptions, fit_head
from engagetext.learning.views import PassageViews
from engagetext.pipeline import Pipeline, load_pipeline
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
        pipeline = self._pipeline()
        found: list[tuple[Keyword, ...]] = []
        for batch in batched(_texts(X), _BATCH):
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


class LabelClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learn labels of French texts, as the packaged model learns its themes and obstacles.

    Words, pairs and pieces of words, and word vectors; one logistic regression a label on the whole text and its best
    sentence, calibrated and given its threshold by cross-validation.

    Parameters
    ----------
    c : float, default=5.0
        Inverse strength of the L2 penalty.
    min_count : int, default=2
        Texts in which a feature must occur.
    folds : int, default=5
        Folds of the inner cross-validation that calibrates; fewer if there are fewer groups.
    model : str or None, default=None
        Model whose tokens and word vectors are used; as for `engagetext.load`.

    Attributes
    ----------
    classes_ : ndarray of shape (n_labels,)
        Labels, sorted; column numbers if `y` was a matrix.
    thresholds_ : ndarray of shape (n_labels,), float64
        Probability from which a label is given, where a text may have several.

    Examples
    --------
    >>> texts = ["Le vélo avance.", "La route à vélo.", "Un gâteau au four.", "Le four chauffe le gâteau."] * 5
    >>> classifier = LabelClassifier(folds=2).fit(texts, [["sport"], ["sport"], ["cuisine"], ["cuisine"]] * 5)
    >>> classifier.classes_.tolist(), classifier.predict(["Un beau vélo."]).tolist()
    (['cuisine', 'sport'], [[0, 1]])
    """

    def __init__(self, *, c: float = 5.0, min_count: int = 2, folds: int = 5, model: str | None = None) -> None:
        self.c = c
        self.min_count = min_count
        self.folds = folds
        self.model = model

    def fit(self, X: Iterable[str], y: Any, groups: Iterable[Any] | None = None) -> Self:
        """Learn from labelled texts.

        Parameters
        ----------
        X : iterable of str
            Texts.
        y : list of list of str, matrix of 0 and 1, or list of str
            The labels of each text: any number of them, or exactly one.
        groups : iterable, optional
            Texts of one group are never parted by the inner cross-validation, such as passages of one document.

        Raises
        ------
        OptionError
            If the labels do not fit the texts, or there is nothing to tell apart.
        """
        texts = _texts(X)
        gold = self._gold(y)
        named = [str(number) for number in range(len(texts))] if groups is None else [str(group) for group in groups]
        if not len(gold) == len(texts) == len(named):
            found = f"{len(texts)} texts, {len(gold)} rows of labels, {len(named)} groups"
            raise OptionError("fit(X, y, groups)", found, "as many of each", "Give one row of labels a text.")
        folds = min(self.folds, len(set(named)))
        if folds < 2 or not gold.any():
            found = f"{len(set(named))} groups, {int(gold.sum())} labels given"
            raise OptionError("fit(X, y, groups)", found, "at least two groups and one label", "Label more texts.")
        pipeline = load_pipeline(self.model)
        tagged = pipeline.annotator(texts)
        whole = PassageBatch.of_texts(tagged.tokens)
        known = pipeline.labeller.spaces
        counts = {"min_count": self.min_count, "relation_count": self.min_count}
        spaces = FeatureSpaces.fit(tagged, whole, known.vectors, known.cues.cues, **counts)
        if not len(spaces.words.keys):
            raise OptionError("min_count", str(self.min_count), "at most the texts that share a word", "Lower it.")
        views = PassageViews.build(spaces, tagged, whole)
        self._head: LabelHead = fit_head(
            tuple(map(str, self.classes_)),
            views,
            gold.astype(np.float64),
            np.ones(len(texts)),
            list(GroupKFold(folds).split(texts, groups=np.array(named, dtype=np.str_))),
            None,
            None,
            TrainingOptions(c=self.c, min_count=self.min_count, folds=folds),
        )
        self._scorer = JointScorer(spaces, self._head.functions)
        self.thresholds_ = self._head.thresholds
        return self

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Return the calibrated probability of every label, an ndarray of shape (n_texts, n_labels)."""
        check_is_fitted(self, "thresholds_")
        annotator = load_pipeline(self.model).annotator
        rows = [np.zeros((0, len(self.classes_)))]
        for batch in batched(_texts(X), _BATCH):
            tagged = annotator(batch)
            values = self._scorer.values(tagged, PassageBatch.of_texts(tagged.tokens)).means()
            rows.append(self._head.calibration.probability(values))
        return np.concatenate(rows)

    def predict(self, X: Iterable[str]) -> NDArray[Any]:
        """Return the labels of texts.

        Returns
        -------
        ndarray
            0 and 1 of shape (n_texts, n_labels) where texts may have several labels; else the likeliest label of each.
        """
        probabilities = self.predict_proba(X)
        if self._single:
            best: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
            return best
        found: NDArray[Any] = (probabilities >= self.thresholds_).astype(np.int64)
        return found

    def _gold(self, y: Any) -> NDArray[np.bool_]:
        """Return the labels as a matrix, and learn what they are called."""
        self._single = False
        if hasattr(y, "ndim") and y.ndim == 2:
            matrix = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
            self.classes_ = np.arange(matrix.shape[1])
            return matrix.astype(np.bool_)
        rows = list(y)
        self._single = not any(isinstance(row, (list, tuple, set, frozenset)) for row in rows)
        given = [{row} if self._single else set(row) for row in rows]
        self.classes_ = np.array(sorted({label for row in given for label in row}))
        return np.array([[label in row for label in self.classes_.tolist()] for row in given], dtype=np.bool_)

    def __sklearn_tags__(self) -> Any:
        """Say that texts are read, not numbers, and that a text may have several labels."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.classifier_tags.multi_label = True
        return tags


def _texts(X: Iterable[str]) -> list[str]:
    if isinstance(X, str):
        raise InputTypeError("X", "one text", "an iterable of texts", "Wrap it in a list.")
    texts = list(X)
    for text in texts:
        if not isinstance(text, str):
            raise InputTypeError("X", f"a {type(text).__name__}", "texts (str)", "Convert each item to str.")
    return texts
