"""Units of work on a Dask cluster."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from engagetext.errors import MissingExtraError, SchedulerError

Task = TypeVar("Task")
Result = TypeVar("Result")

# As for worker processes: one in work, one waiting, so that no worker idles and memory stays flat.
_AHEAD = 2
_SECONDS = 10


def map_on_cluster(
    function: Callable[[Task], Result], tasks: Iterable[Task], *, scheduler: str | None = None
) -> Iterator[Result]:
    """Yield `function(task)` for each task, in order, from the workers of a cluster.

    A task whose worker dies is given to another one; Dask gives up on a task that has killed several.

    Parameters
    ----------
    function : callable
        At module level.
    tasks : iterable
        Read lazily.
    scheduler : str, optional
        Its address; by default the cluster that this program is connected to, or one of its own.

    Yields
    ------
    object

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    SchedulerError
        If no scheduler answers at the address.
    """
    client, own = _client(scheduler)
    try:
        waiting: deque[Any] = deque()
        width = max(sum(client.nthreads().values()), 1)
        for task in tasks:
            # The same task may come twice: its result is not to be taken from a cache of Dask's.
            waiting.append(client.submit(function, task, pure=False))
            if len(waiting) >= _AHEAD * width:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    finally:
        if own:
            client.close()


def _result(future: Any) -> Any:
    found = future.result()
    future.release()
    return found


def _client(scheduler: str | None) -> tuple[Any, bool]:
    try:
        import distributed
    except ImportError as error:
        raise MissingExtraError(
            "Dask", "no distributed", "distributed", 'Run: pip install "engagetext[dask]".'
        ) from error
    dask: Any = distributed
    if scheduler is None:
        try:
            return dask.get_client(), False
        except ValueError:
            return dask.Client(), True
    try:
        return dask.Client(scheduler, timeout=_SECONDS), True
    except (OSError, ValueError, TimeoutError) as error:
        found = f"no answer within {_SECONDS} s ({type(error).__name__})"
        remedy = "Start one with `dask scheduler`, and give its address: tcp://host:8786."
        raise SchedulerError(f"scheduler {scheduler}", found, "a running Dask scheduler", remedy) from error
