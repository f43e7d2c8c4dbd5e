"""A start from a taxonomy alone: it knows the taxonomy's words and words like these, and says so."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import engagetext as et
from engagetext.cli import app
from engagetext.learning.zero_shot import taxonomy_passages
from engagetext.taxonomy import read_taxonomy

TAXONOMY = """
version = 1
[[theme]]
id = "velo"
label = "Le vélo"
gloss = "déplacements à vélo en ville"
seeds = ["vélo", "piste cyclable", "cycliste", "bicyclette", "garage à vélos"]
[[theme]]
id = "cantine"
label = "La cantine"
gloss = "repas des enfants à l'école"
seeds = ["cantine", "repas", "menu", "cuisine", "légumes"]
[[obstacle]]
id = "danger"
label = "Le danger"
gloss = "ce qui peut blesser quelqu'un"
seeds = ["danger", "accident", "blessure", "risque", "chute"]
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zero")
    (folder / "mine.toml").write_text(TAXONOMY, encoding="utf-8")
    ended = CliRunner().invoke(app, ["train", "--taxonomy", str(folder / "mine.toml"), "-o", str(folder / "mine")])
    assert ended.exit_code == 0, ended.output
    assert "no calibrated ones" in ended.output
    return folder / "mine"


def best(model: Path, text: str) -> str:
    (passage,) = et.load(model)(text).passages
    themes = passage.themes
    return max(sorted(themes), key=lambda label: float(themes[label]))


def test_the_words_of_the_taxonomy_are_known(model: Path) -> None:
    assert best(model, "La piste cyclable longe le canal.") == "velo"
    assert best(model, "Le menu de la cantine change chaque semaine.") == "cantine"


def test_words_like_these_are_known_by_their_vectors(model: Path) -> None:
    assert best(model, "On mange du poisson et des pommes de terre.") == "cantine"


def test_the_card_says_what_it_is(model: Path) -> None:
    assert "Learnt from the taxonomy alone" in (model / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_every_label_has_its_own_texts(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TAXONOMY, encoding="utf-8")
    passages = taxonomy_passages(read_taxonomy(tmp_path / "mine.toml"))
    assert len({passage.id for passage in passages}) == len({passage.group for passage in passages}) == len(passages)
    assert [passage.obstacles for passage in passages if passage.text == "chute"] == [(("danger", "present"),)]


def test_neither_passages_nor_a_taxonomy_is_told() -> None:
    ended = CliRunner().invoke(app, ["train"])
    assert ended.exit_code == 2
    assert "neither passages nor a taxonomy" in ended.output
