"""Authors to salted hashes."""

import pytest

from engagetext.reading.pseudonyms import pseudonymizer


def test_the_same_salt_gives_the_same_hashes_for_ever() -> None:
    assert pseudonymizer("sel")("Léa") == pseudonymizer("sel")("Léa") == "auteur-7e9ff43b522a063e"


@pytest.mark.parametrize("name", [None, "", "  "])
def test_nobody_stays_nobody(name: str | None) -> None:
    assert pseudonymizer("sel")(name) is None


def test_names_that_differ_in_case_and_blanks_only_are_one() -> None:
    pseudonym = pseudonymizer("sel")
    assert pseudonym("Léa  Morin") == pseudonym(" léa morin") != pseudonym("Lea Morin")
    assert pseudonym("\ud800") is not None


def test_without_a_salt_nobody_can_try_names() -> None:
    assert pseudonymizer(None)("Léa") != pseudonymizer(None)("Léa") != pseudonymizer("")("Léa")
