"""Highlighted text trusts nothing that it shows."""

import re

import pytest
from tests.contrast import contrast

from engagetext.highlight import TONES, Mark, highlight, page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "&lt;b&gt; &amp;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_and_labels_are_escaped(text: str) -> None:
    html = highlight(text, [Mark(0, 3, "keyword", text), Mark(0, len(text), "theme", text)])
    body = html.split("</style>", 1)[1]
    for bad in ("<script", "<img", "<svg", "<b>"):
        assert bad not in body
    assert "<script" not in page(text, "")


def test_overlapping_passages_are_cut_at_their_borders() -> None:
    html = highlight("abcdef", [Mark(0, 4, "theme", "T"), Mark(2, 6, "obstacle", "O"), Mark(1, 2, "keyword", "b")])
    assert html.count('class="passage theme"') == 1
    assert html.count('class="passage obstacle theme"') == 1
    assert html.count('class="passage obstacle"') == 1
    assert '<mark class="keyword">b</mark>' in html


def test_a_text_without_marks_is_the_text() -> None:
    assert "rien à dire</div>" in highlight("rien à dire", [])


def test_no_empty_line_stands_around_a_passage() -> None:
    text = "Un.\n\nDeux.\n\nTrois.\n\n\n\nQuatre.\n\nCinq.\n"
    marks = [Mark(text.index(word), text.index(word) + len(word), "theme", "T") for word in ("Deux.", "Trois.\n\n")]
    shown = highlight(text, marks, styled=False)
    assert re.sub(r'<span class="label[^>]*>T</span>', "", shown) == (
        '<div class="engagetext">Un.<span class="passage theme">Deux.</span><span class="passage theme">Trois.</span>'
        "Quatre.\n\nCinq.\n</div>"
    )


def test_a_note_on_the_text_stands_above_it_escaped() -> None:
    assert '<h2>T</h2><p class="note">&lt;b&gt;</p>x' in highlight("x", [], title="T", note="<b>")


def test_many_marks_cost_no_more_than_their_number() -> None:
    text = "mot " * 30_000
    words = [Mark(at, at + 3, "keyword", "mot") for at in range(0, len(text), 12)]
    passages = [Mark(at, at + 399, "theme", "Partage") for at in range(0, len(text), 400)]
    shown = highlight(text, [*words, *passages])
    assert shown.count('<mark class="keyword">') == sum(
        any(mark.start <= word.start and word.end <= mark.end for mark in passages) for word in words
    )


def test_a_label_has_its_own_colour_and_a_passage_that_of_its_obstacle() -> None:
    html = highlight("abcdef", [Mark(0, 6, "theme", "T", 17), Mark(0, 6, "obstacle", "O", 3)])
    assert '<span class="label theme tone1">T</span>' in html
    assert '<span class="label obstacle tone3">O</span>' in html
    assert '<span class="passage obstacle theme tone3">' in html


@pytest.mark.parametrize("colour", TONES)
@pytest.mark.parametrize("ground", ["#ffffff", "#15181c", "#1e1e1e"])
def test_colours_of_labels_stand_out_from_light_and_from_dark(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3
