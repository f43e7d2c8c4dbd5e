"""Threads of raw comments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engagetext as et
from engagetext.reading.build import RawComment, build_comments, check_text


def test_a_comment_without_id_does_not_take_that_of_another() -> None:
    rejects: list[et.RecordError] = []
    comments = build_comments([RawComment(None, "a"), RawComment("1", "b"), RawComment(None, "c")], "f", rejects.append)
    assert [(one.id, one.text) for one in comments] == [("1bis", "a"), ("1", "b"), ("3", "c")]
    assert rejects == []


def test_a_second_comment_of_one_id_is_rejected_alone() -> None:
    rejects: list[et.RecordError] = []
    comments = build_comments([RawComment("1", "a"), RawComment("1", "b")], "f", rejects.append)
    assert [one.text for one in comments] == ["a"]
    (error,) = rejects
    assert (error.where, error.found) == ("f, comment 1", "the id '1' a second time")
    assert (error.expected, error.remedy) == ("one comment an id", "Rename or remove one of the two.")


def never(error: et.RecordError) -> None:
    raise error


def test_who_answers_into_a_circle_keeps_its_place() -> None:
    raw = [
        RawComment("c", "3", parent_id="a"),
        RawComment("a", "1", parent_id="b"),
        RawComment("b", "2", parent_id="a"),
    ]
    comments = build_comments(raw, "f", never)
    assert {one.id: one.parent_id for one in comments} == {"c": "a", "a": None, "b": "a"}
    assert [dict(one.meta) for one in comments] == [{}, {"cycle": "b"}, {}]


NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.none() | NAMES))
def test_replies_always_form_trees(parents: dict[str, str | None]) -> None:
    comments = build_comments([RawComment(one, one, parent_id=parent) for one, parent in parents.items()], "f", never)
    kept = {one.id: one.parent_id for one in comments}
    for one in kept:
        steps = 0
        at: str | None = one
        while at is not None:
            at = kept[at]
            steps += 1
            assert steps <= len(kept)
    broken = {one.id for one in comments if one.meta}
    assert all(kept[one] == parents[one] for one in kept if one not in broken)


@pytest.mark.parametrize(("value", "found"), [("a\0", "a NUL character in x"), ("\ud800", "half a character")])
def test_what_no_file_can_hold_is_told(value: str, found: str) -> None:
    with pytest.raises(et.RecordError) as raised:
        check_text(value, "x", "f, line 3")
    assert raised.value.where == "f, line 3"
    assert found in raised.value.found
    assert raised.value.expected.endswith("text")
    assert "xport the record again." in raised.value.remedy
