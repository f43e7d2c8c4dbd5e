"""Who says or bears what a passage tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engagetext as et
from engagetext.pipeline import load_pipeline

_PARTS = (
    "Les agents",
    "la mairie",
    "Nadia Roux",
    "de",
    "l'",
    "dit",
    ",",
    ".",
    "\n",
    "\n\n",
    "par",
    "selon",
    "(",
    ")",
    ":",
    "M.",
)


def _carriers(text: str) -> list[str | None]:
    pipeline = load_pipeline()
    columns = pipeline.run([text], [None], [None])
    rows = range(len(columns.passages.starts))
    found = pipeline.carriers(columns, rows)
    return [text[slice(*found[row])] if row in found else None for row in rows]


@pytest.mark.parametrize(
    ("text", "carrier"),
    [
        ("Selon la mairie, personne ne vient aux réunions.", "la mairie"),
        ("Selon la bibliothécaire, les lecteurs ne viennent plus.", "la bibliothécaire"),
        ("La trésorière estime que la caisse est vide.", "La trésorière"),
        ("D'après Nadia Roux, le budget ne suffit pas.", "Nadia Roux"),
        ("On n'a jamais le temps de rien, explique Nadia Roux, infirmière à Brest.", "Nadia Roux"),
        ("Les habitants regrettent qu'on ne les écoute pas.", "Les habitants"),
        ("Le maire a longuement répondu que les moyens manquaient.", "Le maire"),
        ("Les managers n'ont pas le temps de partager.", "Les managers"),
        ("Pour Véolia Nord, le partage reste un vœu.", "Véolia Nord"),
        ("En ce qui concerne la Banque Bretonne, tout reste à faire.", "Banque Bretonne"),
        ("Faute de bras, les bénévoles du club de voile renoncent.", "les bénévoles du club de voile"),
        ("Beaucoup de collègues n'osent plus rien proposer.", "Beaucoup de collègues"),
        ("Les difficultés sont mal vécues par les agents de l'accueil.", "les agents de l'accueil"),
        ("Ce matin, un technicien, venu de Brest, n'a rien pu faire.", "un technicien"),
        ("Infirmière en réanimation, je n'ai pas le temps de former les stagiaires.", "Infirmière"),
        ("En tant que maire, j'ai du mal à trouver des volontaires.", "maire"),
        ("Le médecin du travail alerte sur l'épuisement des équipes.", "Le médecin du travail"),
        ("Le délégué du personnel pointe la surcharge des équipes.", "Le délégué du personnel"),
        (
            "Le secrétaire adjoint de la CGT du CHU de Nantes dénonce la surcharge.",
            "Le secrétaire adjoint de la CGT du CHU de Nantes",
        ),
        ("M. Bouchard (CFDT) regrette que le budget baisse.", "Bouchard"),
        ("Mme Ait-Ouali, pour la direction, répond que le budget baisse.", "Ait-Ouali"),
        ("Mme Diaz : l'outil plante sans arrêt.", "Diaz"),
        ("M. Roux : l'outil plante sans arrêt.", "Roux"),
        ("Moodle : le serveur tombe.", None),
        ("Dans le cadre de la réforme, le temps manque.", None),
        ("Les cadres n'ont pas le temps.", "Les cadres"),
        ("Le médecin manque de temps.", "Le médecin"),
        ("La préfète considère que le budget suffit.", "La préfète"),
        ("Le maire doute.", "Le maire"),
        ("« On n'a plus le temps », confie l'un des infirmiers.", "l'un des infirmiers"),
        ("Comme le dit la mairie, tout va mal.", "la mairie"),
        ("Selon une étude de l'Anact publiée mardi, le temps manque.", "Anact"),
        ("Les ATSEM n'ont pas le temps.", "Les ATSEM"),
        ("Les enseignants-chercheurs de Paris-Saclay manquent de temps.", "Les enseignants-chercheurs de Paris-Saclay"),
        ("Une partie des élus renonce.", "Une partie des élus"),
        ("Un grand nombre d'élus renoncent.", "Un grand nombre d'élus"),
        ("Difficultés vécues par les agents\nVieux outils partout.", "les agents"),
        ("Les managers\nde proximité n'ont pas le temps.", "Les managers\nde proximité"),
        ("Un agent. Enfin, on verra.", None),
        ("La partie technique est floue.", None),
        ("Les communs numériques manquent de moyens.", None),
        ("Moodle tombe. Nous refusons.", None),
        ("Teams permet de discuter.", None),
        ("À Brest, le budget ne suffit pas.", None),
        ("L'Hermione refuse de partager ses plans.", "Hermione"),
        ("Cet article de Gutenberg explique que le budget manque.", None),
        ("Moodle plante à chaque dépôt.", None),
        ("L'esprit d'équipe se perd.", None),
        ("La confiance de l'usager ne se décrète pas.", None),
        ("Les outils sont vieux et lents.", None),
        ("Il pleut depuis trois jours.", None),
        ("", None),
    ],
)
def test_who_says_or_bears_it(text: str, carrier: str | None) -> None:
    assert (_carriers(text) or [None])[0] == carrier


def test_a_name_that_opens_a_paragraph_holds_for_the_list_below_it() -> None:
    text = (
        "Karim Benali, de la Coopérative 44, considère plusieurs freins :\n\n"
        "• le manque de moyens\n• la peur du changement\n• des outils trop vieux"
    )
    assert set(_carriers(text)) == {"Karim Benali, de la Coopérative 44"}


def test_a_tool_that_opens_a_paragraph_does_not_bear_the_next_one() -> None:
    assert _carriers("Moodle plante à chaque dépôt.\n\nOn n'y arrive plus.") == [None, None]
    assert _carriers("Agrisol est une coopérative du Gers.\n\nOn n'y arrive plus.") == ["Agrisol", "Agrisol"]


@pytest.mark.parametrize(
    ("paragraph", "carrier"),
    [
        ("À la SNCF, les trains manquent de conducteurs.", "SNCF"),
        ("Au CHU de Lille, le budget ne suffit pas.", "CHU de Lille"),
        ("Pour l'association Emmaüs Connect, le budget ne suffit pas.", "association Emmaüs Connect"),
        ("Du côté d'EDF, le budget ne suffit pas.", "EDF"),
        ("L'université de Nantes souffre d'un manque de temps.", "L'université de Nantes"),
        ("La ville de Grenoble, elle, manque de temps.", "La ville de Grenoble"),
        ("Enfin, chez Decathlon, le budget ne suffit pas.", "Decathlon"),
        ("Même constat à la Maif : le budget ne suffit pas.", "Maif"),
        ("EDF souffre d'un manque de temps.", None),
        ("À Brest, le budget ne suffit pas.", None),
        ("Airbus\n\nLe budget ne suffit pas.", None),
        ("Les managers n'ont pas le temps.", "Orange"),
        ("En 2014, la Belgique a voté. Le budget ne suffit pas.", "Orange"),
    ],
)
def test_another_name_ends_the_account_of_the_first(paragraph: str, carrier: str | None) -> None:
    assert _carriers(f"Chez Orange, le temps manque.\n\n{paragraph}")[-1] == carrier


@given(st.lists(st.sampled_from([*_PARTS])))
def test_a_carrier_begins_and_ends_with_a_word_and_lies_in_one_line_of_its_text(parts: list[str]) -> None:
    text = " ".join(parts)
    pipeline = load_pipeline()
    columns = pipeline.run([text], [None], [None])
    passages = columns.passages
    for row, (start, end) in pipeline.carriers(columns, range(len(passages.starts))).items():
        assert text[start].isalnum()
        assert text[end - 1].isalnum() or text[:end].endswith("M.")
        assert end <= passages.ends[row]
        assert "\n\n" not in text[start:end]


def test_a_name_does_not_hold_for_ever() -> None:
    text = "Pour Orange, tout va bien.\n\n" + "\n\n".join(f"Une phrase de plus, la numéro {n}." for n in range(6))
    found = _carriers(text)
    assert found[0] == "Orange"
    assert found[-1] is None


def test_texts_of_a_batch_are_kept_apart() -> None:
    pipeline = load_pipeline()
    texts = ["Pour Orange, tout va bien.", "Rien ne va plus ici."]
    columns = pipeline.run(texts, [None] * 2, [None] * 2)
    assert list(pipeline.carriers(columns, [0, 1])) == [0]


def test_labels_name_their_carrier_with_its_place() -> None:
    text = "Les managers n'ont pas le temps : faute de moyens humains, l'équipe est débordée."
    (moyens,) = (label for label in et.load()(text).obstacles if label.label == "moyens")
    assert moyens.carrier == "Les managers"
    assert moyens.carrier_span == (0, 12)
    assert moyens.passages[0].carrier == "Les managers"


def test_a_comment_that_names_nobody_is_its_authors() -> None:
    said = "Pas le temps, pas les moyens, on est débordés."
    article = et.Article("a", "La réunion a eu lieu.", comments=(et.Comment("c", said, author="Lulu44"),))
    (moyens,) = (label for label in et.load()(article).comments[0].obstacles if label.label == "moyens")
    assert (moyens.carrier, moyens.carrier_span) == ("Lulu44", None)
