"""Saved pages lose their furniture; a user's own text loses nothing."""

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
        "Partager",
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
    ],
)
def test_text_is_not_taken_for_furniture(line: str) -> None:
    assert not is_furniture(line)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab .\n3minPartager", max_size=200))
def test_any_text_is_read(text: str) -> None:
    page = read_page(text)
    assert set(page.body.split("\n")) <= {*text.splitlines(), *text.split("\n"), ""}
