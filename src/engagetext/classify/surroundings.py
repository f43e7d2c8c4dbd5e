"""Where the words of a passage stand, seen from the word that tells an obstacle."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.passages import PassageBatch
from engagetext.classify.relations import last_denial
from engagetext.text.annotator import TaggedBatch
from engagetext.text.grouping import highest_of_runs
from engagetext.text.word_index import ABSENT

Float = TypeVar("Float", np.float32, np.float64)
# Distances, in tokens, from which on a place is another one: « ne … pas » lies two or three words before what it
# denies, « si » anywhere before it. The first place holds all that is farther before in the sentence, the last all
# behind. Not swept.
_EDGES = np.array([-12, -7, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 8, 13])
_BEFORE, _AFTER = len(_EDGES) + 1, len(_EDGES) + 2
# Words that follow a negation, others among them, wherever in the sentence: that bugs are denied is good, that time is,
# is not.
_DENIED = _AFTER + 1
N_BANDS = _DENIED + 1
# All bands, and what is heard.
N_PLACES = N_BANDS + 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The tokens of passages that are asked about, each at a place.

    Parameters
    ----------
    tokens : ndarray of shape (n_words,), int64
        The tokens of all that are asked, end to end.
    bands : csr_array of shape (n_asked * N_BANDS, n_words), float64
        1 where a token stands in a band of distances in its sentence, or in sentences before or after it, or is denied.
    sizes : ndarray of shape (n_asked, N_BANDS), int64
        Tokens of each band.
    heard : csr_array of shape (n_asked, n_words), float64
        How much each token is heard.
    """

    tokens: NDArray[np.int64]
    bands: csr_array
    sizes: NDArray[np.int64]
    heard: csr_array

    @classmethod
    def of(
        cls,
        tagged: TaggedBatch,
        passages: PassageBatch,
        asked: NDArray[np.int64],
        heard: csr_array,
        negation: NDArray[np.bool_],
    ) -> "Surroundings":
        """Return those of passages, seen from the token of each that is heard most; of two alike the first.

        Where nothing is heard, they are seen from the first token.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
        asked : ndarray of shape (n_asked,), int64
            Passages, each with a token; one may be asked for several times.
        heard : csr_array of shape (n_asked, n_tokens)
            How much each token of the batch is heard, positive; no tokens but those of the passage.
        negation : ndarray of shape (n_tokens,), bool
            Which tokens of the batch deny.
        """
        first, sizes = passages.first[asked], (passages.last - passages.first)[asked]
        heads = np.cumsum(sizes) - sizes
        owner = np.repeat(np.arange(len(asked)), sizes)
        tokens = np.arange(len(owner)) + np.repeat(first - heads, sizes)
        of = np.repeat(np.arange(len(asked)), np.diff(heard.indptr))
        places = heard.indices + (heads - first)[of]
        shares = np.zeros(len(owner))
        shares[places] = heard.data
        centre = highest_of_runs(shares, owner, heads)
        band = np.searchsorted(_EDGES, np.arange(len(owner)) - centre[owner], side="right")
        sentence = np.cumsum(tagged.sentence_starts[tokens])
        own = sentence[centre][owner]
        band = np.where(sentence < own, _BEFORE, np.where(sentence > own, _AFTER, band))
        denials = last_denial(negation[tokens], tagged.tags[tokens], heads[owner])
        (denied,) = np.nonzero((denials != ABSENT) & (sentence == own))
        flat = np.concatenate([np.arange(len(owner)), denied])
        cells = owner[flat] * N_BANDS + np.concatenate([band, np.full(len(denied), _DENIED)])
        return cls(
            tokens=tokens,
            bands=csr_array((np.ones(len(flat)), (cells, flat)), shape=(len(asked) * N_BANDS, len(owner))),
            sizes=np.bincount(cells, minlength=len(asked) * N_BANDS).reshape(len(asked), N_BANDS),
            heard=csr_array((heard.data.astype(np.float64), (of, places)), shape=(len(asked), len(owner))),
        )

    def scales(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return by what the sums of each band, and of what is heard, are divided: no long sentence drowns a word.

        Returns
        -------
        bands : ndarray of shape (n_asked, N_BANDS, 1), float64
        heard : ndarray of shape (n_asked, 1), float64
        """
        total = np.asarray(self.heard.sum(axis=1)).reshape(-1, 1)
        return np.sqrt(np.maximum(self.sizes, 1))[:, :, None], np.where(total > 0, total, 1.0)


def placed(
    bands: csr_array, heard: csr_array, rows: NDArray[Float], scales: tuple[NDArray[Float], NDArray[Float]]
) -> NDArray[Float]:
    """Return what stands at each place: the sum of the rows of each band, and of what is heard, divided by its scale.

    Parameters
    ----------
    bands, heard : csr_array
        Of `Surroundings`, in the type of the rows.
    rows : ndarray of shape (n_words, n_dimensions)
    scales : tuple of ndarray
        Of `Surroundings.scales`, in the same type.

    Returns
    -------
    ndarray of shape (n_asked, N_PLACES, n_dimensions)
    """
    n_asked, width = heard.shape[0], rows.shape[1]
    places = np.empty((n_asked, N_PLACES, width), dtype=rows.dtype)
    places[:, :N_BANDS] = (bands @ rows).reshape(n_asked, N_BANDS, width) / scales[0]
    places[:, N_BANDS] = (heard @ rows) / scales[1]
    return places
