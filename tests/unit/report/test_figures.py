"""The overview of a scored archive."""

import json
from pathlib import Path
from typing import Any

import pytest

from engagetext.errors import SourceError, SourceNotFoundError
from engagetext.report.console import show_overview
from engagetext.report.figures import overview, read_rows


def row(number: int, kind: str, **fields: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"title": None, "keywords": [], "themes": [], "obstacles": []}
    return {"id": str(number), "kind": kind, "lang": "fr", **empty, **fields}


def keyword(text: str, score: float, count: int = 1) -> dict[str, Any]:
    return {"text": text, "lemma": text.lower(), "score": score, "count": count}


def obstacle(score: float, quote: str, status: str = "present") -> dict[str, Any]:
    return {"label": "moyens", "name": "Nos moyens", "score": score, "quote": quote, "status": status}


ROWS = [
    row(
        1, "article", title="Un an", keywords=[keyword("Partage", 0.5, 3)], obstacles=[obstacle(0.4, "faute de temps")]
    ),
    row(
        2, "comment", keywords=[keyword("partage", 0.5), keyword("temps", 0.9)], obstacles=[obstacle(0.9, "trop cher")]
    ),
    row(3, "comment", lang="und", obstacles=[obstacle(0.2, "si l'argent manquait", "hypothetique")]),
]


def test_records_labels_and_keywords_are_counted() -> None:
    figures = overview(ROWS)
    assert (figures.articles, figures.comments, dict(figures.languages)) == (1, 2, {"fr": 2, "und": 1})
    assert figures.keywords == [("Partage", 2), ("temps", 1)]
    found = figures.obstacles["moyens"]
    assert (found.name, found.articles, found.comments, found.records) == ("Nos moyens", 1, 2, 3)
    assert dict(found.statuses) == {"present": 2, "hypothetique": 1}
    assert (found.quote, found.quote_source) == ("trop cher", "comment 2")


def test_the_order_of_the_records_changes_no_count() -> None:
    figures, turned = overview(ROWS), overview(list(reversed(ROWS)))
    assert figures.keywords == turned.keywords
    assert show_overview(figures).split("\n")[1:] == show_overview(turned).split("\n")[1:]


def test_an_empty_archive_has_an_overview() -> None:
    text = show_overview(overview([]))
    assert text.startswith("0 articles, 0 comments · languages: none")
    assert text.count("none") == 4


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError) as raised:
        list(read_rows(tmp_path / "none.jsonl"))
    assert raised.value.expected == "a scored archive"


@pytest.mark.parametrize(("line", "expected"), [("{", "one JSON object a line"), ('{"id": 1}', "a scored record")])
def test_another_kind_of_file_is_told(tmp_path: Path, line: str, expected: str) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(f"{json.dumps(ROWS[0])}\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError) as raised:
        list(read_rows(path))
    assert raised.value.expected == expected
    assert raised.value.where.endswith("out.jsonl, line 2")
    assert "engagetext score" in raised.value.remedy


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.parquet", b"PAR1 and nothing more", "complete Parquet file"),
        ("a.jsonl", '{"kind": "été"}'.encode("cp1252"), "one JSON object a line"),
        ("a.jsonl", b'{"kind": "article", "keywords": [], "themes": [], "obstacles": []}', "a scored record"),
        ("a.jsonl", b"[]", "a scored record"),
        (
            "avis.csv",
            b"avis\nBonjour\n",
            r"avis.csv, line 1: found a .csv file, .* `engagetext score` wrote: run that",
        ),
        ("page.html", b"<!doctype html><p>Bonjour", r"found a .html file, .* that `engagetext score` wrote: run that"),
        ("a.parquet", b"avis\nBonjour\n", "found something else, .* that `engagetext score` wrote: run that"),
        ("A.JSONL", b"avis\n", "line 1: found a line that is no JSON"),
        ("a.ndjson", b"avis\n", "line 1: found a line that is no JSON"),
        ("a.json", json.dumps(ROWS[0]).encode() + b"\n{\n", "line 2: found a line that is no JSON"),
        ("a.jsonl", b"", "no scored record, expected a scored archive. Run `engagetext score` first"),
    ],
)
def test_what_is_no_scored_archive_is_told(name: str, content: bytes, found: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=found) as raised:
        list(read_rows(tmp_path / name))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_a_file_that_may_not_be_read_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).touch()

    def refuse(path: Path, *_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"found Permission denied, expected a readable file\. Check its permissions"):
        list(read_rows(tmp_path / name))
