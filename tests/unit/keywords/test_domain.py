"""Words of a domain, however they are written, and only where they are meant."""

from pathlib import Path

import pytest

import engagetext as et
from engagetext.errors import VocabularyError
from engagetext.keywords.domain import listed_terms, spellings
from engagetext.taxonomy import default_taxonomy


def _themes(text: str) -> dict[str, str | None]:
    return {keyword.text.lower(): keyword.theme for keyword in et.load()(text, top_n=None).keywords}


@pytest.mark.parametrize(
    "written",
    ["co-création", "cocréation", "co création", "Co-créations", "CO-CRÉATION", "co‑création", "cocreation"],
)
def test_a_word_is_found_however_it_is_joined(written: str) -> None:
    assert _themes(f"Une {written} avec les usagers du tramway.")[written.lower()] == "co_creation"


@pytest.mark.parametrize(
    ("text", "word", "theme"),
    [
        ("Nous partageons tout, même les échecs.", "partageons", "partage"),
        ("Ils ont contribué au plan de mobilité.", "contribué", "co_creation"),
        ("Un projet d'open-innovation en gare.", "open-innovation", "co_creation"),
        ("L'innovation ouverte attire les petites entreprises.", "innovation ouverte", "co_creation"),
        ("Nos outils collaboratifs datent un peu.", "outils collaboratifs", "numerique"),
        ("Il faudrait co-créer le menu avec les cuisiniers.", "co-créer", "co_creation"),
    ],
)
def test_inflections_and_variants_carry_the_theme(text: str, word: str, theme: str) -> None:
    assert _themes(text)[word] == theme


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Achetez seulement sur un site de confiance, jamais ailleurs.", "confiance"),
        ("On a partagé le gâteau en douze avant de rentrer.", "partagé"),
        ("Les horaires d'ouverture changent en août.", "ouverture"),
        ("La communauté de communes gère les déchets.", "communauté"),
        ("L'intervalle de confiance est trop large.", "confiance"),
    ],
)
def test_a_word_in_another_sense_has_no_theme(text: str, word: str) -> None:
    assert _themes(text).get(word) is None


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Je me sens bien dans cette équipe.", set()),
        ("Je sens que ça change.", set()),
        ("Ça a du sens pour moi.", {"sens"}),
        ("On partage tout.", {"partage"}),
    ],
)
def test_a_verb_is_a_term_only_if_its_lemma_looks_like_it(text: str, themes: set[str]) -> None:
    assert {theme for theme in _themes(text).values() if theme} == themes


def test_both_senses_in_one_text_are_kept_apart() -> None:
    text = "Sur un site de confiance on achète ; dans une équipe, la confiance se gagne."
    found = [k for k in et.load()(text, top_n=None).keywords if k.text == "confiance" and k.theme == "confiance"]
    assert [keyword.spans for keyword in found] == [((57, 66),)]


def test_every_seed_of_the_taxonomy_is_found() -> None:
    for label in default_taxonomy().themes:
        for seed in (*label.seeds, *label.vocabulary):
            found = et.load()(
                f"Hier soir, nous avons longuement parlé de ceci avec nos voisins : {seed}.", top_n=None
            ).keywords
            assert label.id in {keyword.theme for keyword in found}, seed


def test_a_list_of_words_is_kept_beside_the_best() -> None:
    text = "Le comité a débattu du plan de gel, puis de la rénovation de la salle, en fin de séance."
    assert "plan de gel" not in [k.text for k in et.extract_keywords(text, 1)]
    assert "plan de gel" in [k.text for k in et.extract_keywords(text, 1, vocabulary=["plan de gel"])]
    assert "plan de gel" in [k.text for k in et.load(vocabulary=["plan de gel"])(text, top_n=1).keywords]


def test_a_file_of_words_and_a_table_do_the_same(tmp_path: Path) -> None:
    plain, table = tmp_path / "mots.txt", tmp_path / "mots.toml"
    plain.write_text("# nos mots\nbénévolat\ncantine # le lieu\n", encoding="utf-8")
    table.write_text('repas = ["cantine"]\nexclude = ["cantine de musique"]\n', encoding="utf-8")
    text = "La cantine ferme. Une cantine de musique, sur le quai, attend."
    (listed,) = (k for k in et.extract_keywords(text, 0, vocabulary=plain) if k.text == "cantine")
    assert listed.count == 2
    (themed,) = (k for k in et.extract_keywords(text, 0, vocabulary=table) if k.text == "cantine")
    assert (themed.theme, themed.count) == ("repas", 1)


def test_a_users_word_wins_over_the_taxonomy() -> None:
    (keyword,) = et.extract_keywords("Un partage.", 0, vocabulary={"mien": ["partage"]})
    assert keyword.theme == "mien"


@pytest.mark.parametrize("vocabulary", [[], [""], [3], 3, b"mot", {"a": "mot"}, {"a": []}, {}])
def test_a_vocabulary_of_something_else_is_told(vocabulary: object) -> None:
    with pytest.raises(VocabularyError) as raised:
        listed_terms(vocabulary)  # type: ignore[arg-type]
    assert raised.value.remedy


@pytest.mark.parametrize(("name", "content"), [("a.txt", "# rien\n"), ("a.toml", "a = ["), ("a.toml", 'a = "mot"')])
def test_a_bad_file_of_words_is_told(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(VocabularyError, match=name):
        et.load(vocabulary=path)


def test_a_file_of_words_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match=r"none.txt: found no file, expected a readable UTF-8 file. Check"):
        et.load(vocabulary=tmp_path / "none.txt")
    with pytest.raises(VocabularyError, match=r"found a folder, expected a readable UTF-8 file. Check the path"):
        et.load(vocabulary=tmp_path)
    (tmp_path / "latin.txt").write_bytes("été".encode("cp1252"))
    with pytest.raises(VocabularyError, match=r"found no UTF-8 \(byte 0\)"):
        et.load(vocabulary=tmp_path / "latin.txt")


def test_spellings_begin_with_the_term() -> None:
    assert next(spellings("co-création")) == "co-création"
    assert list(spellings("confiance")) == ["confiance"]


def test_workers_know_the_vocabulary() -> None:
    texts = ["Le plan de gel arrive.", "Rien de neuf au village cette année."]
    analyzer = et.load(vocabulary=["plan de gel"])
    assert list(analyzer.pipe(texts, n_process=2, batch_size=1)) == [analyzer(text) for text in texts]
