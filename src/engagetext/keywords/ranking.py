"""The score of each candidate: a weighted sum of what is known of it, as a probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.candidates import Occurrences
from engagetext.keywords.features import FACTORS, Nesting, columns, shares
from engagetext.keywords.stream import Stream

# A part of a better candidate gives way to it. Swept on the development texts with the ranker cross-validated:
# see docs/keywords.md.
PART_LOSS = 0.75
# Scores are rounded, so that the last bit of a logarithm decides nothing.
_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Ranked:
    """Scores of the candidates.

    Parameters
    ----------
    scores : ndarray of shape (n_groups,), float64
        Probability that a reader would name the candidate as a keyword.
    factors : ndarray of shape (len(FACTORS), n_groups), float64
        What each factor adds to its log-odds; 0 is an average candidate.
    part_of : ndarray of shape (n_groups,), bool
        Whether a better candidate contains it: it lost `PART_LOSS` of its log-odds.
    swallowed : ndarray of shape (n_groups,), bool
        Whether a better candidate contains all of its occurrences: beside it, it says nothing more.
    """

    scores: NDArray[np.float64]
    factors: NDArray[np.float64]
    part_of: NDArray[np.bool_]
    swallowed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ranker:
    """A linear model over the columns of `features.columns`.

    Parameters
    ----------
    weights : mapping of str to float
        Weight of each column by its name.
    averages : mapping of str to float
        What each factor adds up to for an average candidate of the training texts.
    intercept : float
        Log-odds of a candidate that is average in everything.
    """

    weights: Mapping[str, float]
    averages: Mapping[str, float]
    intercept: float

    def rank(self, stream: Stream, occurrences: Occurrences, nesting: Nesting) -> Ranked:
        """Return the scores of the candidates of a stream."""
        n_groups = len(occurrences.document)
        factors = np.zeros((len(FACTORS), n_groups))
        # Column by column: a product of matrices might add up in another order for another batch.
        for factor, name, column in columns(stream, occurrences, nesting):
            factors[FACTORS.index(factor)] += self.weights[name] * column
        # A share times its weight is the mean of the weights of the occurrences: one look-up each.
        by_factor: dict[str, NDArray[np.float64]] = {}
        for share in shares(stream, occurrences):
            table = np.zeros(max(len(share.names) + 2, int(share.codes.max(initial=0)) + 1))
            table[: len(share.names)] = [self.weights[name] for name in share.names]
            found = table[share.codes]
            by_factor[share.factor] = by_factor[share.factor] + found if share.factor in by_factor else found
        for factor, values in by_factor.items():
            total = np.bincount(occurrences.group, values, n_groups)
            factors[FACTORS.index(factor)] += total / np.maximum(occurrences.count, 1)
        factors -= np.array([[self.averages[factor]] for factor in FACTORS])
        odds = np.full(n_groups, self.intercept)
        for row in factors:
            odds += row
        odds = np.round(odds, _DECIMALS)
        best_container = np.full(n_groups, -np.inf)
        np.maximum.at(best_container, nesting.inner, odds[nesting.outer])
        part_of = best_container > odds
        odds[part_of] -= PART_LOSS
        largest = np.zeros(n_groups, dtype=np.int64)
        better = odds[nesting.outer] > odds[nesting.inner]
        np.maximum.at(largest, nesting.inner[better], occurrences.count[nesting.outer[better]])
        swallowed = largest >= occurrences.count
        return Ranked(np.round(1.0 / (1.0 + np.exp(-odds)), _DECIMALS), factors, part_of, swallowed)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the ranker as arrays by name: what a bundle keeps."""
        names = sorted(self.weights)
        return {
            "averages": np.array([self.averages[factor] for factor in FACTORS]),
            "intercept": np.array([self.intercept]),
            "names": np.array(names),
            "weights": np.array([self.weights[name] for name in names]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Ranker":
        """Return the ranker that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        ValueError
            If the arrays do not fit together.
        """
        weights = dict(zip(arrays["names"].tolist(), arrays["weights"].tolist(), strict=True))
        averages = dict(zip(FACTORS, arrays["averages"].tolist(), strict=True))
        return cls(weights, averages, float(arrays["intercept"][0]))
