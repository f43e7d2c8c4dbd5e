"""Train the keyword ranker from texts whose keyphrases people have named."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engagetext.errors import MissingExtraError, RecordError
from engagetext.keywords.domain import DomainIndex, TermList
from engagetext.keywords.extractor import Candidates, KeywordExtractor
from engagetext.keywords.features import FACTORS, LABEL_FREE, columns, shares
from engagetext.keywords.ranking import Ranker
from engagetext.keywords.rarity import RarityTable
from engagetext.learning.datasets import json_rows
from engagetext.text.annotator import Annotator
from engagetext.text.normalize import lower_form

# The label-free weight is hardly held back, all other columns strongly: what the sets do not tell stays as set by hand.
# Swept over C = .1, .001, .0003, .0001 and a scale of 1, 10, 30, 100: see docs/keywords.md.
_C = 0.002
_LABEL_FREE_SCALE = 10.0
_SET_WEIGHT = 20_000  # candidates that a set counts as
_BATCH = 256
_DECIMALS = 6
_UNTRAINED = Ranker({}, {}, 0.0)


@dataclass(frozen=True, slots=True)
class KeyphraseFiles:
    """Where named keyphrases come from.

    Parameters
    ----------
    paths : tuple of Path
        JSONL, a set of texts each: `title`, `text`, `keyphrases`. Every set weighs the same, and so does every text
        of a set.
    licences : dict of str to str
        Name of each set -> its licence.
    """

    paths: tuple[Path, ...]
    licences: dict[str, str]


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text with its keyphrases.

    Parameters
    ----------
    title, text : str
    keyphrases : tuple of str
    """

    title: str
    text: str
    keyphrases: tuple[str, ...]


def read_keyphrases(path: Path) -> list[NamedText]:
    """Read a set of texts with their keyphrases.

    Raises
    ------
    RecordError
        If a line lacks its text or its keyphrases.
    """
    texts = []
    for where, row in json_rows(path):
        phrases = row.get("keyphrases")
        if not isinstance(row.get("text"), str) or not isinstance(phrases, list):
            raise RecordError(where, f"keys {sorted(row)}", "text and keyphrases", "Mend or remove the line.")
        texts.append(NamedText(str(row.get("title") or ""), row["text"], tuple(map(str, phrases))))
    return texts


@dataclass(frozen=True, slots=True)
class RankerData:
    """The candidates of a set of texts.

    Parameters
    ----------
    table : ndarray of shape (n_candidates, n_columns), float64
    named : ndarray of shape (n_candidates,), bool
        Whether somebody named the candidate.
    text : ndarray of shape (n_candidates,), int64
        Text of each, ascending.
    columns : tuple of (str, str)
        Factor and name of each; columns of one name have one weight.
    """

    table: NDArray[np.float64]
    named: NDArray[np.bool_]
    text: NDArray[np.int64]
    columns: tuple[tuple[str, str], ...]

    def of(self, texts: NDArray[np.bool_]) -> "RankerData":
        """Return the candidates of the texts that are flagged."""
        rows = texts[self.text]
        return RankerData(self.table[rows], self.named[rows], self.text[rows], self.columns)


def ranker_data(texts: Sequence[NamedText], annotator: Annotator, rarity: RarityTable) -> RankerData:
    """Return the candidates of texts; a candidate is named if its stems are those of a keyphrase."""
    # Without domain terms: a model's ranker must not depend on the taxonomy that it is packed with.
    extractor = KeywordExtractor(rarity, DomainIndex(TermList(()), annotator.tokenizer), _UNTRAINED)
    stem = _stemmer()
    tables, named, owner = [], [], []
    known: tuple[tuple[str, str], ...] = ()
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        found = extractor.candidates(annotator([text.text for text in batch]), annotator([t.title for t in batch]))
        described = _described(found)
        known = tuple((factor, name) for factor, name, _ in described)
        tables.append(np.column_stack([column for *_, column in described]))
        gold = [{stem(phrase) for phrase in text.keyphrases} for text in batch]
        named += [stem(form) in gold[document] for document, form in _forms(found)]
        owner.append(found.occurrences.document + start)
    return RankerData(np.concatenate(tables), np.array(named, dtype=np.bool_), np.concatenate(owner), known)


