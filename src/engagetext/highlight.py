"""Text with labelled spans -> escaped HTML. Takes plain values only, and trusts none of them."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

# Colours keep a contrast of at least 4.5 to their text in light and in dark; kinds also differ by line style and label.
_STYLE = """
.engagetext{font:16px/1.6 system-ui,sans-serif;max-width:48rem;white-space:pre-wrap;overflow-wrap:anywhere;
color-scheme:light dark}
.engagetext h2{font-size:1.25em;line-height:1.3;margin:0 0 .5em}
.engagetext mark.keyword{background:none;color:inherit;font-weight:600;text-decoration:underline dotted}
.engagetext .passage{border-left:4px solid #5b7db1;padding:.1em .6em;margin:.4em 0;display:block}
.engagetext .obstacle{border-color:#b4541c}
.engagetext .passage.obstacle{border-left-style:double}
.engagetext .label{display:inline-block;font-size:.75em;border:2px solid currentColor;border-radius:.6em;padding:0 .5em;
margin-right:.4em;max-width:100%;box-sizing:border-box;white-space:normal}
.engagetext .note{font-style:italic;margin:0 0 .5em}
.engagetext .label.obstacle{border-style:dashed}
.reply{max-width:48rem;border-left:1px solid #8886;padding-left:.6em;margin:.3em 0}
.reply summary{cursor:pointer;font:14px/1.5 system-ui,sans-serif}
""" + "".join(f".reply.level{level}{{margin-left:{level}em}}\n" for level in range(1, 9))
# A colour a label, sixteen before they come again: hues in steps of the golden angle, all of luminance .2: they keep a
# contrast of at least 3 to white and to near black alike (WCAG 1.4.11). No colour stands alone: the label is named too.
TONES = (
    *("#d35050", "#238d42", "#a25ad6", "#897c22", "#268699", "#d14591", "#3d8d23", "#736edb"),
    *("#c26130", "#238d65", "#c441d0", "#708521", "#327eca", "#d34e69", "#248f2d", "#9064d8"),
)
_STYLE += "".join(f".engagetext .tone{number}{{border-color:{colour}}}\n" for number, colour in enumerate(TONES))
_DEEPEST = 8  # levels of a thread that are shown to the right of each other


@dataclass(frozen=True, slots=True)
class Mark:
    """One labelled span.

    Parameters
    ----------
    start, end : int
        Half-open character offsets.
    kind : str
        `"keyword"`, `"theme"` or `"obstacle"`.
    label : str
        What is shown; it is escaped.
    tone : int or None, default=None
        Number of its colour; marks of one label share it.
    """

    start: int
    end: int
    kind: str
    label: str
    tone: int | None = None


def highlight(
    text: str, marks: Sequence[Mark], *, title: str | None = None, note: str | None = None, styled: bool = True
) -> str:
    """Return a piece of HTML that shows `text` with its marks.

    Parameters
    ----------
    text : str
        Any text; it is escaped.
    marks : sequence of Mark
        Keywords may lie inside passages; overlapping passages are cut at each other's borders.
    title : str, optional
        Heading above the text; it is escaped.
    note : str, optional
        What is to be known of the whole text, below the heading; it is escaped.
    styled : bool, default=True
        Whether the styles come with it; once on a page is enough.

    Returns
    -------
    str
        A `<div>` with its own styles, no script and no link.
    """
    # The longer of two keywords that begin together wins; one inside another is not shown twice.
    keywords = sorted((mark for mark in marks if mark.kind == "keyword"), key=lambda mark: (mark.start, -mark.end))
    starts = [mark.start for mark in keywords]
    passages = [mark for mark in marks if mark.kind != "keyword"]
    borders = sorted({0, len(text), *(edge for mark in passages for edge in (mark.start, mark.end))})
    places = {border: place for place, border in enumerate(borders)}
    over: list[list[Mark]] = [[] for _ in borders]
    for mark in passages:
        for place in range(places[mark.start], places[mark.end]):
            over[place].append(mark)
    pieces: list[str] = []
    for place, ((start, end), above) in enumerate(zip(pairwise(borders), over, strict=False)):
        # A passage is a block: the line ends around it would stand there as empty lines besides. `over[-1]` is empty.
        start, end = _within(
            text, start, end, bool(above or (place and over[place - 1])), bool(above or over[place + 1])
        )
        inside = keywords[bisect_left(starts, start) : bisect_left(starts, end)]
        body = _keywords(text, start, end, inside)
        if not above:
            pieces.append(body)
            continue
        kinds = " ".join(sorted({mark.kind for mark in above}))
        labels = "".join(
            f'<span class="label {mark.kind}{_tone([mark])}">{escape(mark.label)}</span>' for mark in above
        )
        # The bar at the side has the colour of the first label: obstacles stand before themes.
        first = sorted(above, key=lambda mark: mark.kind)
        pieces.append(f'<span class="passage {kinds}{_tone(first)}">{labels}{body}</span>')
    style = f"<style>{_STYLE}</style>" if styled else ""
    heading = f"<h2>{escape(title)}</h2>" if title else ""
    heading += f'<p class="note">{escape(note)}</p>' if note else ""
    return f'<div class="engagetext">{style}{heading}{"".join(pieces)}</div>'


def _within(text: str, start: int, end: int, before: bool, after: bool) -> tuple[int, int]:
    """Return a piece of a text without the blanks at its edges, before and after as asked."""
    while before and start < end and text[start].isspace():
        start += 1
    while after and end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _tone(marks: Sequence[Mark]) -> str:
    tone = next((mark.tone for mark in marks if mark.tone is not None), None)
    return "" if tone is None else f" tone{tone % len(TONES)}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A comment in a thread.

    Parameters
    ----------
    id, parent_id : str or None
    heading : str
        What is shown while it is folded; it is escaped.
    body : str
        HTML.
    """

    id: str | None
    parent_id: str | None
    heading: str
    body: str


def thread(replies: Sequence[Reply]) -> str:
    """Return comments as HTML: folded, each below the one that it answers.

    An answer to nobody who came before stands at the top. Beyond eight levels answers stand one below the other, as
    there is no more room to the right.
    """
    levels: dict[str | None, int] = {}
    for reply in replies:
        # A comment answers an earlier one: what comes later, or never, is no parent.
        known = reply.parent_id is not None and reply.parent_id in levels
        levels[reply.id] = min(levels[reply.parent_id] + 1, _DEEPEST) if known else 0
    below: dict[str | None, list[Reply]] = {}
    for reply in replies:
        below.setdefault(reply.parent_id if levels[reply.id] else None, []).append(reply)
    pieces: list[str] = []
    # A stack, as a thread may be deeper than Python's.
    stack = list(reversed(below.pop(None, [])))
    while stack:
        top = stack.pop()
        folded = f"<details><summary>{escape(top.heading)}</summary>{top.body}</details>"
        pieces.append(f'<div class="reply level{levels[top.id]}">{folded}</div>')
        stack += reversed(below.pop(top.id, []))
    return "".join(pieces)


def _keywords(text: str, start: int, end: int, keywords: Sequence[Mark]) -> str:
    pieces, at = [], start
    for mark in keywords:
        if mark.start >= at and mark.end <= end:
            pieces.append(escape(text[at : mark.start]))
            pieces.append(f'<mark class="keyword">{escape(text[mark.start : mark.end])}</mark>')
            at = mark.end
    return "".join(pieces) + escape(text[at:end])


def page(title: str, body: str) -> str:
    """Return a complete HTML page around a piece of HTML; `title` is escaped, `body` is not."""
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title></head><body>{body}</body></html>"
    )


_AROUND = 60  # characters on either side


@dataclass(frozen=True, slots=True)
class Context:
    """A span with what stands around it.

    Parameters
    ----------
    before, span, after : str
    """

    before: str
    span: str
    after: str


def context(text: str, start: int, end: int) -> Context:
    """Return a span with some 60 characters on either side, cut at blanks."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if start > _AROUND:
        before = "…" + before[before.find(" ") + 1 :]
    if end + _AROUND < len(text):
        after = after[: after.rfind(" ")] + "…" if " " in after else after + "…"
    return Context(before, text[start:end], after)


def table(header: Sequence[str], rows: Sequence[Sequence[str | Context | None]]) -> str:
    """Return an HTML table; a context has its span marked. Everything is escaped."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: str | Context | None) -> str:
    if isinstance(value, Context):
        marked = f"<mark>{escape(value.span)}</mark>"
        return f"<td>{escape(value.before)}{marked}{escape(value.after)}</td>"
    return f"<td>{escape(value or '')}</td>"


def weighed(title: str, text: str, words: Sequence[tuple[int, int, float]]) -> str:
    """Return a passage whose words are marked by their weight: underlined for, struck at the side against.

    Parameters
    ----------
    title : str
        Shown above; it is escaped, as the text is.
    text : str
    words : sequence of (start, end, weight)
        Half-open character offsets into `text`, ascending; the heaviest word is marked in full.
    """
    heaviest = max((abs(weight) for *_, weight in words), default=0.0)
    pieces = [f"<style>{_WEIGHED_STYLE}</style><div class='engagetext-why'><b>{escape(title)}</b><p>"]
    at = 0
    for start, end, weight in words:
        pieces.append(escape(text[at:start]))
        share = abs(weight) / heaviest if heaviest else 0.0
        kind = "for" if weight > 0 else "against"
        if share >= _FAINT:
            opacity = f"style='--share:{share:.2f}' title='{weight:+.2f}'"
            pieces.append(f"<span class='{kind}' {opacity}>{escape(text[start:end])}</span>")
        else:
            pieces.append(escape(text[start:end]))
        at = end
    return "".join([*pieces, escape(text[at:]), "</p></div>"])


_FAINT = 0.1  # of the heaviest: what weighs less is not marked
_WEIGHED_STYLE = (
    ".engagetext-why{font:16px/1.7 system-ui,sans-serif;max-width:48rem;color-scheme:light dark}"
    ".engagetext-why .for{border-bottom:calc(1px + 3px*var(--share)) solid #2f7d4f}"
    ".engagetext-why .against{border-bottom:calc(1px + 3px*var(--share)) dotted #b4541c}"
)
