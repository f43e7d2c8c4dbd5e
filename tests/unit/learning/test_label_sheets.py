"""Labels in a spreadsheet, and what stands twice among labelled passages."""

import gzip
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import engagetext as et
from engagetext.errors import OutputError, SourceError, SourceNotFoundError
from engagetext.learning.datasets import (
    labelled_rows,
    read_passages,
    refuse_contradictions,
    without_repeats,
    write_rows,
)
from engagetext.learning.label_sheets import read_sheet, write_sheet
from engagetext.taxonomy import Status, default_taxonomy

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
    assert path.read_bytes().startswith(b'\xef\xbb\xbf"id";"source";"doc";')
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
        ["Text", "Thèmes", "OBSTACLES"],
        ["Trop peu.", '"ecoute , partage"', '"moyens (ecarte) | outils;direction: hypothetique"'],
    )
    path.write_text("\n".join(separator.join(row) for row in (*cells, ["Rien.", "", ""])), encoding="cp1252")
    first, second = read_passages(path, default_taxonomy())
    assert first.themes == ("ecoute", "partage")
    assert first.obstacles == (("moyens", "ecarte"), ("outils", "present"), ("direction", "hypothetique"))
    assert (second.themes, second.obstacles) == ((), ())


def test_labels_and_columns_have_french_names_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    row = "Trop peu.;Écoute et dialogue;Outils et technique (Hypothétique), Moyens:écarté"
    path.write_text(f"Votre réponse;Thèmes;Freins\n{row}\n", encoding="utf-8")
    (passage,) = read_passages(path, default_taxonomy())
    assert passage.themes == ("ecoute",)
    assert passage.obstacles == (("outils", "hypothetique"), ("moyens", "ecarte"))


def test_a_name_that_no_file_of_labels_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"A spreadsheet opens the \.csv"):
        write_rows(ROWS, tmp_path / "next.xlsx")


def test_a_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"PK\x03\x04\xb5\xff")
    with pytest.raises(SourceError, match="Save a spreadsheet as CSV"):
        read_passages(path, default_taxonomy())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("text;labels\nTrop peu.;moyens\n", "the columns text, labels"),
        ("phrase;themes\nTrop peu.;ecoute\n", "the columns phrase, themes"),
        ("text;themes\nTrop peu.;budget\n", "the theme 'budget'"),
        ("text;obstacles\nTrop peu.;moyens:fini\n", "the status 'fini'"),
        ("text;obstacles\nTrop peu.;moyens;;x\n", "4 fields"),
        ('text;obstacles\nTrop peu.;"moyens; moyens:ecarte"\n', "the obstacle 'moyens' as present and ecarte"),
        ("text;themes\n;ecoute\n", "text = None"),
        ("text;thème;obstacles\nTrop peu.;ecoute;\n", "a column 'theme'"),
        ("text;themes;Thèmes\nTrop peu.;ecoute;\n", "two columns 'themes'"),
        ("text;themes;themes\nTrop peu.;ecoute;\n", "two columns 'themes'"),
        ("", "the columns (none)"),
    ],
)
def test_what_a_sheet_lacks_is_told(content: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(et.RecordError, match=r"mine\.csv") as error:
        read_passages(path, default_taxonomy())
    assert found in error.value.found


@pytest.mark.parametrize("name", ["mine.csv.gz", "mine.tsv", "mine.jsonl.gz", "mine.jsonl"])
def test_rows_come_back_whatever_the_file(name: str, tmp_path: Path) -> None:
    write_rows(ROWS, tmp_path / name)
    assert [row["text"] for _, row in labelled_rows(tmp_path / name)] == [row["text"] for row in ROWS]


@pytest.mark.parametrize("name", ["mine.csv.gz", "mine.jsonl.gz"])
@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"text;themes\n" * 99)[:-20]])
def test_a_damaged_file_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=name):
        read_passages(tmp_path / name, default_taxonomy())


def test_a_sheet_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"mine\.csv"):
        read_passages(tmp_path / "mine.csv", default_taxonomy())


def test_a_text_counts_once_and_may_not_be_read_in_two_ways(tmp_path: Path) -> None:
    rows = ["1;Trop peu.;;moyens", "2;Merci.;ecoute;", "1;Trop peu. ;;moyens:present"]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["id;text;themes;obstacles", *rows]), encoding="utf-8")
    passages = read_passages(path, default_taxonomy())
    refuse_contradictions(passages)
    assert [passage.text for passage in without_repeats(passages)] == ["Trop peu.", "Merci."]
    path.write_text("\n".join(["id;text;themes;obstacles", *rows, "9;Trop peu.;;moyens:ecarte"]), encoding="utf-8")
    with pytest.raises(et.RecordError, match=r"line 5: found a text that has other labels in .*line 2: 'Trop peu.'"):
        refuse_contradictions(read_passages(path, default_taxonomy()))


@example(texts=["'68 fut", "'- a", "12", "''-x"], status=Status.PRESENT)
@given(
    texts=st.lists(st.text(min_size=1).filter(lambda text: text.strip() and "\0" not in text), max_size=4),
    status=st.sampled_from(list(Status)),
)
def test_any_text_comes_back_from_a_sheet(
    texts: list[str], status: Status, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("sheet") / "any.csv"
    rows = [
        {
            "id": text.strip(),
            "text": text.strip(),
            "themes": ["a b"],
            "obstacles": [{"label": "c d", "status": str(status)}],
        }
        for text in texts
    ]
    write_sheet(rows, path)
    assert [row for _, row in read_sheet(path)] == rows