def _described(found: Candidates) -> list[tuple[str, str, NDArray[np.float64]]]:
    """Return the factor, the name and the values of every column."""
    occurrences = found.occurrences
    described = list(columns(found.stream, occurrences, found.nesting))
    for share in shares(found.stream, occurrences):
        for number, name in enumerate(share.names):
            has = np.add.reduceat(share.codes == number, occurrences.bounds[:-1], dtype=np.int64)
            described.append((share.factor, name, has / occurrences.count))
    return described


def _forms(found: Candidates) -> Iterator[tuple[int, str]]:
    """Yield the text and the first form of each candidate."""
    occurrences = found.occurrences
    for group, head in enumerate(occurrences.bounds[:-1].tolist()):
        first = int(occurrences.first[head])
        end = first + int(occurrences.length[head])
        yield int(occurrences.document[group]), found.stream.phrase(first, end)


def _stemmer() -> Callable[[str], str]:
    """Return a function from a phrase to its French Snowball stems: how keyphrases are compared since Bougouin 2013."""
    try:
        import snowballstemmer
    except ImportError as error:
        raise MissingExtraError(
            "keyphrases", "no snowballstemmer", "snowballstemmer", 'Run: pip install "engagetext[train]".'
        ) from error
    stemmer = snowballstemmer.stemmer("french")

    def stem(phrase: str) -> str:
        words = lower_form(phrase).replace("'", " ").replace("-", " - ").split()
        return " ".join(stemmer.stemWords([word.strip('.,;:!?«»"()') for word in words]))

    return stem


def fit_ranker(sets: Sequence[RankerData]) -> Ranker:
    """Fit a ranker: every set weighs the same, and every text of a set, however many candidates it has.

    Parameters
    ----------
    sets : sequence of RankerData

    Returns
    -------
    Ranker
    """
    from sklearn.linear_model import LogisticRegression

    whole = np.concatenate([data.table for data in sets])
    named = np.concatenate([data.named for data in sets])
    weights = np.concatenate([_weights(data) for data in sets])
    # The pieces of the label-free weight share a name, and so one weight.
    names = list(dict.fromkeys(name for _, name in sets[0].columns))
    places = [names.index(name) for _, name in sets[0].columns]
    table = np.zeros((len(whole), len(names)))
    for column, place in enumerate(places):
        table[:, place] += whole[:, column]
    means = np.average(table, axis=0, weights=weights)
    spread = np.sqrt(np.average((table - means) ** 2, axis=0, weights=weights))
    spread[spread == 0] = 1.0
    spread[names.index(LABEL_FREE)] /= _LABEL_FREE_SCALE
    # Of the exact solvers the one without random numbers or threads.
    model = LogisticRegression(C=_C, solver="newton-cholesky", tol=1e-6, max_iter=100)
    model.fit((table - means) / spread, named, sample_weight=weights)
    # Rounded, so that the order of additions in another linear algebra library leaves no trace.
    scaled = np.round(model.coef_[0] / spread, _DECIMALS)
    parts = scaled[places] * np.average(whole, axis=0, weights=weights)
    averages = {
        factor: round(
            float(sum(part for part, (owner, _) in zip(parts, sets[0].columns, strict=True) if owner == factor)),
            _DECIMALS,
        )
        for factor in FACTORS
    }
    return Ranker(
        dict(zip(names, scaled.tolist(), strict=True)), averages, round(float(model.intercept_[0]), _DECIMALS)
    )


def _weights(data: RankerData) -> NDArray[np.float64]:
    """Return the weight of each candidate: all of a set sum to `_SET_WEIGHT`, and those of each text to the same."""
    counts = np.array([len(list(rows)) for _, rows in groupby(data.text.tolist())])
    weights: NDArray[np.float64] = np.repeat(_SET_WEIGHT / len(counts) / counts, counts)
    return weights


def train_ranker(files: KeyphraseFiles, annotator: Annotator, rarity: RarityTable) -> Ranker:
    """Train a ranker from the files of a recipe."""
    return fit_ranker([ranker_data(read_keyphrases(path), annotator, rarity) for path in files.paths])
