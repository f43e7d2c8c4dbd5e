"""Archives, whole and broken."""

import gzip
import io
import zipfile
from collections.abc import Mapping

import pytest

import engagetext as et


def packed(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(content: bytes) -> tuple[list[et.Article], list[et.RecordError]]:
    rejects: list[et.RecordError] = []
    articles = list(et.read(io.BytesIO(content), on_reject=rejects.append))
    for error in rejects:
        assert error.expected
        assert error.remedy.endswith(".")
    return articles, rejects


def test_a_gzip_cut_short_gives_what_stands_before_the_cut() -> None:
    rows = b"".join(b'{"text": "Article numero %d"}\n' % number for number in range(20_000))
    articles, (error,) = read(gzip.compress(rows)[:-20_000])
    assert 1_000 < len(articles) < 20_000
    assert error.found.startswith("an end in the middle, or damage")


def test_members_are_named_and_a_bad_one_costs_itself_only() -> None:
    articles, (error,) = read(
        packed({"b.txt": b"Deux.", "a/x.png": b"\x89PNG", "c.jsonl.gz": gzip.compress(b'{"text":"3"}')})
    )
    assert [article.source for article in articles] == ["file object!b.txt", "file object!c.jsonl.gz, line 1"]
    assert error.where == "file object!a/x.png"


def test_a_member_whose_checksum_is_wrong_is_rejected() -> None:
    content = bytearray(packed({"a.txt": b"Un texte qui ne se compresse guere, 0123456789."}))
    content[45] ^= 0xFF
    articles, (error,) = read(bytes(content))
    assert articles == []
    assert error.where == "file object!a.txt"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (packed({}), "an archive without files"),
        (packed({"__MACOSX/a": b"x", ".b": b"y"}), "an archive without files"),
        (packed({"a.zip": packed({"b.txt": b"x"})}), "an archive inside an archive"),
        (gzip.compress(packed({"b.txt": b"x"})), "an archive inside an archive"),
        (packed({"a.txt": b"0" * 30_000_000}), "30,000,000 bytes packed into"),
        (b"PK\x03\x04 broken", "File is not a zip file"),
    ],
)
def test_what_cannot_be_unpacked_is_told_once(content: bytes, found: str) -> None:
    articles, (error,) = read(content)
    assert articles == []
    assert found in error.found


def test_members_that_overlap_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed({"a.txt": b"Un.", "b.txt": b"Deux."})
    real = zipfile.ZipFile.infolist
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda archive: real(archive) * 100)
    articles, (error,) = read(content)
    assert articles == []
    assert error.found == "members that overlap, as in a zip bomb"


def test_a_pipe_is_copied_to_disk_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagetext.reading.streams._MAX_COPY", 10)

    class Pipe(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return stream.read(size)

    stream = io.BytesIO(packed({"a.txt": b"Un."}))
    rejects: list[et.RecordError] = []
    assert list(et.read(Pipe(), on_reject=rejects.append)) == []  # type: ignore[arg-type]
    assert (rejects[0].found, rejects[0].remedy) == ("more than 10 bytes", "Save it to a file first.")
