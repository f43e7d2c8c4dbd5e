"""The batch job: every record is accounted for, and the bytes depend on nothing but the input."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import engagetext as et
from engagetext.errors import ModelNotFoundError, OptionError, OutputError

ARTICLES = [
    et.Article(
        id="1",
        title="Un an de réunions ouvertes",
        text="Depuis un an, les réunions de l'atelier sont ouvertes à tous.\n\nLe manque de temps reste notre frein.",
        date=datetime(2025, 3, 4, tzinfo=UTC),
        source="blog.jsonl, line 1",
        comments=(
            et.Comment(id="c1", text="Bravo, la confiance revient !", author="Inès"),
            et.Comment(id="c2", text="We would love to do the same thing in our own office.", parent_id="c1"),
            et.Comment(id="c3", text="  \n"),
            et.Comment(id="c4", text="👍"),
        ),
    ),
    et.Article(id="2", text="", comments=(et.Comment(id="d1", text="Et chez nous, qui écoute les équipes ?"),)),
]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_record_is_scored_skipped_or_rejected(tmp_path: Path) -> None:
    summary = et.score(iter(ARTICLES), tmp_path / "out.jsonl")
    assert (summary.read, summary.scored, summary.skipped, summary.rejected) == (7, 4, 1, 2)
    assert (summary.articles, summary.comments) == (1, 3)
    scored = rows(summary.output)
    assert [row["id"] for row in scored] == ["1", "c1", "c4", "d1"]
    assert [row["article_id"] for row in scored] == ["1", "1", "1", "2"]
    assert summary.rejects_path == tmp_path / "out.rejects.jsonl"
    assert [row["where"] for row in rows(summary.rejects_path)] == ["blog.jsonl, line 1, comment c3", "article 2"]
    assert rows(summary.rejects_path)[0].keys() == {"where", "found", "expected", "remedy"}
    assert [(row["id"], row["lang"]) for row in rows(summary.skipped_path)] == [("c2", "en")]


def test_a_row_says_the_same_as_the_analyzer(tmp_path: Path) -> None:
    article, comment, *_ = rows(et.score(iter(ARTICLES), tmp_path / "out.jsonl").output)
    analysis = et.load()(ARTICLES[0])
    assert [keyword["text"] for keyword in article["keywords"]] == [keyword.text for keyword in analysis.keywords]
    for kind in ("themes", "obstacles"):
        labels = getattr(analysis, kind)
        assert [(row["label"], row["score"]) for row in article[kind]] == [(one.label, one.score) for one in labels]
        assert [row["quote"] for row in article[kind]] == [one.passages[0].text for one in labels]
    assert article["date"] == "2025-03-04T00:00:00+00:00"
    assert comment["kind"] == "comment"
    assert comment["author"] == "Inès"
    assert comment["lang"] == analysis.comments[0].lang == "fr"


def test_the_bytes_do_not_depend_on_the_workers(tmp_path: Path) -> None:
    many = [et.Article(id=str(n), text=f"Idée {n} : partager le temps de parole.") for n in range(1200)]
    one = et.score(iter(many), tmp_path / "one.jsonl")
    two = et.score(iter(many), tmp_path / "two.jsonl", n_process=2)
    assert one.output.read_bytes() == two.output.read_bytes()
    assert two.scored == 1200


def test_parquet_holds_the_same_rows(tmp_path: Path) -> None:
    lines = et.score(iter(ARTICLES), tmp_path / "out.jsonl")
    table = et.score(iter(ARTICLES), tmp_path / "out.parquet")
    assert pq.read_table(table.output).to_pylist() == rows(lines.output)
    assert table.rejects_path.read_bytes() == lines.rejects_path.read_bytes()


def test_a_lone_surrogate_does_not_stop_the_job(tmp_path: Path) -> None:
    odd = [et.Article(id="\ud800", text="Un texte \udfff abîmé, mais bien français tout de même.")]
    assert et.score(iter(odd), tmp_path / "out.jsonl").scored == 1
    assert et.score(iter(odd), tmp_path / "out.parquet").scored == 1
    assert rows(tmp_path / "out.jsonl")[0]["id"] == "\ud800"


def test_other_languages_are_scored_when_asked_for(tmp_path: Path) -> None:
    summary = et.score(iter(ARTICLES), tmp_path / "out.jsonl", languages=("fr", "en"))
    assert summary.skipped == 0


def test_progress_is_told_after_every_batch(tmp_path: Path) -> None:
    told: list[tuple[int, int | None, int]] = []
    et.score(iter(ARTICLES), tmp_path / "out.jsonl", progress=lambda *state: told.append(state))
    assert told == [(7, None, 2)]


def test_a_file_object_is_read_as_a_file(tmp_path: Path) -> None:
    source = io.BytesIO(b'{"text": "Un mot sur le partage."}\n{"text": "Un autre, sur la confiance."}')
    assert et.score(source, tmp_path / "out.jsonl").scored == 2


def test_an_error_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(et.RecordError, match="an empty text"):
        et.score(iter(ARTICLES), tmp_path / "out.jsonl", on_error="raise")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "where"),
    [({"on_error": "ignore"}, "on_error"), ({"n_process": 0}, "n_process")],
)
def test_an_option_that_cannot_be_had_is_told(tmp_path: Path, options: dict[str, Any], where: str) -> None:
    with pytest.raises(OptionError) as raised:
        et.score(iter(ARTICLES), tmp_path / "out.jsonl", **options)
    assert raised.value.where == where


def test_another_suffix_is_told(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as raised:
        et.score(iter(ARTICLES), tmp_path / "out.xlsx")
    assert raised.value.expected == ".jsonl, .parquet, or none for a folder of Parquet files"


def test_who_asks_for_a_csv_is_told_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"found the suffix '.csv', .*Name the output scores.parquet; .*to_csv\("):
        et.score(iter(ARTICLES), tmp_path / "out.csv")


def test_a_model_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError):
        et.score(tmp_path / "no such source", tmp_path / "out.jsonl", model="klingon")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError) as raised:
        et.score(iter(ARTICLES), tmp_path / "file" / "out.jsonl")
    assert raised.value.remedy == "Make room, or choose another output."
