"""The report: one file, no request, nothing of the archive but text."""

import html.parser
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner

import engagetext as et
from engagetext.cli import app
from engagetext.persistence.catalogue import find_model
from engagetext.report.figures import overview, read_rows
from engagetext.report.gathering import LabelReport, gather
from engagetext.report.page import periods, render_report

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'; alert(1); //",
    "</style><script>alert(1)</script>",
    "</blockquote><iframe src=javascript:alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


def archive(extra: str = "") -> list[et.Article]:
    return [
        et.Article(
            id=f"{number}{extra}",
            title=f"Le budget {number} {extra}",
            text=f"Le manque de temps et d'argent reste notre frein. {extra}",
            date=datetime(2025, 1 + number % 3, 2, tzinfo=UTC),
            author=extra or None,
            url=extra or f"https://example.org/{number}",
            source=f"blog{extra}.jsonl, line {number}",
            comments=(
                et.Comment(id="c1", text=f"On ne fait plus confiance au conseil : tout est décidé d'avance. {extra}"),
                et.Comment(id="c2", author=f"Zoé {extra}", text=f"Le manque de temps et d'argent freine tout. {extra}"),
            ),
        )
        for number in range(6)
    ]


def report(articles: list[et.Article], folder: Path) -> str:
    et.score(articles, folder / "s.jsonl")
    return render_report(gather(read_rows(folder / "s.jsonl")), "Essai")


