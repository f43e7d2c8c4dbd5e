"""Build the lemmatizer: what treebanks say, what a lexicon says, and the endings that tell the rest."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engagetext.learning.lexicons import FormTables
from engagetext.learning.treebanks import GoldSentence
from engagetext.text.lemmatizer import MAX_ENDING, Lemmatizer
from engagetext.text.normalize import lower_form, strip_accents

_MIN_ENDING_COUNT = 3
# Spoken treebanks give « ils » the lemma « lui », written ones « eux »: the texts to be read are written.
_WRITTEN_WEIGHT = 3
# How much more frequent the form with accents has to be, in Zipf units, for the form without to be a slip.
_SLIP = 0.5
_MIN_ACCENTED_ZIPF = 2.5

Pair = tuple[str, str]


def read_lemmas(path: Path) -> dict[Pair, str]:
    """Read authored lemmas: part of speech, form and lemma on each line; `#` begins a comment line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return {(tag, lower_form(form)): lemma for tag, form, lemma in rows}


def build_lemmatizer(
    written: Sequence[Sequence[GoldSentence]],
    spoken: Sequence[Sequence[GoldSentence]],
    tables: FormTables,
    authored: Mapping[Pair, str],
    spellings: Mapping[str, Iterable[str]],
    zipf: Mapping[str, float],
) -> Lemmatizer:
    """Build a lemmatizer.

    Parameters
    ----------
    written, spoken : sequence of sequence of GoldSentence
        Treebanks.
    tables : FormTables
        Lexicon.
    authored : mapping of (str, str) to str
        What neither treebanks nor lexicon say.
    spellings : mapping of str to iterable of str
        Usual spelling -> others, which share its lemmas.
    zipf : mapping of str to float
        Frequency of lower forms: only lexicon forms that occur in it are kept.
    """
    seen = _seen_lemmas(written, spoken)
    endings = _shortest(_ending_rules(tables.lemmas))
    forms: dict[Pair, str] = {}
    bare = Lemmatizer({}, endings, {})
    for tag, lemmas in tables.lemmas.items():
        for form, lemma in lemmas.items():
            if form in zipf and bare.lemma(form, tag) != lemma:
                forms[tag, form] = lemma
    forms |= {pair: lemma for pair, lemma in seen.items() if bare.lemma(pair[1], pair[0]) != lemma or pair in forms}
    forms |= authored
    for (tag, form), lemma in seen.items():
        for other in map(lower_form, spellings.get(form, ())):
            if (tag, other) not in seen:
                forms.setdefault((tag, other), lemma)
    return Lemmatizer(forms, endings, _accented(tables, zipf))


def _seen_lemmas(
    written: Sequence[Sequence[GoldSentence]], spoken: Sequence[Sequence[GoldSentence]]
) -> dict[Pair, str]:
    counts: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
    for banks, weight in ((written, _WRITTEN_WEIGHT), (spoken, 1)):
        for bank in banks:
            for sentence in bank:
                for token in sentence:
                    if token.lemma is not None and token.lemma != "_":
                        lemma = token.lemma.replace("’", "'")
                        counts[token.tags[0], lower_form(token.text)][lemma] += weight
    # A name is its own lemma, as written: only what differs from that says something.
    return {
        (tag, form): lemma
        for (tag, form), found in sorted(counts.items())
        for lemma in [min(found, key=lambda lemma: (-found[lemma], lemma))]
        if tag not in ("PROPN", "X", "PUNCT", "SYM") or lower_form(lemma) != form
    }


def _script(form: str, lemma: str) -> tuple[int, str]:
    """Return how many characters to cut from a form, and what to add, to have the lemma."""
    same = 0
    while same < min(len(form), len(lemma)) and form[same] == lemma[same]:
        same += 1
    return len(form) - same, lemma[same:]


def _ending_rules(tables: Mapping[str, Mapping[str, str]]) -> dict[Pair, tuple[int, str]]:
    """Return the most frequent script of every ending that at least three forms of a part of speech share."""
    counts: defaultdict[Pair, Counter[tuple[int, str]]] = defaultdict(Counter)
    for tag in ("ADJ", "NOUN", "VERB"):
        for form, lemma in tables.get(tag, {}).items():
            script = _script(form, lemma)
            for size in range(max(1, script[0]), min(len(form), MAX_ENDING) + 1):
                counts[tag, form[-size:]][script] += 1
    return {
        pair: min(found, key=lambda script: (-found[script], script))
        for pair, found in counts.items()
        if sum(found.values()) >= _MIN_ENDING_COUNT
    }


def _shortest(rules: Mapping[Pair, tuple[int, str]]) -> dict[Pair, tuple[int, str]]:
    """Drop the rules that the next shorter ending gives as well."""
    kept: dict[Pair, tuple[int, str]] = {}
    for tag, ending in sorted(rules, key=lambda pair: (len(pair[1]), pair)):
        script = rules[tag, ending]
        shorter = next((kept[tag, ending[cut:]] for cut in range(1, len(ending)) if (tag, ending[cut:]) in kept), None)
        if shorter != script:
            kept[tag, ending] = script
    return kept


def _accented(tables: FormTables, zipf: Mapping[str, float]) -> dict[str, str]:
    """Return the words that a form without accents stands for, where the form itself is hardly a word."""
    best: dict[str, str] = {}
    words = {form for lemmas in tables.lemmas.values() for form in lemmas}
    for form in sorted(words):
        bare = strip_accents(form)
        if bare != form and zipf.get(form, 0.0) >= max(_MIN_ACCENTED_ZIPF, zipf.get(bare, 0.0) + _SLIP):
            if bare in words:
                continue
            if zipf[form] > zipf.get(best.get(bare, ""), 0.0):
                best[bare] = form
    return best
