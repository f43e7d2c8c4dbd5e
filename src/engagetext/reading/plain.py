"""Plain text: a user's own, kept as it is, or a saved page, freed of its furniture.

Furniture is recognised line by line by the patterns of `furniture.toml`, and by where it stands: at the head between
title and body, in runs of lines, and at the foot, which also takes the biography and the links between such runs. What
can be a heading or an item of a list is furniture only in the company of what cannot.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from engagetext.reading.dates import parse_date

# Characters. The first two bound what a pattern of `furniture.toml` may take, which says why; beyond the third a line
# is a paragraph and no headline. Not swept: there are no labelled pages.
_MAX_LINE = 120
_MAX_SENTENCE = 400
_MAX_TITLE = 150
# Filled lines among which the date of a page is looked for.
_HEAD_LINES = 12
_BULLETS = "-–—•*·"
_SENTENCE_ENDS = (".", "!", "?", "…", ";", ",")
_LINE_END = re.compile(r"\r\n|\r|\n")


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
    import tomllib  # here: only texts and pages need it
    from importlib import resources

    source = resources.files("engagetext.reading").joinpath("furniture.toml").read_text(encoding="utf-8")
    return {
        name: re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
        for name, patterns in tomllib.loads(source).items()
    }


def _matches(name: str, line: str) -> bool:
    if len(line) > _MAX_SENTENCE:
        return False
    bare = line.replace("\u00a0", " ").replace("\u202f", " ").strip(f" \t|{_BULLETS}")
    if name != "sentences" and (len(bare) > _MAX_LINE or bare.endswith(_SENTENCE_ENDS)):
        return False
    return _patterns()[name].fullmatch(bare) is not None


def is_furniture(line: str) -> bool:
    """Tell whether a line of a page is furniture wherever it stands: a share button, a counter, an invitation."""
    # An item of a list may be a verb like « Partager » or a counter of its own.
    listed = line.lstrip().startswith(tuple(_BULLETS))
    return bool(line.strip()) and not listed and (_matches("sure", line) or _matches("sentences", line))


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
    lines = _LINE_END.split(text)
    filled = [number for number, line in enumerate(lines) if line.strip()]
    sure = {number for number in filled if is_furniture(lines[number])}
    title_at, head, date = _head(lines, filled, sure)
    if title_at is None or (date is None and len(sure) < 2):
        return Page(text)
    furniture = _furniture(lines, [number for number in filled if number not in head], sure, edges=True)
    titled = title_at not in furniture | head and _is_title(lines, title_at, filled, head | furniture)
    above = {number for number in filled if number < title_at} if titled else set()
    left_out = furniture | head | above | ({title_at} if titled else set())
    foot = _foot(lines, filled, furniture)
    kept = [line for number, line in enumerate(lines) if number not in left_out and number < foot]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
    return Page(body, lines[title_at].strip() if titled else None, date)


def drop_furniture(text: str) -> str:
    """Return a text without its lines of furniture, or unchanged if it holds nothing else."""
    lines = text.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    left_out = _furniture(lines, filled, {number for number in filled if is_furniture(lines[number])}, edges=False)
    if len(left_out) == len(filled):
        return text
    return "\n".join(line for number, line in enumerate(lines) if number not in left_out)


def _furniture(lines: Sequence[str], filled: Sequence[int], sure: set[int], *, edges: bool) -> set[int]:
    """Return the lines of runs that hold sure furniture, or, with `edges`, stand at the edge of the page."""
    found: set[int] = set()
    run: list[int] = []
    start = 0
    for place, number in enumerate([*filled, -1]):
        if number >= 0 and (number in sure or _matches("beside", lines[number])):
            start = start if run else place
            run.append(number)
            continue
        at_edge = edges and (start == 0 or number < 0)
        if any(one in sure for one in run) or at_edge:
            found.update(run)
        run = []
    return found


def _head(lines: Sequence[str], filled: Sequence[int], sure: set[int]) -> tuple[int | None, set[int], str | None]:
    """Return the line of the title, the lines of author and date around it, and the date as it is written.

    The title is the first line that is no furniture, with author and date below. Only where furniture proves a page may
    a date stand above it, or the name of a site: a diary and a letter begin alike.
    """
    bare = [number for number in filled if number not in sure and not _matches("beside", lines[number])][:_HEAD_LINES]
    top = list(takewhile(lambda number: _matches("heads", lines[number]) or _is_short(lines[number]), bare))
    if not bare:
        return None, set(), None
    title_at = bare[0]
    dated = next((number for number in top if _is_dated(lines[number])), None)
    if sure and dated is not None:
        title_at = _title_beside_date(lines, filled, top, dated)
        head = {number for number in top if _matches("heads", lines[number])}
    else:
        below = (number for number in filled if number > title_at and number not in sure)
        head = set(takewhile(lambda number: _matches("heads", lines[number]), below))
        dated = next((number for number in sorted(head) if _is_dated(lines[number])), None)
    return title_at, head, None if dated is None else lines[dated].strip()


def _title_beside_date(lines: Sequence[str], filled: Sequence[int], top: Sequence[int], dated: int) -> int:
    """Return the line above the date, or the one below it if a menu parts the former, a site's name, from it."""
    titles = [number for number in top if not _matches("heads", lines[number])]
    above = next((number for number in reversed(titles) if number < dated), None)
    below = next((number for number in titles if number > dated), None)
    if above is None or below is None:
        return next(number for number in (above, below, dated) if number is not None)
    parted = filled[filled.index(dated) - 1] != above and not _matches("heads", lines[filled[filled.index(dated) - 1]])
    return below if parted and len(lines[below]) > len(lines[above]) else above


def _is_dated(line: str) -> bool:
    return _matches("heads", line) and parse_date(line) is not None


def _is_short(line: str) -> bool:
    """Tell whether a line can be a title: these may end in `!`, `?` or `…`."""
    return len(line.strip()) <= _MAX_TITLE and not line.rstrip().endswith((".", ",", ";"))


def _is_title(lines: Sequence[str], number: int, filled: Sequence[int], around: set[int]) -> bool:
    """Tell whether a line stands as a title: short, without a full stop, and set off from what follows."""
    following = next((other for other in filled if other > number), None)
    return following is not None and _is_short(lines[number]) and (following > number + 1 or following in around)


def _foot(lines: Sequence[str], filled: Sequence[int], furniture: set[int]) -> int:
    """Return the line at which the foot of the page begins; `len(lines)` if it has none.

    The foot begins at a heading that ends the article, at that of a thread, or at the first two lines of furniture in a
    row after which most lines are furniture, or all others are titles: what stands between (a biography, links) belongs
    to it, unless it is half as long as the text before. The last two thirds of the lines are looked at.
    """
    before = 0
    for place, number in enumerate(filled):
        rest = filled[place:]
        if place >= len(filled) // 3:
            if _matches("ends", lines[number]):
                return number
            if _matches("comments", lines[number]) and any(_matches("thread", lines[other]) for other in rest[1:]):
                return number
            if furniture.issuperset(rest[:2]):  # a lone line may be an advertisement in the middle of the text
                others = [other for other in rest if other not in furniture]
                titles = all(_is_short(lines[other]) for other in others)
                if (titles or 2 * len(others) < len(rest)) and 2 * sum(len(lines[other]) for other in others) < before:
                    return number
        before += len(lines[number])
    return len(lines)
