"""Rows of fields."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import engagetext as et
from engagetext.errors import InputTypeError, OptionError, SourceNotFoundError


def articles(content: str | bytes, **options: Any) -> list[et.Article]:
    return list(et.read(io.BytesIO(content.encode() if isinstance(content, str) else content), **options))


ROW = {
    "identifiant": 7,
    "Titre": "Un an",
    "contenu": "Le texte.",
    "auteur": "Léa",
    "date_publication": "2024-02-03",
    "lien": "https://exemple.fr",
    "langue": "fr-FR",
    "service": "RH",
    "commentaires": [{"id": "a", "texte": "Oui."}, "Non."],
}


def test_french_names_of_fields_are_known() -> None:
    (article,) = articles(json.dumps(ROW))
    assert (article.id, article.title, article.text, article.author) == ("7", "Un an", "Le texte.", "Léa")
    assert (article.url, article.lang, str(article.date)) == ("https://exemple.fr", "fr", "2024-02-03 00:00:00")
    assert [(comment.id, comment.text) for comment in article.comments] == [("a", "Oui."), ("2", "Non.")]
    assert article.meta == {"service": "RH"}


def test_columns_can_be_named() -> None:
    (article,) = articles('{"q12": "Le texte.", "text": "autre"}', columns={"text": "q12"})
    assert article.text == "Le texte."


def test_a_named_column_that_is_not_there_is_told() -> None:
    with pytest.raises(et.RecordError) as raised:
        articles('{"text": "autre"}', columns={"text": "q12"})
    assert raised.value.expected == "the field 'q12'"
    assert "columns=" in raised.value.remedy


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_tables_of_every_separator(separator: str) -> None:
    table = separator.join(("id", "texte")) + "\n" + separator.join(("1", '"Deux\nlignes, et; plus"')) + "\n"
    (article,) = articles(table, format="csv")
    assert (article.id, article.text) == ("1", "Deux\nlignes, et; plus")


def test_a_table_in_the_windows_code_page() -> None:
    (article,) = articles("id;texte\n1;L’été à l’œuvre\n".encode("cp1252"), format="csv")
    assert article.text == "L’été à l’œuvre"


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a", "b"], "body": ["Un.", None], "n": [1, 2]}), tmp_path / "t.parquet")
    rejects: list[et.RecordError] = []
    (article,) = et.read(tmp_path / "t.parquet", on_reject=rejects.append)
    assert (article.id, article.text, article.meta) == ("a", "Un.", {"n": "1"})
    assert rejects[0].where.endswith("t.parquet, row 2")


def test_a_json_array(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"text": "Un."}, 3, {"text": "Deux."}]', encoding="utf-8")
    rejects: list[et.RecordError] = []
    found = list(et.read(tmp_path / "a.json", on_reject=rejects.append))
    assert [article.text for article in found] == ["Un.", "Deux."]
    assert len(rejects) == 1


def test_records_without_id_are_named_by_their_place() -> None:
    first, second = articles('{"text": "Un."}\n{"text": "Deux."}')
    assert first.id != second.id
    assert second.id.endswith("#2")


def test_an_absurd_date_is_kept_as_it_was_written() -> None:
    (article,) = articles('{"text": "Un.", "date": "31/02/2020"}')
    assert (article.date, article.meta) == (None, {"date": "31/02/2020"})


def test_broken_threads_are_mended_and_say_so() -> None:
    thread = [
        {"id": "a", "text": "1", "parent_id": "b"},
        {"id": "b", "text": "2", "parent_id": "a"},
        {"id": "c", "text": "3", "parent_id": "zz"},
        {"id": "d", "text": "4", "parent_id": "d"},
        {"id": "e", "text": "5", "parent_id": "b"},
    ]
    (article,) = articles(json.dumps({"text": "Un.", "comments": thread}))
    parents = {comment.id: comment.parent_id for comment in article.comments}
    assert parents == {"a": None, "b": "a", "c": None, "d": None, "e": "b"}
    assert [dict(comment.meta) for comment in article.comments] == [
        {"cycle": "b"},
        {},
        {"orphan_of": "zz"},
        {"cycle": "d"},
        {},
    ]


def test_authors_become_stable_hashes() -> None:
    first, again, other = (
        articles(json.dumps(ROW), pseudonymize=True, salt=salt)[0] for salt in ("sel", "sel", "poivre")
    )
    assert first.author == again.author != other.author
    assert first.author is not None
    assert first.author.startswith("auteur-")
    assert "Léa" not in str(first)
    assert first.meta == {}


def test_a_secret_salt_is_drawn_where_none_is_given() -> None:
    one, other = (articles(json.dumps(ROW), pseudonymize=True)[0] for _ in range(2))
    assert one.author != other.author


@pytest.mark.parametrize(
    ("source", "error", "where"),
    [
        ("no/such/file.txt", SourceNotFoundError, "no/such/file.txt"),
        ("no/such/*.html", SourceNotFoundError, "no/such/*.html"),
        ("https://exemple.fr/page", InputTypeError, "read(source)"),
        (42, InputTypeError, "read(source)"),
    ],
)
def test_a_source_that_cannot_be_is_told_at_once(source: Any, error: type[et.EngagetextError], where: str) -> None:
    with pytest.raises(error) as raised:
        et.read(source)
    assert raised.value.where == where
    assert raised.value.remedy.endswith(".")


def test_an_unknown_format_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as raised:
        et.read(tmp_path, format="docx")
    assert "jsonl" in raised.value.expected
