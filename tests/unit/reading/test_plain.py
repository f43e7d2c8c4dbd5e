"""Saved pages lose their furniture; a user's own text loses nothing."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.reading.plain import drop_furniture, is_furniture, read_page

PAGES = Path(__file__).with_name("pages")


def test_a_page_of_a_local_paper() -> None:
    (article,) = et.read(PAGES / "mediatheque.txt")
    assert article.title == "La médiathèque de Sainte-Orne confie ses clés aux lecteurs"
    assert article.date is not None
    assert article.date.date().isoformat() == "2023-04-04"
    assert article.text.startswith("Tous les mercredis soir")
    assert article.text.endswith("Le temps manque encore pour former de nouveaux volontaires.")
    assert "Ce que cela change\n\n• On se parle davantage\n• Les adolescents viennent" in article.text
    for word in ("Publicité", "chèvres", "partages", "Menu", "Mots-clés", "©", "grainothèque", "minutes"):
        assert word not in article.text


def test_a_page_of_a_trade_magazine() -> None:
    (article,) = et.read(PAGES / "usine.txt")
    assert article.title == "Quand l'atelier 3 a repris la main sur ses horaires"
    assert article.date is not None
    assert article.date.date().isoformat() == "2024-09-12"
    assert article.text.startswith("L'usine de joints")
    assert article.text.endswith("« Je ne décide plus, j'arbitre. »")


def test_a_page_whose_name_menu_and_date_stand_above_the_title() -> None:
    (article,) = et.read(PAGES / "gazette.txt")
    source = (PAGES / "gazette.txt").read_text(encoding="utf-8")
    assert article.title == "Au port de Lorzac, les dockers tiennent leur propre cahier d’idées"
    assert article.date is not None
    assert article.date.date().isoformat() == "2025-03-07"
    # The body is one piece of the page, headings, quotations and sentences like furniture included.
    start = source.index("Le cahier est attaché")
    end = source.index("\n\nFacebook | X")
    assert article.text == source[start:end]


REFERENCE = Path(__file__).parents[4] / "shared" / "data" / "article"


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference article stays outside the checkout")
def test_the_reference_article() -> None:
    expected = tomllib.loads((REFERENCE / "expected.toml").read_text(encoding="utf-8"))
    path = next(REFERENCE.glob("*.txt"))
    source = path.read_text(encoding="utf-8")
    (article,) = et.read(path)
    assert article.title == expected["article"]["title"]
    assert article.date is not None
    assert article.date.date().isoformat() == expected["article"]["date"]
    lines = article.text.split("\n")
    assert not [line for line in lines for one in expected["article"]["furniture"] if line.strip().startswith(one)]
    assert expected["article"]["biography_starts"] not in article.text
    # All else is there, to the letter: the body is one piece of the page.
    start = source.index("Pour ses 8 ans")
    end = source.index("\n\nJe partage l'article")
    assert lines == re.sub(r"\n{3,}", "\n\n", source[start:end]).split("\n")


def test_kept_lines_are_kept_to_the_letter() -> None:
    source = (PAGES / "mediatheque.txt").read_text(encoding="utf-8")
    assert set(read_page(source).body.split("\n")) <= set(source.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "Un seul paragraphe, sans titre.",
        "Mon titre\n\nUn paragraphe.\n\nUn autre.",
        "Liste de courses\n- pain\n- beurre",
        "Les sanglots longs\nDes violons\n  De l'automne\n",
        "Nous partageons l'article 12 du règlement avec vous.\n\nContact : la mairie.",
        "42",
        "Le jour\n\n1\nIl pleut\n\n2\nIl vente\n\n3\nIl neige\n",
        "12 mars 2020\n\nLever à six heures.\n\n13 mars 2020\n\nPluie.",
        "Nos verbes\n- Écouter\n- Partager\n- Imprimer\n- Contact",
        "« Oui. »\n« Non. »\n→ à suivre\n",
        "Un.\r\n\r\nDeux\u2028trois.\x0b\r\n",
        "",
        "\n\n",
    ],
)
def test_a_text_of_ones_own_comes_through_unchanged(text: str) -> None:
    page = read_page(text)
    assert (page.body, page.title, page.date) == (text, None, None)


@pytest.mark.parametrize(
    "line",
    [
        "Je partage l'article",
        "Partager sur Facebook",
        "3 min",
        "Temps de lecture : 4 minutes",
        "Lecture 5 mn",
        "182 articles",
        "Voir les 12 commentaires",
        "0 commentaire",
        "Laisser un commentaire",
        "Également sur exemple.fr",
        "Lire aussi : la suite de l'histoire",
        "Accueil > Blog > Article",
        "Tags : travail, confiance",
        "Abonnez-vous à notre newsletter",
        "Tout accepter",
        "Facebook | Twitter | LinkedIn",
        "Article précédent : hier",
        "© 2024 Le Journal",
    ],
)
def test_furniture_is_known(line: str) -> None:
    assert is_furniture(line)
    assert drop_furniture(f"avant\n{line}\naprès") == "avant\naprès"


@pytest.mark.parametrize(
    "line",
    [
        "Le partage",
        "Partager, c'est écouter.",
        "Nos valeurs",
        "La confiance avant tout",
        "Voir les choses autrement demande du temps, et nous n'en avons pas.",
        "Trois minutes pour convaincre",
        "Les articles 4 et 5 de la charte ont été réécrits par les salariés.",
        "Contactez la mairie si vous voulez participer.",
        "Agenda partagé et outils communs",
        "« Oui, tout de suite. »",
        "« Personne ne nous a demandé »",
        "Suivant nos principes, chacun parle.",
        "Nous utilisons des post-it pour voter.",
        "Aussi dans nos équipes, la parole circule.",
        "Recevez nos salutations, chers collègues.",
        "Inscrivez-vous avant le 3 mai auprès de Marie.",
        "Rejoignez-nous samedi pour planter les arbres.",
        "- Partager",
        "Partager",
        "Réactions",
        "12",
        "Agenda",
        "Par où commencer",
    ],
)
def test_text_is_not_taken_for_furniture(line: str) -> None:
    assert not is_furniture(line)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab .\n3minPartager", max_size=200))
def test_any_text_is_read(text: str) -> None:
    page = read_page(text)
    assert set(page.body.split("\n")) <= {*text.splitlines(), *text.split("\n"), ""}


def test_the_heading_of_a_section_does_not_end_a_report() -> None:
    text = (
        "Bilan de l'année\n\nLe 3 mai 2024\n\nNous avons ouvert la salle.\n\nRéactions\n\nLes agents ont aimé.\n\n"
        "Contact\n\nOn nous écrit enfin."
    )
    page = read_page(text)
    assert (page.title, page.date) == ("Bilan de l'année", "Le 3 mai 2024")
    assert page.body == text.partition("2024\n\n")[2]


def test_a_lone_advertisement_does_not_end_a_page() -> None:
    body = "Un paragraphe qui parle longuement du partage entre les équipes.\n\n" * 3
    page = read_page(f"Le titre\n\nPublié le 3 mai 2024\n\n{body}Publicité\n\nLa fin du texte.\n\nPartager")
    assert page.body == f"{body}La fin du texte."


def test_what_may_be_a_heading_is_furniture_in_company() -> None:
    assert drop_furniture("Un.\n12\nPartager\n3 partages\n\nDeux.\n12\nTrois.") == "Un.\n\nDeux.\n12\nTrois."


def test_a_text_of_furniture_alone_is_not_emptied() -> None:
    assert drop_furniture("3 min\n12 partages") == "3 min\n12 partages"
