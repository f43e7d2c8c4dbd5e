"""Bytes -> text: UTF-8, UTF-16 and the Windows code page of older French files; anything else is told, not guessed.

A NUL is never part of a text: a file or line that holds one is rejected, and so is a record that writes one in JSON
(`build.check_text`).
"""

import codecs
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from engagetext.errors import RecordError
from engagetext.reading.limits import MAX_RECORD

if TYPE_CHECKING:
    from engagetext.reading.streams import ByteStream


_REMEDY = "Save the file as UTF-8 text."
_EXPECTED = "text in UTF-8, UTF-16 or cp1252"
# Names that a page may declare and that are followed; others (`unicode`, `utf-7`, misspelt ones) are not.
_DECLARED = re.compile(
    r"iso-?8859-?\d{1,2}|latin-?\d|windows-?125\d|cp-?125\d|mac-?roman|macintosh|koi8-r|shift_jis|euc-(?:jp|kr)|gb\w+|big5",
    re.IGNORECASE,
)
# Browsers read the first two as cp1252 (WHATWG Encoding Standard): the byte of ’ is a control character in Latin-1.
_LATIN = re.compile(r"iso-?8859-?1|latin-?1|windows-?1252|cp-?1252", re.IGNORECASE)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1b")


def sniff_encoding(head: bytes) -> str | None:
    """Return the encoding that the first bytes of a file prove: UTF-8 with BOM, or UTF-16; None if they prove none.

    Parameters
    ----------
    head : bytes
        The first bytes; a few dozen are enough.
    """
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # UTF-16 without a mark: in French nearly every other byte is NUL.
    if len(head) >= 8:
        pairs = head[: len(head) // 2 * 2]
        for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
            zeros = pairs[offset::2].count(0)
            if zeros > 0.7 * len(pairs) / 2 and pairs[1 - offset :: 2].count(0) == 0:
                return encoding
    return None


def decode(raw: bytes, where: str, declared: str | None = None) -> str:
    """Decode one whole document.

    Parameters
    ----------
    raw : bytes
        The document.
    where : str
        What errors call it.
    declared : str, optional
        Encoding that the document itself declares; followed where the bytes are no UTF-8, which accented French in
        another encoding never is by chance.

    Returns
    -------
    str
        Without a byte order mark. A document in UTF-8 with a few broken bytes keeps its other letters; the broken ones
        become U+FFFD.

    Raises
    ------
    RecordError
        If the bytes are no text.
    """
    encoding = sniff_encoding(raw[:4096])
    if encoding is not None and encoding != "utf-8-sig":
        try:
            return raw.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise RecordError(where, f"broken {encoding}: {error.reason}", _EXPECTED, _REMEDY) from error
    sample = raw[:65536]
    controls = sum(sample.count(byte) for byte in _CONTROLS)
    if b"\0" in raw or controls > 0.01 * len(sample):
        raise RecordError(where, "binary data", _EXPECTED, "Leave the file out, or export its text.")
    return _decode_text(raw, declared).removeprefix("\ufeff")


def decode_line(raw: bytes, where: str) -> str:
    """Decode one line of a stream: UTF-8, else cp1252.

    Raises
    ------
    RecordError
        If it holds NUL bytes.
    """
    if b"\0" in raw:
        raise RecordError(where, "NUL bytes", _EXPECTED, _REMEDY)
    return _decode_text(raw, None)


def _decode_text(raw: bytes, declared: str | None) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A file cut in the middle of a letter, or with one bad byte, is still UTF-8: as cp1252 all its accents would break.
    mended = raw.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    if sum(character > "\x7f" for character in mended) - broken > 3 * broken:
        return mended
    if declared is not None and _DECLARED.fullmatch(declared.strip()) and not _LATIN.fullmatch(declared.strip()):
        try:
            return raw.decode(codecs.lookup(declared.strip()).name)
        except (LookupError, UnicodeDecodeError):
            pass
    # The five bytes that cp1252 leaves undefined become U+FFFD.
    return raw.decode("cp1252", "replace")


class LineReader:
    r"""Lines of a stream, decoded one by one; only `\n` ends a line, since U+2028 may stand in a JSON string.

    A line that cannot be used raises its error, and the next call goes on with the next line.

    Parameters
    ----------
    stream : ByteStream
        Read from where it stands.
    """

    def __init__(self, stream: "ByteStream") -> None:
        self.number = 0
        self._name = stream.name
        encoding = sniff_encoding(stream.head())
        self._readline: Callable[[int], str | bytes] = stream.raw.readline
        if encoding is not None and encoding != "utf-8-sig":
            self._readline = io.TextIOWrapper(stream.raw, encoding, newline="\n").readline
        self._ended = False

    def __iter__(self) -> "LineReader":
        return self

    def __next__(self) -> str:
        """Return the next line with its line end.

        Raises
        ------
        RecordError
            If the line is longer than `MAX_RECORD`, holds NULs, or is broken UTF-16.
        """
        if self._ended:
            raise StopIteration
        where = f"{self._name}, line {self.number + 1}"
        line = self._read(where)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == MAX_RECORD and line[-1:] not in ("\n", b"\n"):
            self._skip_line(where)
            found = f"a line of more than {MAX_RECORD:,} bytes"
            raise RecordError(where, found, "one record a line", "Split the record.")
        if isinstance(line, str):
            return line.removeprefix("\ufeff") if self.number == 1 else line
        return decode_line(line.removeprefix(codecs.BOM_UTF8) if self.number == 1 else line, where)

    def _read(self, where: str) -> str | bytes:
        try:
            return self._readline(MAX_RECORD)
        except UnicodeDecodeError as error:
            # The decoder stands still at the fault: every further call would tell it again.
            self._ended = True
            raise RecordError(where, f"broken {error.encoding}: {error.reason}", _EXPECTED, _REMEDY) from error

    def _skip_line(self, where: str) -> None:
        while rest := self._read(where):
            if rest[-1:] in ("\n", b"\n"):
                return
