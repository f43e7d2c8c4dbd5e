"""CSV and Parquet."""

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import engagetext as et


def read(content: str, **options: Any) -> tuple[list[str], list[et.RecordError]]:
    rejects: list[et.RecordError] = []
    articles = et.read(io.BytesIO(content.encode()), format="csv", on_reject=rejects.append, **options)
    return [article.text for article in articles], rejects


@pytest.mark.parametrize(
    ("table", "texts"),
    [
        ("text\nBonjour, oui, non\nOui ; non\n", ["Bonjour, oui, non", "Oui ; non"]),
        ('text\n"Un, ""deux"""\n', ['Un, "deux"']),
        ("sep=;\nid;text\n1;a,b\n", ["a,b"]),
        ('"id, ou nom";text\n1;a\n', ["a"]),
        ("id,text\n\n1,a\n,,\n2,b,,\n", ["a", "b"]),
        ("\ufeffid,text\r\n1,a\r\n", ["a"]),
        ('id,text\n1,"a\n\nb"\n', ["a\n\nb"]),
        ('id,text\n1,5" de pluie\n', ['5" de pluie']),
        ("text,text,id\na,b,1\n", ["a"]),
        ("text,id\na\n", ["a"]),
        (",text\n0,a\n", ["a"]),
    ],
)
def test_tables_as_people_export_them(table: str, texts: list[str]) -> None:
    assert read(table) == (texts, [])


@pytest.mark.parametrize(
    ("table", "texts", "where", "found"),
    [
        ("id,text\n1,a\n2,b,c\n3,d\n", ["a", "d"], "line 3", "3 fields"),
        ("id,text\n1\n2,b\n", ["b"], "line 2", "no text (null)"),
        (
            'id,text\n1,a\n2,"b\n3,c\n',
            ["a"],
            "line 3",
            "a quoted field that is still open at the end of the file (line 4)",
        ),
        ("id,text\n1,a\0\n2,b\n", ["b"], "line 2", "NUL bytes"),
        ("id,titre\n1,a\n2,b\n", [], "header", "the fields id, titre"),
        ("id,text\n", [], "file object", "no record"),
        ("id,text\n1,a\rb\n2,c\n", ["c"], "line 2", "a broken row: new-line character"),
    ],
)
def test_a_bad_row_is_told_by_its_line(table: str, texts: list[str], where: str, found: str) -> None:
    read_texts, (error,) = read(table)
    assert read_texts == texts
    assert error.where.endswith(where)
    assert error.found.startswith(found)
    assert error.expected
    assert error.remedy.endswith(".")


def test_a_quoted_field_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagetext.reading.tables.MAX_RECORD", 20)
    _, (error, *_) = read('id,text\n1,"' + "ab\n" * 10 + '"\n2,b\n')
    assert error.found.startswith("a quoted field that is still open after 20 characters")


def test_parquet_through_a_pipe_and_with_replies(tmp_path: Path) -> None:
    table = pa.table({"id": ["a"], "text": ["Un."], "comments": [[{"id": 1, "text": "Oui.", "parent_id": None}]]})
    pq.write_table(table, tmp_path / "t.parquet")

    class Pipe(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return stream.read(size)

    stream = io.BytesIO((tmp_path / "t.parquet").read_bytes())
    (article,) = et.read(Pipe())  # type: ignore[arg-type]
    assert [(one.id, one.text) for one in article.comments] == [("1", "Oui.")]


def test_a_value_of_no_calendar_costs_its_row_only(tmp_path: Path) -> None:
    dates = pa.array([0, 2**62], pa.timestamp("us"))
    pq.write_table(pa.table({"id": ["a", "b"], "text": ["Un.", "Deux."], "date": dates}), tmp_path / "t.parquet")
    rejects: list[et.RecordError] = []
    assert [article.id for article in et.read(tmp_path, on_reject=rejects.append)] == ["a"]
    assert rejects[0].where.endswith("t.parquet, row 2")
    assert rejects[0].found.startswith("a value that cannot be read")


def test_a_parquet_file_without_texts_is_one_error(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a", "b"]}), tmp_path / "t.parquet")
    rejects: list[et.RecordError] = []
    assert list(et.read(tmp_path, on_reject=rejects.append)) == []
    assert [error.found for error in rejects] == ["the fields id"]
