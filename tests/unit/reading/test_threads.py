"""Comment threads in the markup of different sites."""

import io
import json

import pytest

import engagetext as et
from engagetext.reading.build import RawComment
from engagetext.reading.markup import parse_html
from engagetext.reading.threads import take_threads

Short = tuple[str | None, str | None, str, str | None]


def comments(body: str, head: str = "") -> list[Short]:
    page = parse_html(f"<html><head>{head}</head><body>{body}</body></html>")
    assert page is not None
    return [short(one) for one in take_threads(page)]


def short(one: RawComment) -> Short:
    return one.id, one.author, one.text, one.parent_id


GENESIS = (
    "<ol class='comment-list'><li class='comment' id='comment-1'><article itemprop='comment' itemscope "
    "itemtype='https://schema.org/UserComments'><p itemprop='creator' itemscope><span itemprop='name'>Zoé</span> "
    "<span class='says'>dit :</span></p><div class='comment-content' itemprop='commentText'><p>Merci !</p></div>"
    "</article><ul class='children'><li class='comment' id='comment-2'><article itemprop='comment' itemscope "
    "itemtype='https://schema.org/UserComments'><p itemprop='creator'>Max</p><div class='comment-content' "
    "itemprop='commentText'><p>Merci !</p></div></article></li></ul></li></ol>"
)
OLD = (
    "<ol class='commentlist'><li class='comment even depth-1' id='li-comment-12'><div id='comment-12' class='comment'>"
    "<cite class='fn'>Zoé</cite><div class='comment-meta'><a href='#comment-12'>3 mai 2020 à 9 h</a></div>"
    "<p>Bien dit.</p><div class='reply'>Répondre</div></div></li>"
    "<li class='pingback even depth-1' id='comment-13'>Ping : ailleurs</li></ol>"
)
FLAT = (
    "<div class='comments'><div class='comment' data-comment-id='a'><b class='author'>Zoé</b>"
    "<div class='comment-text'>Un.</div></div><div class='comment' data-comment-id='b' data-parent-id='a'>"
    "<b class='author'>Max</b><div class='comment-text'>Deux.</div></div><div class='comment'><b class='author'>Luc</b>"
    "<div class='in-reply-to'><a href='/p?replytocom=b#respond'>à Max</a></div><div class='comment-text'>Trois.</div>"
    "<a class='comment-reply-link' href='?replytocom=77#respond'>Répondre</a></div></div>"
)
BARE = (
    "<section id='comments'><h3>2 commentaires</h3><div id='comment-5'><p class='comment-author'>Zoé</p>"
    "<div class='comment-content'>Oui.</div><div id='comment-6'><p class='comment-author'>Max</p>"
    "<div class='comment-content'>Non.</div></div></div></section>"
)
MICRODATA = (
    "<div itemscope itemtype='http://schema.org/Comment' itemid='#c1'><span itemprop='author'>Zoé</span>"
    "<meta itemprop='dateCreated' content='2024-01-01'><div itemprop='text'>Un.</div>"
    "<div itemprop='comment' itemscope itemtype='http://schema.org/Comment'><span itemprop='author'>Max</span>"
    "<div itemprop='text'>Deux.</div></div></div>"
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GENESIS, [("1", "Zoé", "Merci !", None), ("2", "Max", "Merci !", "1")]),
        (OLD, [("12", "Zoé", "Bien dit.", None)]),
        (FLAT, [("a", "Zoé", "Un.", None), ("b", "Max", "Deux.", "a"), ("77", "Luc", "Trois.", "b")]),
        (BARE, [("5", "Zoé", "Oui.", None), ("6", "Max", "Non.", "5")]),
        (MICRODATA, [("c1", "Zoé", "Un.", None), ("n2", "Max", "Deux.", "c1")]),
        ("<p class='comment'>Un mot.</p><div class='comment'>Un autre.</div>", []),
        ("<a id='comment-3'></a><div id='comment-4'></div>", []),
    ],
)
def test_each_style_of_markup(body: str, expected: list[Short]) -> None:
    assert comments(body) == expected


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_json_ld_nested_and_in_a_graph() -> None:
    thread = {"@graph": [{"@type": "WebSite"}, {"@type": "BlogPosting", "comment": [
        {"@type": "Comment", "@id": "https://x.fr/p#comment-1", "text": "Un &amp; deux", "author": {"name": "Zoé"},
         "comment": {"@type": ["Comment"], "text": "<p>Trois</p>", "author": [{"name": "Max"}]}},
        {"text": "Sans type", "author": "Luc"},
        {"@type": "Comment", "@id": "https://x.fr/p#comment-9", "text": "Neuf", "parentItem": {"@id": "#comment-1"}},
        {"@id": "https://x.fr/p#comment-9"},
    ]}]}  # fmt: skip
    assert comments("", ld(thread)) == [
        ("1", "Zoé", "Un & deux", None), ("ld-2", "Max", "Trois", "1"), ("ld-3", "Luc", "Sans type", None),
        ("9", None, "Neuf", "1"),
    ]  # fmt: skip


