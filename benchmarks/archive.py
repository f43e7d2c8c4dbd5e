"""A whole job, as users run it: time and memory of its processes, with one and with two workers.

Usage: python -m benchmarks.archive [COUNT]. COUNT comments (100,000 by default) are generated with a fixed seed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.generator import write_comments

_EVERY = 0.2  # seconds between two looks at the memory


def run(*words: str) -> tuple[float, float, float]:
    """Run the command line and return its seconds, its CPU seconds, and the most MiB that one process of it held."""
    before = os.times()
    start = time.monotonic()
    ended = subprocess.Popen([sys.executable, "-m", "engagetext", *words], stdout=subprocess.DEVNULL)
    most = 0
    while ended.poll() is None:
        time.sleep(_EVERY)
        try:
            top = psutil.Process(ended.pid)
            most = max(most, *(one.memory_info().rss for one in (top, *top.children(recursive=True))))
        except psutil.NoSuchProcess:
            continue
    seconds = time.monotonic() - start
    if ended.returncode:
        raise RuntimeError(f"engagetext {' '.join(words)}: exit code {ended.returncode}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, cpu, most / 2**20


def main(count: int) -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "comments.jsonl"
        words = write_comments(source, count)
        print(f"{count} comments, {words} words, {source.stat().st_size / 1e6:.0f} MB")
        alone = 0.0
        for workers in ("1", "2"):
            out = Path(folder) / f"scores{workers}.parquet"
            seconds, cpu, memory = run("score", str(source), str(out), "--workers", workers, "--progress", "none")
            alone = alone or seconds
            print(
                f"{workers} worker(s): {seconds:7.1f} s, {cpu:7.1f} s CPU, {count / seconds:8,.0f} records/s, "
                f"x {alone / seconds:.2f}, at most {memory:.0f} MiB a process"
            )
        if (Path(folder) / "scores1.parquet").read_bytes() != (Path(folder) / "scores2.parquet").read_bytes():
            raise RuntimeError("one and two workers wrote different bytes")
        seconds, *_ = run("score", str(source), str(out), "--workers", "2", "--progress", "none")
        print(f"the finished job again: {seconds:.1f} s")
        comment = Path(folder) / "comment.txt"
        comment.write_text("Le manque de temps reste notre frein, personne ne lit les propositions.", encoding="utf-8")
        times = sorted(run("analyze", str(comment))[0] for _ in range(5))
        print(f"analyze, one comment, cold start: {times[0]:.2f} to {times[-1]:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
