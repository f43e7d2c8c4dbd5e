"""Plain text: a user's own, kept as it is, or a saved page, freed of its furniture.

Furniture is recognised line by line by the patterns of `furniture.toml`, and by where it stands: at the head between
title and body, in single lines, and at the foot, where a run of it also takes the biography and the links between.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from engagetext.reading.dates import parse_date

# Longer lines are text; so are headings, which match no pattern.
_MAX_LINE = 120
_MAX_TITLE = 150


@dataclass(frozen=True, slots=True)
class Page:
    """A plain text, read as a page.

    Parameters
    ----------
    body : str
        The lines that are kept, each as it was written.
    title, date : str or None
        As written; None where the text is no page.
    """

    body: str
    title: str | None = None
    date: str | None = None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    source = resources.files("engagetext.reading").joinpath("furniture.toml").read_text(encoding="utf-8")
    return {
        name: re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
        for name, patterns in tomllib.loads(source).items()
    }


def _matches(name: str, line: str) -> bool:
    bare = line.replace("\u00a0", " ").replace("\u202f", " ").strip(" \t-–—•*|·")
    return len(bare) <= _MAX_LINE and _patterns()[name].fullmatch(bare) is not None


def is_furniture(line: str) -> bool:
    """Tell whether a line of a page is furniture: a share button, a counter, a menu, an invitation."""
    return bool(line.strip()) and _matches("lines", line)


def read_page(text: str) -> Page:
    """Part a plain text into title, date and body.

    Parameters
    ----------
    text : str
        The whole text.

    Returns
    -------
    Page
        A text without a date line under its title and with fewer than two lines of furniture is nobody's page: its
        body is the text itself, unchanged.
    """
    lines = text.splitlines()
    filled = [number for number, line in enumerate(lines) if line.strip()]
    furniture = {number for number in filled if is_furniture(lines[number])}
    title_at = next((number for number in filled if number not in furniture), None)
    if title_at is None:
        return Page(text)
    head, date = _head(lines, [number for number in filled if number > title_at], furniture)
    if date is None and len(furniture) < 2:
        return Page(text)
    titled = _is_title(lines, title_at, filled, head)
    left_out = furniture | head | ({title_at} if titled else set())
    foot = _foot(lines, filled, furniture)
    kept = [line for number, line in enumerate(lines) if number not in left_out and number < foot]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
    return Page(body, lines[title_at].strip() if titled else None, date)


def drop_furniture(text: str) -> str:
    """Return a text without its lines of furniture; used on what is left of an HTML page."""
    return "\n".join(line for line in text.split("\n") if not is_furniture(line))


def _head(lines: list[str], below: list[int], furniture: set[int]) -> tuple[set[int], str | None]:
    """Return the lines of author and date under the title, and the date as it is written."""
    head: set[int] = set()
    date = None
    for number in below:
        line = lines[number]
        if _matches("heads", line):
            head.add(number)
            if date is None and parse_date(line) is not None:
                date = line.strip()
        elif number not in furniture:
            break
    return head, date


def _is_title(lines: list[str], number: int, filled: list[int], head: set[int]) -> bool:
    """Tell whether a first line stands as a title: short, without a full stop, and set off from what follows."""
    line = lines[number].strip()
    following = next((other for other in filled if other > number), None)
    if following is None or len(line) > _MAX_TITLE or line.endswith((".", ",", ";")):
        return False
    return following > number + 1 or following in head


def _foot(lines: list[str], filled: list[int], furniture: set[int]) -> int:
    """Return the line at which the foot of the page begins; `len(lines)` if it has none.

    The foot begins at a heading that ends the article, or at the earliest line of furniture after which most lines are
    furniture: what stands between them (a biography, titles of other articles) belongs to it.
    """
    middle = len(filled) // 3
    for number in filled[middle:]:
        if _matches("ends", lines[number]):
            return number
    for number in filled[middle:]:
        if number in furniture:
            rest = [other for other in filled if other >= number]
            if sum(other in furniture for other in rest) * 2 > len(rest):
                return number
    return len(lines)
