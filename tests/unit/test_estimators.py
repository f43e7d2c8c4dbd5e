"""The scikit-learn face."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import engagetext as et
from engagetext.errors import InputTypeError, OptionError

TEXTS = [
    "La confiance se gagne au travail, et la confiance se perd en un jour.",
    "Les habitants parlent du budget de la piscine.",
    "Sans confiance, le travail n'avance pas dans ce service.",
    "La piscine plaît aux habitants, surtout le soir.",
]


def test_the_numbers_are_those_of_every_face() -> None:
    vectorizer = et.KeywordVectorizer()
    matrix = vectorizer.fit_transform(TEXTS)
    rows = matrix.toarray()
    names = vectorizer.get_feature_names_out().tolist()
    for row, text in enumerate(TEXTS):
        expected = {keyword.lemma: keyword.score for keyword in et.extract_keywords(text)}
        found = {names[column]: value for column, value in enumerate(rows[row].tolist()) if value}
        assert found == expected


def test_fitting_and_transforming_agree() -> None:
    vectorizer = et.KeywordVectorizer(names=False)
    once = vectorizer.fit_transform(TEXTS)
    assert (vectorizer.transform(TEXTS).toarray() == once.toarray()).all()
    assert (clone(vectorizer).fit(TEXTS).transform(TEXTS).toarray() == once.toarray()).all()


def test_unknown_keywords_have_no_column() -> None:
    vectorizer = et.KeywordVectorizer().fit(TEXTS)
    assert vectorizer.transform(["Un violon désaccordé."]).nnz == 0


def test_columns_can_be_bounded() -> None:
    vectorizer = et.KeywordVectorizer(min_df=2).fit(TEXTS)
    assert set(vectorizer.get_feature_names_out()) == {"confiance", "habitant", "piscine", "travail"}
    few = et.KeywordVectorizer(max_features=2).fit(TEXTS)
    assert few.get_feature_names_out().tolist() == ["confiance", "habitant"]


def test_a_vocabulary_of_ones_own_is_kept() -> None:
    vectorizer = et.KeywordVectorizer(top_n=0, vocabulary=["soir"]).fit(TEXTS)
    assert "soir" in vectorizer.get_feature_names_out().tolist()


def test_it_works_in_a_pipeline_and_a_grid_search() -> None:
    steps = make_pipeline(et.KeywordVectorizer(), LogisticRegression())
    search = GridSearchCV(steps, {"keywordvectorizer__top_n": [3, 10]}, cv=2)
    search.fit(TEXTS, [1, 0, 1, 0])
    assert search.predict(TEXTS).tolist() == [1, 0, 1, 0]


def test_slips_are_told() -> None:
    with pytest.raises(NotFittedError):
        et.KeywordVectorizer().transform(TEXTS)
    with pytest.raises(InputTypeError, match="Wrap it in a list"):
        et.KeywordVectorizer().fit("un texte")
    with pytest.raises(InputTypeError, match="Convert"):
        et.KeywordVectorizer().fit([3])  # type: ignore[list-item]
    with pytest.raises(OptionError, match="min_df"):
        et.KeywordVectorizer(min_df=0).fit(TEXTS)


def test_other_languages_and_empty_texts_are_empty_rows() -> None:
    texts = [*TEXTS, "", "We should listen to the people who do the work every day."]
    matrix = et.KeywordVectorizer().fit(TEXTS).transform(texts)
    assert np.diff(matrix.indptr)[-2:].tolist() == [0, 0]
