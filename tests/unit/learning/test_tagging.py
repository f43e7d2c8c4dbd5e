"""Training an annotator on a handful of sentences."""

from pathlib import Path

import numpy as np
import pytest

from engagetext.learning.lemmas import build_lemmatizer, read_lemmas
from engagetext.learning.lexicons import FormTables
from engagetext.learning.tagging import TaggerOptions, train_tagger
from engagetext.learning.treebanks import GoldSentence, GoldToken
from engagetext.text.annotator import Annotator
from engagetext.text.lexicon import Lexicon
from engagetext.text.tagger import UPOS
from engagetext.text.vectors import VectorTable

SUBJECTS = ("équipe", "mairie", "ville", "école", "réunion")
VERBS = (("partage", "partager"), ("avance", "avancer"), ("change", "changer"))


def sentence(subject: str, verb: str, lemma: str) -> GoldSentence:
    return (
        GoldToken("La", "", ("DET",), "le"),
        GoldToken(subject, " ", ("NOUN",), subject),
        GoldToken(verb, " ", ("VERB",), lemma),
        GoldToken(".", "", ("PUNCT",), "."),
    )


BANK = [sentence(subject, verb, lemma) for subject in SUBJECTS for verb, lemma in VERBS] * 8
VECTORS = VectorTable.from_words({"équipe": (0, 5)}, np.array([[3, 4]], dtype=np.int8))
OPTIONS = TaggerOptions(n_dimensions=16, n_hidden=32, epochs=8, run=60)


def train() -> Annotator:
    lexicon = Lexicon.from_forms({"partage": ("NOUN", "VERB"), "équipe": ("NOUN",)})
    tagger = train_tagger([BANK], lexicon, VECTORS, {}, OPTIONS)
    forms = FormTables({"VERB": {"avance": "avancer", "changent": "changer"}, "NOUN": {}, "ADJ": {}})
    return Annotator(tagger, build_lemmatizer([BANK], [], forms, {("ADP", "du"): "de"}, {}, {"avance": 3.0}))


def test_a_tagger_learns_what_it_is_shown_and_knows_new_words_by_their_place() -> None:
    found = train()(["La ville partage. La zone avance."])
    assert [UPOS[tag] for tag in found.tags] == ["DET", "NOUN", "VERB", "PUNCT"] * 2
    assert found.sentence_starts.tolist() == [True, False, False, False] * 2
    assert [found.lemmas[number] for number in found.lemma_index][2] == "partager"


def test_the_same_data_and_seed_give_the_same_bytes() -> None:
    first, second = train().to_arrays(), train().to_arrays()
    assert first.keys() == second.keys()
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


def test_an_annotator_comes_back_from_its_arrays() -> None:
    annotator = train()
    back = Annotator.from_arrays(annotator.to_arrays(), VECTORS)
    text = "La mairie change. L'école partage !"
    assert (back([text]).tags == annotator([text]).tags).all()
    assert back([text]).lemmas == annotator([text]).lemmas


def test_authored_lemmas_are_read_from_lines(tmp_path: Path) -> None:
    path = tmp_path / "lemmas.txt"
    path.write_text("# essai\nADP du de\n", encoding="utf-8")
    assert read_lemmas(path) == {("ADP", "du"): "de"}


@pytest.mark.parametrize(("tag", "word", "lemma"), [("ADP", "du", "de"), ("VERB", "avance", "avancer")])
def test_treebank_lexicon_and_authored_lemmas_are_joined(tag: str, word: str, lemma: str) -> None:
    assert train().lemmatizer.lemma(word, tag) == lemma
