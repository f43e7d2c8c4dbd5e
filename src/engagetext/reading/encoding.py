"""Bytes -> text: UTF-8, UTF-16 and the Windows code page of older French files; anything else is told, not guessed."""

import re

from engagetext.errors import RecordError

_REMEDY = "Save the file as UTF-8 text."
_EXPECTED = "text in UTF-8, UTF-16 or cp1252"
# A declared name is followed only where it can change the reading of a byte of French.
_LATIN = re.compile(r"(?:iso-?8859-?1(?:5)?|latin-?[19]|windows-?1252|cp-?1252)", re.IGNORECASE)
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
        Encoding that the document itself declares.

    Returns
    -------
    str
        Without a byte order mark.

    Raises
    ------
    RecordError
        If the bytes are no text.
    """
    encoding = sniff_encoding(raw[:4096])
    if encoding is not None:
        try:
            return raw.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise RecordError(where, f"broken {encoding}: {error.reason}", _EXPECTED, _REMEDY) from error
    sample = raw[:65536]
    controls = sum(byte in _CONTROLS for byte in sample)
    if b"\0" in raw or controls > 0.01 * len(sample):
        raise RecordError(where, "binary data", _EXPECTED, "Leave the file out, or export its text.")
    if not (declared and _LATIN.fullmatch(declared.strip())):
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return decode_cp1252(raw)


def decode_cp1252(raw: bytes) -> str:
    """Decode bytes as cp1252; the five bytes that it leaves undefined become replacement characters."""
    return raw.decode("cp1252", "replace")


def decode_line(raw: bytes, where: str) -> str:
    """Decode one line of a stream: UTF-8, else cp1252.

    Raises
    ------
    RecordError
        If it holds NUL bytes.
    """
    if b"\0" in raw:
        raise RecordError(where, "NUL bytes", _EXPECTED, _REMEDY)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode_cp1252(raw)