def test_comments_that_share_the_address_of_the_article_keep_apart() -> None:
    thread = [{"@type": "Comment", "url": "https://x.fr/p", "text": text} for text in ("Un", "Deux")]
    assert [one[2] for one in comments("", ld({"comment": thread}))] == ["Un", "Deux"]


def test_equal_texts_are_two_comments_and_two_ways_are_one() -> None:
    markup = "".join(
        f"<li class='comment' id='comment-{number}'><b class='fn'>{name}</b><div class='comment-content'>+1</div></li>"
        for number, name in ((1, "Zoé"), (2, "Max"))
    )
    twins = [{"@type": "Comment", "@id": "#x", "text": "+1"}, {"@type": "Comment", "text": "+1"}]
    more = {"@type": "Comment", "text": "Encore", "parentItem": "#x"}
    found = comments(f"<ol>{markup}</ol>", ld({"comment": [*twins, more]}))
    assert found == [("1", "Zoé", "+1", None), ("2", "Max", "+1", None), ("ld-3", None, "Encore", "1")]


def test_a_thread_as_deep_as_the_parser_goes() -> None:
    body = "".join(f"<div class='comment' id='comment-{n}'><div class='comment-content'>{n}</div>" for n in range(1500))
    found = comments(body)
    assert len(found) == 1500
    assert found[1499] == ("1499", None, "1499", "1498")


def test_what_is_left_of_a_thread_leaves_the_page_and_an_article_inside_stays() -> None:
    page = parse_html(f"<div id='comments'><p>{'Un article. ' * 100}</p></div><div id='respond'>Laisser un mot</div>")
    assert page is not None
    take_threads(page)
    assert "Un article." in page.text_content()
    assert "Laisser" not in page.text_content()


def test_an_unused_date_is_kept_as_written() -> None:
    html = (
        "<html><body><p>Un texte.</p><li class='comment' id='comment-1'><b class='fn'>Zoé</b>"
        "<span class='date'>il y a 3 jours</span><div class='comment-content'>Oui.</div></li></body></html>"
    )
    (article,) = et.read(io.BytesIO(html.encode()))
    assert article.comments[0].meta == {"date": "il y a 3 jours"}


@pytest.mark.parametrize("bell", ["\x07", "\x1f", "\x0e", "\ufffe", "&#7;", "&#x1F;", "&#x0;", "&#12;", "&#65535;"])
def test_control_characters_between_comments_do_no_harm(bell: str) -> None:
    thread = f"<p>a</p>{BARE}b{bell}c<div id='comment-8'><div class='comment-content'>d{bell}e</div></div>f{bell}g"
    assert [one[0] for one in comments(thread)] == ["5", "6", "8"]
