"""What an article says against what its comments say, and how a notebook shows both."""

import re
import time
from dataclasses import replace

import pytest

import engagetext as et
from engagetext.comparison import compare_labels
from engagetext.findings import Keywords, LabelScore, Passage, Stance
from engagetext.highlight import Reply, thread


def label(name: str, status: str | None = "present", text: str = "le temps manque") -> LabelScore:
    passage = Passage(0, len(text), text, {}, {})
    return LabelScore(name, name.title(), 0.9, status, (passage,))


THEME = label("partage", None)
EMPTY = et.Analysis("a", "", "fr", 1.0, (), (), Keywords(), (), (), ())


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


def test_a_comparison_shows_itself_in_a_line_and_as_a_table() -> None:
    comments = (replace(EMPTY, article_id="c", obstacles=(label("moyens", text="<b>faute de bras</b> " * 20),)),)
    found = replace(EMPTY, obstacles=(label("outils", "ecarte"),), comments=comments).compare()
    assert repr(found) == (
        "[<LabelComparison said: outils (ecarte), 1 passages of the article, 0 comments>, "
        "<LabelComparison added: moyens, 0 passages of the article, 1 comments>]"
    )
    shown = found._repr_html_()
    assert "<td>Outils</td><td>said</td><td>écarté</td><td>0</td><td>0</td><td>le temps manque</td>" in shown
    assert "<b>" not in shown
    assert max(map(len, re.findall(r"<td>(.*?)</td>", shown))) < 200
    frame = found.to_frame()
    assert frame[["label", "relation", "n_article", "n_comments"]].to_numpy().tolist() == [
        ["outils", "said", 1, 0],
        ["moyens", "added", 0, 1],
    ]
    assert replace(EMPTY).compare().to_frame().empty


@pytest.mark.parametrize(
    ("own", "replies", "objecting", "relation", "count"),
    [
        # A theme has no status: only an objection contradicts.
        (None, {"a": None}, "", "taken up", 0),
        (None, {"a": None}, "a", "contradicted", 1),
        (None, {"a": None, "b": None}, "a", "taken up", 1),
        (None, {"a": None, "b": None}, "ab", "contradicted", 2),
        ("present", {"a": "present"}, "a", "contradicted", 1),
        ("present", {"a": "hypothetique"}, "", "taken up", 0),
        ("present", {"a": "ecarte", "b": "present"}, "", "taken up", 0),
        ("present", {"a": "ecarte", "b": "present"}, "b", "contradicted", 1),
        ("hypothetique", {"a": "ecarte"}, "", "contradicted", 0),
        ("ecarte", {"a": "ecarte"}, "", "taken up", 0),
        ("ecarte", {"a": "present", "b": "hypothetique"}, "", "contradicted", 0),
    ],
)
def test_all_who_speak_of_a_label_must_contradict(
    own: str | None, replies: dict[str, str | None], objecting: str, relation: str, count: int
) -> None:
    comments = [(name, [label("moyens", status)]) for name, status in replies.items()]
    places = frozenset(place for place, name in enumerate(replies) if name in objecting)
    (found,) = compare_labels("any", [label("moyens", own)], comments, places)
    assert (found.relation, found.objecting, found.name) == (relation, count, "Moyens")


def test_only_a_sure_objection_to_the_article_counts() -> None:
    def comment(name: str, stance: str, score: float, parent: str | None = None) -> et.Analysis:
        return replace(EMPTY, article_id=name, themes=(THEME,), parent_id=parent, stance=Stance(stance, score, {}))

    comments = (
        comment("a", "object", 0.5),
        comment("b", "object", 0.49),
        comment("c", "agree", 0.9),
        comment("d", "object", 0.9, parent="c"),  # to a comment
        comment("e", "object", 0.9, parent="gone"),
        replace(comment("f", "object", 0.9), stance=None),
    )
    (found,) = replace(EMPTY, themes=(THEME,), comments=comments).compare()
    assert (found.relation, found.n_comments, found.objecting) == ("taken up", 6, 2)
    (found,) = replace(EMPTY, themes=(THEME,), comments=comments[:1]).compare()
    assert (found.relation, found.objecting) == ("contradicted", 1)
    (found,) = replace(EMPTY, comments=comments[:1]).compare()
    assert (found.relation, found.objecting) == ("added", 1)


def test_comments_without_an_id_are_counted_one_by_one() -> None:
    comments: list[tuple[str | None, list[LabelScore]]] = [
        (None, [THEME]),
        (None, []),
        (None, [THEME]),
        (None, [THEME]),
    ]
    (found,) = compare_labels("theme", [THEME], comments, {1, 2, 3})  # 1 objects, and does not speak of it
    assert (found.n_comments, found.objecting, found.relation) == (3, 2, "taken up")


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
