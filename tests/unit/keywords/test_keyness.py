"""Keywords of collections."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engagetext as et
from engagetext.corpus import count_keywords
from engagetext.errors import InputTypeError, OptionError
from engagetext.findings import Keyword
from engagetext.keywords.keyness import KeywordCounts, keyness, merged, trend, wilson

EXAMPLES = Path(__file__).parents[3] / "examples" / "archive"


def _word(lemma: str, count: int = 1, score: float = 0.5) -> Keyword:
    return Keyword(lemma, lemma, score, count, tuple((n, n + 1) for n in range(count)))


def _counts(*texts: str) -> KeywordCounts:
    counts = KeywordCounts()
    for text in texts:
        counts.add([_word(word) for word in text.split()])
    return counts


def test_counts_are_those_of_the_texts() -> None:
    counts = KeywordCounts()
    counts.add([_word("idée", 3), _word("plan")])
    counts.add([_word("idée")])
    (first, second) = counts.best()
    assert (first.lemma, first.documents, first.count, first.score) == ("idée", 2, 4, 1.0)
    assert (second.lemma, counts.texts, counts.occurrences, counts.documents("rien")) == ("plan", 2, 5, 0)


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=4, unique=True), max_size=12), st.integers(0, 12))
def test_parts_add_up_to_the_whole(texts: list[list[str]], cut: int) -> None:
    whole = _counts(*(" ".join(text) for text in texts))
    parts = _counts(*(" ".join(text) for text in texts[:cut]))
    parts.merge(_counts(*(" ".join(text) for text in texts[cut:])))
    assert parts.best(None) == whole.best(None)
    assert (parts.texts, parts.occurrences) == (whole.texts, whole.occurrences)


def test_memory_is_bounded_and_the_error_told() -> None:
    counts = KeywordCounts(capacity=10)
    for number in range(500):
        counts.add([_word("souvent"), _word(f"rare {number}")])
    assert len(counts) <= 20
    assert counts.error >= 1
    assert counts.best(1)[0].documents == 500
    assert all(word.documents <= counts.documents(word.lemma) + counts.error for word in counts.best(None))


def test_what_one_side_says_more_stands_out() -> None:
    comments = _counts(*["cantine prix"] * 30, *["école"] * 3)
    articles = _counts(*["école budget"] * 30, *["prix"] * 28)
    found = keyness(comments, articles)
    assert found[0].lemma == "cantine"
    assert found[0].score > 1.96
    assert "école" not in [word.lemma for word in found]
    (prix,) = (word for word in found if word.lemma == "prix")
    assert prix.score < 1.96
    assert (prix.count, prix.reference_count) == (30, 28)


def test_the_score_is_that_of_the_paper() -> None:
    # Worked by hand from Monroe et al. 2008, equations 15 to 22: counts 8 of 10 and 2 of 10, prior 10.
    target, reference = KeywordCounts(), KeywordCounts()
    target.add([_word("a", 8), _word("b", 2)])
    reference.add([_word("a", 2), _word("b", 8)])
    (found,) = keyness(target, reference, min_documents=1, prior=10.0)
    # (8 + 5) / (20 - 13) against (2 + 5) / (20 - 7); variance 1 / 13 + 1 / 7.
    assert found.score == pytest.approx(2.641, abs=1e-3)


def test_nothing_compared_with_nothing() -> None:
    assert keyness(KeywordCounts(), KeywordCounts()) == []
    assert len(keyness(_counts("a", "a"), KeywordCounts())) == 1
    assert KeywordCounts().best() == []


def test_a_trend_has_a_point_a_slice_in_order() -> None:
    points = trend({"2025-02": _counts("a", "b"), "2025-01": _counts("b"), "2025-03": KeywordCounts()}, "a")
    assert [(point.slice, point.documents, point.total, point.share) for point in points] == [
        ("2025-01", 0, 1, 0.0),
        ("2025-02", 1, 2, 0.5),
        ("2025-03", 0, 0, 0.0),
    ]
    assert all(point.interval[0] <= point.share <= point.interval[1] for point in points)


def test_the_interval_is_that_of_wilson() -> None:
    low, high = wilson(5, 10)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)


def _articles() -> Iterator[et.Article]:
    return et.read(EXAMPLES)


def test_an_archive_is_sliced_and_workers_change_nothing() -> None:
    alone = count_keywords(_articles())
    assert list(alone) == ["article", "comment"]
    records = [(1, len(article.comments)) for article in _articles()]
    assert alone["article"].texts <= len(records)
    shared = count_keywords(_articles(), n_process=2)
    assert {name: counts.best(None) for name, counts in shared.items()} == {
        name: counts.best(None) for name, counts in alone.items()
    }


def test_months_come_from_the_article_where_a_comment_has_none() -> None:
    comment = et.Comment("c", "La cantine est trop chère pour nous.")
    article = et.Article(
        "a", "La mairie ouvre une cantine.", date=datetime(2025, 3, 2, tzinfo=UTC), comments=(comment,)
    )
    assert {name: counts.texts for name, counts in count_keywords([article], "month").items()} == {"2025-03": 2}


def test_another_language_is_left_out() -> None:
    english = et.Article("e", "We should listen to the people who do the work every single day.")
    assert count_keywords([english]) == {}


def test_slices_may_be_a_function_of_ones_own() -> None:
    article = et.Article("a", "La mairie ouvre une cantine.", author="Nadia")
    assert list(count_keywords([article], lambda item, article: item.author)) == ["Nadia"]


def test_slips_are_told() -> None:
    with pytest.raises(OptionError, match="kind"):
        count_keywords([], "colour")
    with pytest.raises(OptionError, match="n_process"):
        count_keywords([], n_process=0)
    with pytest.raises(OptionError, match="capacity"):
        KeywordCounts(0)
    with pytest.raises(InputTypeError, match="Wrap a text"):
        count_keywords(["texte"])  # type: ignore[list-item]


def test_merging_keeps_slices_apart() -> None:
    whole = merged([{"x": _counts("a")}, {"y": _counts("a"), "x": _counts("b")}])
    assert {name: counts.texts for name, counts in whole.items()} == {"x": 2, "y": 1}
