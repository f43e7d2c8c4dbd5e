"""Kill a job at random instants, again and again, and compare what it makes in the end. Run by `test_resume.py`.

Usage: python killed.py SOURCE FOLDER NAME KILLS SEED
"""

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import engagetext as et


def job(source: Path, out: Path) -> int:
    """Start the job in a process of its own and return its number."""
    child = os.fork()
    if child == 0:
        et.score(source, out, shard_size=4)
        os._exit(0)
    return child


def content(folder: Path) -> dict[str, bytes]:
    """Return all that was written: what users read, and what the job knows of itself."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.name != "lock"}


def main(source: Path, folder: Path, name: str, kills: int, seed: int) -> None:
    """Print how many jobs were killed while they ran, and fail if one result differs."""
    draw = random.Random(seed)
    et.load()("Le temps manque.")
    expected_in = folder / "expected"
    start = time.monotonic()
    os.waitpid(job(source, expected_in / name), 0)
    whole = time.monotonic() - start
    expected = content(expected_in)
    assert len(expected) >= 4, expected.keys()
    caught = 0
    work = folder / "work"
    for number in range(kills):
        child = job(source, work / name)
        time.sleep(draw.uniform(0, whole))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        caught += os.WIFSIGNALED(status)
        if number % 3 == 2:
            _, status = os.waitpid(job(source, work / name), 0)
            assert status == 0, number
            found = content(work)
            assert found == expected, (number, sorted(set(found) ^ set(expected)))
            shutil.rmtree(work)
    print(caught)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
