"""Markdown to readable text."""

import pytest

from engagetext.reading.markdown import read_markdown


def test_markdown() -> None:
    text, meta = read_markdown(
        "---\ntitle: Le titre\ndate: 2024-01-02\n---\n\n## Partie\n\nUn **mot** et un [lien](https://x.fr).\n\n"
        "```\ncode\n```\n\n* un\n* deux\n\n> cité\n\n![image](a.png)"
    )
    assert meta == {"title": "Le titre", "date": "2024-01-02"}
    assert text == "Partie\n\nUn mot et un lien.\n\n• un\n• deux\n\ncité"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Un\n\n```python\ncode\n\nDeux", "Un"),  # a fence that is never closed runs to the end, as on GitHub
        ("Un <!-- caché --> deux <!-- ouvert", "Un  deux <!-- ouvert"),
        ("Partie\n------\n\nUn.", "Partie\n\nUn."),
        ("mot_clé_long et 2 * 3 * 4", "mot_clé_long et 2 * 3 * 4"),
        ("Un \\*vrai\\* astérisque", "Un *vrai* astérisque"),
        ("[lien][1]\n\n[1]: https://x.fr", "lien"),
        ("---\npas fermé", "pas fermé"),
        ("1. un\n2. deux", "1. un\n2. deux"),
        ("", ""),
    ],
)
def test_marks_go_and_words_stay(source: str, text: str) -> None:
    assert read_markdown(source) == (text, {})


def test_french_front_matter_and_underlined_titles() -> None:
    assert read_markdown("---\ntitre: A\nauteur: B\n---\nUn.") == ("Un.", {"title": "A", "author": "B"})
    assert read_markdown("Le titre\n========\n\nUn.") == ("Un.", {"title": "Le titre"})


@pytest.mark.parametrize("piece", ["<!--", "```\n", "[", "**a", "`", "_", "<a", "![", "---\n"])
def test_hostile_repetition_takes_no_time(piece: str) -> None:
    read_markdown(piece * 20_000)
