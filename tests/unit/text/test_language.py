"""Which language a text is in, and when that stays open."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.pipeline import load_pipeline
from engagetext.text.language import Prior, _row, _rows, detect_languages


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


def test_a_short_french_remark_is_not_lost_as_foreign() -> None:
    rows = [row.split("\t") for row in (Path(__file__).parent / "utterances.tsv").read_text("utf-8").splitlines()]
    found = [(code, et.detect_language(text).code) for code, text in rows]
    french = [guess for code, guess in found if code == "fr"]
    foreign = [(code, guess) for code, guess in found if code != "fr"]
    # « nul nul nul » alone: Romanian as well as French.
    assert [guess for guess in french if guess not in ("fr", "und")] == ["ro"]
    assert not [code for code, guess in foreign if guess == "fr"]
    assert sum(guess != "und" for _, guess in foreign) / len(foreign) > 0.4


@pytest.mark.parametrize(
    ("text", "read", "prior", "code"),
    [
        ("Belle initiative, bravo", None, None, "it"),
        ("Belle initiative, bravo", "fr", None, "und"),
        ("Belle initiative, bravo", "fr", "it", "it"),
        ("Belle initiative, bravo", "fr", "it-IT", "it"),
        ("Belle initiative, bravo", "fr", et.Language("und", 0.4), "und"),
        ("Belle initiative, bravo", "fr", {}, "und"),
        ("Belle initiative, bravo", "fr", "oc", "und"),
        ("Belle initiative, bravo", "it", None, "it"),
        ("Wer soll das alles bezahlen?", "fr", None, "de"),
        ("Manque de reconnaissance", "fr", None, "fr"),
    ],
)
def test_a_few_words_are_foreign_only_by_a_margin_over_the_language_that_is_read(
    text: str, read: str | None, prior: Prior | None, code: str
) -> None:
    tokens = load_pipeline().annotator.tokenizer([text])
    assert detect_languages(tokens, [prior], read)[0].code == code


def test_the_article_decides_for_a_short_comment() -> None:
    assert et.detect_language("n'importe quoi").code == "und"
    assert et.detect_language("n'importe quoi", prior="fr").code == "fr"
    assert et.detect_language("n'importe quoi", prior=et.Language("fr", 0.99)).code == "fr"
    for prior in ("fr-FR", "FR", "fr_fr", {"fr": 0.95}):
        assert et.detect_language("n'importe quoi", prior=prior) == et.detect_language("n'importe quoi", prior="fr")


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
