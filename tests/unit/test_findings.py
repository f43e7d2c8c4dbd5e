"""What is found shows itself in a line, and stays a plain value."""

import pickle
from dataclasses import fields, replace

import pytest

import engagetext as et
from engagetext.findings import LabelScore, Passage

SHORT = Passage(4, 18, "le temps manque", {"partage": 0.1}, {"moyens": 0.9}, {"moyens": "present"})
LONG = Passage(0, 300, "Le temps manque à tous, et\nl'argent aussi. " * 7, {"partage": 0.5}, {"moyens": 0.1})
FOUND = LabelScore("moyens", "Manque de moyens et de temps", 0.91234, "present", (SHORT, LONG))


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (SHORT, "<Passage 4-18 'le temps manque', obstacles: moyens (present)>"),
        (LONG, '<Passage 0-300 "Le temps manque à tous, et\\nl\'argent aus…">'),
        (FOUND, "<LabelScore moyens 0.912 present, 4-18 'le temps manque'>"),
        (replace(FOUND, status=None, score=0.5), "<LabelScore moyens 0.500, 4-18 'le temps manque'>"),
        (replace(FOUND, passages=()), "<LabelScore moyens 0.912 present>"),
    ],
)
def test_a_value_shows_itself_in_a_line(value: object, line: str) -> None:
    assert repr(value) == line


def test_a_label_shows_the_score_of_the_passage_that_it_shows() -> None:
    assert FOUND.quote_score == 0.9
    assert "Manque de moyens et de temps 90% · présent" in replace(FOUND, score=0.99)._repr_html_()


@pytest.mark.parametrize("value", [SHORT, LONG, FOUND])
def test_a_short_line_takes_nothing_from_the_value(value: Passage | LabelScore) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert replace(value) == value
    assert all(hasattr(value, field.name) for field in fields(value))


def test_what_was_found_fits_into_a_console() -> None:
    analysis = et.load()("Le manque de temps et d'argent reste notre frein principal, depuis des années. " * 5)
    assert analysis.obstacles
    assert all(len(repr(label)) < 120 for label in (*analysis.obstacles, *analysis.themes))
