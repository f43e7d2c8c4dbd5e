import pytest

import engagetext as et
from engagetext.classify.stance import STANCES
from engagetext.pipeline import load_pipeline


@pytest.mark.parametrize(
    ("reply", "stance"),
    [
        ("Tout à fait d'accord avec vous, bravo !", "agree"),
        ("Je ne suis pas du tout d'accord, c'est faux.", "object"),
        ("Avez-vous une source pour ce chiffre ?", "ask"),
        ("Pas d'accord.", "object"),
        ("D'accord.", "agree"),
    ],
)
def test_plain_replies_are_read(reply: str, stance: str) -> None:
    found = et.classify_stance(reply)
    assert found is not None
    assert found.label == stance
    assert found.score == max(found.scores.values())
    assert tuple(found.scores) == STANCES
    assert sum(found.scores.values()) == pytest.approx(1)


def test_a_reply_in_another_language_has_no_stance() -> None:
    assert et.classify_stance("I do not agree with anything that you have written here, sorry.") is None


def test_an_empty_reply_has_no_stance() -> None:
    assert et.classify_stance("") is None


@pytest.mark.parametrize("reply", ["?", "…", "ok", "👍"])
def test_next_to_nothing_has_some_stance(reply: str) -> None:
    assert et.classify_stance(reply) is not None


def test_comments_have_a_stance_and_articles_have_none() -> None:
    article = et.Article(
        id="a",
        text="La salle des fêtes sera gérée par les habitants.",
        comments=(
            et.Comment("1", "Bravo, excellente idée !"),
            et.Comment("2", "Non, c'est une erreur, personne n'en voudra."),
        ),
    )
    analysis = et.load()(article)
    assert analysis.stance is None
    first, second = (comment.stance for comment in analysis.comments)
    assert first is not None
    assert second is not None
    assert (first.label, second.label) == ("agree", "object")
    assert analysis.stances() == {"agree": 1, "object": 1, "ask": 0, "add": 0, "off_topic": 0}
    assert et.Analysis.from_dict(analysis.to_dict()) == analysis
    assert "objecte" in analysis._repr_html_()
    assert et.load()("Bravo !").stances() == {}


def test_a_reply_reads_the_same_in_any_batch() -> None:
    pipeline = load_pipeline()
    replies = ["Bravo !", "", "Non, c'est faux.", "Et le budget ?"] * 3
    together = pipeline.stances(pipeline.annotator(replies))
    assert together == [pipeline.stances(pipeline.annotator([reply]))[0] for reply in replies]


def test_archives_tell_the_stance_of_comments() -> None:
    rows = et.score_rows(
        [
            {"id": "a", "text": "La salle est gérée par les habitants."},
            {"id": "c", "kind": "comment", "article_id": "a", "text": "Je ne suis pas d'accord, c'est faux."},
            {"id": "d", "kind": "comment", "article_id": "a", "text": "I cannot read any of this, it is in French."},
        ]
    )
    assert [row["stance"] for row in rows] == [None, "object", None]
    assert rows[1]["stance_score"] > 0.4
