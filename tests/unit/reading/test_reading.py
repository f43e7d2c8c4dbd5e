"""The way from a source to records, whatever the format."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.errors import InputTypeError, MissingExtraError, OptionError
from engagetext.reading.sniffing import FORMATS


def test_importing_it_is_light() -> None:
    heavy = "{'lxml', 'trafilatura', 'pyarrow', 'spacy', 'numpy', 'sklearn', 'email.utils'}"
    program = f"import sys, engagetext.reading; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_columns_that_name_no_field_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputTypeError, match=r"columns: found .* str, expected field -> column.*columns=\{"):
        et.read(tmp_path, columns="Votre avis")  # type: ignore[arg-type]


def test_an_unknown_field_in_columns_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as raised:
        et.read(tmp_path, columns={"txt": "x"})
    assert (raised.value.where, raised.value.found) == ("columns", "the field 'txt'")
    assert "text" in raised.value.expected
    assert raised.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("module", "name", "content", "extra"),
    [
        ("trafilatura", "a.html", b"<html><body><p>Un.</p></body></html>", "web"),
        ("lxml", "a.html", b"<html><body><p>Un.</p></body></html>", "web"),
        ("lxml", "a.xml", b"<rss><channel><item><title>Un</title></item></channel></rss>", "web"),
        ("pyarrow", "a.parquet", b"PAR1", "arrow"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    module: str, name: str, content: bytes, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(content)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as raised:
        list(et.read(tmp_path / name, on_reject=lambda _: None))
    assert raised.value.remedy == f'Run: pip install "engagetext[{extra}]".'
    assert raised.value.where
    assert "no" in raised.value.found
    assert raised.value.expected


def _strict(calls: list[et.RecordError]) -> Callable[[et.RecordError], None]:
    def on_reject(error: et.RecordError) -> None:
        calls.append(error)
        raise error

    return on_reject


@pytest.mark.parametrize("format", ["jsonl", "json", "csv", "wxr", "parquet", "html"])
def test_a_reject_is_told_once_even_if_the_caller_raises_it(format: str) -> None:
    calls: list[et.RecordError] = []
    content = b"\0 nothing of the kind"
    with pytest.raises(et.RecordError):
        list(et.read(io.BytesIO(content), format=format, on_reject=_strict(calls)))
    assert len(calls) == 1


def test_a_fault_of_the_callers_own_function_is_not_taken_for_a_broken_file() -> None:
    def full(error: et.RecordError) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        list(et.read(io.BytesIO(b"x\n"), format="jsonl", on_reject=full))


def test_ids_do_not_depend_on_where_the_archive_lies(tmp_path: Path) -> None:
    for place in ("un", "deux"):
        (tmp_path / place / "c").mkdir(parents=True)
        (tmp_path / place / "c" / "a.txt").write_text("Un.", encoding="utf-8")
        (tmp_path / place / "b.jsonl").write_text('{"text": "Deux."}\n', encoding="utf-8")
    first = [article.id for article in et.read(tmp_path / "un")]
    assert first == [article.id for article in et.read(tmp_path / "deux")] == ["b.jsonl#1", "c/a.txt"]
    assert [article.id for article in et.read(str(tmp_path / "un" / "*.jsonl"))] == ["b.jsonl#1"]
    assert [article.id for article in et.read(tmp_path / "un" / "b.jsonl")] == ["b.jsonl#1"]
    # In a list, folders may hold files of one name.
    assert len(list(et.read([tmp_path / "un", tmp_path / "deux"]))) == 4


def test_a_second_article_of_one_id_is_rejected_wherever_it_stands(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"id": "7", "text": "Un.", "comments": ["Oui."]}\n', encoding="utf-8")
    rejects: list[et.RecordError] = []
    assert len(list(et.read(tmp_path, on_reject=rejects.append))) == 1
    assert rejects[0].where.endswith("b.jsonl, line 1")
    assert rejects[0].found == "the id '7' a second time"
    assert (rejects[0].expected, rejects[0].remedy) == ("one article an id", "Rename or remove one of the two.")
    assert [error.found for error in rejects[1:]] == ["a comment under an article that is rejected"]


def test_no_name_of_an_author_is_left_in_a_pseudonymous_record() -> None:
    row = {
        "text": "Un.", "auteur": "Léa Morin", "signature": "Léa Morin", "date": "par Léa Morin, hier",
        "comments": [{"id": "1", "text": "Oui.", "author": "Zoé", "alias": "Zoé"}, {"text": "Non.", "author": "ZOÉ "}],
    }  # fmt: skip
    (article,) = et.read(io.BytesIO(json.dumps(row).encode()), format="jsonl", pseudonymize=True, salt="sel")
    assert "Morin" not in str(article)
    assert "zoé" not in str(article).casefold()
    assert article.comments[0].author == article.comments[1].author
    assert article.author is not None
    assert len(article.author) == len("auteur-") + 16


def test_errors_do_not_quote_authors() -> None:
    rejects: list[et.RecordError] = []
    row = json.dumps({"text": "Un.", "author": ["Léa"]}, ensure_ascii=False).encode()
    assert list(et.read(io.BytesIO(row), format="jsonl", on_reject=rejects.append)) == []
    assert "Léa" not in str(rejects[0])


BYTES = st.binary(max_size=400) | st.lists(
    st.sampled_from(
        [b"<", b">", b"<rss>", b"<item>", b"</item>", b"<!DOCTYPE", b"<li class='comment' id='comment-1'>", b"</li>",
         b'{"text": "a"', b"}", b"[", b"]", b'"', b",", b"\n", b"\r", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3",
         b"id,text\n", b"---\n", b"```\n", b"# a\n", b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1",
         "Publié le 3 mai 2020\n".encode(), b"3 min\n", b"Voir les commentaires\n",
         b"\\ud800", b'"comments": [', b"&a;", b"<![CDATA["]
    ),
    max_size=20,
).map(b"".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(BYTES, st.sampled_from([None, *FORMATS]))
def test_any_bytes_give_records_or_rejects(content: bytes, format: str | None) -> None:
    rejects: list[et.RecordError] = []
    articles = list(et.read(io.BytesIO(content), format=format, on_reject=rejects.append))
    assert articles or rejects
    for article in articles:
        str(article).encode("utf-8")
        ids = {comment.id for comment in article.comments}
        assert all(comment.parent_id is None or comment.parent_id in ids for comment in article.comments)
    for error in rejects:
        assert error.where
        assert error.found
        assert error.expected
        assert error.remedy.endswith(".")
