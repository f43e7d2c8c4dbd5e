"""What an analyst would keep."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.keywords.phrase_lemmas import phrase_lemma

ARTICLE = (
    "La bibliothèque de quartier a ouvert ses portes aux habitants le soir. Les habitants de la bibliothèque ont "
    "choisi les livres, tenu l'accueil et monté un club de lecture. « Le club de lecture a changé le quartier », dit "
    "une voisine. Sans confiance, pas de club : la confiance s'est gagnée livre après livre."
)


def test_spans_hold_every_occurrence_inflected_or_not() -> None:
    text = "Une idée neuve. Des idées neuves ! L'Idée neuve plaît."
    (best,) = (keyword for keyword in et.extract_keywords(text, top_n=None) if keyword.text == "idée neuve")
    assert [text[start:end] for start, end in best.spans] == ["idée neuve", "idées neuves", "Idée neuve"]
    assert best.count == 3


def test_the_form_shown_is_the_one_written_most() -> None:
    text = "Les Ateliers du soir. Un atelier ici, un atelier là, des ateliers partout."
    assert "atelier" in [keyword.text for keyword in et.extract_keywords(text)]


def test_no_keyword_starts_or_ends_on_a_function_word() -> None:
    for keyword in et.extract_keywords(ARTICLE, top_n=None):
        tokens = et.tokenize(keyword.text)
        if keyword.theme is None:
            assert not tokens[0].is_stop
            assert not tokens[-1].is_stop
            assert len(tokens) <= 6


def test_scores_fall_and_lie_between_0_and_1() -> None:
    scores = [keyword.score for keyword in et.extract_keywords(ARTICLE, top_n=None)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score < 1 for score in scores)


def test_what_the_title_names_weighs_more() -> None:
    rank = [keyword.lemma for keyword in et.extract_keywords(ARTICLE, top_n=None)].index("voisine")
    titled = [keyword.lemma for keyword in et.extract_keywords(ARTICLE, top_n=None, title="Ma voisine")]
    assert titled.index("voisine") < rank


def test_words_of_the_taxonomy_carry_their_theme() -> None:
    themes = {keyword.text: keyword.theme for keyword in et.extract_keywords(ARTICLE, top_n=None)}
    assert themes["confiance"] == "confiance"
    phrase = et.extract_keywords("Un long retour d’expérience en fin de projet.", top_n=None)
    assert ("retour d’expérience", "partage") in [(keyword.text, keyword.theme) for keyword in phrase]


def test_an_analysis_keeps_the_words_of_the_taxonomy_beside_the_best() -> None:
    few = et.load()(ARTICLE, top_n=1).keywords
    assert few[0] == et.extract_keywords(ARTICLE, top_n=1)[0]
    assert "confiance" in [keyword.text for keyword in few]


@pytest.mark.parametrize("text", ["", " ", "le la les de", "1 2 3 4", "?!…", "👍👍", "https://exemple.fr"])
def test_texts_without_content_have_no_keyword(text: str) -> None:
    assert et.extract_keywords(text) == []


@pytest.mark.parametrize("text", ["MANQUE DE TEMPS ET DE MOYENS DANS LES EQUIPES", "confiance " * 5000, "confiance"])
def test_odd_texts_give_a_sensible_list(text: str) -> None:
    found = et.extract_keywords(text)
    assert 0 < len(found) <= 10


def test_another_language_is_left_alone() -> None:
    assert et.extract_keywords("We should listen to the people who do the work every single day.") == []


def test_equal_candidates_keep_the_order_of_the_text() -> None:
    text = "On a vu passer un zorblux, puis un frimoul, et encore un zorblux près de la mairie, avec un frimoul."
    found = [keyword.text for keyword in et.extract_keywords(text, top_n=2)]
    assert found == ["zorblux", "frimoul"]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abcdé ’'.,-\nàl", max_size=200))
def test_spans_lie_inside_the_text_and_read_as_the_keyword(text: str) -> None:
    for keyword in et.extract_keywords(text, top_n=None):
        assert keyword.count == len(keyword.spans) == len(set(keyword.spans))
        assert keyword.text in [text[start:end] for start, end in keyword.spans]


def test_what_is_done_weighs_less_than_what_it_is_done_to() -> None:
    text = "La mairie a lancé un atelier, puis démontré son utilité. L'atelier anime le quartier."
    found = [keyword.text for keyword in et.extract_keywords(text, top_n=4)]
    assert "atelier" in found
    assert not {"lancé", "démontré", "anime"} & set(found)


def test_a_phrase_has_its_dictionary_form() -> None:
    lemmas = {k.text: k.lemma for k in et.extract_keywords("Les politiques publiques et nos retours d'expériences.")}
    assert lemmas["politiques publiques"] == "politique publique"
    assert lemmas["retours d'expériences"] == "retour d'expérience"


@pytest.mark.parametrize(
    ("words", "lemmas", "tags", "expected"),
    [
        (["emplois", "menacés"], ["emploi", "menacer"], ["NOUN", "VERB"], "emploi menacé"),
        (["belles", "histoires"], ["beau", "histoire"], ["ADJ", "NOUN"], "belle histoire"),
        (["conseils", "régionaux"], ["conseil", "régional"], ["NOUN", "ADJ"], "conseil régional"),
        (["gros", "travaux"], ["gros", "travail"], ["ADJ", "NOUN"], "gros travail"),
        (["Marie", "Curie"], ["Marie", "Curie"], ["PROPN", "PROPN"], "Marie Curie"),
        (["clubs", "de", "lecture"], ["club", "de", "lecture"], ["NOUN", "ADP", "NOUN"], "club de lecture"),
        (["ouverts"], ["ouvert"], ["ADJ"], "ouvert"),
    ],
)
def test_the_head_is_singular_and_the_rest_agrees(
    words: list[str], lemmas: list[str], tags: list[str], expected: str
) -> None:
    assert phrase_lemma(words, lemmas, tags) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Le retour sur investissement (ROI) reste flou. Le ROI, tout le monde en parle.",
        "Le ROI (retour sur investissement) reste flou. Le ROI, tout le monde en parle.",
    ],
)
def test_an_acronym_and_what_it_stands_for_are_one_keyword(text: str) -> None:
    (keyword,) = (k for k in et.extract_keywords(text, top_n=None) if k.lemma == "retour sur investissement")
    assert [text[start:end] for start, end in keyword.spans].count("ROI") == 2
    assert (keyword.text, keyword.count, keyword.theme) == ("ROI", 3, "mesure")


def test_an_acronym_of_something_else_stays_apart() -> None:
    text = "La réunion du comité (ROI) a duré. Le ROI, personne ne le connaît."
    assert "ROI" in [keyword.text for keyword in et.extract_keywords(text)]


def test_a_better_phrase_takes_the_place_of_its_parts() -> None:
    text = (
        "Le budget participatif est lancé. Le budget participatif plaît. On vote le budget participatif en mai, "
        "puis la mairie publie les résultats, rue par rue, dans la gazette du quartier et sur les panneaux de bois."
    )
    found = [keyword.text for keyword in et.extract_keywords(text, top_n=5)]
    assert found[0] == "budget participatif"
    assert not {"budget", "participatif"} & set(found)


def test_names_can_be_left_out() -> None:
    text = "Marie Dupont a ouvert l'atelier de Grenoble. L'atelier de couture attire le quartier, dit Marie Dupont."
    assert "Marie Dupont" in [keyword.text for keyword in et.extract_keywords(text)]
    assert not {"Marie Dupont", "Grenoble"} & {keyword.text for keyword in et.extract_keywords(text, names=False)}
    assert not {"Marie Dupont"} & {keyword.text for keyword in et.load()(text, names=False).keywords}


def test_a_word_of_the_title_alone_has_no_span() -> None:
    found = et.extract_keywords("Les enfants y plantent des radis.", title="Le jardin de l'école")
    (keyword,) = (k for k in found if k.text == "jardin de l'école")
    assert (keyword.spans, keyword.count) == ((), 0)


def test_a_keyword_says_why() -> None:
    best = et.extract_keywords(ARTICLE, top_n=1)[0]
    reasons = best.explain()
    assert [abs(value) for _, value in reasons] == sorted((abs(value) for _, value in reasons), reverse=True)
    assert dict(reasons)["frequency"] > 0
    assert set(dict(reasons)) <= set(best.factors._fields)
    assert et.Analysis.from_dict(et.load()(ARTICLE).to_dict()).keywords[0].factors == best.factors


def test_an_analysis_shows_its_keywords_with_their_passages() -> None:
    text = f"{ARTICLE} <script>alert(1)</script>"
    keywords = et.load()(text).keywords
    shown = keywords._repr_html_()
    assert "<script>" not in shown
    assert f"<mark>{keywords[0].text}</mark>" in shown
    assert pickle.loads(pickle.dumps(keywords)) == keywords
    assert pickle.loads(pickle.dumps(keywords)).text == text


def test_words_said_again_are_no_phrase() -> None:
    assert all(" " not in keyword.text for keyword in et.extract_keywords("confiance " * 50))


@pytest.mark.parametrize("size", [1, 3, 50])
def test_batches_do_not_change_a_score(size: int) -> None:
    texts = [ARTICLE, "Une phrase.", "", "Le budget participatif, la cantine et le jardin de l'école."] * 5
    alone = [et.load()(text).keywords for text in texts]
    assert [analysis.keywords for analysis in et.load().pipe(texts, batch_size=size)] == alone
