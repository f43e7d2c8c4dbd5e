"""Lists that are announced as lists of obstacles."""

import pytest

from engagetext.classify.passages import find_passages
from engagetext.context.announcements import find_announced
from engagetext.pipeline import load_pipeline

_ITEMS = "- accepter de ne pas tout relire\n- toujours les mêmes qui publient\n\nLa suite en mai."


def announced(text: str) -> list[str]:
    batch = load_pipeline().annotator([text])
    cut = find_passages(batch.tokens, batch.sentence_starts)
    found = find_announced(batch, cut.first, cut.last, cut.text)
    starts, ends = batch.tokens.starts[cut.first], batch.tokens.ends[cut.last - 1]
    return [text[start:end] for start, end, held in zip(starts, ends, found, strict=True) if held]


@pytest.mark.parametrize(
    "lead",
    [
        "Freins identifiés\n",
        "Les freins que voici :\n",
        "**Les principaux obstacles :**\n",
        "## Difficultés rencontrées\n\n",
        "I. Obstacles au travail commun\n",
        "Nous avons beaucoup avancé. Nous nous heurtons pourtant à des résistances :\n\n",
        "Ce qui ne marche pas :\n",
        "Points faibles :\n",
    ],
)
def test_items_below_a_lead_that_names_obstacles_are_announced_and_what_follows_is_not(lead: str) -> None:
    assert announced(lead + _ITEMS) == ["- accepter de ne pas tout relire", "- toujours les mêmes qui publient"]


@pytest.mark.parametrize(
    "lead",
    [
        "Ordre du jour :\n",
        "Pour lever ces freins, nous proposons :\n",
        "Solutions aux difficultés\n",
        "Comment dépasser les blocages ?\n",
        "Les freins sont connus. Voici nos décisions :\n",
        "Il y a des freins. ",
        "Aucune difficulté à signaler :\n",
        "Sans frein :\n",
        "Date limite :\n",
        "Les freins sont connus.\n\n",
        "",
    ],
)
def test_another_lead_announces_nothing(lead: str) -> None:
    assert announced(lead + _ITEMS) == []


def test_short_lines_below_a_colon_are_a_list_too() -> None:
    text = "Les nœuds du problème :\nLe ROI, toujours le ROI.\nQu'une idée puisse venir d'en bas.\n\nFin."
    assert announced(text) == ["Le ROI, toujours le ROI.", "Qu'une idée puisse venir d'en bas."]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_over_with_the_next_heading_and_with_prose(end: str) -> None:
    lines = [
        "Freins :",
        "- trop de réunions",
        "- pas de temps",
        "Leviers :",
        "- un animateur",
        "La suite est mardi à Brest.",
    ]
    assert announced(end.join(lines)) == ["- trop de réunions", "- pas de temps"]
    assert announced(end.join([*lines[:3], lines[5]])) == ["- trop de réunions", "- pas de temps"]


def test_headings_of_markdown_part_lists() -> None:
    assert announced("## Freins\n- trop de réunions\n- pas de temps\n## Leviers\n- un animateur") == [
        "- trop de réunions",
        "- pas de temps",
    ]


def test_a_remark_that_lacks_something_is_no_heading() -> None:
    assert (
        announced("Je trouve que ça manque de bancs\nSinon c'est très joli et bien entretenu\nMerci aux jardiniers")
        == []
    )


def test_a_list_is_over_with_its_text() -> None:
    batch = load_pipeline().annotator(["Freins identifiés :", "- un budget voté", ""])
    cut = find_passages(batch.tokens, batch.sentence_starts)
    assert not find_announced(batch, cut.first, cut.last, cut.text).any()


def test_two_lists_are_told_apart() -> None:
    strong, weak = "Points forts\n- une équipe soudée", "Blocages\n1. personne ne décide\n2. le RGPD"
    text = f"Freins\n- la caisse est vide\n\n{strong}\n\n{weak}"
    assert announced(text) == ["- la caisse est vide", "1. personne ne décide", "2. le RGPD"]


@pytest.mark.parametrize("text", ["", "Freins :", "- un\n- deux", ":\n- un", "* * *\n* * *"])
def test_odd_texts_announce_nothing(text: str) -> None:
    assert announced(text) == []
