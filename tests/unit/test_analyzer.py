"""What an analysis holds, whichever way it is asked for."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.errors import InputTypeError, ModelError, ModelNotFoundError, OptionError, RecordError
from engagetext.findings import language_name
from engagetext.persistence.catalogue import find_model
from engagetext.text.language import CODES

TEXT = (
    "Nous avons ouvert nos réunions aux habitants et partagé toutes les décisions.\n\n"
    "Le manque de temps nous freine, et les services ne se parlent pas.\n\n"
    "Si la direction refusait, tout s'arrêterait."
)
ARTICLE = et.Article(id="a", text=TEXT, comments=(et.Comment(id="c", text="Bravo à toute l'équipe !"),))


@pytest.fixture(scope="module")
def analyzer() -> et.Analyzer:
    return et.load()


def test_offsets_point_into_the_callers_text(analyzer: et.Analyzer) -> None:
    analysis = analyzer(TEXT)
    assert analysis.text == TEXT
    assert all(TEXT[token.start : token.end] == token.text for token in analysis.tokens)
    assert all(TEXT[passage.start : passage.end] == passage.text for passage in analysis.passages)
    assert [TEXT[start:end] for start, end in analysis.sentences] == TEXT.split("\n\n")
    assert len(analysis.passages) == 3


def test_a_text_in_another_language_is_shown_with_a_note(analyzer: et.Analyzer) -> None:
    english = "The meeting was held in the old town hall, and nobody came to it."
    article = et.Article("a", "La réunion a eu lieu.", comments=(et.Comment("c", english),))
    note = '<p class="note">non analysé : anglais (en)</p>'
    assert note in analyzer(english).to_html()
    assert note in analyzer(article).to_html()
    assert "<summary>non analysé : anglais (en) · The meeting" in analyzer(article).to_html()
    assert "non analysé" not in analyzer("La réunion a eu lieu dans la vieille mairie.").to_html()
    assert "non analysé" not in analyzer("").to_html()


def test_every_language_that_may_be_detected_has_a_name() -> None:
    assert all(language_name(code) == f"{language_name(code)[: -len(code) - 3]} ({code})" for code in CODES)
    assert language_name("xx") == "xx"


def test_passages_hold_every_probability_and_labels_only_what_is_retained(analyzer: et.Analyzer) -> None:
    analysis = analyzer(TEXT)
    assert analysis.obstacles
    for passage in analysis.passages:
        assert (len(passage.themes), len(passage.obstacles)) == (14, 11)
        assert all(0 <= score <= 1 for score in (*passage.themes.values(), *passage.obstacles.values()))
        assert passage.statuses.keys() <= passage.obstacles.keys()
    for label in (*analysis.themes, *analysis.obstacles):
        probabilities = [passage.themes.get(label.label, 0) for passage in label.passages]
        if label.status is not None:
            probabilities = [passage.obstacles[label.label] for passage in label.passages]
            assert label.status in [passage.statuses[label.label] for passage in label.passages]
        assert label.score == max(probabilities) == probabilities[0]


def test_the_missing_time_is_found(analyzer: et.Analyzer) -> None:
    (found,) = (label for label in analyzer(TEXT).obstacles if label.label == "moyens")
    assert found.name == "Manque de moyens et de temps"
    assert "manque de temps" in found.passages[0].text
    assert found.status == "present"


def test_every_step_alone_says_what_the_analysis_says(analyzer: et.Analyzer) -> None:
    analysis = analyzer(TEXT)
    assert tuple(et.tokenize(TEXT)) == analysis.tokens
    assert tuple(et.extract_keywords(TEXT)) == analysis.keywords[:10]
    assert tuple(et.classify_themes(TEXT)) == analysis.themes
    assert tuple(et.classify_obstacles(TEXT)) == analysis.obstacles
    assert et.detect_language(TEXT) == et.Language(analysis.lang, analysis.lang_score)


def test_an_article_brings_its_comments(analyzer: et.Analyzer) -> None:
    analysis = analyzer(ARTICLE)
    assert analysis.article_id == "a"
    assert [comment.article_id for comment in analysis.comments] == ["c"]
    # Alone these words could be of several languages; under a French article they are French.
    assert analysis.comments[0].lang == "fr"


def test_another_language_is_named_and_left_alone(analyzer: et.Analyzer) -> None:
    analysis = analyzer("There is never enough time to listen to people, and nobody trusts the management.")
    assert analysis.lang == "en"
    assert analysis.tokens
    assert not [*analysis.keywords, *analysis.themes, *analysis.obstacles, *analysis.passages]


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_stream_gives_the_same_in_any_batch_size(analyzer: et.Analyzer, size: int) -> None:
    items: list[Any] = [TEXT, ARTICLE, "", et.Comment(id="x", text="Et le budget ?"), "👍", TEXT[:80], TEXT[80:]]
    assert list(analyzer.pipe(items, batch_size=size)) == [analyzer(item) for item in items]


def test_a_stream_gives_the_same_from_two_processes(analyzer: et.Analyzer) -> None:
    items = [f"{number}. {TEXT}" for number in range(10)]
    assert list(analyzer.pipe(items, batch_size=3, n_process=2)) == [analyzer(item) for item in items]


def test_a_stream_is_lazy(analyzer: et.Analyzer) -> None:
    taken: list[int] = []

    def items() -> Any:
        for number in range(100):
            taken.append(number)
            yield TEXT

    next(analyzer.pipe(items(), batch_size=4))
    assert len(taken) == 4


def test_dicts_come_back_as_they_were(analyzer: et.Analyzer) -> None:
    analysis = analyzer(ARTICLE)
    assert et.Analysis.from_dict(analysis.to_dict()) == analysis


def test_the_frame_has_one_row_a_mention(analyzer: et.Analyzer) -> None:
    analysis = analyzer(ARTICLE)
    frame = analysis.to_frame()
    keywords = sum(keyword.count for keyword in analysis.keywords)
    assert (frame[frame.comment_id.isna()].kind == "keyword").sum() == keywords
    found = frame[(frame.kind == "obstacle") & (frame.label == "moyens")].iloc[0]
    assert TEXT[found.start : found.end] == found.text
    assert set(frame.columns) >= {"article_id", "comment_id", "kind", "label", "score", "status"}


def test_html_shows_the_text_escaped(analyzer: et.Analyzer) -> None:
    hostile = TEXT + "\n\n<script>alert(1)</script> le partage & la confiance"
    html = analyzer(hostile)._repr_html_()
    assert "<script" not in html
    assert "&lt;" in html
    assert "<mark" in html
    assert "Manque de moyens" in html
    page = analyzer(ARTICLE).to_html()
    assert page.startswith("<!doctype html>")


def test_the_title_of_an_article_stands_above_its_text(analyzer: et.Analyzer) -> None:
    analysis = analyzer(replace(ARTICLE, title="Budget <b>2025</b>"))
    assert (analysis.title, [comment.title for comment in analysis.comments]) == ("Budget <b>2025</b>", [None])
    shown = analysis._repr_html_()
    assert shown.count("<h2>Budget &lt;b&gt;2025&lt;/b&gt;</h2>") == 1
    assert shown.index("</h2>") < shown.index("Nous avons ouvert")
    assert "<title>Budget &lt;b&gt;2025&lt;/b&gt;</title>" in analysis.to_html()
    assert "<title>a</title>" in analyzer(ARTICLE).to_html()
    assert "<h2>" not in analyzer(ARTICLE)._repr_html_()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_analysed(text: str) -> None:
    analysis = et.load()(text)
    assert analysis.text == text
    assert et.Analysis.from_dict(analysis.to_dict()) == analysis


@pytest.mark.parametrize(
    ("call", "found"),
    [
        (lambda analyzer: analyzer(["Un texte"]), "type list"),
        (lambda analyzer: analyzer(None), "type NoneType"),
        (lambda analyzer: analyzer(et.Comment(id="x", text=b"bytes")), "type bytes"),  # type: ignore[arg-type]
        (lambda analyzer: et.tokenize(b"bytes"), "type bytes"),  # type: ignore[arg-type]
        (lambda analyzer: et.extract_keywords("un", title=3), "type int"),  # type: ignore[arg-type]
        (lambda analyzer: et.classify_themes(["Un texte"]), "type list"),  # type: ignore[arg-type]
        (lambda analyzer: et.detect_language(3), "type int"),  # type: ignore[arg-type]
    ],
)
def test_another_type_is_told_with_the_way_out(analyzer: et.Analyzer, call: Any, found: str) -> None:
    with pytest.raises(InputTypeError) as raised:
        call(analyzer)
    assert raised.value.found == f"an object of {found}"
    assert "pipe" in raised.value.remedy


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"n_process": 0}])
def test_impossible_options_are_told(analyzer: et.Analyzer, options: dict[str, Any]) -> None:
    with pytest.raises(OptionError) as raised:
        next(analyzer.pipe([TEXT], **options))
    assert raised.value.where in options


def test_what_is_no_name_of_a_model_is_told() -> None:
    with pytest.raises(
        InputTypeError, match=r"load\(name_or_path\): found .* int, expected a name or a path.*Leave it out"
    ):
        et.load(3)  # type: ignore[arg-type]


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError):
        et.load(tmp_path / "none")
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError):
        et.load(tmp_path)


@pytest.mark.parametrize(
    ("use", "where", "found"),
    [
        (lambda: et.load().pipe("un texte"), "pipe", "one str"),
        (lambda: et.load().pipe(5), "pipe", "one int"),  # type: ignore[arg-type]
        (lambda: et.load()(et.Article("a", "Un.", comments=(et.Comment("c", None),))), "text of comment 1", "NoneType"),  # type: ignore[arg-type]
        (lambda: et.load()(et.Article("a", "Un.", title=5)), "title of article 'a'", "int"),  # type: ignore[arg-type]
        (lambda: et.classify_themes(b"Un."), "text", "bytes"),  # type: ignore[arg-type]
        (lambda: et.classify_obstacles(None), "text", "NoneType"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_text_is_named_at_once(use: Callable[[], object], where: str, found: str) -> None:
    with pytest.raises(InputTypeError, match=where) as caught:
        use()
    assert found in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"comments": ("un texte",)}, "comment 1 of article 'a'"),
        ({"comments": "un texte"}, "comments of article 'a'"),
        ({"comments": None}, "comments of article 'a'"),
        ({"comments": (et.Comment(1, "Un."),)}, "id of comment 1 of article 'a'"),  # type: ignore[arg-type]
        ({"comments": (et.Comment("c", "Un.", parent_id=1),)}, "parent_id of comment 1 of article 'a'"),  # type: ignore[arg-type]
        ({"id": 3}, "id of article 3"),
        ({"author": 3}, "author of article 'a'"),
        ({"date": "2024-01-31"}, "date of article 'a'"),
    ],
)
def test_a_part_of_another_type_is_named(analyzer: et.Analyzer, parts: dict[str, Any], where: str) -> None:
    article = et.Article(**{"id": "a", "text": TEXT, **parts})
    with pytest.raises(InputTypeError) as raised:
        analyzer(article)
    assert raised.value.where.endswith(where)
    assert raised.value.remedy.startswith(("Use ", "Wrap "))
    with pytest.raises(InputTypeError):
        list(analyzer.pipe([TEXT, article]))


def test_a_second_comment_of_one_id_is_refused(analyzer: et.Analyzer) -> None:
    article = et.Article("a", TEXT, comments=(et.Comment("c", "Un."), et.Comment("c", "Deux.")))
    expected = "comment 2 of article 'a': found the id 'c' a second time, expected one comment an id. Rename or remove"
    with pytest.raises(RecordError, match=expected):
        analyzer(article)
    assert analyzer(replace(article, comments=[article.comments[0]])).comments  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("use", "option"),
    [
        (lambda: et.load()("Un.", top_n=-1), "top_n"),
        (lambda: et.load().pipe(["Un."], top_n=-1), "top_n"),
        (lambda: et.load().pipe(["Un."], batch_size=0), "batch_size"),
        (lambda: et.extract_keywords("Un.", top_n="dix"), "top_n"),  # type: ignore[arg-type]
        (lambda: et.detect_language("Un.", prior=5), "prior"),  # type: ignore[arg-type]
        (lambda: et.detect_language("Un.", prior={"fr": -1}), "prior"),
    ],
)
def test_an_option_out_of_its_range_is_named_at_once(use: Callable[[], object], option: str) -> None:
    with pytest.raises(OptionError, match=option):
        use()


def test_an_analysis_is_read_from_a_line_that_says_more_and_refused_if_it_says_less() -> None:
    analysis = et.load()("La confiance revient.")
    assert et.Analysis.from_dict({**analysis.to_dict(), "date": "2025-01-02"}) == analysis
    with pytest.raises(et.RecordError, match=r"no text.*Pass a whole table"):
        et.Analysis.from_dict({name: value for name, value in analysis.to_dict().items() if name != "text"})


def test_a_folder_of_the_same_name_is_not_taken_for_the_packaged_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "manifest.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert et.load().model.startswith("fr-")


def test_a_model_that_was_built_anew_is_loaded_anew(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(find_model(), folder)
    assert et.load(folder).model == et.load().model
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "version": "77"}), encoding="utf-8")
    assert et.load(folder).model == "fr-77"


def test_an_analysis_shows_itself_in_one_line() -> None:
    analysis = et.load()(ARTICLE)
    assert repr(analysis).count("\n") == 0
    assert repr(analysis).startswith("<Analysis of 'Nous avons ouvert nos réunions aux habi…', lang fr, ")
    assert len(repr(analysis)) < 400


@pytest.mark.parametrize(
    "text",
    [
        "« Nous manquons de temps. » « Personne ne nous écoute ! » « On verra bien. »",
        '"On a toujours fait comme ça." "Et alors ?"',
        "> Nous manquons de temps\n> et d'argent\n>> personne n'écoute",
        "non",
        "!!! ??? ...",
        "« »",
    ],
)
def test_quotations_single_words_and_marks_are_read_like_any_text(analyzer: et.Analyzer, text: str) -> None:
    analysis = analyzer(text)
    assert "".join(text[token.start : token.end] for token in analysis.tokens) == "".join(text.split())
    for label in (*analysis.themes, *analysis.obstacles):
        assert all(text[passage.start : passage.end] == passage.text for passage in label.passages)
        assert label.explain()


def test_two_hundred_thousand_words_are_read_in_one_go(analyzer: et.Analyzer) -> None:
    text = "Le manque de temps reste notre frein principal. La salle est grande.\n\n" * 15_000
    analysis = analyzer(text)
    assert len(analysis.passages) == 15_000
    assert "moyens" in {label.label for label in analysis.obstacles}
    assert analysis.passages[-1].end == len(text.rstrip())
