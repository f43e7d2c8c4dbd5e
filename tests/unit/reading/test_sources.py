"""Where bytes come from."""

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import engagetext as et
from engagetext.errors import InputTypeError, SourceNotFoundError


def texts(source: Any) -> list[str]:
    return [article.text for article in et.read(source)]


def test_folders_are_walked_in_order_and_hidden_files_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".caché.txt", "c/d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert texts(tmp_path) == ["a.txt", "b.txt", "c/d.md"]
    assert texts(str(tmp_path / "*.txt")) == ["a.txt", "b.txt"]
    assert texts([tmp_path / "b.txt", tmp_path / "c"]) == ["b.txt", "c/d.md"]


def test_archives_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "Un."}\n{"text": "Deux."}'))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x/trois.txt", "Trois.")
        archive.writestr("__MACOSX/x", "rien")
        archive.writestr("quatre.jsonl", '{"id": "4", "text": "Quatre."}')
    assert texts(tmp_path) == ["Un.", "Deux.", "Quatre.", "Trois."]
    sources = [article.source for article in et.read(tmp_path / "b.zip")]
    assert sources[1] == f"{(tmp_path / 'b.zip').as_posix()}!x/trois.txt"


def test_file_objects_of_both_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts(io.BytesIO("Été.".encode())) == ["Été."]
    assert texts(io.StringIO("Été.")) == ["Été."]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Été.".encode())))
    assert texts("-") == ["Été."]


def test_the_content_tells_before_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("<!doctype html><html><body><p>Un texte.</p></body></html>", encoding="utf-8")
    (tmp_path / "rows.txt").write_text('{"text": "Une ligne."}\n', encoding="utf-8")
    assert texts(tmp_path) == ["Un texte.", "Une ligne."]


def test_reading_is_lazy(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Un."}\nbroken\n', encoding="utf-8")
    assert next(et.read(path)).text == "Un."


def rejects_of(source: Any) -> list[et.RecordError]:
    rejects: list[et.RecordError] = []
    list(et.read(source, on_reject=rejects.append))
    for error in rejects:
        assert error.expected
        assert error.remedy.endswith(".")
    return rejects


def test_links_in_circles_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Un.", encoding="utf-8")
    (tmp_path / "b").symlink_to(tmp_path)
    (tmp_path / "c.txt").symlink_to(tmp_path / "no")
    assert texts([]) == []
    found = [error.found for error in rejects_of(tmp_path)]
    assert found == ["a link to a folder above it", "a link to nothing"]
    (tmp_path / "c.txt").unlink()
    assert texts(f"{tmp_path}/**/*.txt") == ["Un."]
    assert texts(f"{tmp_path}/**") == ["Un."]


def test_a_folder_without_files_is_told_once_and_only_where_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("Un.", encoding="utf-8")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "full").symlink_to(tmp_path / "full")
    (tmp_path / "empty" / "below").mkdir(parents=True)
    (tmp_path / "circle").mkdir()
    (tmp_path / "circle" / "up").symlink_to(tmp_path / "circle")
    for source, found in (
        ("linked", []),
        ("empty", ["a folder without files"]),
        ("circle", ["a link to a folder above it"]),
        ("empty/*", ["a pattern that no file fits"]),
        ("em*/**", ["a pattern that no file fits"]),
        ("*", ["a link to a folder above it"]),
    ):
        assert [error.found for error in rejects_of(str(tmp_path / source))] == found, source
    assert texts(tmp_path / "linked") == ["Un."]


def test_a_folder_that_may_not_be_opened_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert [error.found for error in rejects_of(tmp_path)] == ["Permission denied"]


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert [error.found for error in rejects_of(tmp_path)] == ["no regular file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch(mode=0o000)
    assert [error.found for error in rejects_of(tmp_path)] == ["Permission denied"]


def test_a_file_that_goes_away_while_the_folder_is_read_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "b").mkdir()

    def refuse(path: Path, *_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert [error.found for error in rejects_of(tmp_path)] == ["Permission denied"]


@pytest.mark.parametrize(
    ("source", "error", "found"),
    [
        ("", SourceNotFoundError, "no such file or folder"),
        ("mot " * 5000, SourceNotFoundError, "no such file or folder"),
        ("a\0b", SourceNotFoundError, "no such file or folder"),
        (["no.txt"], SourceNotFoundError, "no such file or folder"),
        ("HTTPS://exemple.fr", InputTypeError, "the address HTTPS://exemple.fr"),
        (3.5, InputTypeError, "a float"),
    ],
)
def test_a_source_that_cannot_be_is_told_at_once(source: Any, error: type[et.EngagetextError], found: str) -> None:
    with pytest.raises(error) as raised:
        et.read(source)
    assert raised.value.found == found
    assert len(raised.value.where) < 250
    assert raised.value.expected
    assert raised.value.remedy.endswith(".")


def test_a_closed_file_is_told_at_once(tmp_path: Path) -> None:
    stream = (tmp_path / "a.txt").open("w+")
    stream.close()
    with pytest.raises(InputTypeError, match="that is closed"):
        et.read(stream)


def test_names_that_are_no_unicode_do_not_reach_records(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9t\xe9.txt")).write_text("Un.", encoding="utf-8")
    (article,) = et.read(tmp_path)
    assert article.id == "\ufffdt\ufffd.txt"


def test_the_callers_file_object_stays_open(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Un.", encoding="utf-8")
    with (tmp_path / "a.txt").open("rb") as stream:
        assert texts(stream) == ["Un."]
        assert not stream.closed
    with (tmp_path / "a.txt").open(encoding="utf-8") as lines:
        assert texts(lines) == ["Un."]


class Trickle:
    """A stream that gives a byte at a time and cannot go back, as a slow pipe does."""

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(1)


def test_a_slow_pipe_is_known_by_its_first_bytes_too() -> None:
    page = "<!doctype html><html><body><p>Un texte.</p></body></html>"
    assert texts(Trickle(page.encode())) == ["Un texte."]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "Un.")
    assert texts(Trickle(buffer.getvalue())) == ["Un."]
