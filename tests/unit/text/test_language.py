"""Which language a text is in, and when that stays open."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.text.language import _row, _rows


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nous avons mis six mois à convaincre les équipes de partager leurs fichiers.", "fr"),
        ("BRAVO A TOUTE L'EQUIPE POUR CE TRAVAIL, ON ATTENDAIT CELA DEPUIS LONGTEMPS", "fr"),
        ("franchement jen peu plus de ces reunions qui servent a rien", "fr"),
        ("We should really listen to the people who do the work every day.", "en"),
        ("Muchas gracias por este artículo, me ha gustado mucho la idea.", "es"),
        ("Vielen Dank für diesen Beitrag, ich sehe das genauso wie Sie.", "de"),
        ("Grazie mille, anche da noi abbiamo lo stesso problema con i capi.", "it"),
        ("Это очень интересная статья, спасибо большое.", "ru"),
    ],
)
def test_a_sentence_is_enough(text: str, code: str) -> None:
    assert et.detect_language(text).code == code


@pytest.mark.parametrize("text", ["", "   ", "👍👍", "123 456", "https://exemple.fr/page", "ok", "Hmm", "@jean #merci"])
def test_what_says_too_little_stays_undecided(text: str) -> None:
    assert et.detect_language(text).code == "und"


def test_the_article_decides_for_a_short_comment() -> None:
    assert et.detect_language("n'importe quoi").code == "und"
    assert et.detect_language("n'importe quoi", prior="fr").code == "fr"
    assert et.detect_language("n'importe quoi", prior=et.Language("fr", 0.99)).code == "fr"


def test_a_prior_does_not_outweigh_the_words() -> None:
    assert et.detect_language("Great article, thanks for sharing this with us!", prior="fr").code == "en"


def test_the_answer_is_the_same_in_any_thread() -> None:
    texts = ["Une petite phrase en français.", "A short English sentence.", "und so weiter"] * 20
    alone = [et.detect_language(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(et.detect_language, texts)) == alone


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.from_regex(r"[A-Za-zà-ÿÀ-Ýœ]{1,9}['’]{0,2}", fullmatch=True),
            st.text(st.characters(exclude_categories=["Z", "Cc"]), min_size=1, max_size=9),
        ),
        max_size=6,
    )
)
def test_types_looked_up_together_have_the_rows_of_types_read_alone(words: list[str]) -> None:
    assert _rows(words).tolist() == [_row(word) for word in words]
