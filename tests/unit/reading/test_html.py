"""Web pages: body, meta data and the thread below."""

from pathlib import Path

import pytest

import engagetext as et

ARCHIVE = Path(__file__).parents[3] / "examples" / "archive" / "pages"
BODY = (
    "<p>Depuis deux ans, les jardiniers de la rue Haute tiennent un carnet où chacun note ce qu'il plante, ce qu'il "
    "récolte et ce qu'il donne.</p><p>Le carnet passe de main en main ; nul ne le garde plus d'une semaine, et les "
    "nouveaux l'ouvrent toujours à la première page.</p>"
)


def read(tmp_path: Path, html: str) -> et.Article:
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    (article,) = et.read(path)
    return article


def test_meta_data_and_body(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        '<!doctype html><html lang="fr-FR"><head><title>Le carnet – Le Site</title>'
        '<meta property="og:title" content="Le carnet"><meta name="author" content="Ada Mour">'
        '<meta property="article:published_time" content="2024-05-06T07:08:09+02:00">'
        '<link rel="canonical" href="https://exemple.fr/carnet"></head><body><nav><a>Accueil</a></nav>'
        f"<article><h1>Le carnet</h1>{BODY}</article><footer>Mentions légales</footer></body></html>",
    )
    assert (article.title, article.author, article.lang) == ("Le carnet", "Ada Mour", "fr")
    assert article.url == "https://exemple.fr/carnet"
    assert str(article.date) == "2024-05-06 07:08:09+02:00"
    assert article.text.startswith("Depuis deux ans")
    assert article.text.endswith("première page.")


@pytest.mark.parametrize(
    ("page", "comments", "replies"),
    [
        ("noktual-wiki-interne.html", 8, 2),
        ("musee-brezac-exposition-habitants.html", 9, None),
        ("cooperative-trois-gues-banque-de-travail.html", 8, 3),
        ("habitat-lisiere-conseil-locataires.html", 8, None),
        ("credit-du-ponant-agence-sans-objectifs.html", 8, None),
    ],
)
def test_every_style_of_thread_is_read(page: str, comments: int, replies: int | None) -> None:
    (article,) = et.read(ARCHIVE / page)
    assert len(article.comments) == comments
    assert len({comment.id for comment in article.comments}) == comments
    assert all(comment.author and comment.date and comment.text.strip() for comment in article.comments)
    answered = [comment for comment in article.comments if comment.parent_id]
    assert answered
    assert {comment.parent_id for comment in answered} <= {comment.id for comment in article.comments}
    assert all(comment.text not in article.text for comment in article.comments if len(comment.text) > 20)
    if replies is not None:
        assert len(answered) == replies


def test_a_nested_reply_keeps_its_own_words_only(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        f"<html><body><article>{BODY}</article><ol class='comment-list'><li class='comment' id='comment-1'>"
        "<div class='comment-author'><cite class='fn'>Zoé</cite></div><div class='comment-content'><p>Belle idée.</p>"
        "</div><ol class='children'><li class='comment' id='comment-2'><cite class='fn'>Max</cite>"
        "<div class='comment-content'><p>Oui,<br>vraiment.</p></div></li></ol></li></ol></body></html>",
    )
    first, second = article.comments
    assert (first.id, first.author, first.text, first.parent_id) == ("1", "Zoé", "Belle idée.", None)
    assert (second.id, second.author, second.text, second.parent_id) == ("2", "Max", "Oui,\nvraiment.", "1")


def test_microdata_inside_wordpress_markup_keeps_ids_and_nesting(tmp_path: Path) -> None:
    def one(number: int, author: str, text: str, children: str = "") -> str:
        return (
            f"<li class='comment' id='comment-{number}'><article itemprop='comment' itemscope "
            f"itemtype='https://schema.org/Comment'><p itemprop='author'>{author}</p>"
            f"<time itemprop='datePublished' datetime='2024-01-0{number}'>hier</time>"
            f"<div itemprop='text'><p>{text}</p></div></article><ul class='children'>{children}</ul></li>"
        )

    thread = one(1, "Zoé", "Belle idée.", one(2, "Max", "Merci."))
    article = read(tmp_path, f"<html><body><article>{BODY}</article><ol>{thread}</ol></body></html>")
    assert [(c.id, c.author, c.text, c.parent_id) for c in article.comments] == [
        ("1", "Zoé", "Belle idée.", None),
        ("2", "Max", "Merci.", "1"),
    ]
    assert str(article.comments[1].date) == "2024-01-02 00:00:00"


def test_a_thread_given_twice_is_read_once(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        '<html><head><script type="application/ld+json">{"@type": "Article", "comment": '
        '[{"@type": "Comment", "text": "Belle idée."}]}</script></head>'
        f"<body><article>{BODY}</article><div itemprop='comment' itemscope itemtype='https://schema.org/Comment'>"
        "<span itemprop='author'>Zoé</span><div itemprop='text'>Belle idée.</div></div></body></html>",
    )
    assert [(comment.author, comment.text) for comment in article.comments] == [("Zoé", "Belle idée.")]


def test_broken_json_ld_is_passed_over(tmp_path: Path) -> None:
    page = f'<html><body><script type="application/ld+json">{{"a": </script><article>{BODY}</article></body></html>'
    assert read(tmp_path, page).text.startswith("Depuis deux ans")


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252"])
def test_the_declared_encoding_is_followed(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "page.html"
    page = f'<html><head><meta charset="{charset}"></head><body><article>{BODY}</article></body></html>'
    path.write_bytes(page.encode(charset))
    (article,) = et.read(path)
    assert "récolte" in article.text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<html><body>Un texte sans paragraphe.</body></html>", "Un texte sans paragraphe."),
        ("<p>Un.</p><p>« Deux. »</p>", "Un.\n\n« Deux. »"),
        ("<html><body><script>1</script></body></html>", ""),
        ("<html></html>", ""),
    ],
)
def test_small_pages_are_read_as_they_are(tmp_path: Path, page: str, text: str) -> None:
    assert read(tmp_path, page).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<div><p>Le <b>relais</b> tient.</p><p>Deux <i>voix</i> là.</p></div>", "Le relais tient.\n\nDeux voix là."),
        (
            "<article><p>Nous <em>manquons</em> de bras.</p><ul><li>Si la <b>mairie</b> aide.</li></ul></article>",
            "Nous manquons de bras.\n\n• Si la mairie aide.",
        ),
    ],
)
def test_a_paragraph_of_a_small_page_is_not_parted_at_its_tags(tmp_path: Path, page: str, text: str) -> None:
    assert read(tmp_path, page).text == text


def test_quotations_and_short_lines_of_a_page_are_kept(tmp_path: Path) -> None:
    page = f"<html><body><article>{BODY}<p>« C'est à nous. »</p>{BODY}<p>12</p>{BODY}</article></body></html>"
    text = read(tmp_path, page).text
    assert "« C'est à nous. »" in text
    assert "\n12\n" in text


def test_nesting_that_loses_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(et.RecordError) as raised:
        read(tmp_path, "<html><body>" + "<div>" * 4000 + "Un.")
    assert raised.value.where.endswith("page.html")
    assert (raised.value.found, raised.value.expected) == (
        "HTML nested too deep",
        "at most 2,048 elements inside each other",
    )
    assert raised.value.remedy.endswith(".")


def test_a_fault_of_the_extraction_does_not_lose_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    def fail(*_: object, **__: object) -> None:
        raise AttributeError("odd page")

    monkeypatch.setattr(trafilatura, "bare_extraction", fail)
    assert read(tmp_path, f"<html><body>{BODY}</body></html>").text.startswith("Depuis deux ans")
