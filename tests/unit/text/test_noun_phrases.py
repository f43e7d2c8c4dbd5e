"""Base noun phrases."""

import pytest

from engagetext.pipeline import load_pipeline
from engagetext.text.noun_phrases import base_noun_phrases


def phrases(*texts: str) -> list[str]:
    tagged = load_pipeline().annotator(texts)
    batch = tagged.tokens
    first, last = base_noun_phrases(batch, tagged.tags, tagged.sentence_starts)
    number = batch.text_index
    return [texts[number[a]][batch.starts[a] : batch.ends[b - 1]] for a, b in zip(first, last, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La grande confiance mutuelle entre les équipes locales", ["grande confiance mutuelle", "équipes locales"]),
        ("Le partage. Jean Dupont en parle.", ["partage", "Jean Dupont"]),
        ("Nous avançons lentement.", []),
        ("", []),
    ],
)
def test_a_noun_takes_its_adjectives_with_it(text: str, expected: list[str]) -> None:
    assert phrases(text) == expected


def test_no_phrase_crosses_the_border_of_two_texts() -> None:
    assert phrases("Le partage", "confiance mutuelle") == ["partage", "confiance mutuelle"]
