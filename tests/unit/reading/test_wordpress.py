"""WordPress exports."""

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
