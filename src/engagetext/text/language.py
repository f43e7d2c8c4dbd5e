"""The language of a text: langdetect's n-gram tables, summed as a plain naive Bayes.

langdetect draws n-grams at random until it is sure, so the same text may get two answers. Here every n-gram counts
once, in integers, so that the same words give the same bits in any order and in any batch. An n-gram never crosses a
word border in these tables, hence a text's score is the sum of the rows of its word types, each computed once.

References
----------
.. [1] Shuyo Nakatani, "Language Detection Library for Java", 2010: the method and the profiles that langdetect ports.
"""

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from unicodedata import is_normalized

import numpy as np
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

from engagetext.findings import Language, language_code
from engagetext.text.batches import TokenBatch
from engagetext.text.grouping import sum_rows
from engagetext.text.word_features import gram_keys

Prior = str | Language | Mapping[str, float]

UNDECIDED = "und"
# What may be met among French articles and their comments, by langdetect's names.
CODES = (
    "ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hu", "id", "it", "ja", "ko", "nl", "no", "pl",
    "pt", "ro", "ru", "sv", "tr", "uk", "vi", "zh-cn",
)  # fmt: skip
_PUBLIC = tuple(map(language_code, CODES))
# langdetect's own smoothing: half a count in 10,000.
_FLOOR = 0.5 / 10_000
# Log-probabilities in 1/256 nats: a sum of integers does not depend on its order.
_SCALE = 256
# Each character is seen by three overlapping n-grams. Swept over 2, 3 and 4 on snippets of 1 to 8 words (French UD dev
# sentences, spaCy's example sentences of 26 languages): at 3 and 0.8, 86 % of five-word snippets are found to be
# French, 2.3 % get another language, no foreign one is called French.
_TEMPERATURE = 3.0
_DECIDED = 0.8
# Two n-grams or so a letter: fewer than this, and even a confident sum rests on one short word.
_MIN_GRAMS = 8
# One word will do for a language that is likelier than all others before it is read.
_EXPECTED = 0.5
# langdetect reads at most 10,000 characters; 1,000 tokens are about half of that, and decide as surely.
_MAX_TOKENS = 1_000
# In a longer text each word counts once: a word said a thousand times is no more French for it.
_FEW_TOKENS = 40
# Nats of log-odds that a language needs against the one that is read, where nothing is expected: a French record that
# is taken for a foreign one is lost, a foreign one that stays undecided costs a row. A sentence has dozens, so only a
# few words are held open. Swept over 3 to 10 on 204 French and 198 foreign utterances of 1 to 6 words (utterances.tsv
# of the tests), and on 3,585 snippets of 2 to 7 words of the French UD dev sets and 3,942 of spaCy's example
# sentences. Without it 2.5 and 2.0 % of the French are lost, 51 and 86 % of the foreign recognised; at 6 .5 and .6 %,
# 44 and 84 %; at 8 .5 and .3 %, 38 and 81 %. A margin that grows as texts shorten, a higher temperature or a weak
# prior lose more on the one side or the other, and the prior calls foreign ones French.
_MARGIN = 6.0
# A comment under a French article is French in all but one case in twenty; the words decide against it if they can.
_PRIOR_WEIGHT = 0.95

_MAX_PLAIN = 40  # a longer type takes the slow way: the table of grams is as wide as the longest type

_normalize = lru_cache(maxsize=1 << 12)(NGram.normalize)


@cache
def _table() -> tuple[dict[str, int], NDArray[np.int32]]:
    """Return n-gram -> row, and the rows: scaled log-probabilities, an array of shape (n_grams, n_languages)."""
    folder = resources.files("langdetect").joinpath("profiles")
    grams: dict[str, int] = {}
    places: list[tuple[int, int, float]] = []
    for number, code in enumerate(CODES):
        profile = json.loads(folder.joinpath(code).read_text(encoding="utf-8"))
        totals = profile["n_words"]
        for gram, count in profile["freq"].items():
            if len(gram) <= NGram.N_GRAM and gram.strip():
                places.append((grams.setdefault(gram, len(grams)), number, count / totals[len(gram) - 1]))
    rows, columns, values = zip(*places, strict=True)
    shares = np.zeros((len(grams), len(CODES)))
    shares[rows, columns] = values
    return grams, np.rint(np.log(shares + _FLOOR) * _SCALE).astype(np.int32)


def _grams(word: str) -> list[str]:
    """Return the n-grams of one word type as langdetect draws them: words of capitals and of symbols have none."""
    if any(mark in word for mark in ("://", "@", "#", "www.")):
        return []
    grams: list[str] = []
    # Composed, as the tables are; marks that compose with nothing say nothing of a language.
    letters = (letter for letter in unicodedata.normalize("NFC", word) if not unicodedata.combining(letter))
    for run in "".join(map(_normalize, letters)).split():
        padded = f" {run} "
        for end in range(2, len(padded) + 1):
            if padded[end - 2 : end].isupper():
                continue
            grams.extend(padded[end - n : end] for n in range(1, min(end, NGram.N_GRAM) + 1))
    return grams


def _row(word: str) -> list[int]:
    """Return one word type's scaled log-probabilities and, last, the number of n-grams behind them."""
    numbers, rows = _table()
    # « BONJOUR À TOUS » carries as much as « bonjour à tous »: a type wholly in capitals is read in lower case.
    grams = _grams(word.lower() if word.isupper() and len(word) > 1 else word)
    known = [numbers[gram] for gram in grams if gram in numbers]
    return [*rows[known].sum(axis=0, dtype=np.int64).tolist(), len(known)]


