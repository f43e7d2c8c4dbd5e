"""Counts and shares of a scored archive, slice by slice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import engagetext as et
from engagetext.errors import OptionError, SourceError, SourceNotFoundError
from engagetext.keywords.keyness import wilson

ARTICLES = [
    et.Article(
        id=str(number),
        text="Le manque de temps reste notre frein principal : personne n'a le temps de lire les propositions.",
        date=datetime(2025, 1 + number % 2, 4, tzinfo=UTC),
        source=f"blog.jsonl, line {number}",
        comments=(et.Comment(id="c", text="Bravo pour la cantine et le partage des recettes de la cantine !"),),
    )
    for number in range(6)
]


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet", "out"])
def test_labels_and_keywords_are_counted_by_slice(tmp_path: Path, name: str) -> None:
    et.score(ARTICLES, tmp_path / name, shard_size=3)
    figures = et.summarise(tmp_path / name)
    assert dict(figures.records) == {
        ("all", "all"): 12,
        ("kind", "article"): 6,
        ("kind", "comment"): 6,
        ("month", "2025-01"): 6,
        ("month", "2025-02"): 6,
        ("source", "blog.jsonl"): 12,
    }
    whole = {share.label: share for share in figures.of("obstacle")}
    assert (whole["moyens"].records, whole["moyens"].total) == (6, 12)
    assert (whole["moyens"].low, whole["moyens"].high) == wilson(6, 12)
    by_kind = {(share.slice, share.label): share.records for share in figures.of("obstacle", "kind")}
    assert by_kind["article", "moyens"] == 6
    assert ("comment", "moyens") not in by_kind
    assert [share.records for share in figures.of("obstacle", "all", "present") if share.label == "moyens"] == [6]
    words = {share.label for share in figures.of("keyword", "kind") if share.slice == "comment"}
    assert "cantine" in words
    assert len(figures.to_frame()) == len(figures.shares)


def test_figures_show_themselves_in_a_line_and_as_a_table(tmp_path: Path) -> None:
    et.score(ARTICLES, tmp_path / "out.jsonl")
    figures = et.summarise(tmp_path / "out.jsonl", by=("kind",))
    labels = f"{len(figures.of('obstacle'))} obstacles, {len(figures.of('theme'))} themes"
    assert repr(figures).startswith(f"<ArchiveFigures of 12 records: {labels}, ")
    assert repr(figures).endswith(" keywords; by kind>")
    low, high = wilson(6, 12)
    shown = figures._repr_html_()
    cells = ("Manque de moyens et de temps", "obstacle", "6", "50.0%", f"{low:.1%} – {high:.1%}")
    assert f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" in shown
    assert shown.count("<tr>") == 1 + len(figures.of("obstacle")) + len(figures.of("theme"))


def test_the_format_of_the_archive_changes_no_figure(tmp_path: Path) -> None:
    found = []
    for name in ("out.jsonl", "out.parquet", "out"):
        et.score(ARTICLES, tmp_path / name, shard_size=3)
        found.append(et.summarise(tmp_path / name))
    assert found[0] == found[1] == found[2]


def test_another_dimension_is_told(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"by: found \('week',\), expected some of kind, month, source"):
        et.summarise(tmp_path, by=("week",))


def test_a_folder_without_documents_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a folder without documents.*Give the \.jsonl"):
        et.summarise(tmp_path)
    with pytest.raises(SourceNotFoundError):
        et.summarise(tmp_path / "no.parquet")
