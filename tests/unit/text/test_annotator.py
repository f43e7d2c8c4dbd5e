"""Tokens, sentences, tags and lemmas together."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.pipeline import load_pipeline
from engagetext.text.annotator import Annotator
from engagetext.text.tagger import UPOS

TEXTS = [
    "Les salarié·e·s de l'hôpital n'ont jamais eu 60 000 euros ; la direction, elle, s'en moque.",
    "jai pas eu le tps de lire la doc dsl, la reunion etait trop longue",
    "",
    "Trois freins :\n• le temps\n• l'argent",
    "Qu'est-ce que c'est beau ! Y a-t-il quelqu’un ? Donne-le-moi.",
    "\ud800 \x00 a\u0301 👩‍💻 🇫🇷 https://exemple.fr/a?b=1",
]


def fresh() -> Annotator:
    """Return an annotator with the packaged weights and no memory of earlier texts."""
    packaged = load_pipeline().annotator
    return Annotator(packaged.tagger, packaged.lemmatizer)


def rows(annotator: Annotator, texts: list[str]) -> list[list[tuple[int, int, str, str, bool]]]:
    found = annotator(texts)
    bounds = found.tokens.bounds
    return [
        [
            (
                int(found.tokens.starts[token]),
                int(found.tokens.ends[token]),
                UPOS[found.tags[token]],
                found.lemmas[found.lemma_index[token]],
                bool(found.sentence_starts[token]),
            )
            for token in range(bounds[number], bounds[number + 1])
        ]
        for number in range(len(texts))
    ]


def test_a_text_is_annotated_alike_alone_in_a_batch_and_in_any_order() -> None:
    together = rows(fresh(), TEXTS)
    assert together == [rows(fresh(), [text])[0] for text in TEXTS]
    assert together[::-1] == rows(fresh(), TEXTS[::-1])
    assert together == rows(fresh(), TEXTS * 300)[: len(TEXTS)]


def test_a_long_text_is_annotated_as_its_beginning_is() -> None:
    unit = "Nous avons pris le temps d'écouter chacun, et la confiance est revenue. "
    long = rows(fresh(), [unit * 2000])[0]
    short = rows(fresh(), [unit * 4])[0]
    n_unit = len(short) // 4
    assert [row[2:] for row in long[n_unit : 2 * n_unit]] == [row[2:] for row in long[-2 * n_unit : -n_unit]]
    assert long[: 2 * n_unit] == short[: 2 * n_unit]


def test_threads_that_share_an_annotator_find_the_same() -> None:
    annotator = fresh()
    expected = rows(fresh(), TEXTS)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: rows(annotator, TEXTS), range(32)):
            assert found == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=4))
def test_any_strings_are_annotated_with_right_offsets(texts: list[str]) -> None:
    annotator = load_pipeline().annotator
    for text, found in zip(texts, rows(annotator, texts), strict=True):
        covered = np.zeros(len(text), dtype=np.bool_)
        at = 0
        for start, end, tag, lemma, _ in found:
            assert at <= start < end <= len(text)
            assert tag in UPOS
            assert lemma
            covered[start:end] = True
            at = end
        assert all(covered[place] or text[place].isspace() for place in range(len(text)))
        assert not found or found[0][4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La confiance règne.", "DET NOUN VERB PUNCT"),
        ("Elle ferme la ferme.", "PRON VERB DET NOUN PUNCT"),
        ("Il faut que tu viennes à Lille.", "PRON VERB SCONJ PRON VERB ADP PROPN PUNCT"),
        ("Nous sommes partis avec trois amis.", "PRON AUX VERB ADP NUM NOUN PUNCT"),
        ("12 500 € 👍🏽 :-) #fier @ana https://a.fr", "NUM SYM SYM SYM X PROPN X"),
        ("les equipes etaient trop securisees", "DET NOUN AUX ADV VERB"),
        ("LA DIRECTION NOUS ECOUTE ENFIN", "DET NOUN PRON VERB ADV"),
    ],
)
def test_words_have_their_part_of_speech(text: str, expected: str) -> None:
    assert " ".join(token.pos for token in et.tokenize(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Les équipes travaillaient ensemble.", "le équipe travailler ensemble ."),
        ("Elles attendent l'avis du comité et des salarié·e·s.", "eux attendre le avis de comité et de salarié ."),
        ("Des réunions inutiles", "un réunion inutile"),
        ("les reseaux sociaux", "le réseau social"),
        ("c'est trooop long", "ce être trop long"),
        ("Les œuvres de Zola", "le œuvre de Zola"),
        ("au XIXe siècle", "à XIXe siècle"),
    ],
)
def test_words_have_their_lemma(text: str, expected: str) -> None:
    assert " ".join(token.lemma for token in et.tokenize(text)) == expected
