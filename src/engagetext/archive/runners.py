"""Where units are scored: in this process, in worker processes, or on a Dask cluster. All give the same results."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from engagetext.archive.units import Result, Task, score_unit
from engagetext.errors import OptionError
from engagetext.workers import map_ordered, one_thread

Runner = Callable[[Iterable[Task | None]], Iterator[Result | None]]


def find_runner(n_process: int | str | None, scheduler: str | None) -> Runner:
    """Return the runner that was asked for.

    Raises
    ------
    OptionError
        If `n_process` is neither a whole number from 1 nor `"dask"`.
    MissingExtraError
        If Dask is asked for and not installed.
    """
    if scheduler is not None or n_process == "dask":
        from engagetext.archive.distributed import map_on_cluster

        return partial(map_on_cluster, score_unit, scheduler=scheduler)
    if n_process is None or n_process == 1:
        return _in_this_process
    if not isinstance(n_process, int) or n_process < 1:
        raise OptionError(
            "n_process", repr(n_process), 'at least 1, or "dask"', "Leave it out to work in this process."
        )
    return partial(map_ordered, score_unit, n_process=n_process)


def _in_this_process(tasks: Iterable[Task | None]) -> Iterator[Result | None]:
    with one_thread():
        yield from map(score_unit, tasks)
