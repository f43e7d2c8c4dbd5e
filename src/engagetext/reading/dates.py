"""Dates as sources write them -> datetime; what no calendar holds stays unread."""

import re
from datetime import UTC, datetime

_YEARS = range(1900, 2101)
# Full names and the usual short ones: « 3 févr. 2021 », « 14 juil. 2020 ».
_MONTHS = (
    r"janv(?:ier|\.)?", r"f[ée]vr?(?:ier|\.)?", r"mars", r"avr(?:il|\.)?", r"mai", r"juin", r"juil(?:let|\.)?",
    r"ao[uû]t", r"sept(?:embre|\.)?", r"oct(?:obre|\.)?", r"nov(?:embre|\.)?", r"d[ée]c(?:embre|\.)?",
)  # fmt: skip
_TIME = r"(?:\D{1,5}(\d{1,2})\s*[h:]\s*(\d{2})?)?"
_LONG = re.compile(rf"\b(\d{{1,2}})(?:er)?\s+({'|'.join(_MONTHS)})\s+(\d{{4}}){_TIME}")
_SLASHED = re.compile(rf"\b(\d{{1,2}})[/.](\d{{1,2}})[/.](\d{{4}}){_TIME}")
_ZONE = re.compile(r"\s+(?:UTC|GMT|Z|([+-]\d{2}:?\d{2}))$")
# Seconds or milliseconds since 1970; nine digits begin in 1973.
_EPOCH = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d+)?", re.ASCII)


def parse_date(value: str) -> datetime | None:
    """Read a date: ISO 8601, RFC 2822, `30/10/2012`, French in letters, or seconds since 1970.

    Parameters
    ----------
    value : str
        As the source writes it.

    Returns
    -------
    datetime or None
        None where the text is no date, or one outside 1900 to 2100. With a time zone where the source gives one.

    Examples
    --------
    >>> parse_date("Publié le 1er mars 2024 à 9 h 05")
    datetime.datetime(2024, 3, 1, 9, 5)
    >>> parse_date("2012-10-30").year, parse_date("31/02/2020"), parse_date("0000-00-00 00:00:00")
    (2012, None, None)
    """
    text = value[:200].strip()
    date = _iso(text) or _epoch(text) or _rfc(text) or _french(text)
    return date if date is not None and date.year in _YEARS else None


def _iso(text: str) -> datetime | None:
    zone = _ZONE.search(text)
    try:
        return datetime.fromisoformat(text if zone is None else text[: zone.start()] + (zone[1] or "+00:00"))
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    return None if found is None else datetime.fromtimestamp(int(found[1]), UTC)


def _rfc(text: str) -> datetime | None:
    if not text[:1].isalpha() or "," not in text[:5]:
        return None
    from email.utils import parsedate_to_datetime  # here: it takes 10 ms, and few sources need it

    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _french(text: str) -> datetime | None:
    plain = text.lower()
    if found := _LONG.search(plain):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif found := _SLASHED.search(plain):
        day, month, year = int(found[1]), int(found[2]), int(found[3])
    else:
        return None
    hour, minute = int(found[4] or 0), int(found[5] or 0)
    if hour > 23 or minute > 59:
        hour = minute = 0
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if re.fullmatch(month, name))
