"""Bytes to text."""

import io

import pytest

import engagetext as et
from engagetext.reading.encoding import LineReader, decode, sniff_encoding
from engagetext.reading.streams import ByteStream, buffered

FRENCH = "L’été, à l’œuvre : ça coûte 3 €, déjà."


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", None),
        ("cp1252", None),
        ("cp1252", "iso-8859-1"),  # as browsers read it
        ("utf-8", "iso-8859-1"),  # the page was saved in another encoding than it declares
        ("cp1252", "utf-8"),
        ("cp1252", "no-such-thing"),
    ],
)
def test_french_is_read_in_every_encoding_that_it_is_written_in(encoding: str, declared: str | None) -> None:
    assert decode(FRENCH.encode(encoding), "f", declared) == FRENCH


@pytest.mark.parametrize("charset", ["iso-8859-15", "mac-roman"])
def test_a_declared_encoding_is_followed_where_it_is_none_of_ours(charset: str) -> None:
    text = "Le cœur à l'été."
    assert decode(text.encode(charset), "f", charset) == text


@pytest.mark.parametrize("tail", [b"\xc3", b"\xff", b" \xe9 fin"])
def test_a_stray_byte_does_not_break_the_accents_of_a_whole_file(tail: bytes) -> None:
    text = "Été à la plage, déjà vu, où ça ?"
    assert decode(text.encode() + tail, "f").startswith(text)


@pytest.mark.parametrize(
    ("raw", "found"),
    [(bytes(range(256)), "binary data"), (b"un\0deux", "binary data"), (b"\xff\xfea", "broken utf-16: truncated data")],
)
def test_what_is_no_text_is_told(raw: bytes, found: str) -> None:
    with pytest.raises(et.RecordError) as raised:
        decode(raw, "f.txt")
    assert (raised.value.where, raised.value.found) == ("f.txt", found)
    assert raised.value.expected == "text in UTF-8, UTF-16 or cp1252"
    assert raised.value.remedy.endswith(".")


def test_short_ascii_proves_nothing() -> None:
    assert sniff_encoding(b"abc") is None
    assert sniff_encoding(b"a\0b\0c\0d\0") == "utf-16-le"


def lines(raw: bytes) -> list[str]:
    result = []
    reader = LineReader(ByteStream("f", "f", buffered(io.BytesIO(raw))))
    while True:
        try:
            result.append(next(reader))
        except StopIteration:
            return result
        except et.RecordError as error:
            result.append(f"! {error.where}: {error.found}")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\u2028b\x85c\nd".encode(), ["a\u2028b\x85c\n", "d"]),
        ("a\u2028b\nd\n".encode("utf-16"), ["a\u2028b\n", "d\n"]),
        (b"\xef\xbb\xbfa\r\nb", ["a\r\n", "b"]),
        ("é\n".encode("cp1252") + "é\n".encode(), ["é\n", "é\n"]),
        (b"a\nb\0\nc", ["a\n", "! f, line 2: NUL bytes", "c"]),
        ("abcd\ne".encode("utf-16")[:-1], ["abcd\n", "! f, line 2: broken utf-16-le: truncated data"]),
    ],
)
def test_lines_are_decoded_one_by_one(raw: bytes, expected: list[str]) -> None:
    assert lines(raw) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_that_is_too_long_costs_itself_only(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagetext.reading.encoding.MAX_RECORD", 10)
    raw = ("court\n" + "long" * 10 + "\nencore\n").encode(encoding)
    assert lines(raw) == ["court\n", "! f, line 2: a line of more than 10 bytes", "encore\n"]
