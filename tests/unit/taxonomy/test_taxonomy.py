"""Reading a label scheme."""

from pathlib import Path

import pytest

from engagetext.errors import OptionError, TaxonomyError
from engagetext.taxonomy import Status, default_taxonomy, parse_taxonomy, read_taxonomy


def test_the_shipped_taxonomy_has_all_labels() -> None:
    taxonomy = default_taxonomy()
    assert len(taxonomy.themes) == 14
    assert len(taxonomy.obstacles) == 11
    assert taxonomy.label("theme", "mesure").name != taxonomy.label("obstacle", "mesure").name
    assert [status.value for status in Status] == ["present", "hypothetique", "ecarte"]


def test_an_unknown_label_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        default_taxonomy().label("theme", "inconnu")


@pytest.mark.parametrize(
    ("source", "where", "found", "expected"),
    [
        ("[[theme]]\nid = ", "mine.toml", "Invalid value", "a TOML file"),
        ("[[obstacles]]\nid='a'\nlabel='A'", "mine.toml", "the key obstacles", "tables [[obstacle]]"),
        ("version = 1", "mine.toml", "no label", "at least one [[theme]] or [[obstacle]]"),
        ('[[theme]]\nlabel = "Sens"', "mine.toml, theme 1", "id = None", "a text that is not empty"),
        ('theme = "sens"', "mine.toml", "theme = 'sens'", "tables [[theme]]"),
        (
            '[[theme]]\nid = "a"\nlabel = "A"\n[[theme]]\nid = "a"\nlabel = "B"',
            "mine.toml, theme 2",
            'the id "a" a second time',
            "one entry an id",
        ),
        (
            '[[obstacle]]\nid = "a"\nlabel = "A"\nseeds = "x"',
            "mine.toml, obstacle 1",
            "seeds = 'x'",
            "a list of texts",
        ),
    ],
)
def test_a_broken_taxonomy_says_where_and_how_to_mend_it(source: str, where: str, found: str, expected: str) -> None:
    with pytest.raises(TaxonomyError) as raised:
        parse_taxonomy(source, "mine.toml")
    assert raised.value.where == where
    assert found in raised.value.found
    assert raised.value.expected == expected
    assert raised.value.remedy.endswith(".")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError) as raised:
        read_taxonomy(tmp_path / "no.toml")
    assert str(raised.value) == f"{tmp_path}/no.toml: found no file, expected a readable UTF-8 file. Check the path."


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(OptionError, match=r"'themes'.*'theme' or 'obstacle'"):
        default_taxonomy().labels("themes")