class Reader(html.parser.HTMLParser):
    """Collect tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_what_was_found_is_told_with_its_proof(tmp_path: Path) -> None:
    page = read(report(archive(), tmp_path))
    assert "6 articles et 12 commentaires lus" in page.text
    assert "6 articles and 12 comments read" in page.text
    assert "Le manque de temps et d'argent freine tout." in page.text
    assert "Zoé" in page.text
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert "https://example.org/0" in links


def test_what_only_readers_say_is_counted(tmp_path: Path) -> None:
    et.score(archive(), tmp_path / "s.jsonl")
    data = gather(read_rows(tmp_path / "s.jsonl"))
    obstacles = data.labels["obstacle"]
    assert obstacles["moyens"].added == 0
    assert obstacles["defiance"].added == 6
    assert (obstacles["moyens"].articles, obstacles["moyens"].comments) == (6, 6)
    assert list(data.months) == ["2025-01", "2025-02", "2025-03"]


def test_a_quote_has_the_score_of_its_own_passage() -> None:
    label = {"label": "moyens", "name": "Moyens", "score": 0.97, "n_passages": 2, "start": 0, "end": 9}
    quoted = {**label, "quote": "Le temps nous manque.", "carrier": "Zoé", "status": "present"}
    row: dict[str, Any] = {
        "id": "a",
        "kind": "comment",
        "article_id": "a",
        "lang": "fr",
        "title": None,
        "date": None,
        "url": None,
    }
    row |= {"source": None, "model": "fr", "keywords": [], "themes": []}
    (found,) = gather([{**row, "obstacles": [{**quoted, "quote_score": 0.61}]}]).labels["obstacle"]["moyens"].quotes
    assert (found.score, found.carrier, found.status) == (0.61, "Zoé", "present")
    # An archive that was scored before has no such column.
    (older,) = gather([{**row, "obstacles": [quoted]}]).labels["obstacle"]["moyens"].quotes
    assert older.score == 0.97


def test_real_obstacles_are_quoted_before_possible_and_overcome_ones() -> None:
    told = (("ecarte", 0.99), ("present", 0.4), ("hypothetique", 0.9), ("present", 0.7))
    rows: list[dict[str, Any]] = [
        {"id": str(number), "kind": "comment", "article_id": str(number), "lang": "fr", "model": "fr", "title": None}
        | {"date": None, "url": None, "source": None, "keywords": [], "themes": []}
        | {
            "obstacles": [
                {"label": "moyens", "name": "Moyens", "score": score, "quote_score": score, "n_passages": 1}
                | {"start": 0, "end": 9, "quote": f"{status} {score}", "carrier": None, "status": status}
            ]
        }
        for number, (status, score) in enumerate(told)
    ]
    label = gather(rows).labels["obstacle"]["moyens"]
    assert [quote.score for quote in label.best_quotes()][:3] == [0.7, 0.4, 0.9]
    assert overview(rows).obstacles["moyens"].quote == "present 0.7"


@pytest.mark.parametrize("attack", ATTACKS)
def test_texts_of_the_archive_stay_texts(tmp_path: Path, attack: str) -> None:
    plain, page = read(report(archive(), tmp_path)), read(report(archive(attack), tmp_path))
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags}
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    assert attack in page.text


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    page = report(archive(), tmp_path)
    reader = read(page)
    assert not [tag for tag, attributes in reader.tags if {"src", "srcset", "data"} & set(attributes)]
    assert not [tag for tag, _ in reader.tags if tag in ("link", "img", "iframe", "object")]
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_the_page_is_the_same_every_time(tmp_path: Path) -> None:
    assert report(archive(), tmp_path) == report(archive(), tmp_path)


def test_no_record_at_all_has_a_report() -> None:
    assert "Aucun n'a été trouvé." in read(render_report(gather([]), "Essai")).text


def test_the_command_writes_one_file(tmp_path: Path) -> None:
    et.score(archive(), tmp_path / "s")
    words: list[Any] = ["report", str(tmp_path / "s"), "-o", str(tmp_path / "report.html"), "--title", "Bilan <1>"]
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 0, ended.output
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<title>Bilan &lt;1&gt;</title>", page)


@pytest.mark.parametrize(
    ("articles", "comments", "titles"),
    [
        (17, 124, ("Ce que disent 17 articles et 124 commentaires", "What 17 articles and 124 comments say")),
        (1, 1, ("Ce que disent 1 article et 1 commentaire", "What 1 article and 1 comment say")),
        (1, 0, ("Ce que dit 1 article", "What 1 article says")),
        (0, 2, ("Ce que disent 2 commentaires", "What 2 comments say")),
        (0, 0, ("Ce que dit 0 article", "What 0 articles say")),
    ],
)
def test_the_title_says_how_much_was_read(articles: int, comments: int, titles: tuple[str, str]) -> None:
    page = render_report(replace(gather([]), articles=articles, comments=comments))
    assert f"<title>{titles[0]}</title>" in page
    assert f'<h1><span lang="fr">{titles[0]}</span><span lang="en">{titles[1]}</span></h1>' in page


def test_the_title_of_the_only_article_is_that_of_the_report(tmp_path: Path) -> None:
    words: list[Any] = ["report", str(tmp_path / "s"), "-o", str(tmp_path / "report.html")]
    for count, title in ((1, "Le budget 0 &lt;b&gt;"), (2, "Ce que disent 2 articles et 4 commentaires")):
        et.score(archive("<b>")[:count], tmp_path / "s")
        assert CliRunner().invoke(app, words).exit_code == 0
        assert f"<title>{title}</title>" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        (1, ["2020-01", "2020-02", "2020-03", "2020-04"]),
        (4, ["2020 T1", "2020 T2", "2020 T3", "2020 T4"]),
        (5, ["2020", "2021", "2022", "2023"]),
    ],
)
def test_many_months_are_told_by_quarter_or_by_year(years: int, shown: list[str]) -> None:
    months = {f"{2020 + number // 12}-{number % 12 + 1:02}": 2 for number in range(12 * years)}
    found = periods(months)
    assert [period.fr for period in found][:4] == shown
    assert found[0].en == shown[0].replace("T", "Q")
    assert sum(period.count(months) for period in found) == 24 * years
    assert "T4" not in shown[-1] or found[3].count({"2020-11": 1, "2020-12": 2, "2021-01": 4}) == 3


def test_a_share_is_written_as_each_language_writes_it(tmp_path: Path) -> None:
    data = gather([])
    label = LabelReport("Confiance", comments=4)
    page = render_report(replace(data, comments=70, labels={"obstacle": {}, "theme": {"confiance": label}}))
    assert '<span lang="fr">5,7\u00a0%</span><span lang="en">5.7%</span>' in page
    # What is no language's own would be shown in both.
    shown = re.sub(r'<(style|script)>.*?</\1>|<div lang="(?:fr|en)">.*?</div>', "", page, flags=re.DOTALL)
    assert "%" not in re.sub(r'<span lang="(?:fr|en)">[^<]*</span>|style="width:[^"]*"', "", shown)


def test_the_method_says_how_often_the_model_is_wrong() -> None:
    figures = {"micro_f1": 0.4149, "macro_f1": 0.4, "interval": [0.3569, 0.4721], "calibration_error": 0.02}
    page = read(render_report(gather([]), metrics={"obstacles": figures, "passages": 545})).text
    assert "sur 545 passages dont il n'avait rien appris. Freins : F1 de 0,41 (0,36 à 0,47). Le F1" in page
    assert "on 545 passages that it had not learnt from. Obstacles: F1 of 0.41 (0.36 to 0.47). F1 sums" in page
    assert "annoncés" not in page
    validated = {"obstacles": figures, "passages": 62, "cross_validated": "document"}
    page = read(render_report(gather([]), metrics=validated)).text
    assert "sur 62 passages de ses données d'apprentissage, chacun lu par un modèle appris sans lui." in page
    assert "on 62 passages of its training data, each read by a model trained without it." in page
    shares = {**figures, "precision": 0.304, "recall": 0.667}
    page = read(render_report(gather([]), metrics={"obstacles": shares, "themes": shares})).text
    assert "Sur 100 freins annoncés, 30 sont justes ; sur 100 qu'un lecteur attentif relève" in page
    assert "le programme en trouve 67." in page
    assert "Of 100 themes that it tells of, 30 are right; of 100 that a careful reader sees, it finds 67." in page


def test_the_errors_are_those_of_the_model_of_the_archive() -> None:
    packaged, other = et.load().model, "mine-1.0"
    pages = [read(render_report(replace(gather([]), model=model))).text for model in (packaged, other, "")]
    assert ["ce modèle ne le dit pas" in page for page in pages] == [False, True, True]
    assert all("un frein que presque tous les articles" in page for page in pages)


def test_a_report_takes_the_errors_of_the_model_that_scored_the_archive(tmp_path: Path) -> None:
    et.score(archive("<b>"), tmp_path / "s")
    words = ["report", str(tmp_path / "s"), "-o", str(tmp_path / "report.html"), "--model"]
    done = CliRunner().invoke(app, [*words, str(find_model("fr"))])
    assert done.exit_code == 0, done.output
    other = tmp_path / "other"
    copytree(find_model("fr"), other)
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    (other / "manifest.json").write_text(json.dumps(manifest | {"name": "other"}), encoding="utf-8")
    refused = CliRunner().invoke(app, [*words, str(other)])
    assert refused.exit_code != 0
    assert "which scored" in refused.output


def test_the_filter_offers_words() -> None:
    assert render_report(gather([])).count('<option value="">tous · all</option>') == 2
