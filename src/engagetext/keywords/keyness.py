"""Keywords of many texts: counted in one pass, merged, compared and followed over time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from engagetext.errors import OptionError
from engagetext.findings import Keyword

_Z = 1.959964  # 95 %
_MICRO = 1_000_000


@dataclass(slots=True)
class _Entry:
    """Counts of one lemma."""

    text: str
    theme: str | None
    documents: int = 0
    count: int = 0
    weight: int = 0  # sum of scores, in millionths: whole numbers add up to the same in any order


@dataclass(frozen=True, slots=True)
class CorpusKeyword:
    """A keyword of a collection.

    Parameters
    ----------
    text, lemma : str
        The form of the first text that holds it, and its dictionary form.
    theme : str or None
        Theme that it belongs to.
    score : float
        Of `KeywordCounts.best`: texts in which a reader would name it, as far as the model can tell (the sum of its
        probabilities). Of `keyness`: standard scores by which it is more frequent than in the reference.
    count, documents : int
        Occurrences, and texts that hold it.
    reference_count, reference_documents : int
        The same in the reference; 0 where there is none.
    """

    text: str
    lemma: str
    theme: str | None
    score: float
    count: int
    documents: int
    reference_count: int = 0
    reference_documents: int = 0


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """How much of one slice of a collection speaks of a keyword.

    Parameters
    ----------
    slice : str
        Name of the slice: a month, a source.
    documents : int
        Texts of the slice that hold the keyword.
    total : int
        Texts of the slice.
    share : float
        `documents / total`; 0 for an empty slice.
    interval : (float, float)
        95 % interval of the share (Wilson 1927).
    """

    slice: str
    documents: int
    total: int
    share: float
    interval: tuple[float, float]


class KeywordCounts:
    """How many texts of a collection hold each keyword.

    Texts are added one by one, in bounded memory; counts of parts of a collection add up to those of the whole. Once
    more than twice `capacity` different keywords were met, those in the fewest texts are forgotten (lossy counting,
    [1]_; merged as in [2]_): no count is then wrong by more than `error`.

    Parameters
    ----------
    capacity : int, default=100_000
        Keywords that are kept, about 300 bytes each.

    References
    ----------
    .. [1] Gurmeet Manku and Rajeev Motwani, "Approximate frequency counts over data streams", VLDB 2002.
    .. [2] Pankaj Agarwal et al., "Mergeable summaries", PODS 2012.

    Examples
    --------
    >>> counts = KeywordCounts()
    >>> counts.add([Keyword("idées", "idée", 0.5, 2, ((0, 5), (9, 14)))])
    >>> [(word.text, word.documents, word.count) for word in counts.best(1)]
    [('idées', 1, 2)]
    """

    def __init__(self, capacity: int = 100_000) -> None:
        if capacity < 1:
            raise OptionError("capacity", str(capacity), "at least 1", "Leave it out for the default of 100,000.")
        self.capacity = capacity
        self.texts = 0
        self.occurrences = 0
        self.error = 0
        self._entries: dict[str, _Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, keywords: Iterable[Keyword]) -> None:
        """Count the keywords of one text."""
        self.texts += 1
        for keyword in keywords:
            entry = self._entries.get(keyword.lemma)
            if entry is None:
                entry = self._entries[keyword.lemma] = _Entry(keyword.text, keyword.theme)
            # A word that stands in the title alone has no span, and is there all the same.
            count = max(keyword.count, 1)
            self.occurrences += count
            entry.documents += 1
            entry.count += count
            entry.weight += round(keyword.score * _MICRO)
        self._forget()

    def merge(self, other: "KeywordCounts") -> None:
        """Add the counts of other texts; parts that are merged in the same order give the same result."""
        self.texts += other.texts
        self.occurrences += other.occurrences
        self.error += other.error
        for lemma, found in other._entries.items():
            entry = self._entries.setdefault(lemma, _Entry(found.text, found.theme))
            entry.documents += found.documents
            entry.count += found.count
            entry.weight += found.weight
        self._forget()

    def _forget(self) -> None:
        if len(self._entries) <= 2 * self.capacity:
            return
        ordered = sorted(self._entries, key=lambda lemma: (-self._entries[lemma].documents, lemma))
        self.error += self._entries[ordered[self.capacity]].documents
        for lemma in ordered[self.capacity :]:
            del self._entries[lemma]

    def documents(self, lemma: str) -> int:
        """Return how many texts hold a keyword; 0 for one that was never met."""
        entry = self._entries.get(lemma)
        return 0 if entry is None else entry.documents

    def best(self, top_n: int | None = 20, *, min_documents: int = 1) -> list[CorpusKeyword]:
        """Return the keywords of the collection: those that most texts would be given by a reader.

        Parameters
        ----------
        top_n : int or None, default=20
            How many; None for all.
        min_documents : int, default=1
            Texts that have to hold a keyword.
        """
        found = [
            CorpusKeyword(entry.text, lemma, entry.theme, entry.weight / _MICRO, entry.count, entry.documents)
            for lemma, entry in self._entries.items()
            if entry.documents >= min_documents
        ]
        return sorted(found, key=lambda word: (-word.score, word.lemma))[:top_n]


def keyness(
    target: KeywordCounts,
    reference: KeywordCounts,
    top_n: int | None = 20,
    *,
    min_documents: int = 2,
    prior: float = 500.0,
) -> list[CorpusKeyword]:
    """Return what is said more in one collection than in another: comments against articles, a month against the rest.

    The log-odds ratio with an informative Dirichlet prior, in standard scores [1]_: rare words need more than one
    occurrence to stand out, frequent ones more than a slight lead.

    Parameters
    ----------
    target, reference : KeywordCounts
    top_n : int or None, default=20
        How many; None for all. Only keywords that the target has more of are returned.
    min_documents : int, default=2
        Texts of the target that have to hold a keyword.
    prior : float, default=500.0
        Occurrences that the prior counts as; they are shared out as in both collections together.

    Returns
    -------
    list of CorpusKeyword
        Highest score first; above 1.96 a lead is hardly by chance.

    References
    ----------
    .. [1] Burt Monroe, Michael Colaresi and Kevin Quinn, "Fightin' words: lexical feature selection and evaluation for
       identifying the content of political conflict", Political Analysis 16(4), 2008, equations 15-22.
    """
    total = target.occurrences + reference.occurrences
    found = []
    for lemma, entry in target._entries.items():
        if entry.documents < min_documents:
            continue
        other = reference._entries.get(lemma)
        here, there = entry.count, 0 if other is None else other.count
        alpha = prior * (here + there) / total
        odds = _log_odds(here + alpha, target.occurrences + prior) - _log_odds(
            there + alpha, reference.occurrences + prior
        )
        score = odds / sqrt(1 / (here + alpha) + 1 / (there + alpha))
        if score > 0:
            documents = 0 if other is None else other.documents
            found.append(CorpusKeyword(entry.text, lemma, entry.theme, score, here, entry.documents, there, documents))
    return sorted(found, key=lambda word: (-word.score, word.lemma))[:top_n]


def _log_odds(count: float, total: float) -> float:
    return log(count / max(total - count, 1e-9))


def trend(slices: Mapping[str, KeywordCounts], lemma: str) -> list[TrendPoint]:
    """Return how a keyword fares over the slices of a collection.

    Parameters
    ----------
    slices : mapping of str to KeywordCounts
        From a slice's name to its counts; sorted names are the order: `2025-01`, `2025-02`.
    lemma : str
        Dictionary form of the keyword.
    """
    points = []
    for name in sorted(slices):
        total, documents = slices[name].texts, slices[name].documents(lemma)
        points.append(TrendPoint(name, documents, total, documents / total if total else 0.0, wilson(documents, total)))
    return points


def wilson(successes: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927); (0, 1) where nothing was drawn."""
    if not total:
        return 0.0, 1.0
    share, spread = successes / total, _Z * _Z / total
    middle = share + spread / 2
    width = sqrt(spread * (share * (1 - share) + spread / 4))
    return max(0.0, (middle - width) / (1 + spread)), min(1.0, (middle + width) / (1 + spread))


def merged(parts: Sequence[Mapping[str, KeywordCounts]], capacity: int = 100_000) -> dict[str, KeywordCounts]:
    """Return the counts of slices that several parts of a collection were counted into."""
    whole: dict[str, KeywordCounts] = {}
    for part in parts:
        for name, counts in part.items():
            whole.setdefault(name, KeywordCounts(capacity)).merge(counts)
    return whole
