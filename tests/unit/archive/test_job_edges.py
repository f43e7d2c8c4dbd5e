"""What a job refuses, and that it leaves nothing half done."""

import json
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import engagetext as et
from engagetext.errors import OptionError, OutputError, RecordError


@pytest.mark.parametrize("languages", ["fr", "french", (), ("FR",), ("xx",)])
def test_languages_are_codes_in_a_collection(languages: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r'languages.*Use \("fr",\)'):
        et.score(iter([et.Article("a", "Un.")]), tmp_path / "out.jsonl", languages=languages)


@pytest.mark.parametrize("out", ["archive/scores.jsonl", "archive/a.jsonl", "archive/deeper/scores.jsonl"])
def test_an_output_that_would_be_read_as_source_is_refused(out: str, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"id": "a", "text": "La confiance revient."}\n', encoding="utf-8")
    with pytest.raises(OptionError, match="read as well"):
        et.score(folder, tmp_path / out)
    if out.endswith("a.jsonl"):
        with pytest.raises(OptionError, match="read as well"):
            et.score(folder / "a.jsonl", tmp_path / out)
        with pytest.raises(OptionError, match="read as well"):
            et.score(str(folder / "*.jsonl"), tmp_path / out)
    assert [path.name for path in folder.iterdir()] == ["a.jsonl"]


def test_a_folder_as_output_is_told_before_anything_is_scored(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").mkdir()

    def articles() -> Iterator[et.Article]:
        raise AssertionError("read")
        yield et.Article("a", "Un.")

    with pytest.raises(OutputError, match=r"out\.jsonl.*folder"):
        et.score(articles(), tmp_path / "out.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_a_full_disk_is_one_error_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    articles = (et.Article(str(number), f"La confiance numéro {number * 7919} revient.") for number in range(1500))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, hard))
    try:
        with pytest.raises(OutputError, match=r"out\.\w+.*Make room"):
            et.score(articles, tmp_path / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_the_order_of_the_rejects_does_not_depend_on_the_workers(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": str(number), "text": "La confiance revient."}) if number % 50 else "{"
        for number in range(1, 2501)
    ]
    (tmp_path / "archive.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rejects = []
    for n_process in (1, 2, 3):
        summary = et.score(tmp_path / "archive.jsonl", tmp_path / f"{n_process}" / "out.jsonl", n_process=n_process)
        assert summary.rejected == 50
        rejects.append(summary.rejects_path.read_bytes())
    assert rejects[0] == rejects[1] == rejects[2]


def test_a_list_of_articles_is_an_archive(tmp_path: Path) -> None:
    assert et.score([et.Article("a", "La confiance revient.")], tmp_path / "out.jsonl").scored == 1


def test_what_is_no_article_or_no_text_costs_only_itself(tmp_path: Path) -> None:
    comments = (et.Comment("1", "Bravo à tous."), et.Comment("2", None), et.Comment("3", "Je suis d'accord."))  # type: ignore[arg-type]
    items = ["La confiance.", et.Article("a", "La confiance revient.", title=5, comments=comments)]  # type: ignore[arg-type]
    summary = et.score(iter(items), tmp_path / "out.jsonl")  # type: ignore[arg-type]
    assert (summary.read, summary.scored, summary.rejected) == (5, 3, 2)
    rejects = [json.loads(line) for line in summary.rejects_path.read_text(encoding="utf-8").splitlines()]
    assert [(row["where"], row["found"]) for row in rejects] == [
        ("item 1", "an object of type str"),
        ("article a, comment 2", "a text of type NoneType"),
    ]


TEXT = "Le temps nous manque pour lire ces propositions."


def rejects_of(summary: et.Summary) -> list[tuple[str, str]]:
    told = [json.loads(line) for line in summary.rejects_path.read_text("utf-8").splitlines()]
    return [(reject["where"], reject["found"]) for reject in told]


def test_a_part_of_another_type_costs_only_its_record(tmp_path: Path) -> None:
    comments = (et.Comment("c", TEXT), "un texte", et.Comment(1, TEXT), et.Comment("d", TEXT))  # type: ignore[arg-type]
    articles = [
        et.Article("a", TEXT, comments=comments),  # type: ignore[arg-type]
        et.Article(3, TEXT, comments=comments[:2]),  # type: ignore[arg-type]
        et.Article("b", TEXT, comments="un texte"),  # type: ignore[arg-type]
        et.Article("d", TEXT),
    ]
    for name in ("out.jsonl", "out.parquet"):
        summary = et.score(articles, tmp_path / name)
        assert (summary.scored, summary.skipped, summary.rejected) == (4, 0, 6)
    assert rejects_of(summary) == [
        ("item 1, comment 2 of article 'a'", "an object of type str"),
        ("item 1, id of comment 3 of article 'a'", "an object of type int"),
        ("item 2, id of article 3", "an object of type int"),
        ("item 2, comment 1", "a comment under an article that is rejected"),
        ("item 2, comment 2", "a comment under an article that is rejected"),
        ("item 3, comments of article 'b'", "an object of type str"),
    ]
    with pytest.raises(RecordError, match="an object of type str, expected a Comment"):
        et.score(articles, tmp_path / "other.jsonl", on_error="raise")


def test_a_part_that_a_record_can_do_without_costs_nothing(tmp_path: Path) -> None:
    parts: dict[str, Any] = dict.fromkeys(("title", "author", "date", "url", "source", "lang"), 5)
    comment: Any = et.Comment("c", TEXT, author=b"Zo", date="2024-01-01", parent_id=4)  # type: ignore[arg-type]
    for name in ("out.jsonl", "out.parquet"):
        summary = et.score([et.Article("a", TEXT, comments=(comment,), **parts)], tmp_path / name)
        assert (summary.read, summary.scored) == (2, 2)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert {row[name] for row in rows for name in ("title", "author", "date", "url", "source", "parent_id")} == {None}


@pytest.mark.parametrize("shard_size", [2, 5000])
def test_a_second_record_of_one_id_is_a_reject_wherever_shards_end(shard_size: int, tmp_path: Path) -> None:
    def comments(*texts: str | None) -> tuple[et.Comment, ...]:
        return tuple(et.Comment("c", text) for text in texts)  # type: ignore[arg-type]

    articles = [
        et.Article("a", TEXT, comments=comments(TEXT, TEXT)),
        et.Article("b", TEXT, comments=comments("", None, TEXT)),
        et.Article("a", TEXT, comments=comments(TEXT)),
    ]
    summary = et.score(articles, tmp_path / "out.jsonl", shard_size=shard_size)
    assert (summary.read, summary.scored, summary.rejected) == (9, 4, 5)
    assert sorted(rejects_of(summary)) == [
        ("article b, comment c", "a text of type NoneType"),
        ("article b, comment c", "an empty text"),
        ("item 1, comment 2 of article 'a'", "the id 'c' a second time"),
        ("item 3", "the id 'a' a second time"),
        ("item 3, comment 1", "a comment under an article that is rejected"),
    ]
    assert et.score(articles, tmp_path / "out.jsonl", shard_size=shard_size).rejected == summary.rejected
