"""Numbers written in groups of three digits."""

import pytest

import engagetext as et


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("plus de 60 000 personnes", ["plus", "de", "60 000", "personnes"]),
        ("1\u202f234\u202f567,89 €", ["1\u202f234\u202f567,89", "€"]),
        ("10\u00a0000 à 20\u00a0000", ["10\u00a0000", "à", "20\u00a0000"]),
        ("en 2012 300 personnes", ["en", "2012", "300", "personnes"]),
        ("01 23 45 67 89", ["01", "23", "45", "67", "89"]),
        ("12\n345", ["12", "345"]),
        ("12  345", ["12", "345"]),
        ("5 12 345", ["5", "12 345"]),
        ("le 3, 200 fois", ["le", "3", ",", "200", "fois"]),
    ],
)
def test_groups_of_one_number_are_one_token(text: str, tokens: list[str]) -> None:
    assert [token.text for token in et.tokenize(text)] == tokens


def test_a_number_does_not_reach_into_the_next_text() -> None:
    first, second = et.load().pipe(["Ils étaient 12", "345 sont venus"])
    assert first.tokens[-1].text == "12"
    assert second.tokens[0].text == "345"
