"""Labels in a spreadsheet, and what stands twice among labelled passages."""

from pathlib import Path

import pytest

import engagetext as et
from engagetext.errors import SourceNotFoundError
from engagetext.learning.datasets import distinct, read_passages
from engagetext.learning.label_sheets import read_sheet, write_sheet
from engagetext.taxonomy import default_taxonomy

ROWS = [
    {"id": "a/1", "source": "enquête", "doc": "a", "kind": "comment", "text": "On est deux ; c'est peu.\nOn fatigue.",
     "themes": [], "obstacles": [{"label": "moyens", "status": "present"}], "sure": 0.1},
    {"id": "a/2", "source": "enquête", "doc": "a", "kind": "comment", "text": "- « Merci », dit-elle",
     "themes": ["ecoute", "partage"], "obstacles": [], "sure": 0.2},
    {"id": "a/3", "source": "enquête", "doc": "a", "kind": "comment", "text": "'=1 de plus",
     "themes": [], "obstacles": [{"label": "outils", "status": "hypothetique"}], "sure": 0.3},
]  # fmt: skip


def test_a_sheet_gives_back_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "next.csv"
    write_sheet(ROWS, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid;source;doc;")
    # No cell begins as a formula does.
    assert ";'- «" in path.read_text(encoding="utf-8-sig").replace('"', "")
    rows = [row for _, row in read_sheet(path)]
    assert [{**row, "sure": float(row["sure"])} for row in rows] == ROWS
    passages = read_passages(path, default_taxonomy())
    assert [passage.text for passage in passages] == [row["text"] for row in ROWS]
    assert passages[2].obstacles == (("outils", "hypothetique"),)
    assert passages[1].source == "enquête"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_labels_are_read_as_people_type_them(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    cells = (
        ["Text", "THEMES", "Obstacles"],
        ["Trop peu.", '"ecoute , partage"', '"moyens (ecarte) | outils;direction: hypothetique"'],
    )
    path.write_text("\n".join(separator.join(row) for row in (*cells, ["Rien.", "", ""])), encoding="cp1252")
    first, second = read_passages(path, default_taxonomy())
    assert first.themes == ("ecoute", "partage")
    assert first.obstacles == (("moyens", "ecarte"), ("outils", "present"), ("direction", "hypothetique"))
    assert (second.themes, second.obstacles) == ((), ())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("text;labels\nTrop peu.;moyens\n", "the columns text, labels"),
        ("verbatim;themes\nTrop peu.;ecoute\n", "the columns verbatim, themes"),
        ("text;themes\nTrop peu.;budget\n", "the theme 'budget'"),
        ("text;obstacles\nTrop peu.;moyens:fini\n", "the status 'fini'"),
        ("text;obstacles\nTrop peu.;moyens;;x\n", "4 fields"),
        ("text;themes\n;ecoute\n", "text = None"),
        ("", "the columns (none)"),
    ],
)
def test_what_a_sheet_lacks_is_told(content: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(et.RecordError, match=r"mine\.csv") as error:
        read_passages(path, default_taxonomy())
    assert found in error.value.found


def test_a_sheet_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"mine\.csv"):
        read_passages(tmp_path / "mine.csv", default_taxonomy())


def test_a_text_counts_once_and_may_not_be_read_in_two_ways(tmp_path: Path) -> None:
    rows = ["Trop peu.;;moyens", "Merci.;ecoute;", "Trop peu.;;moyens:present"]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["text;themes;obstacles", *rows]), encoding="utf-8")
    assert [passage.text for passage in distinct(read_passages(path, default_taxonomy()))] == ["Trop peu.", "Merci."]
    path.write_text("\n".join(["text;themes;obstacles", *rows, "Trop peu.;;moyens:ecarte"]), encoding="utf-8")
    with pytest.raises(et.RecordError, match=r"line 5: found a text that has other labels in .*line 2: 'Trop peu.'"):
        distinct(read_passages(path, default_taxonomy()))
