"""WordPress exports."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

import engagetext as et

ARCHIVE = Path(__file__).parents[3] / "examples" / "archive" / "wordpress.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
)


def read(tmp_path: Path, items: str) -> list[et.Article]:
    path = tmp_path / "export.xml"
    path.write_text(f"{HEAD}{items}</channel></rss>", encoding="utf-8")
    return list(et.read(path))


def item(content: str = "<p>Un texte.</p>", extra: str = "", post_id: int = 1) -> str:
    return (
        f"<item><title>Un titre</title><dc:creator>lea</dc:creator><link>https://exemple.fr/{post_id}</link>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_id>{post_id}</wp:post_id>"
        f"<wp:post_date>2024-01-02 11:00:00</wp:post_date>{extra}</item>"
    )


def comment(number: int, text: str, parent: int = 0, approved: str = "1", kind: str = "comment") -> str:
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Zoé</wp:comment_author>"
        "<wp:comment_author_email>zoe@exemple.fr</wp:comment_author_email><wp:comment_author_IP>10.0.0.1"
        f"</wp:comment_author_IP><wp:comment_date_gmt>2024-01-02 12:00:00</wp:comment_date_gmt><wp:comment_content>"
        f"<![CDATA[{text}]]></wp:comment_content><wp:comment_approved>{approved}</wp:comment_approved>"
        f"<wp:comment_type>{kind}</wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
    )


def test_the_example_export() -> None:
    articles = list(et.read(ARCHIVE))
    assert len(articles) == 7
    assert sum(len(article.comments) for article in articles) == 59
    assert all(article.title and article.date and article.author and article.text for article in articles)


def test_fields_and_replies(tmp_path: Path) -> None:
    (article,) = read(tmp_path, item(extra=comment(5, "Bravo <b>!</b>") + comment(6, "Merci", parent=5)))
    assert (article.id, article.title, article.author) == ("1", "Un titre", "lea")
    assert str(article.date) == "2024-01-02 11:00:00"
    first, second = article.comments
    assert (first.text, first.parent_id, second.parent_id) == ("Bravo !", None, "5")
    assert "exemple" not in str(article.comments)
    assert "10.0.0.1" not in str(article.comments)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Un.</p><p>Deux.</p>", "Un.\n\nDeux."),
        ("Un.\n\nDeux,\ntrois.", "Un.\n\nDeux,\ntrois."),
        ("Un <em>mot</em>.\n\nDeux.", "Un mot.\n\nDeux."),
        ("<!-- wp:paragraph --><p>Un.</p><!-- /wp:paragraph -->", "Un."),
        ("<ul><li>a</li><li>b</li></ul>", "• a\n\n• b"),
        ("Caf&eacute; &amp; th&#233;", "Café & thé"),
        ("<script>alert(1)</script><p>Un.</p>", "Un."),
    ],
)
def test_content_becomes_readable_text(tmp_path: Path, content: str, text: str) -> None:
    (article,) = read(tmp_path, item(content))
    assert article.text == text


def test_what_was_never_to_be_read_is_left_out(tmp_path: Path) -> None:
    articles = read(
        tmp_path,
        item(extra="<wp:post_type>attachment</wp:post_type>", post_id=1)
        + item(extra="<wp:status>draft</wp:status>", post_id=2)
        + item(
            extra="<wp:status>publish</wp:status>"
            + comment(1, "achetez", approved="spam")
            + comment(2, "ailleurs", kind="pingback")
            + comment(3, "Oui.", approved="0"),
            post_id=3,
        ),
    )
    assert [(article.id, [one.id for one in article.comments]) for article in articles] == [("3", ["3"])]


def rejected(content: bytes) -> tuple[list[et.Article], et.RecordError]:
    rejects: list[et.RecordError] = []
    articles = list(et.read(io.BytesIO(content), format="wxr", on_reject=rejects.append))
    (error,) = rejects
    assert error.where.startswith("file object")
    assert error.expected
    assert error.remedy.endswith(".")
    return articles, error


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    "<rss><channel><item><title>&b;</title></item></channel></rss>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>", "<!-- a -->\n", f"<!--{'x' * 20_000}--><?pi a?>"])
def test_no_encoding_and_no_comment_hides_a_doctype(encoding: str, before: str) -> None:
    articles, error = rejected((before + BOMB).encode(encoding))
    assert articles == []
    assert error.found == "a DOCTYPE, which may define entities"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<feed><entry/></feed>", "XML without any <item>: its root is feed"),
        ("<!--" + "x" * 70_000 + "-->" + BOMB, "XML without any <item>: its root is not to be found"),
        ("+ADw-!DOCTYPE r+AD4-", "XML without any <item>: its root is not to be found"),
        ("<rss><channel></channel></rss>", "XML without any <item>"),
        ("<rss><channel><item><title>&</title></item>", "broken XML: "),
        ("<rss>" + "<a>" * 5000, "broken XML: Excessive depth"),
    ],
)
def test_what_is_no_export_is_told(content: str, found: str) -> None:
    _, error = rejected(content.encode())
    assert error.found.startswith(found)


def test_posts_before_a_cut_are_read(tmp_path: Path) -> None:
    content = (HEAD + item(post_id=1) + item(post_id=2) + item(post_id=3)[:-30]).encode()
    articles, error = rejected(content)
    assert [article.id for article in articles] == ["1", "2"]
    assert error.where == "file object, after item 2"


def test_an_item_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagetext.reading.wordpress.MAX_RECORD", 1000)
    _, error = rejected((HEAD + "<x>" + "<y/>" * 60_000).encode())
    assert error.found == "more than 1,000 bytes without an <item>"


@pytest.mark.parametrize(
    "raw",
    [
        item("<p>L’été.</p>").encode("cp1252"),
        item("<p>L’été.</p>").encode(),
    ],
)
def test_characters_that_xml_forbids_cost_themselves_only(raw: bytes) -> None:
    content = HEAD.encode() + raw + item("<p>Deux\x0b.</p>", post_id=2).encode() + b"</channel></rss>"
    first, second = et.read(io.BytesIO(content), format="wxr")
    assert first.text == "L’été."
    assert second.text == "Deux\ufffd."


def test_a_declared_windows_page_is_followed() -> None:
    content = HEAD.replace("UTF-8", "ISO-8859-1") + item("<p>Où ?</p>") + "</channel></rss>"
    (article,) = et.read(io.BytesIO(content.encode("cp1252")))
    assert article.text == "Où ?"


def test_language_categories_and_shortcodes(tmp_path: Path) -> None:
    tags = (
        '<category domain="category" nicename="vie"><![CDATA[Vie]]></category>'
        '<category domain="post_tag" nicename="a"><![CDATA[Île]]></category><category domain="post_tag">Art</category>'
    )
    first, second = read(
        tmp_path,
        "<language>fr-FR</language><wp:category><wp:term_id>1</wp:term_id></wp:category>"
        + item('[caption id="a" width="3"]Une image[/caption] et un [mot].', extra=tags)
        + item(post_id=2),
    )
    assert (first.lang, second.lang) == ("fr", "fr")
    assert first.meta == {"category": "Vie", "post_tag": "Île, Art"}
    assert first.text == "Une image et un [mot]."


def test_a_comment_nested_too_deep_for_a_tree_keeps_its_words(tmp_path: Path) -> None:
    (article,) = read(tmp_path, item(extra=comment(5, "<b>" * 5000 + "Oui &amp; non")))
    assert article.comments[0].text == "Oui & non"


def test_plain_rss_is_read_too() -> None:
    feed = (
        "<rss><channel><item><title>Un</title><guid>https://x.fr/1</guid><pubDate>Tue, 14 Mar 2023 07:30:00 +0000"
        "</pubDate><description>&lt;p&gt;Un texte.&lt;/p&gt;</description></item></channel></rss>"
    )
    (article,) = et.read(io.BytesIO(feed.encode()))
    assert (article.id, article.text, str(article.date)) == ("https://x.fr/1", "Un texte.", "2023-03-14 07:30:00+00:00")


def test_entities_of_html_outside_cdata_are_understood() -> None:
    feed = "<rss><channel><item><title>A&nbsp;b <!-- c -->&eacute;&amp;d</title></item></channel></rss>"
    (article,) = et.read(io.BytesIO(feed.encode()))
    assert article.title == "A\u00a0b é&d"


@pytest.mark.parametrize("shift", range(-8, 3))
def test_entities_are_understood_wherever_a_chunk_ends(shift: int) -> None:
    head = "<rss><channel><item><title>"
    filler = "x" * (65_536 + shift - len(head))
    feed = f"{head}{filler}&eacute;&lt;&amp;nbsp;</title></item></channel></rss>"
    (article,) = et.read(io.BytesIO(feed.encode()))
    assert article.title == f"{filler}é<&nbsp;".replace("&nbsp;", "\u00a0")


def test_memory_stays_that_of_one_post() -> None:
    # In a process of its own: the parser's memory is not Python's, and the peak is never given back.
    program = f"""
import io, resource, engagetext.reading as reading
class Export(io.RawIOBase):
    sent = 0
    def read(self, size=-1):
        self.sent += 1
        if self.sent == 1:
            return {HEAD!r}.encode()
        if self.sent > 3000:
            return b"" if self.sent > 3001 else b"</channel></rss>"
        return b"<item><guid>%d</guid><excerpt>%s</excerpt></item>" % (self.sent, b"mot " * 5000)
articles = reading.read(Export())
next(articles)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in articles)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
assert count == 2998, count
assert grown < 10_000, grown  # KiB, of 60,000 read
"""
    subprocess.run([sys.executable, "-c", program], check=True)
