"""What an article says against what its comments say, and how a notebook shows both."""

import re
import time

import engagetext as et
from engagetext.comparison import compare_labels
from engagetext.findings import LabelScore, Passage
from engagetext.highlight import Reply, thread


def label(name: str, status: str | None = "present", text: str = "le temps manque") -> LabelScore:
    passage = Passage(0, len(text), text, {}, {})
    return LabelScore(name, name.title(), 0.9, status, (passage,))


def test_a_label_is_said_taken_up_added_or_contradicted() -> None:
    article = [label("moyens"), label("outils"), label("mesure"), label("culture", "ecarte")]
    comments = [
        ("c1", [label("outils"), label("defiance")]),
        ("c2", [label("mesure", "ecarte"), label("defiance", "hypothetique"), label("culture")]),
    ]
    found = list(compare_labels("obstacle", article, comments))
    assert [(one.label, one.relation, one.n_comments) for one in found] == [
        ("moyens", "said", 0),
        ("outils", "taken up", 1),
        ("mesure", "contradicted", 1),
        ("culture", "contradicted", 1),
        ("defiance", "added", 2),
    ]
    assert [one.status for one in found] == ["present", "present", "present", "ecarte", None]
    assert [identifier for identifier, _ in found[-1].comments] == ["c1", "c2"]


def test_themes_are_never_contradicted() -> None:
    (found,) = compare_labels("theme", [label("partage", None)], [("c", [label("partage", None)])])
    assert (found.relation, found.name) == ("taken up", "Partage")


def test_an_analysis_compares_itself_with_its_comments() -> None:
    article = et.Article(
        id="a",
        text="Le manque de temps et d'argent reste notre frein principal.",
        comments=(
            et.Comment("c1", "Le manque de temps et d'argent reste notre frein principal.", author="Zoé"),
            et.Comment("c2", "Tout est décidé d'avance : plus personne ne fait confiance au conseil.", parent_id="c1"),
        ),
    )
    analysis = et.load()(article)
    found = {one.label: one.relation for one in analysis.compare() if one.kind == "obstacle"}
    assert found["moyens"] == "taken up"
    assert found["defiance"] == "added"
    assert [(one.author, one.parent_id) for one in analysis.comments] == [("Zoé", None), (None, "c1")]
    assert et.Analysis.from_dict(analysis.to_dict()) == analysis
    assert analysis.to_arrow().to_pylist() == list(analysis.mentions())
    html = analysis._repr_html_()
    assert html.count("<style>") == 1
    assert html.index("reply level0") < html.index("reply level1")
    assert "Zoé" in html


def test_an_analysis_of_an_earlier_version_is_read() -> None:
    table = et.load()("Le temps manque.").to_dict()
    del table["author"], table["parent_id"], table["stance"], table["title"]
    assert et.Analysis.from_dict(table).author is None


def test_answers_stand_below_what_they_answer() -> None:
    replies = [
        Reply("1", None, "un", "a"),
        Reply("2", None, "deux", "b"),
        Reply("3", "1", "<trois>", "c"),
        Reply("4", "nobody", "quatre", "d"),
        Reply("5", "5", "cinq", "e"),
    ]
    shown = thread(replies)
    assert re.findall(r"level(\d).*?<summary>(.*?)</summary>", shown) == [
        ("0", "un"),
        ("1", "&lt;trois&gt;"),
        ("0", "deux"),
        ("0", "quatre"),
        ("0", "cinq"),
    ]


def test_a_thread_of_five_thousand_comments_is_shown_at_once() -> None:
    comments = tuple(
        et.Comment(
            str(n), f"Le manque de temps numéro {n} freine tout le monde.", parent_id=str(n - 1) if n % 50 else None
        )
        for n in range(5000)
    )
    analysis = et.load()(et.Article("a", "Le temps manque.", comments=comments))
    start = time.process_time()
    shown = analysis.to_html()
    assert time.process_time() - start < 20  # it takes .3 s; what is quadratic takes minutes
    assert len(shown.encode()) < 5_000_000
    assert shown.count("<summary>") == 5000
