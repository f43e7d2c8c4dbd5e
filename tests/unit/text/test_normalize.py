"""Spelling folds."""

import pytest

from engagetext.text.normalize import lower_form, plain_form, strip_accents
from engagetext.text.stopwords import is_stop


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("Trooop", "trop"),
        ("salarié·e·s", "salarié"),
        ("employé(e)s", "employé"),
        ("tou.te.s", "tou"),
        ("citoyen-ne-s", "citoyen"),
        ("L’", "l'"),
        ("Œuvre", "oeuvre"),
        ("porte-parole", "porte-parole"),
        ("1000", "1000"),
    ],
)
def test_plain_form(word: str, form: str) -> None:
    assert plain_form(word) == form


def test_accents_are_stripped_and_composed_forms_kept() -> None:
    assert strip_accents("sécurité") == "securite"
    assert lower_form("E\u0301cole") == "école"


@pytest.mark.parametrize("word", ["Le", "tres", "trèèès", "QU’", "celui-là", "-t-il", "déjà", "deja"])
def test_function_words_are_known_however_they_are_spelt(word: str) -> None:
    assert is_stop(word)


@pytest.mark.parametrize("word", ["sûr", "partage", "confiance", "sens", "direction", "temps", "a-t", "été2024"])
def test_content_words_are_no_function_words(word: str) -> None:
    assert not is_stop(word)
