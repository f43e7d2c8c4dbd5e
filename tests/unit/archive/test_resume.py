"""A job that is stopped goes on; one that is done scores what is new; nothing is lost, nothing counted twice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import engagetext as et
from engagetext.archive.units import score_unit
from engagetext.errors import OptionError, OutputError

NAMES = ("out.jsonl", "out.parquet", "out")
TEXTS = (
    "Le temps nous manque pour lire les propositions de l'atelier numéro {}.",
    "Bravo à l'équipe {} : le partage des outils a tout changé.",
    "Personne ne répond aux questions du groupe {}, et la confiance s'en va.",
    "The meeting number {} was held in the old town hall, and nobody of us came.",
    " ",
)


def article(number: int, text: str | None = None) -> dict[str, Any]:
    words = (text or TEXTS[number % len(TEXTS)]).format(number)
    comments = [{"id": f"c{n}", "text": f"Le point {n} manque de clarté."} for n in range(number % 3)]
    return {"id": f"a{number}", "text": words, "comments": comments}


def archive(path: Path, rows: list[Any]) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def content(folder: Path) -> dict[str, bytes]:
    kept = ("documents", "mentions", ".")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name not in ("lock", "manifest.json")
        and path.parent.name not in ("shards",)
        and not any(part.endswith(".job") for part in path.relative_to(folder).parts)
        and (path.parent == folder or path.parent.name in kept or path.suffix == ".jsonl")
    }


def fresh(source: Path, folder: Path, name: str) -> dict[str, bytes]:
    et.score(source, folder / name, shard_size=4)
    return content(folder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(("name", "kills"), [("out.jsonl", 24), ("out.parquet", 18), ("out", 18)])
def test_a_job_killed_at_any_instant_goes_on_to_the_same_bytes(tmp_path: Path, name: str, kills: int) -> None:
    source = archive(tmp_path / "a.jsonl", [article(n) for n in range(40)])
    words = [str(Path(__file__).with_name("killed.py")), str(source), str(tmp_path), name, str(kills), "7"]
    ended = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= kills // 2


@pytest.mark.parametrize("name", NAMES)
def test_a_finished_job_is_not_done_again(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = archive(tmp_path / "a.jsonl", [article(n) for n in range(9)])
    first = et.score(source, tmp_path / name)
    before = content(tmp_path)

    def never(*_: object) -> None:
        raise AssertionError("scored again")

    monkeypatch.setattr("engagetext.archive.units.load_pipeline", never)
    again = et.score(source, tmp_path / name)
    assert again == replace(first, taken_over=9)
    assert content(tmp_path) == before


@pytest.mark.parametrize("name", NAMES)
def test_only_new_and_changed_articles_are_scored(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [article(n) for n in range(30)]
    source = archive(tmp_path / "a.jsonl", rows)
    et.score(source, tmp_path / "o" / name, shard_size=4)
    changed = [article(100), *rows[:7], article(7, "Enfin du temps pour lire."), *rows[8:20], "{broken", *rows[21:]]
    archive(source, changed)
    expected = fresh(source, tmp_path / "fresh", name)
    scored: list[int] = []

    def counting(task: Any) -> Any:
        scored.append(len(task.sizes) if task else 0)
        return score_unit(task)

    monkeypatch.setattr("engagetext.archive.runners.score_unit", counting)
    summary = et.score(source, tmp_path / "o" / name, shard_size=4)
    assert content(tmp_path / "o") == expected
    assert sum(scored) == 2
    assert (summary.new, summary.changed, summary.removed) == (1, 1, ("a20",))
    assert summary.taken_over == 28
    assert summary.read == summary.scored + summary.skipped + summary.rejected
    again = et.score(source, tmp_path / "o" / name, shard_size=4)
    assert again == replace(summary, new=0, changed=0, removed=(), taken_over=30)


@pytest.mark.parametrize("name", NAMES)
def test_an_archive_that_shrinks_leaves_no_shard_behind(tmp_path: Path, name: str) -> None:
    source = archive(tmp_path / "a.jsonl", [article(n) for n in range(30)])
    et.score(source, tmp_path / "o" / name, shard_size=4)
    archive(source, [article(3)])
    summary = et.score(source, tmp_path / "o" / name, shard_size=4)
    assert len(summary.removed) == 29
    assert content(tmp_path / "o") == fresh(source, tmp_path / "fresh", name)


class StoppedError(Exception):
    """The user has had enough."""


def stop_after(shards: int) -> Any:
    told: list[int] = []

    def progress(*_: object) -> None:
        told.append(1)
        if len(told) == shards:
            raise StoppedError

    return progress


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"languages": ("fr", "en")}, "choice of languages"),
        ({"vocabulary": ["atelier"]}, "vocabulary"),
        ({"shard_size": 5}, "shard size"),
        ({"columns": {"text": "title"}}, "way of reading"),
    ],
)
def test_other_options_ask_for_a_fresh_start(tmp_path: Path, options: dict[str, Any], what: str) -> None:
    source = archive(tmp_path / "a.jsonl", [article(n) for n in range(9)])
    et.score(source, tmp_path / "out", shard_size=4)
    with pytest.raises(OptionError, match=rf"another {what}.*--fresh"):
        et.score(source, tmp_path / "out", **{"shard_size": 4, **options})
    assert et.score(source, tmp_path / "out", resume=False, **{"shard_size": 4, **options}).read > 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrong", [{"columns": {"text": "avis"}}, {"languages": ("de",)}])
def test_a_job_that_scored_nothing_is_started_anew_with_other_options(
    tmp_path: Path, name: str, wrong: dict[str, Any]
) -> None:
    source = archive(tmp_path / "a.jsonl", [{"id": "a", "text": "Le temps nous manque pour lire ces propositions."}])
    (tmp_path / "o").mkdir()
    assert et.score(source, tmp_path / "o" / name, **wrong).scored == 0
    assert et.score(source, tmp_path / "o" / name).scored == 1
    assert content(tmp_path / "o") == fresh(source, tmp_path / "fresh", name)
    with pytest.raises(OptionError, match="--fresh"):
        et.score(source, tmp_path / "o" / name, **wrong)


def test_a_job_that_is_started_anew_and_stops_at_once_may_be_called_again(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", [article(1)])
    assert et.score(source, tmp_path / "out", columns={"text": "avis"}).rejected == 1

    def articles() -> Iterator[et.Article]:
        raise StoppedError
        yield et.Article("a", "Un.")

    with pytest.raises(StoppedError):
        et.score(articles(), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert et.score(source, tmp_path / "out").scored == 2


def test_an_input_that_changes_under_an_unfinished_job_asks_for_a_fresh_start(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", [article(n) for n in range(30)])
    with pytest.raises(StoppedError):
        et.score(source, tmp_path / "out", shard_size=4, progress=stop_after(3))
    archive(source, [article(n) for n in range(31)])
    with pytest.raises(OptionError, match=r"another input.*--fresh"):
        et.score(source, tmp_path / "out", shard_size=4)
    et.score(source, tmp_path / "out", shard_size=4, resume=False)
    assert content(tmp_path / "out") == content_of_fresh(source, tmp_path)


def test_columns_of_another_version_are_not_mixed_with_these(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = archive(tmp_path / "a.jsonl", [article(n) for n in range(3)])
    monkeypatch.setattr("engagetext.archive.inputs.SCHEMA_VERSION", "3")
    et.score(source, tmp_path / "out")
    monkeypatch.undo()
    with pytest.raises(OptionError, match=r"another version of the columns.*--fresh"):
        et.score(source, tmp_path / "out")


def content_of_fresh(source: Path, folder: Path) -> dict[str, bytes]:
    et.score(source, folder / "fresh", shard_size=4)
    return content(folder / "fresh")


def test_a_second_job_on_one_output_refuses(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", [article(1)])
    (tmp_path / "out.jsonl.job").mkdir()
    with FileLock(tmp_path / "out.jsonl.job" / "lock"), pytest.raises(OutputError, match="a job that is running"):
        et.score(source, tmp_path / "out.jsonl")


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"thesis\.docx.*Choose another folder"):
        et.score(iter([et.Article("a", "Un mot.")]), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.docx"]


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="a folder to fill"):
        et.score(iter([et.Article("a", "Un mot.")]), tmp_path / "out")


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_do_not_depend_on_the_workers(tmp_path: Path, name: str) -> None:
    source = archive(tmp_path / "a.jsonl", [*(article(n) for n in range(25)), "[]", "nothing"])
    et.score(source, tmp_path / "one" / name, shard_size=4)
    et.score(source, tmp_path / "two" / name, shard_size=4, n_process=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_what_was_finished_is_lost_with_its_file_and_made_again(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", [article(n) for n in range(12)])
    et.score(source, tmp_path / "out", shard_size=4)
    before = content(tmp_path / "out")
    (tmp_path / "out" / "documents" / "part-00001.parquet").unlink()
    et.score(source, tmp_path / "out", shard_size=4)
    assert content(tmp_path / "out") == before


def test_pseudonyms_without_a_salt_start_anew(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", [{**article(1), "author": "Inès"}])
    rows = []
    for _ in range(2):
        et.score(source, tmp_path / "out.jsonl", pseudonymize=True)
        rows.append((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert rows[0] != rows[1]


def test_an_empty_archive_has_empty_tables(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    summary = et.score(iter([]), tmp_path / "out")
    assert summary.read == 0
    assert pq.read_table(summary.mentions_path).num_rows == 0


def test_progress_foresees_the_total(tmp_path: Path) -> None:
    source = archive(
        tmp_path / "a.jsonl", [article(0) for _ in range(1)] + [{**article(3 * n), "id": str(n)} for n in range(3000)]
    )
    told: list[tuple[int, int | None, int]] = []
    et.score(source, tmp_path / "out.jsonl", shard_size=500, progress=lambda *state: told.append(state))
    totals = [total for _, total, _ in told]
    assert all(total is not None and 0.5 < total / told[-1][0] < 2 for total in totals)


def _articles() -> Iterator[et.Article]:
    for number in range(10):
        yield et.Article(f"a{number}", TEXTS[number % 3].format(number))


def test_articles_in_memory_go_on_as_well(tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        et.score(_articles(), tmp_path / "o" / "out.jsonl", shard_size=2, progress=stop_after(3))
    summary = et.score(_articles(), tmp_path / "o" / "out.jsonl", shard_size=2)
    assert (summary.scored, summary.taken_over) == (10, 6)
    et.score(_articles(), tmp_path / "fresh" / "out.jsonl", shard_size=2)
    assert content(tmp_path / "o") == content(tmp_path / "fresh")
