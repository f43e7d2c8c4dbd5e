"""Rows of plain values -> Altair charts; the same look for one text and for an archive."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engagetext.errors import MissingExtraError

if TYPE_CHECKING:
    import altair as alt

Row = Mapping[str, Any]
_INTERVAL = ("low", "high")


def bars(rows: Sequence[Row], value: str, category: str, *, colour: str | None = None, title: str = "") -> "alt.Chart":
    """Return horizontal bars, in the order of the rows.

    Parameters
    ----------
    rows : sequence of mapping
        With `low` and `high` each bar has its interval.
    value, category : str
        Columns of the length and the name of a bar.
    colour : str, optional
        Column of groups: bars of one category stand below each other.
    title : str, default=""

    Raises
    ------
    MissingExtraError
        If Altair is not installed.
    """
    altair = _altair()
    order = list(dict.fromkeys(row[category] for row in rows))
    base = altair.Chart(_data(altair, rows)).encode(y=altair.Y(f"{category}:N", sort=order, title=None))
    encoding: dict[str, Any] = {"x": altair.X(f"{value}:Q", title=value), "tooltip": _tooltip(rows)}
    if colour is not None:
        encoding |= {"color": altair.Color(f"{colour}:N"), "yOffset": altair.YOffset(f"{colour}:N")}
    chart = base.mark_bar().encode(**encoding)
    if rows and all(name in rows[0] for name in _INTERVAL):
        offset = {} if colour is None else {"yOffset": altair.YOffset(f"{colour}:N")}
        chart = chart + base.mark_rule().encode(x="low:Q", x2="high:Q", **offset)
    titled: alt.Chart = chart.properties(title=title)
    return titled


def lines(rows: Sequence[Row], time: str, value: str, *, colour: str, title: str = "") -> "alt.Chart":
    """Return a line a group over time, with a band for `low` to `high`; errors as for `bars`."""
    altair = _altair()
    base = altair.Chart(_data(altair, rows)).encode(
        x=altair.X(f"{time}:O", title=None), color=altair.Color(f"{colour}:N", title=None)
    )
    line = base.mark_line(point=True).encode(y=altair.Y(f"{value}:Q", title=value), tooltip=_tooltip(rows))
    band = base.mark_area(opacity=0.15).encode(y="low:Q", y2="high:Q")
    titled: alt.Chart = (band + line).properties(title=title)
    return titled


def squares(rows: Sequence[Row], left: str, right: str, value: str, *, title: str = "") -> "alt.Chart":
    """Return a matrix of squares, darker for higher values, each with its number; errors as for `bars`."""
    altair = _altair()
    base = altair.Chart(_data(altair, rows)).encode(
        x=altair.X(f"{left}:N", title=None), y=altair.Y(f"{right}:N", title=None)
    )
    square = base.mark_rect().encode(color=altair.Color(f"{value}:Q"), tooltip=_tooltip(rows))
    number = base.mark_text(baseline="middle").encode(text=f"{value}:Q")
    titled: alt.Chart = (square + number).properties(title=title)
    return titled


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise MissingExtraError.of("plot", "altair", "plot") from error
    return altair


def _data(altair: Any, rows: Sequence[Row]) -> Any:
    return altair.Data(values=[dict(row) for row in rows])


def _tooltip(rows: Sequence[Row]) -> list[str]:
    """Return columns with their types: plain data does not tell them."""
    first = rows[0] if rows else {}
    return [f"{name}:{'Q' if isinstance(value, (int, float)) else 'N'}" for name, value in first.items()]
