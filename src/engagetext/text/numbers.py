"""Numbers that are written in groups of three digits: « 60 000 » is one token, though a blank stands in it."""

import re
from dataclasses import replace

import numpy as np

from engagetext.text.batches import TokenBatch

# The first group has one to three digits and no leading zero: « 2012 300 » and « 06 123 » stay apart.
_FIRST = re.compile(r"[+-]?[1-9]\d{0,2}")
_GROUP = re.compile(r"\d{3}")
_LAST = re.compile(r"\d{3}(?:,\d+)?")
_BLANKS = frozenset(" \u00a0\u202f\u2009")
_IS_FIRST, _IS_GROUP, _IS_LAST = 1, 2, 4


def _facts(word: str) -> int:
    if not word[-1].isdigit():
        return 0
    first, group, last = (bool(rule.fullmatch(word)) for rule in (_FIRST, _GROUP, _LAST))
    return _IS_FIRST * first | _IS_GROUP * group | _IS_LAST * last


def join_numbers(batch: TokenBatch) -> TokenBatch:
    """Return a batch in which the groups of one number are one token.

    Parameters
    ----------
    batch : TokenBatch

    Returns
    -------
    TokenBatch
        The same object where no number is written in groups.
    """
    if len(batch.type_ids) < 2:
        return batch
    facts = batch.vocabulary.column("number facts", _facts, np.int8)[batch.type_ids]
    close = batch.starts[1:] == batch.ends[:-1] + 1
    (candidates,) = np.nonzero(close & ((facts[:-1] & (_IS_FIRST | _IS_GROUP)) > 0) & ((facts[1:] & _IS_LAST) > 0))
    if not len(candidates):
        return batch
    text_index = batch.text_index
    # A number has few groups: a plain loop over the rare candidates is clear and costs nothing.
    follows = {
        int(token)
        for token in candidates
        if text_index[token] == text_index[token + 1] and batch.texts[text_index[token]][batch.ends[token]] in _BLANKS
    }
    type_ids, ends = batch.type_ids.copy(), batch.ends.copy()
    kept = np.ones(len(type_ids), dtype=np.bool_)
    for token in sorted(follows):
        if not kept[token] or not facts[token] & _IS_FIRST:
            continue
        last = token
        while last in follows and (last == token or facts[last] & _IS_GROUP):
            last += 1
        kept[token + 1 : last + 1] = False
        ends[token] = ends[last]
        number = batch.texts[text_index[token]][batch.starts[token] : ends[last]]
        type_ids[token] = batch.vocabulary.add(number)
    return replace(
        batch,
        type_ids=type_ids[kept],
        starts=batch.starts[kept],
        ends=ends[kept],
        bounds=np.concatenate([[0], np.cumsum(kept)])[batch.bounds],
        newlines=batch.newlines[kept],
    )
