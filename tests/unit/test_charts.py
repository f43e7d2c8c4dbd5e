"""Charts of one text and of an archive."""

from datetime import UTC, datetime
from typing import Any

import pytest

import engagetext as et
from engagetext.charts import bars, squares

ARTICLES = [
    et.Article(
        id=str(number),
        text="Le manque de temps et d'argent reste notre frein principal.",
        date=datetime(2025, 1 + number % 2, 4, tzinfo=UTC),
        comments=(et.Comment("c", "Tout est décidé d'avance : plus personne ne fait confiance au conseil."),),
    )
    for number in range(4)
]


def values(chart: Any) -> list[dict[str, Any]]:
    """Return the rows that a chart draws."""
    drawn = chart.to_dict()
    data = drawn.get("data") or drawn["layer"][0]["data"]
    found = data.get("values") or drawn["datasets"][data["name"]]
    return list(found)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> et.ArchiveFigures:
    out = tmp_path_factory.mktemp("charts") / "s.jsonl"
    et.score(ARTICLES, out)
    return et.summarise(out)


def test_a_text_is_drawn_beside_its_comments() -> None:
    rows = values(et.load()(ARTICLES[0]).plot())
    assert {("Manque de moyens et de temps", "the text"), ("Défiance et conflits", "comments")} <= {
        (row["label"], row["said by"]) for row in rows
    }


def test_an_archive_has_a_profile_a_trend_and_keywords(figures: et.ArchiveFigures) -> None:
    assert {row["slice"] for row in values(figures.plot_profile())} == {"article", "comment"}
    assert {row["slice"] for row in values(figures.plot_trend())} == {"2025-01", "2025-02"}
    assert values(figures.plot_keyness())[0]["keyness"] > 0
    assert values(figures.plot_keyness("article"))


def test_labels_that_stand_together_are_counted(figures: et.ArchiveFigures) -> None:
    assert all(row["records"] > 0 for row in values(figures.plot_together()))
    assert all(one < other for one, other in figures.together)


def test_charts_of_nothing_are_charts() -> None:
    assert bars([], "value", "name").to_dict()["mark"]["type"] == "bar"
    assert squares([], "one", "other", "value").to_dict()["layer"]


def test_texts_of_the_archive_stay_values() -> None:
    drawn = bars([{"value": 1.0, "name": "</script><b>"}], "value", "name").to_dict()
    assert "</script><b>" in str(drawn)
