"""Bad records inside a large archive cost themselves, wherever they stand."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import engagetext as et

GOOD = json.dumps({"text": "Le manque de temps reste notre frein."})
BAD = ("{broken", "[]", '{"body": 1}', '{"text": ["a"]}', '{"text": ""}', "\ufffd\x00", '{"text": "\\ud800"}', "1e999")


def test_bad_records_first_last_and_between_are_counted(tmp_path: Path) -> None:
    lines = [GOOD] * 3000
    for place, bad in zip((0, 999, 1000, 1500, 1501, 2000, 2500, 2999), BAD, strict=True):
        lines[place] = bad
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    summary = et.score(tmp_path / "a.jsonl", tmp_path / "out", shard_size=500)
    assert summary.read == 3000 == summary.scored + summary.skipped + summary.rejected
    assert 2992 <= summary.scored <= 2993  # a lone surrogate is a text of one odd character
    rejects = [json.loads(line) for line in summary.rejects_path.read_text(encoding="utf-8").splitlines()]
    assert "line 1" in rejects[0]["where"]
    assert "line 3000" in rejects[-1]["where"]
    assert all(set(reject) == {"where", "found", "expected", "remedy"} for reject in rejects)


@pytest.mark.parametrize("cut", [200, 40])
def test_a_gzip_that_is_cut_short_keeps_what_came_before(tmp_path: Path, cut: int) -> None:
    whole = gzip.compress("\n".join(f'{{"text": "Avis {n * 7919}"}}' for n in range(400)).encode(), mtime=0)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[:-cut])
    summary = et.score(tmp_path / "a.jsonl.gz", tmp_path / "out.jsonl", shard_size=50)
    assert summary.rejected == 1
    assert 0 < summary.scored < 400
    assert "end in the middle" in summary.rejects_path.read_text(encoding="utf-8")


def test_a_folder_that_changes_while_it_is_read_costs_the_file_that_went(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Le partage numéro {number}.", encoding="utf-8")

    def remove(*_: object) -> None:
        (folder / "4.txt").unlink(missing_ok=True)

    summary = et.score(folder, tmp_path / "out.jsonl", shard_size=2, progress=remove)
    assert (summary.scored, summary.rejected) == (5, 1)
    again = et.score(folder, tmp_path / "out.jsonl", shard_size=2)
    assert (again.scored, again.rejected, again.taken_over) == (5, 0, 5)


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_ctrl_c_ends_cleanly_and_the_job_goes_on(tmp_path: Path) -> None:
    rows = (json.dumps({"text": f"Le manque de temps reste le frein {n}. " * 40}) for n in range(3000))
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    words = [sys.executable, "-m", "engagetext", "score", str(tmp_path / "a.jsonl"), str(tmp_path / "out")]
    words += ["--shard-size", "20", "--workers", "2", "--progress", "json"]
    job = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out" / "shards").glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(job.pid, signal.SIGINT)
    _, told = job.communicate(timeout=60)
    assert job.returncode == 130, told
    assert "call it again to go on" in told
    assert "Traceback" not in told
    summary = et.score(tmp_path / "a.jsonl", tmp_path / "out", shard_size=20)
    assert summary.taken_over > 0
    assert summary.scored == 3000


def test_progress_can_be_read_by_a_program(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join([GOOD] * 30), encoding="utf-8")
    words = [sys.executable, "-m", "engagetext", "score", str(tmp_path / "a.jsonl"), str(tmp_path / "out.jsonl")]
    ended = subprocess.run(
        [*words, "--shard-size", "10", "--progress", "json"], capture_output=True, text=True, check=True
    )
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [event["event"] for event in events] == ["progress"] * (len(events) - 1) + ["summary"]
    assert events[-1]["read"] == events[-1]["scored"] == events[-2]["done"] == 30


def test_a_folder_that_cannot_be_written_leaves_the_finished_shards(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    articles = [
        et.Article(str(n), f"La confiance numéro {n * 7919} revient. " * (1 + n // 20 * 400)) for n in range(40)
    ]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises(et.EngagetextError, match="Make room"):
            et.score(articles, tmp_path / "o" / "out.jsonl", shard_size=10)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    summary = et.score(articles, tmp_path / "o" / "out.jsonl", shard_size=10)
    assert summary.taken_over >= 10
    et.score(articles, tmp_path / "fresh" / "out.jsonl", shard_size=10)
    for name in ("out.jsonl", "out.mentions.jsonl"):
        assert (tmp_path / "fresh" / name).read_bytes() == (tmp_path / "o" / name).read_bytes()
