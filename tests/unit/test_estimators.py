"""The scikit-learn face."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
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
    assert list(search.predict(TEXTS)) == [1, 0, 1, 0]


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


LABELLED = [
    ("On manque de temps et de bras pour tout faire.", ["moyens"]),
    ("Faute de budget, faute de temps, rien n'avance.", ["moyens"]),
    ("Le manque de moyens humains bloque tout le service.", ["moyens"]),
    ("Personne ne répond et personne ne vient aux réunions.", ["participation"]),
    ("Peu de monde vient, presque personne ne répond.", ["participation"]),
    ("Aux réunions, personne ne vient plus depuis un an.", ["participation"]),
    ("Sans budget ni temps, personne ne vient aux réunions.", ["moyens", "participation"]),
    ("Le jardin est beau au printemps.", []),
    ("Il a plu toute la nuit sur le jardin.", []),
] * 3
PASSAGES, LABELS = [text for text, _ in LABELLED], [labels for _, labels in LABELLED]


def test_labels_are_learnt_and_several_are_given() -> None:
    classifier = et.LabelClassifier(folds=3).fit(PASSAGES, LABELS)
    assert list(classifier.classes_) == ["moyens", "participation"]
    gold = [[label in labels for label in ("moyens", "participation")] for labels in LABELS]
    assert (classifier.predict(PASSAGES) == np.array(gold)).mean() > 0.9
    probabilities = classifier.predict_proba(PASSAGES)
    assert probabilities.shape == (27, 2)
    assert ((probabilities > 0) & (probabilities < 1)).all()


def test_a_matrix_and_a_list_of_labels_teach_the_same() -> None:
    matrix = np.array([[label in labels for label in ("moyens", "participation")] for labels in LABELS]).astype(int)
    one = et.LabelClassifier(folds=3).fit(PASSAGES, LABELS).predict_proba(PASSAGES)
    assert (et.LabelClassifier(folds=3).fit(PASSAGES, matrix).predict_proba(PASSAGES) == one).all()


def test_one_label_a_text_gives_one_label_a_text() -> None:
    single = [labels[0] if labels else "rien" for labels in LABELS]
    classifier = et.LabelClassifier(folds=3).fit(PASSAGES, single)
    found: Any = classifier.predict(["Le jardin est beau.", "Personne ne vient."])
    assert list(found) == ["rien", "participation"]
    assert classifier.score(PASSAGES, single) > 0.8


def test_documents_are_not_parted_and_a_search_runs() -> None:
    groups = [number // 3 for number in range(len(PASSAGES))]
    matrix = np.array([[label in labels for label in ("moyens", "participation")] for labels in LABELS]).astype(int)
    search = GridSearchCV(et.LabelClassifier(folds=2), {"c": [1.0, 5.0]}, cv=GroupKFold(3))
    search.fit(PASSAGES, matrix, groups=groups)
    assert search.best_params_["c"] in (1.0, 5.0)
    assert clone(search.best_estimator_).get_params() == search.best_estimator_.get_params()


def test_batches_do_not_change_a_probability() -> None:
    classifier = et.LabelClassifier(folds=3).fit(PASSAGES, LABELS)
    together = classifier.predict_proba(PASSAGES[:9])
    alone = np.concatenate([classifier.predict_proba([text]) for text in PASSAGES[:9]])
    assert (together == alone).all()


@pytest.mark.parametrize(
    ("texts", "labels", "found"),
    [(["a"], [["x"]], "1 groups"), (["a", "b"], [["x"]], "1 rows"), (["a", "b"], [[], []], "0 labels")],
)
def test_labels_that_teach_nothing_are_told(texts: list[str], labels: list[list[str]], found: str) -> None:
    with pytest.raises(OptionError, match=found):
        et.LabelClassifier().fit(texts, labels)
