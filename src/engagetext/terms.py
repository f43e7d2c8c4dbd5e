"""Words and phrases as 64-bit keys, and tables of phrases that are looked up over a whole batch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import plain_form

# Odd, so that multiplying keeps all 64 bits of what came before (Knuth, TAOCP 3, 6.4).
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# Longest keyword and entry of a table: « forum mondial de la langue française ». What is longer is a clause; not swept.
MAX_PHRASE_TOKENS = 6
# The nouns in -ail and in -au whose plural looks like that of a noun in -al (Grevisse, Le Bon Usage, §§ 525-526).
_AIL = {f"{stem}aux": f"{stem}ail" for stem in ("b", "cor", "ém", "soupir", "trav", "vant", "vitr")}
_AU = frozenset({"noyaux", "tuyaux", "joyaux", "boyaux", "aloyaux", "hoyaux", "préaux", "étaux", "fléaux", "gluaux"})


def stable_hash(word: str) -> int:
    """Return a 64-bit hash of a string that is the same in every process and on every machine."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def counting_form(word: str) -> str:
    """Return the form under which the inflections of a word are counted together: plural and mute e undone.

    Examples
    --------
    >>> counting_form("collaboratives"), counting_form("Journaux"), counting_form("Travaux"), counting_form("bureaux")
    ('collaboratif', 'journal', 'travail', 'bureau')
    """
    form = plain_form(word)
    if form in _AIL:
        return _AIL[form]
    if len(form) > 4 and form.endswith("aux") and not form.endswith("eaux") and form not in _AU:
        return form[:-3] + "al"
    if len(form) > 3 and form[-1] in "sx":
        form = form[:-1]
    for ending, singular in (("ive", "if"), ("euse", "eu"), ("elle", "el"), ("enne", "en")):
        if len(form) > len(ending) + 2 and form.endswith(ending):
            return form[: -len(ending)] + singular
    return form[:-1] if len(form) > 4 and form.endswith("e") else form


def term_keys(batch: TokenBatch) -> NDArray[np.uint64]:
    """Return the key of each token: tokens of one counting form share it. Shape (n_tokens,)."""
    column: NDArray[np.uint64] = batch.vocabulary.column(
        "term key", lambda word: stable_hash(counting_form(word)), np.uint64
    )
    return column[batch.type_ids]


def sequence_keys(keys: NDArray[np.uint64], max_tokens: int) -> Iterator[NDArray[np.uint64]]:
    """Yield, for n = 1 .. `max_tokens`, the key of the n tokens that begin at each position.

    Parameters
    ----------
    keys : ndarray of shape (n_tokens,), uint64
        One key a token.
    max_tokens : int
        Longest sequence.

    Yields
    ------
    ndarray of shape (max(n_tokens - n + 1, 0),), uint64
        The key of a sequence of one token is the token's own.
    """
    sequence = keys
    for length in range(1, max_tokens + 1):
        if length > 1:
            sequence = sequence[: max(len(keys) - length + 1, 0)] * _MULTIPLIER + keys[length - 1 :]
        yield sequence


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Phrases of one to six tokens, each with the number of its entry.

    Parameters
    ----------
    keys : ndarray of shape (n_phrases,), uint64
        Sequence keys, sorted.
    lengths : ndarray of shape (n_phrases,), int64
        Length of each phrase in tokens.
    entries : ndarray of shape (n_phrases,), int64
        Entry of each phrase.
    heads : ndarray of shape (n_heads,), uint64
        Keys of the first tokens of all phrases, sorted.
    """

    keys: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    entries: NDArray[np.int64]
    heads: NDArray[np.uint64]

    @classmethod
    def from_tokens(cls, phrases: Mapping[tuple[str, ...], int]) -> "PhraseTable":
        """Build a table from phrases that are already cut into tokens."""
        rows = {}
        heads = set()
        for tokens, entry in phrases.items():
            if 0 < len(tokens) <= MAX_PHRASE_TOKENS:
                keys = np.array([stable_hash(counting_form(token)) for token in tokens], dtype=np.uint64)
                *_, sequence = sequence_keys(keys, len(tokens))
                rows[int(sequence[0])] = (len(tokens), entry)
                heads.add(int(keys[0]))
        ordered = sorted(rows.items())
        return cls(
            keys=np.array([key for key, _ in ordered], dtype=np.uint64),
            lengths=np.array([length for _, (length, _) in ordered], dtype=np.int64),
            entries=np.array([entry for _, (_, entry) in ordered], dtype=np.int64),
            heads=np.array(sorted(heads), dtype=np.uint64),
        )

    def find(
        self, keys: NDArray[np.uint64], starts: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Find the phrases in a stream of tokens.

        Parameters
        ----------
        keys : ndarray of shape (n_tokens,), uint64
            One key a token.
        starts : ndarray of shape (n_tokens,), bool
            Whether a sentence starts: no phrase goes on across one.

        Returns
        -------
        first, length, entry : ndarray of shape (n_found,), int64
            First token of each occurrence, its tokens, and the entry.
        """
        found = [(np.empty(0, np.int64),) * 3]
        (first,) = np.nonzero(_members(self.heads, keys) >= 0)
        sequence = keys[first]
        for length in range(1, int(self.lengths.max(initial=0)) + 1):
            if not len(first):
                break
            if length > 1:
                last = first + length - 1
                goes_on = last < len(keys)
                goes_on[goes_on] = ~starts[last[goes_on]]
                first = first[goes_on]
                sequence = sequence[goes_on] * _MULTIPLIER + keys[first + length - 1]
            place = _members(self.keys, sequence)
            (rows,) = np.nonzero((place >= 0) & (self.lengths[place] == length))
            found.append((first[rows], np.full(len(rows), length, dtype=np.int64), self.entries[place[rows]]))
        first, lengths, entries = (np.concatenate(column) for column in zip(*found, strict=True))
        return first, lengths, entries


def _members(ordered: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the place of each key in a sorted array, -1 where it is not there."""
    if not len(ordered):
        return np.full(len(keys), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return np.where(ordered[place] == keys, place, -1)


def phrase_tokens(batch: TokenBatch) -> list[tuple[str, ...]]:
    """Return the tokens of each text of a batch: phrases as `PhraseTable.from_tokens` takes them."""
    types: Sequence[str] = batch.vocabulary.types
    return [
        tuple(types[number] for number in batch.type_ids[batch.bounds[text] : batch.bounds[text + 1]])
        for text in range(len(batch.texts))
    ]
