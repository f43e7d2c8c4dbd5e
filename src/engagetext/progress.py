"""How far a job has come, as people or programs want to see it: a bar, lines, or JSON, on standard error."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm

from engagetext.archive.summary import Progress

# Between two lines in a pipe, which are kept in a log.
_SECONDS = 10.0
MODES = ("auto", "bar", "lines", "json", "none")


@contextmanager
def shown_progress(mode: str) -> Iterator[Progress | None]:
    """Give what a job is to call, and close the bar when it ends.

    Parameters
    ----------
    mode : {"auto", "bar", "lines", "json", "none"}
        `auto` is a bar on a terminal and lines in a pipe; `json` one object a line.
    """
    if mode == "auto":
        mode = "bar" if sys.stderr.isatty() else "lines"
    if mode == "bar":
        with tqdm(unit=" records", file=sys.stderr) as bar:
            yield _on_bar(bar)
    else:
        yield {"lines": _as_lines, "json": _as_json}[mode]() if mode != "none" else None


def _on_bar(bar: "tqdm[NoReturn]") -> Progress:
    def progress(done: int, total: int | None, rejected: int) -> None:
        bar.total = total
        bar.set_postfix(rejected=rejected, refresh=False)
        bar.update(done - bar.n)

    return progress


def _as_lines() -> Progress:
    start = told = time.monotonic()

    def progress(done: int, total: int | None, rejected: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _SECONDS:
            told = now
            speed = done / (now - start)
            left = "" if total is None else f" of about {total}, {(total - done) / max(speed, 1e-9):.0f} s left"
            print(f"{done} records{left}, {speed:.0f} records/s, {rejected} rejected", file=sys.stderr, flush=True)

    return progress


def _as_json() -> Progress:
    start = time.monotonic()

    def progress(done: int, total: int | None, rejected: int) -> None:
        seconds = round(time.monotonic() - start, 3)
        tell_json("progress", done=done, total=total, rejected=rejected, seconds=seconds)

    return progress


def tell_json(event: str, **values: object) -> None:
    """Write one event as a line of JSON."""
    print(json.dumps({"event": event, **values}, ensure_ascii=False), file=sys.stderr, flush=True)
