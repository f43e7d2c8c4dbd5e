"""What kind of file a stream is."""

import io

import pytest

import engagetext as et
from engagetext.reading.sniffing import sniff_format
from engagetext.reading.streams import ByteStream, buffered


def kind(content: str | bytes, name: str = "stream") -> str:
    raw = content.encode() if isinstance(content, str) else content
    return sniff_format(ByteStream(name, name, buffered(io.BytesIO(raw))))


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        ("Un texte.", "stream", "text"),
        ("Un texte.", "a.inconnu", "text"),
        ("<!-- c --><!DOCTYPE html><p>Un", "a.txt", "html"),
        ('<?xml version="1.0"?><html><body/></html>', "a.xml", "html"),
        ('<?xml version="1.0"?><rss></rss>', "a.txt", "wxr"),
        ("Voir wordpress.org/export et <rss>.", "a.txt", "text"),
        ("<p>Un fragment.</p>", "a.html", "html"),
        ("# Un\n\n<html>", "a.md", "markdown"),
        ('{"text": "Un."}\n{"text": "Deux."}', "stream", "jsonl"),
        ('{"text": "Un."}', "a.json", "jsonl"),
        ('{"text": \n{"text": "Deux."}', "stream", "jsonl"),
        ('{\n "text": "Un."\n}', "stream", "json"),
        ('[{"text": "Un."},\n{"text": "Deux."}]', "a.jsonl", "json"),
        ('[{"text": "Un."}]', "a.txt", "json"),
        ("[1, 2]\n{}", "a.jsonl", "jsonl"),
        ("", "a.jsonl", "jsonl"),
        ("[note] Un texte.", "a.txt", "text"),
        ("id,text,date\n1,Bonjour,2020-01-01\n", "stream", "csv"),
        ("id;texte\n1;Bonjour\n", "a.txt", "csv"),
        ("Le titre, le texte\net la suite, ici.", "a.txt", "text"),
        ("Remarques, suggestions\nPlus de bancs, moins de bruit.\n", "a.txt", "text"),
        ("Date;Réponse\n2025-03-04;Plus de bancs.\n", "stream", "csv"),
        ("Bonjour, message\nOui, non", "a.md", "markdown"),
        ("a,b", "a.csv", "csv"),
        ("text\tid\n", "a.tsv", "tsv"),
        (b"PAR1....", "a.txt", "parquet"),
        ('{"text": "Un."}\n'.encode("utf-16"), "stream", "jsonl"),
    ],
)
def test_content_tells_before_the_suffix(content: str | bytes, name: str, expected: str) -> None:
    assert kind(content, name) == expected


@pytest.mark.parametrize(
    ("content", "name", "suffix"),
    [
        (b"%PDF-1.7", "a.txt", ".txt"),
        (b"\x89PNG", "a", "by its content"),
        (b"x", "a.docx", ".docx"),
        (b"BZh91AY", "a.xml", ".xml"),
    ],
)
def test_files_of_other_kinds_are_told(content: bytes, name: str, suffix: str) -> None:
    with pytest.raises(et.RecordError) as raised:
        kind(content, name)
    assert (raised.value.where, raised.value.found) == (name, f"a file of another kind ({suffix})")
    assert "jsonl" in raised.value.expected
    assert raised.value.remedy == "Export its text, or leave it out."


@pytest.mark.parametrize("name", ["avis.xlsx", "avis.xls", "avis.ods"])
def test_a_spreadsheet_is_to_be_saved_as_csv(name: str) -> None:
    with pytest.raises(et.RecordError, match=r"a file of another kind .*Save it as CSV \(UTF-8\)"):
        kind(b"PK\x03\x04", name)
