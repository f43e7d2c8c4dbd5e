"""An ordered map over long-lived worker processes; knows nothing of texts."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

from threadpoolctl import threadpool_limits

from engagetext.errors import OptionError, WorkerError

Task = TypeVar("Task")
Result = TypeVar("Result")

# Tasks in flight a worker: one in work, one waiting, so that no worker idles and memory stays flat.
_AHEAD = 2


def check_processes(n_process: int) -> None:
    """Refuse a number of processes that is none.

    Raises
    ------
    OptionError
        If it is below 1.
    """
    if n_process < 1:
        raise OptionError("n_process", str(n_process), "at least 1", "Leave it out to work in this process.")


def map_ordered(function: Callable[[Task], Result], tasks: Iterable[Task], *, n_process: int) -> Iterator[Result]:
    """Return `function(task)` for each task, in order, from `n_process` processes; from this one if it is 1.

    Parameters
    ----------
    function : callable
        At module level: processes are spawned, and find it by its name.
    tasks : iterable
        Read lazily: never more than two a process beyond the results that were taken.
    n_process : int
        Worker processes.

    Returns
    -------
    iterator
        Results in the order of the tasks. An error in a worker is raised here.

    Raises
    ------
    OptionError
        If `n_process` is below 1.
    WorkerError
        If a worker dies.
    """
    check_processes(n_process)
    return map(function, tasks) if n_process == 1 else _spread(function, tasks, n_process)


def _spread(function: Callable[[Task], Result], tasks: Iterable[Task], n_process: int) -> Iterator[Result]:
    # spawn: the same on every system, and no thread or lock of this process is copied halfway.
    with ProcessPoolExecutor(n_process, mp_context=get_context("spawn"), initializer=_begin) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(function, task))
                if len(waiting) >= _AHEAD * n_process:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            found, remedy = "a worker process that died", "Run it again with fewer workers: memory may have been short."
            raise WorkerError(f"{n_process} worker processes", found, "all of them alive", remedy) from error
        finally:
            for future in waiting:
                future.cancel()


def _begin() -> None:
    """Prepare a worker process."""
    # The process that asked deals with Ctrl-C: it ends its workers in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import numpy  # noqa: F401  # limits hold for libraries that are loaded already

    threadpool_limits(1)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep linear algebra to one thread: its products are small, and waiting threads burn the other cores."""
    with threadpool_limits(1):
        yield
