"""Rows to articles and comments."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import engagetext as et
from engagetext.reading.fields import ALIASES, check_header, find_columns


def read(*rows: object, **options: Any) -> tuple[list[et.Article], list[et.RecordError]]:
    rejects: list[et.RecordError] = []
    content = "\n".join(json.dumps(row) for row in rows).encode()
    return list(et.read(io.BytesIO(content), format="jsonl", on_reject=rejects.append, **options)), rejects


@pytest.mark.parametrize(
    ("names", "columns", "expected"),
    [
        (["Texte", "Date-Publication"], None, {"text": "Texte", "date": "Date-Publication"}),
        (["article_id", "text"], None, {"id": "article_id", "text": "text"}),
        (["comment_id", "article_id", "text"], None, {"id": "comment_id", "text": "text"}),
        (["text", "body"], {"text": "body"}, {"text": "body"}),
        (["text"], {"text": "body"}, {}),
        (["comment", "article"], None, {"text": "article"}),
        (["text", "nom"], {"title": "nom"}, {"text": "text", "title": "nom"}),
        (["Réponse :", "Catégorie"], None, {"text": "Réponse :"}),
        (["COMMENTAIRE LIBRE"], None, {"text": "COMMENTAIRE LIBRE"}),
        (["N°", "Vos remarques", "Votre\u00a0avis ?"], None, {"text": "Votre\u00a0avis ?"}),
        (["reponse", "texte"], None, {"text": "texte"}),
    ],
)
def test_columns_are_found_by_name(names: list[str], columns: dict[str, str] | None, expected: dict[str, str]) -> None:
    assert find_columns(names, columns) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("réponse", "Réponses", "avis", "Commentaires", "remarque", "Remarques", "proposition", "Propositions"),
        *("verbatims", "observation", "Observations", "suggestion", "Suggestions", "votre avis", "Commentaire libre"),
    ],
)
def test_the_words_of_surveys_name_a_text(name: str) -> None:
    rejects: list[et.RecordError] = []
    table = f"Date;{name}\n2025-03-04;Le temps nous manque.\n".encode()
    (article,) = et.read(io.BytesIO(table), format="csv", on_reject=rejects.append)
    assert (article.text, rejects) == ("Le temps nous manque.", [])


def test_a_column_of_a_csv_is_no_thread() -> None:
    table = "avis;commentaires\nBien.;Rien à dire.\n".encode()
    (article,) = et.read(io.BytesIO(table), format="csv")
    assert (article.text, article.comments, article.meta) == ("Bien.", (), {"commentaires": "Rien à dire."})


def test_rows_of_comments_may_have_columns_of_other_names() -> None:
    table = (
        "sorte;no;fil;dit;répond à\n"
        "article;p1;p1;La salle sera rouverte.;\n"
        "comment;c1;p1;Bravo !;\n"
        "comment;c2;p1;Merci.;c1\n"
    ).encode()
    names = {"kind": "sorte", "id": "no", "article_id": "fil", "text": "dit", "parent_id": "répond à"}
    (article,) = et.read(io.BytesIO(table), format="csv", columns=names)
    assert [(one.id, one.text, one.parent_id, one.meta) for one in article.comments] == [
        ("c1", "Bravo !", None, {}),
        ("c2", "Merci.", "c1", {}),
    ]


def test_a_field_that_no_reader_knows_is_told_with_those_that_are() -> None:
    with pytest.raises(et.errors.OptionError, match=r"the field 'source'.*id, text, title.*kind, article_id"):
        et.read(io.BytesIO(b"text\nx\n"), columns={"source": "fichier"})


def test_the_names_that_are_recognised_are_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))
    assert {field: tuple(re.findall(r"`(\w+)`", names)) for field, names in rows.items()} == ALIASES


@pytest.mark.parametrize(
    ("names", "columns", "expected"),
    [
        (["id", "titre"], None, "a field text, body, content, contenu or the like"),
        (["id", "text"], {"title": "sujet"}, "the field 'sujet'"),
        ([], {"text": "x"}, "the field 'x'"),
    ],
)
def test_a_missing_column_is_one_error_for_the_table(
    names: list[str], columns: dict[str, str] | None, expected: str
) -> None:
    with pytest.raises(et.RecordError) as raised:
        check_header(names, columns, "t.csv, header")
    assert raised.value.where == "t.csv, header"
    assert raised.value.found == f"the fields {', '.join(names) or '(none)'}"
    assert raised.value.expected == expected
    assert raised.value.remedy.startswith("Name the field")


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"text": 12}, "text = 12 (int)"),
        ({"text": ["a"]}, "text = ['a'] (list)"),
        ({"text": True}, "text = True (bool)"),
        ({"text": None}, "no text (null)"),
        ({"text": "a", "title": ["b"]}, "title = ['b'] (list)"),
        ({"text": "a", "author": ["b"]}, "author (list)"),
        ({"text": "a", "comments": "b"}, "comments = 'b'"),
        ({"text": "a\0"}, "a NUL character in text"),
        ({"text": "a", "\ud800": "b"}, "half a character (a lone surrogate) in the name of a field"),
        ({"titre": "a"}, "the fields titre"),
    ],
)
def test_a_field_of_a_wrong_type_is_told(row: object, found: str) -> None:
    articles, (error,) = read(row)
    assert articles == []
    assert (error.where, error.found) == ("file object, line 1", found)
    assert error.expected
    assert error.remedy.endswith(".")


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ({"id": 12.0}, "id", "12"),
        ({"id": 7}, "id", "7"),
        ({"author": 17}, "author", "17"),
        ({"author": {"name": "Léa", "id": 3}}, "author", "Léa"),
        ({"title": 1984}, "title", "1984"),
        ({"author": float("nan")}, "author", None),
        ({"title": ""}, "title", None),
        ({"comments": 12}, "comments", ()),
    ],
)
def test_what_means_the_same_is_read_the_same(row: dict[str, object], field: str, value: object) -> None:
    ((article,), rejects) = read({"text": "a", **row})
    assert getattr(article, field) == value
    assert rejects == []


def test_a_text_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagetext.reading.fields.MAX_RECORD", 5)
    _, (error,) = read({"text": "123456"})
    assert (error.found, error.expected, error.remedy) == ("6 characters in text", "at most 5", "Split the text.")


def test_replies_inside_comments_are_comments() -> None:
    thread = [{"texte": "1", "reponses": [{"id": "b", "text": "2", "replies": [{"text": "3"}]}]},
              {"id": 4, "text": "4"},
              {"id": 5, "text": "5", "parent_id": 4, "likes": 3, "author_email": "a@b.fr", "ip": "10.0.0.1"},
              {"id": 6, "text": "6", "parent_id": 0}]  # fmt: skip
    ((article,), rejects) = read({"text": "a", "comments": thread})
    assert [(one.id, one.text, one.parent_id) for one in article.comments] == [
        ("reply-1", "1", None), ("b", "2", "reply-1"), ("3", "3", "b"), ("4", "4", None), ("5", "5", "4"),
        ("6", "6", None),
    ]  # fmt: skip
    assert article.comments[4].meta == {"likes": "3"}
    assert rejects == []


def test_replies_nested_as_deep_as_json_goes_are_read() -> None:
    comment: dict[str, object] = {"text": "fond"}
    for _ in range(300):
        comment = {"text": "x", "replies": [comment]}
    ((article,), _) = read({"text": "a", "comments": [comment]})
    assert len(article.comments) == 301


@pytest.mark.parametrize(
    ("comment", "found"), [(3, "a int"), ({"id": "x"}, "no text"), ({"text": ["a"]}, "text = ['a'] (list)")]
)
def test_a_bad_comment_costs_itself_only(comment: object, found: str) -> None:
    ((article,), (error,)) = read({"text": "a", "comments": ["bon", comment]})
    assert [one.text for one in article.comments] == ["bon"]
    assert (error.where, error.found) == ("file object, line 1, comment 2", found)
    assert error.expected
    assert error.remedy == "Mend or remove this record."


def test_rows_of_comments_join_the_article_that_they_follow() -> None:
    rows = [
        {"id": "1", "article_id": "1", "kind": "article", "text": "Un."},
        {"id": "a", "article_id": "1", "kind": "comment", "text": "Oui.", "parent_id": None, "author": "Léa"},
        {"id": "b", "article_id": "1", "kind": "comment", "text": "Non.", "parent_id": "a"},
        {"id": "c", "article_id": "1", "kind": "comment"},
        {"id": "2", "article_id": "2", "kind": "article", "text": "Deux."},
        {"id": "d", "article_id": "1", "kind": "comment", "text": "Trop tard."},
    ]
    articles, (error,) = read(*rows)
    assert [(one.id, [(c.id, c.parent_id, dict(c.meta)) for c in one.comments]) for one in articles] == [
        ("1", [("a", None, {}), ("b", "a", {})]), ("2", []), ("d", []),
    ]  # fmt: skip
    assert articles[2].meta == {"article_id": "1", "kind": "comment"}
    assert error.found == "no text"


def test_the_row_of_an_article_may_leave_the_cell_empty() -> None:
    table = "kind,id,article_id,text\narticle,1,,Un.\ncomment,a,1,Oui.\ncomment,b,1,Non.\narticle,2,,Deux.\n"
    articles = list(et.read(io.BytesIO(table.encode()), format="csv"))
    assert [(article.id, [comment.id for comment in article.comments]) for article in articles] == [
        ("1", ["a", "b"]), ("2", []),
    ]  # fmt: skip


def test_an_article_that_waits_for_its_comments_is_not_lost_with_the_stream() -> None:
    rejects: list[et.RecordError] = []
    row = json.dumps({"id": "1", "article_id": "1", "kind": "article", "text": "Un."})
    raw = (row + "\nab").encode("utf-16")[:-1]
    assert [article.id for article in et.read(io.BytesIO(raw), format="jsonl", on_reject=rejects.append)] == ["1"]
    assert len(rejects) == 1
