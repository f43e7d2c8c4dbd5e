"""The chain of the lemmatizer, on small tables."""

import pytest

from engagetext.text.lemmatizer import Lemmatizer

TABLE = Lemmatizer(
    forms={
        ("AUX", "est"): "être",
        ("PRON", "elle"): "lui",
        ("NOUN", "yeux"): "oeil",
        ("ADP", "du"): "de",
        ("DET", "du"): "du",
        ("PROPN", "onu"): "O.N.U.",
        ("NOUN", "temps"): "temps",
    },
    endings={
        ("VERB", "ons"): (3, "er"),
        ("VERB", "issons"): (5, "r"),
        ("NOUN", "s"): (1, ""),
        ("NOUN", "aux"): (2, "l"),
    },
    accented={"reseaux": "réseaux", "ecole": "école"},
)


@pytest.mark.parametrize(
    ("word", "tag", "lemma"),
    [
        ("Est", "AUX", "être"),
        ("du", "ADP", "de"),
        ("du", "DET", "du"),
        ("-t-elle", "PRON", "lui"),
        ("temmmps", "NOUN", "temps"),
        ("parlons", "VERB", "parler"),
        ("finissons", "VERB", "finir"),
        ("parlons", "AUX", "parler"),
        ("salarié·e·s", "NOUN", "salarié"),
        ("ecole", "NOUN", "école"),
        ("YEUX", "NOUN", "oeil"),
        ("Bons", "PROPN", "Bons"),
        ("ONU", "PROPN", "O.N.U."),
        ("XXIe", "ADJ", "XXIe"),
        ("12", "NUM", "12"),
        ("bof", "INTJ", "bof"),
    ],
)
def test_the_first_step_that_knows_gives_the_lemma(word: str, tag: str, lemma: str) -> None:
    assert TABLE.lemma(word, tag) == lemma


def test_the_ligature_is_kept_where_the_writer_used_it() -> None:
    table = Lemmatizer({}, {("NOUN", "s"): (1, "")}, {})
    assert (table.lemma("œuvres", "NOUN"), table.lemma("oeuvres", "NOUN")) == ("œuvre", "oeuvre")


def test_tables_come_back_from_their_arrays() -> None:
    back = Lemmatizer.from_arrays(TABLE.to_arrays())
    assert (back.forms, back.endings, back.accented) == (TABLE.forms, TABLE.endings, TABLE.accented)
    empty = Lemmatizer.from_arrays(Lemmatizer({}, {}, {}).to_arrays())
    assert (empty.forms, empty.endings, empty.accented) == ({}, {}, {})