@cache
def _keyed_table() -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Return the keys of all n-grams, sorted, and their rows, with a one in a last column."""
    numbers, rows = _table()
    counted = np.concatenate([rows, np.ones((len(rows), 1), dtype=np.int32)], axis=1)
    keys, places = [], []
    for size in range(1, NGram.N_GRAM + 1):
        grams = [gram for gram in numbers if len(gram) == size]
        keys.append(gram_keys(grams, [size])[0])
        places.append([numbers[gram] for gram in grams])
    joined = np.concatenate(keys)
    order = np.argsort(joined)
    return joined[order], counted[np.concatenate(places)[order]]


def _plain_body(word: str) -> str:
    """Return the letters of a type that langdetect reads as they stand, `""` for one that takes the slow way.

    They are in lower case but for the first, composed, none is normalized; an apostrophe may follow.
    """
    body = word.rstrip("'’")
    if not body.isalpha() or not (body.islower() or body[1:].islower()) or len(body) > _MAX_PLAIN:
        return ""
    as_they_stand = body.isascii() or (is_normalized("NFC", body) and all(_normalize(c) == c for c in body))
    return body if as_they_stand else ""


def _rows(words: list[str]) -> NDArray[np.int64]:
    """Return the row of each word type; most types are plain, and are looked up all at once."""
    rows = np.zeros((len(words), len(CODES) + 1), dtype=np.int64)
    bodies = [_plain_body(word) for word in words]
    plain = [place for place, body in enumerate(bodies) if body]
    found = [bodies[place] for place in plain]
    # langdetect leaves out what ends on a capital after a blank: the first letter alone, and with the blank.
    grams = [
        gram_keys([body[body[0].isupper() :] for body in found], [1]),
        gram_keys([f"{body} " if body[0].isupper() else f" {body} " for body in found], [2]),
        gram_keys([f" {body} " for body in found], [NGram.N_GRAM]),
    ]
    keys, table = _keyed_table()
    wanted, owners = (np.concatenate(parts) for parts in zip(*grams, strict=True))
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    hit = keys[at] == wanted
    rows[plain] = sum_rows(table, at[hit], owners[hit], len(plain))
    for place, body in enumerate(bodies):
        if not body:
            rows[place] = _row(words[place])
    return rows


def language_scores(batch: TokenBatch) -> NDArray[np.int64]:
    """Sum the rows of each text's tokens.

    Parameters
    ----------
    batch : TokenBatch
        Tokens of any number of texts; the first 1,000 of each are read.

    Returns
    -------
    ndarray of shape (n_texts, n_languages + 1), int64
        Scaled log-likelihoods, and in the last column the number of n-grams.
    """
    rows = batch.vocabulary.table("language row", _rows, np.int64, width=len(CODES) + 1)
    sums = np.zeros((len(batch.texts), len(CODES) + 1), dtype=np.int64)
    for number in range(len(batch.texts)):
        first, last = batch.bounds[number], batch.bounds[number + 1]
        types = batch.type_ids[first : min(last, first + _MAX_TOKENS)]
        if len(types) > _FEW_TOKENS:
            # A Python set: np.unique costs a hundred times as much on so few, and a sum of integers has no order.
            types = np.array(list(set(types.tolist())))
        sums[number] = rows[types].sum(axis=0)
    return sums


def decide_language(scores: NDArray[np.int64], prior: Prior | None = None, read: str | None = None) -> Language:
    """Choose the language of one text from its summed row.

    Parameters
    ----------
    scores : ndarray of shape (n_languages + 1,), int64
        One row of `language_scores`.
    prior : str, Language or mapping of str to float, optional
        Expected language (of the article, for its comments), or a probability a code.
    read : str, optional
        Code of the language that the caller reads: without a prior that favours a language, another one is decided
        against it only by a margin.

    Returns
    -------
    Language
        `code` is `"und"` where no language is probable enough.
    """
    expected = _shares(prior)
    log_prior = _log_prior(expected)
    weights = scores[:-1] / (_SCALE * _TEMPERATURE) + log_prior
    best = int(weights.argmax())
    # A prior that favours no language, such as « und », says as little as none.
    unexpected = bool((log_prior == log_prior[0]).all())
    close = unexpected and read in CODES and 0 < weights[best] - weights[CODES.index(read)] < _MARGIN
    weights = np.exp(weights - weights.max())
    probabilities = weights / weights.sum()
    score = float(probabilities[best])
    short = scores[-1] < _MIN_GRAMS and expected.get(_PUBLIC[best], 0.0) < _EXPECTED
    if scores[-1] == 0 or score < _DECIDED or close or short:
        return Language(UNDECIDED, score if scores[-1] else 0.0)
    return Language(_PUBLIC[best], score)


def _shares(prior: Prior | None) -> Mapping[str, float]:
    """Return the probability of each language that is expected, by its code."""
    if prior is None:
        return {}
    if isinstance(prior, Mapping):
        return prior
    return {language_code(prior.code if isinstance(prior, Language) else prior): _PRIOR_WEIGHT}


def _log_prior(shares: Mapping[str, float]) -> NDArray[np.float64]:
    if not any(code in shares for code in _PUBLIC):
        return np.zeros(len(CODES))
    rest = max(1.0 - sum(shares.values()), 1e-6) / len(CODES)
    return np.array([math.log(shares.get(code, 0.0) + rest) for code in _PUBLIC])


def detect_languages(batch: TokenBatch, priors: Sequence[Prior | None], read: str | None = None) -> list[Language]:
    """Return the language of each text of a batch, with one prior (or None) a text; see `decide_language`."""
    scores = language_scores(batch)
    return [decide_language(row, prior, read) for row, prior in zip(scores, priors, strict=True)]
