"""Dates as sources write them -> datetime; what no calendar holds stays unread."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

_YEARS = range(1900, 2101)
_MONTHS = (
    "janvier", "f[ée]vrier", "mars", "avril", "mai", "juin", "juillet", "ao[uû]t", "septembre", "octobre", "novembre",
    "d[ée]cembre",
)  # fmt: skip
_LONG = re.compile(
    rf"\b(\d{{1,2}})(?:er)?\s+({'|'.join(_MONTHS)})\s+(\d{{4}})(?:\D{{1,5}}(\d{{1,2}})\s*[h:]\s*(\d{{2}})?)?"
)
_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:\D{1,5}(\d{1,2})\s*[h:]\s*(\d{2})?)?")


def parse_date(value: str) -> datetime | None:
    """Read a date: ISO 8601, RFC 2822, `30/10/2012`, or French in letters.

    Parameters
    ----------
    value : str
        As the source writes it.

    Returns
    -------
    datetime or None
        None where the text is no date, or one outside 1900 to 2100.

    Examples
    --------
    >>> parse_date("Publié le 1er mars 2024 à 9 h 05")
    datetime.datetime(2024, 3, 1, 9, 5)
    >>> parse_date("2012-10-30").year, parse_date("31/02/2020"), parse_date("0000-00-00 00:00:00")
    (2012, None, None)
    """
    text = value.strip()
    date = _iso(text) or _rfc(text) or _french(text)
    return date if date is not None and date.year in _YEARS else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text[:1].isalpha() and "," in text[:5] else None
    except (ValueError, TypeError, IndexError):
        return None


def _french(text: str) -> datetime | None:
    plain = text.lower()
    if found := _LONG.search(plain):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif found := _SLASHED.search(plain):
        day, month, year = int(found[1]), int(found[2]), int(found[3])
    else:
        return None
    try:
        return datetime(year, month, day, int(found[4] or 0), int(found[5] or 0))
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if re.fullmatch(month, name))
