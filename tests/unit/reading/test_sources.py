"""Where bytes come from."""

import gzip
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.reading.dates import parse_date
from engagetext.reading.markdown import read_markdown


def texts(source: Any) -> list[str]:
    return [article.text for article in et.read(source)]


def test_folders_are_walked_in_order_and_hidden_files_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".caché.txt", "c/d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert texts(tmp_path) == ["a.txt", "b.txt", "c/d.md"]
    assert texts(str(tmp_path / "*.txt")) == ["a.txt", "b.txt"]
    assert texts([tmp_path / "b.txt", tmp_path / "c"]) == ["b.txt", "c/d.md"]


def test_archives_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "Un."}\n{"text": "Deux."}'))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x/trois.txt", "Trois.")
        archive.writestr("__MACOSX/x", "rien")
        archive.writestr("quatre.jsonl", '{"id": "4", "text": "Quatre."}')
    assert texts(tmp_path) == ["Un.", "Deux.", "Quatre.", "Trois."]
    sources = [article.source for article in et.read(tmp_path / "b.zip")]
    assert sources[1] == f"{(tmp_path / 'b.zip').as_posix()}!x/trois.txt"


def test_file_objects_of_both_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts(io.BytesIO("Été.".encode())) == ["Été."]
    assert texts(io.StringIO("Été.")) == ["Été."]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Été.".encode())))
    assert texts("-") == ["Été."]


def test_the_content_tells_before_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("<!doctype html><html><body><p>Un texte.</p></body></html>", encoding="utf-8")
    (tmp_path / "rows.txt").write_text('{"text": "Une ligne."}\n', encoding="utf-8")
    assert texts(tmp_path) == ["Un texte.", "Une ligne."]


def test_reading_is_lazy(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Un."}\nbroken\n', encoding="utf-8")
    assert next(et.read(path)).text == "Un."


def test_markdown() -> None:
    text, meta = read_markdown(
        "---\ntitle: Le titre\ndate: 2024-01-02\n---\n\n## Partie\n\nUn **mot** et un [lien](https://x.fr).\n\n"
        "```\ncode\n```\n\n* un\n* deux\n\n> cité\n\n![image](a.png)"
    )
    assert meta == {"title": "Le titre", "date": "2024-01-02"}
    assert text == "Partie\n\nUn mot et un lien.\n\n• un\n• deux\n\ncité"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-06", "2024-05-06 00:00:00"),
        ("2024-05-06T07:08:09Z", "2024-05-06 07:08:09+00:00"),
        ("Tue, 14 Mar 2023 07:30:00 +0000", "2023-03-14 07:30:00+00:00"),
        ("Publié le 30 octobre 2012", "2012-10-30 00:00:00"),
        ("mardi 1er août 2023 à 9 h 05", "2023-08-01 09:05:00"),
        ("03/02/2021", "2021-02-03 00:00:00"),
        ("3 fevrier 2021", "2021-02-03 00:00:00"),
        ("31/02/2021", "None"),
        ("0000-00-00 00:00:00", "None"),
        ("0001-01-01", "None"),
        ("hier", "None"),
        ("", "None"),
    ],
)
def test_dates(value: str, expected: str) -> None:
    assert str(parse_date(value)) == expected


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text", "html", "wxr", "jsonl", "json", "csv", "parquet", "markdown"]),
)
def test_any_bytes_give_records_or_rejects(content: bytes, format: str | None) -> None:
    rejects: list[et.RecordError] = []
    for article in et.read(io.BytesIO(content), format=format, on_reject=rejects.append):
        assert isinstance(article.text, str)
    assert all(isinstance(error, et.RecordError) for error in rejects)
