"""Where sentences end."""

import pytest

import engagetext as et


def sentences(text: str) -> list[str]:
    found: dict[int, list[int]] = {}
    for token in et.tokenize(text):
        found.setdefault(token.sentence, []).extend((token.start, token.end))
    return [text[min(edges) : max(edges)] for edges in found.values()]


@pytest.mark.parametrize(
    "expected",
    [
        ["Bonjour à tous.", "Nous commençons !", "Et vous ?"],
        ["M. Martin est venu.", "La S.N.C.F. aussi."],
        ["Elle a dit : « Venez donc. »", "Puis elle est partie."],
        ["On attend encore…", "Mais on y croit !"],
        ["J. Martin, av. Foch, p. 12, n° 4, etc., et le 1er mai.", "Ensuite, on verra."],
        ["« Vraiment ? » demanda-t-il.", "Oui."],
        ["C'est bien (enfin !) mais long.", "Bref."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("super.merci", ["super.", "merci"]),
        ("Notre charte\n\nElle tient en une page.", ["Notre charte", "Elle tient en une page."]),
        ("Trois freins :\n• le temps\n• l'argent", ["Trois freins :", "• le temps", "• l'argent"]),
        ("Une ligne que l'on a\ncoupée à la main.", ["Une ligne que l'on a\ncoupée à la main."]),
        ("Bonjour\nMerci pour tout", ["Bonjour", "Merci pour tout"]),
    ],
)
def test_line_breaks_and_hasty_writing(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_text_without_words_has_no_sentence() -> None:
    assert et.tokenize(" \n ") == []
