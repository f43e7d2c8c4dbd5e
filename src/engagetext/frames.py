"""Rows -> a table of pandas, where it is installed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from engagetext.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd


def frame(rows: Iterable[Any], columns: Sequence[str]) -> "pd.DataFrame":
    """Return rows as a table with these columns.

    Raises
    ------
    MissingExtraError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError.of("to_frame()", "pandas", "pandas") from error
    return pd.DataFrame(list(rows), columns=list(columns))
