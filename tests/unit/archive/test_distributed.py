"""The same bytes on a Dask cluster, also when a worker is killed in the middle."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import engagetext as et
from engagetext.errors import SchedulerError

distributed: Any = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("ignore")  # those of a cluster whose workers are killed

ARTICLES = [et.Article(str(n), f"Le manque de temps reste le frein de l'atelier {n}. " * 30) for n in range(120)]


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster


def test_a_killed_worker_costs_nothing(cluster: Any, tmp_path: Path) -> None:
    et.score(ARTICLES, tmp_path / "one.jsonl", shard_size=6)
    with distributed.Client(cluster.scheduler_address) as client:
        numbers = client.run(os.getpid)
    killed = next(iter(numbers.values()))
    told: list[int] = []

    def kill() -> None:
        while not told:
            time.sleep(0.01)
        os.kill(killed, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    summary = et.score(
        ARTICLES,
        tmp_path / "three.jsonl",
        shard_size=6,
        scheduler=cluster.scheduler_address,
        progress=lambda *_: told.append(1),
    )
    killer.join()
    assert summary.scored == len(ARTICLES)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "three.jsonl").read_bytes()
    with distributed.Client(cluster.scheduler_address) as client:
        assert killed not in client.run(os.getpid).values()


def test_the_cluster_of_the_program_is_used(cluster: Any, tmp_path: Path) -> None:
    with distributed.Client(cluster.scheduler_address):
        et.score(ARTICLES[:20], tmp_path / "dask.jsonl", shard_size=6, n_process="dask")
    et.score(ARTICLES[:20], tmp_path / "one.jsonl", shard_size=6)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "dask.jsonl").read_bytes()


def test_a_scheduler_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagetext.archive.distributed._SECONDS", 1)
    with pytest.raises(SchedulerError, match=r"tcp://127\.0\.0\.1:1: found no answer within 1 s.*dask scheduler"):
        et.score(ARTICLES[:1], tmp_path / "out.jsonl", scheduler="tcp://127.0.0.1:1")
