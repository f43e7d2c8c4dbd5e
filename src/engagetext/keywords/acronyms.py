"""Acronyms that a text explains: « retour sur investissement (ROI) », « ROI (retour sur investissement) »."""

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.candidates import Spans
from engagetext.keywords.stream import Stream

_LONGEST = 10  # letters


def stands_for(short: str, long: str) -> bool:
    """Tell whether a phrase spells an acronym out: its letters occur in order, the first one at the start of a word.

    The algorithm of Schwartz & Hearst, "A simple algorithm for identifying abbreviation definitions", PSB 2003.

    Examples
    --------
    >>> stands_for("ROI", "retour sur investissement"), stands_for("ROI", "indicateur")
    (True, False)
    """
    letters = [letter for letter in short.lower() if letter.isalnum()]
    whole = long.lower()
    place = len(whole)
    for number in range(len(letters) - 1, -1, -1):
        place -= 1
        while place >= 0 and (
            whole[place] != letters[number] or (number == 0 and place > 0 and whole[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return False
    return len(letters) > 1


def join_acronyms(stream: Stream, spans: Spans) -> NDArray[np.uint64]:
    """Return the keys of the candidates, where an acronym has that of the phrase that it stands for in its text.

    Parameters
    ----------
    stream : Stream
    spans : Spans

    Returns
    -------
    ndarray of shape (n_spans,), uint64
    """
    n_tokens = len(stream.keys)
    opening, closing = stream.opening, stream.closing
    if n_tokens < 4 or not opening.any():
        return spans.key
    # What stands in brackets is one acronym, or the phrase of the acronym before them.
    (short,) = np.nonzero(stream.upper[1:-1] & opening[:-2] & closing[2:])
    (outside,) = np.nonzero(stream.upper[:-2] & opening[1:-1])
    if not len(short) + len(outside):
        return spans.key
    long = spans.length > 1
    before = _rows_at(spans.first + spans.length, long & np.isin(spans.first + spans.length, short))
    behind = _rows_at(spans.first, long & np.isin(spans.first, outside + 2))
    aliases: dict[tuple[int, int], int] = {}
    pairs = [(bracket + 1, before.get(bracket, [])) for bracket in short.tolist()]
    pairs += [
        (
            token,
            [row for row in behind.get(token + 2, []) if closing[min(_end(spans, row), n_tokens - 1)]],
        )
        for token in outside.tolist()
    ]
    for token, found in pairs:
        acronym = stream.word(token)
        spelt = [row for row in found if stands_for(acronym, stream.phrase(int(spans.first[row]), _end(spans, row)))]
        if spelt and len(acronym) <= _LONGEST:
            best = max(spelt, key=lambda row: int(spans.length[row]))
            aliases.setdefault((int(stream.document[token]), int(stream.keys[token])), int(spans.key[best]))
    if not aliases:
        return spans.key
    keys = spans.key.copy()
    (single,) = np.nonzero((spans.length == 1) & stream.upper[spans.first])
    for row in single.tolist():
        token = int(spans.first[row])
        alias = aliases.get((int(stream.document[token]), int(stream.keys[token])))
        if alias is not None:
            keys[row] = np.uint64(alias)
    return keys


def _rows_at(places: NDArray[np.int64], chosen: NDArray[np.bool_]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in np.nonzero(chosen)[0].tolist():
        found.setdefault(int(places[row]), []).append(row)
    return found


def _end(spans: Spans, row: int) -> int:
    return int(spans.first[row] + spans.length[row])
