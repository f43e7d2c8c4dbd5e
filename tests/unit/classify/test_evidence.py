"""Why a label was found."""

import re

import numpy as np
import pytest

import engagetext as et
from engagetext.errors import OptionError
from engagetext.pipeline import load_pipeline

TEXTS = [
    "Nous manquons de temps et de moyens pour animer le réseau. Personne ne répond aux messages, et nul n'y croit.",
    "Faute de budget, faute de temps, faute de bras : le projet s'enlise !\n\n- Les silos résistent.\n- La confiance, "
    "elle, revient peu à peu entre les équipes.",
    "Le partage.",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_words_and_the_bias_add_up_to_the_score(text: str) -> None:
    labeller = load_pipeline().labeller
    assert labeller.network is not None
    read = labeller.network.bias
    analysis = et.load()(text)
    assert analysis.themes or analysis.obstacles
    heads = (
        (labeller.themes, analysis.themes, 0),
        (labeller.obstacles, analysis.obstacles, len(labeller.themes.labels)),
    )
    for head, found, first in heads:
        for label in found:
            column = head.labels.index(label.label)
            share = labeller.network_share
            value = (1 - share) * head.functions.bias[column] + share * read[first + column]
            bias = head.calibration.slope[column] * value + head.calibration.offset[column]
            odds = sum(word.weight for word in label.evidence) + bias
            assert 1 / (1 + np.exp(-odds)) == pytest.approx(label.quote_score, abs=2e-3)
            # What is raised by the line above a list is no bias of the label.
            if "\n- " not in text or label in analysis.themes:
                assert label.baseline == pytest.approx(bias, abs=0.02)


def test_offsets_are_those_of_the_callers_text() -> None:
    text = TEXTS[1]
    for label in et.load()(text).obstacles:
        best = label.passages[0]
        assert all(best.start <= word.start < word.end <= best.end for word in label.evidence)
        words = [text[word.start : word.end] for word in label.evidence]
        assert {word for word, _ in label.explain(None)} == set(words)


def test_the_words_that_name_the_obstacle_weigh_most() -> None:
    (moyens,) = (label for label in et.load()(TEXTS[0]).obstacles if label.label == "moyens")
    assert {"manquons", "moyens", "temps"} <= {word for word, _ in moyens.explain(4)}
    weights = [abs(weight) for _, weight in moyens.explain()]
    assert weights == sorted(weights, reverse=True)


def test_an_excerpt_shows_the_words_that_speak_for_the_label() -> None:
    text = (
        "La gare rouvre en mai, les quais sont refaits et les panneaux sont posés, " * 3
        + "mais faute de budget, rien d'autre."
    )
    (moyens,) = (label for label in et.load()(text).obstacles if label.label == "moyens")
    assert moyens.passages[0].text == text
    excerpt = moyens.excerpt(60)
    assert "faute de budget" in excerpt
    assert excerpt.startswith("… ")
    assert len(excerpt) <= 64
    assert moyens.excerpt(1000) == text


@pytest.mark.parametrize("width", range(1, 40, 3))
def test_an_excerpt_is_never_empty(width: int) -> None:
    text = "Nous manquons cruellement d'argent pour l'atelier"
    (moyens,) = (label for label in et.load()(text).obstacles if label.label == "moyens")
    words = moyens.excerpt(width).strip("… ")
    assert 0 < len(words) <= width
    assert words in text


def test_an_excerpt_of_no_width_is_refused() -> None:
    (moyens, *_) = et.load()(TEXTS[0]).obstacles
    with pytest.raises(OptionError, match="width: found 0, expected at least 1 character"):
        moyens.excerpt(0)


def test_a_label_shows_its_status_as_people_write_it() -> None:
    (moyens,) = et.load()("Le manque de temps n'est plus un problème pour notre équipe.").obstacles
    assert moyens.status == "ecarte"
    assert "écarté" in moyens._repr_html_()


def test_batches_do_not_change_the_evidence() -> None:
    alone = [et.load()(text) for text in TEXTS]
    assert list(et.load().pipe(TEXTS, batch_size=3)) == alone
    assert [et.Analysis.from_dict(analysis.to_dict()) for analysis in alone] == alone


def test_a_label_shows_its_passage_escaped() -> None:
    text = "Nous manquons de temps et de moyens <b>ici</b>, personne ne répond."
    (moyens,) = (label for label in et.load()(text).obstacles if label.label == "moyens")
    shown = moyens._repr_html_()
    assert "<b>ici</b>" not in shown
    assert "&lt;b&gt;ici&lt;/b&gt;" in re.sub(r"</?span[^>]*>", "", shown)
    assert "class='for'" in shown
