"""Bad inputs of every kind: how each is written, and what becomes of its records.

`articles` counts what `engagetext.read` yields, `rejects` what it reports, `scored` and `skipped` what a job over the
same file makes of them; -1 stands for a number that depends on the compression.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FRENCH = "Dans notre atelier, chacun partage ce qu'il sait, et la confiance est revenue peu à peu."
GOOD = {"id": "bon", "text": FRENCH}


@dataclass(frozen=True)
class Beast:
    """One bad input.

    `reason` is a part of the message of its first reject, or of the reason for which the job rejects it.
    """

    name: str
    file: str
    content: Callable[[], bytes]
    articles: int
    rejects: int
    reason: str = ""
    scored: int = 0
    skipped: int = 0

    def write(self, folder: Path) -> Path:
        path = folder / self.file
        path.write_bytes(self.content())
        return path


def _lines(*rows: object) -> Callable[[], bytes]:
    texts = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    return lambda: "\n".join(texts).encode("utf-8")


def _text(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: text.encode(encoding)


def _wxr(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Callable[[], bytes]:
    spaces = 'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return _text(f'{head}<rss version="2.0" {spaces}><channel>{body}</channel></rss>')


_ITEM = (
    f"<item><title>Un</title><content:encoded><![CDATA[<p>{FRENCH}</p>]]></content:encoded><wp:post_id>1</wp:post_id>"
)


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _article(**fields: object) -> dict[str, object]:
    return {**GOOD, **fields}


ZOO = [
    # texts that hold nothing to score
    Beast("empty", "vide.txt", _text(""), 1, 0, "an empty text"),
    Beast("white space only", "blanc.txt", _text(" \n\t\u00a0\n"), 1, 0, "an empty text"),
    Beast("empty jsonl", "vide.jsonl", _text(""), 0, 1, "no record"),
    Beast("empty csv", "vide.csv", _text(""), 0, 1, "(none)"),
    Beast("only emoji", "emoji.txt", _text("👍👍🎉 ❤️"), 1, 0, scored=1),
    Beast("only urls", "liens.txt", _text("https://exemple.fr/a https://exemple.fr/b"), 1, 0, scored=1),
    # bytes that are no text, or text of another kind
    Beast("binary", "image.txt", lambda: bytes(range(256)) * 40, 1 - 1, 1, "binary data"),
    Beast("a picture", "photo.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), 0, 1, "a file of another kind"),
    Beast("a PDF", "rapport.pdf", lambda: b"%PDF-1.7 ...", 0, 1, "a file of another kind"),
    Beast("NUL bytes", "nul.txt", _text(f"{FRENCH}\0{FRENCH}"), 0, 1, "binary data"),
    Beast("NUL bytes in a line", "nul.jsonl", _text('{"id": "a", "text": "a\0b"}'), 0, 1, "NUL bytes"),
    Beast("cp1252", "ancien.txt", _text(FRENCH + " L’été à l’œuvre.", "cp1252"), 1, 0, scored=1),
    Beast("utf-16", "large.txt", _text(FRENCH, "utf-16"), 1, 0, scored=1),
    Beast("utf-16 without a mark", "large2.txt", _text(FRENCH, "utf-16-le"), 1, 0, scored=1),
    Beast("utf-8 with a mark", "marque.jsonl", lambda: b"\xef\xbb\xbf" + _lines(GOOD)(), 1, 0, scored=1),
    Beast("half of a utf-16 file", "moitie.txt", lambda: FRENCH.encode("utf-16")[:-1], 0, 1, "broken utf-16"),
    Beast(
        "50 MB in a single line", "ligne.jsonl", lambda: b'{"id": "a", "text": "' + b"a" * 50_000_000, 0, 1, "a line of"
    ),
    Beast("50 MB of text", "enorme.txt", lambda: b"mot " * 12_500_000, 0, 1, "in one document"),
    # XML
    Beast("truncated XML", "coupe.xml", lambda: _wxr(f"{_ITEM}</item>{_ITEM}")()[:-40], 1, 1, "broken XML", scored=1),
    Beast(
        "entity bomb",
        "bombe.xml",
        _wxr(
            f"{_ITEM}&c;</item>",
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>',
        ),
        0,
        1,
        "a DOCTYPE",
    ),
    Beast(
        "external entity",
        "dehors.xml",
        _wxr(f"{_ITEM}&x;</item>", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        0,
        1,
        "a DOCTYPE",
    ),
    Beast("XML nested too deep", "profond.xml", _wxr("<a>" * 5000 + "</a>" * 5000), 0, 1, "broken XML"),
    Beast(
        "XML of another kind", "autre.xml", _text('<?xml version="1.0"?><note><to>x</to></note>'), 0, 1, "without any"
    ),
    # HTML
    Beast(
        "HTML nested too deep",
        "profond.html",
        _text("<html><body>" + "<div>" * 5000 + FRENCH),
        0,
        1,
        "HTML nested too deep",
    ),
    Beast(
        "HTML nested as by unclosed tags",
        "ouvert.html",
        _text("<html><body>" + "<div>" * 1000 + f"<p>{FRENCH}</p>"),
        1,
        0,
        scored=1,
    ),
    Beast(
        "HTML without text", "page.html", _text("<html><body><script>1</script></body></html>"), 1, 0, "an empty text"
    ),
    # JSON
    Beast(
        "malformed line", "casse.jsonl", _lines(GOOD, '{"id": "x", "text": ', _article(id="b")), 2, 1, "JSON", scored=2
    ),
    Beast("a JSON list a line", "liste.jsonl", _lines("[1, 2]", GOOD), 1, 1, "a JSON list", scored=1),
    Beast("text is a number", "nombre.jsonl", _lines({"id": "a", "text": 12}), 0, 1, "text = 12"),
    Beast("text is null", "nul2.jsonl", _lines({"id": "a", "text": None}), 0, 1, "no text"),
    Beast("no text field", "sans.jsonl", _lines({"id": "a", "titre": "b"}), 0, 1, "the fields id, titre"),
    Beast("JSON nested too deep", "profond.jsonl", _lines("[" * 100_000 + "]" * 100_000), 0, 1, "JSON"),
    Beast("lone surrogates", "demi.jsonl", _lines('{"id": "a", "text": "un \\ud800 mot"}'), 0, 1, "half a character"),
    Beast("duplicate id", "double.jsonl", _lines(GOOD, GOOD), 1, 1, "a second time", scored=1),
    Beast("comments are no list", "fil.jsonl", _lines(_article(comments="bravo")), 0, 1, "comments = 'bravo'"),
    # tables
    Beast("missing column", "sans.csv", _text("id;titre\n1;Un\n2;Deux\n"), 0, 1, "the fields id, titre"),
    Beast("too many fields", "trop.csv", _text(f'id,text\n1,"{FRENCH}"\n2,a,b,c\n'), 1, 1, "4 fields", scored=1),
    Beast("no Parquet", "faux.parquet", lambda: b"PAR1 no more", 0, 1, "broken Parquet"),
    # threads
    Beast(
        "comment cycle",
        "cycle.jsonl",
        _lines(
            _article(comments=[{"id": "x", "parent_id": "y", "text": "a"}, {"id": "y", "parent_id": "x", "text": "b"}])
        ),
        1,
        0,
        scored=3,
    ),
    Beast(
        "orphan reply",
        "orphelin.jsonl",
        _lines(_article(comments=[{"id": "x", "parent_id": "z", "text": "Oui."}])),
        1,
        0,
        scored=2,
    ),
    Beast(
        "empty comment",
        "muet.jsonl",
        _lines(_article(comments=[{"id": "x", "text": " "}])),
        1,
        0,
        "an empty text",
        scored=1,
    ),
    Beast("comment without text", "sansmot.jsonl", _lines(_article(comments=[{"id": "x"}])), 1, 1, "no text", scored=1),
    Beast(
        "duplicate comment",
        "bis.jsonl",
        _lines(_article(comments=[{"id": "x", "text": "Oui."}, {"id": "x", "text": "Non."}])),
        1,
        1,
        "a second time",
        scored=2,
    ),
    Beast(
        "absurd date",
        "date.jsonl",
        _lines(_article(date="0000-00-00 00:00:00"), _article(id="b", date="31/02/2020")),
        2,
        0,
        scored=2,
    ),
    # languages and scripts
    Beast(
        "English", "anglais.txt", _text("We listen to each other and share what we know every day."), 1, 0, skipped=1
    ),
    Beast("Russian", "russe.txt", _text("Мы делимся знаниями и доверяем друг другу каждый день."), 1, 0, skipped=1),
    Beast("mixed languages", "melange.txt", _text(f"{FRENCH} {FRENCH} And some English at the end."), 1, 0, scored=1),
    Beast("right-to-left marks", "marques.txt", _text("\u202e" + FRENCH + "\u202c\u200f"), 1, 0, scored=1),
    Beast(
        "a combining storm",
        "zalgo.txt",
        _text("Bonjour" + "\u0301\u0334\u0347" * 3000 + " à tous les amis du quartier"),
        1,
        0,
        scored=1,
    ),
    # archives
    Beast(
        "gzip cut short",
        "coupe.jsonl.gz",
        lambda: gzip.compress(_lines(*[_article(id=n) for n in range(4000)])())[:-2000],
        -1,
        1,
        "an end in the middle",
        scored=-1,
    ),
    Beast("no zip", "faux.zip", lambda: b"PK\x03\x04 broken", 0, 1, "zip"),
    Beast("empty zip", "vide.zip", lambda: _zip({}), 0, 1, "an archive without files"),
    Beast("zip bomb", "bombe.zip", lambda: _zip({"a.txt": b"0" * 60_000_000}), 0, 1, "packed into"),
    Beast(
        "zip with one bad member",
        "mixte.zip",
        lambda: _zip({"a.txt": FRENCH.encode(), "b.png": b"\x89PNG"}),
        1,
        1,
        "another kind",
        scored=1,
    ),
    # and what the first readers let through, or broke on
    Beast(
        "DOCTYPE behind a long comment",
        "cache.xml",
        _wxr(f"{_ITEM}&a;</item>", f'<?xml version="1.0"?><!--{"x" * 9000}--><!DOCTYPE r [<!ENTITY a "ha">]>'),
        0,
        1,
        "a DOCTYPE",
    ),
    Beast(
        "DOCTYPE in UTF-16",
        "cache16.xml",
        lambda: (
            _wxr(f"{_ITEM}&a;</item>", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [<!ENTITY a "ha">]>')()
            .decode()
            .encode("utf-16")
        ),
        0,
        1,
        "a DOCTYPE",
    ),
    Beast("control characters in XML", "cloche.xml", _wxr(f"{_ITEM}<title>a\x08b</title></item>"), 1, 0, scored=1),
    Beast("number of 5,000 digits", "chiffres.jsonl", _lines('{"text": "a", "n": ' + "1" * 5000 + "}"), 0, 1, "digits"),
    Beast("NUL written in JSON", "nul3.jsonl", _lines('{"id": "a", "text": "a\\u0000b"}'), 0, 1, "a NUL character"),
    Beast("lone surrogate beside the text", "demi2.jsonl", _lines('{"text": "a", "x": "\\ud800"}'), 0, 1, "half a"),
    Beast(
        "lone surrogate in a comment",
        "demi3.jsonl",
        _lines(f'{{"id": "a", "text": "{FRENCH}", "comments": [{{"id": "x", "text": "\\udfff"}}]}}'),
        1,
        1,
        "half a character",
        scored=1,
    ),
    Beast(
        "cut UTF-16 table",
        "coupe16.csv",
        lambda: f'id,text\n1,"{FRENCH}"\n2,a'.encode("utf-16")[:-1],
        1,
        1,
        "broken utf-16",
        scored=1,
    ),
    Beast(
        "quote that is never closed",
        "guillemet.csv",
        _text(f'id,text\n1,"{FRENCH}"\n2,"sans fin\n3,c\n'),
        1,
        1,
        "a quoted field that is still open",
        scored=1,
    ),
    Beast("50 MB in a row of a table", "rang.csv", lambda: b"id,text\n1,a" + b"a" * 50_000_000, 0, 1, "a line of"),
    Beast("header without rows", "entete.csv", _text("id;texte\n"), 0, 1, "no record"),
    Beast(
        "a Word document", "lettre.docx", lambda: _zip({"word/document.xml": b"<w/>"}), 0, 1, "a file of another kind"
    ),
    Beast("zip in a zip", "poupee.zip", lambda: _zip({"a.zip": _zip({"b.txt": b"x"})}), 0, 1, "an archive inside"),
    Beast("gzip of a gzip", "double.gz", lambda: gzip.compress(gzip.compress(b"x")), 0, 1, "an archive inside"),
    Beast("gzip of nothing that it says", "faux.txt.gz", lambda: b"\x1f\x8b\x08\x00 broken", 0, 1, ""),
    Beast(
        "cut in the middle of a letter",
        "lettre.txt",
        lambda: (FRENCH + " Ça, c'était l'été passé à l'atelier, déjà").encode() + b"\xc3",
        1,
        0,
        scored=1,
    ),
    Beast("JSON array with intruders", "mele.json", _text(json.dumps([GOOD, 3, None])), 1, 2, "a JSON int", scored=1),
]
