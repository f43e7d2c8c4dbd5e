import json
from pathlib import Path
from typing import Any

import pytest

from engagetext.errors import RecordError
from engagetext.learning.datasets import LabelledPassage, read_passages
from engagetext.learning.label_matrices import target_matrix
from engagetext.learning.readings import Reading, merged, own_reading, read_pool, read_readings, with_evidence
from engagetext.taxonomy import default_taxonomy

_TIME = ("obstacle", "moyens")
_SHARING = ("theme", "partage")
_PASSAGE = LabelledPassage("1", "source/doc", "Faute de temps, on ne partage rien.", (), ())


def _written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("plain", "graded", "doubtful", "likely"),
    [
        (True, True, False, 0.95),
        (True, True, True, 0.7),
        (True, False, False, 0.35),
        (False, True, False, 0.7),
        (False, True, True, 0.15),
    ],
)
def test_two_readings_are_weighed(plain: bool, graded: bool, doubtful: bool, likely: float) -> None:
    first = Reading({_TIME: "present"} if plain else {})
    second = Reading({_TIME: "ecarte"} if graded else {}, frozenset({_TIME} if doubtful else ()), graded=True)
    passage = merged(_PASSAGE, [first, second])
    assert passage.likely == {_TIME: likely}
    assert passage.obstacles == ((("moyens", "ecarte" if graded else "present"),) if likely >= 0.5 else ())
    # The order in which they are read does not matter.
    assert merged(_PASSAGE, [second, first]) == passage


def test_one_reading_is_believed_as_far_as_its_kind_was_right() -> None:
    assert merged(_PASSAGE, [Reading({_TIME: "present", _SHARING: ""})]).likely == {_TIME: 0.65, _SHARING: 0.75}
    doubted = Reading({_TIME: "present", _SHARING: ""}, frozenset({_TIME}), graded=True)
    assert merged(_PASSAGE, [doubted]).likely == {_TIME: 0.1, _SHARING: 0.92}


def test_words_are_kept_of_all_readings_that_mark_them() -> None:
    first = Reading({_TIME: "present"}, evidence={_TIME: ((0, 14),)})
    second = Reading({_TIME: "present"}, graded=True, evidence={_TIME: ((9, 14),), _SHARING: ((16, 34),)})
    assert merged(_PASSAGE, [first, second]).evidence == {_TIME: ((0, 14), (9, 14))}


def test_a_reference_passage_only_takes_the_words() -> None:
    reading = Reading({_TIME: "present"}, graded=True, evidence={_TIME: ((0, 14),)})
    passage = with_evidence(_PASSAGE, [_SHARING], [reading])
    assert passage.evidence == {}
    assert with_evidence(_PASSAGE, [_TIME], [reading]).evidence == {_TIME: ((0, 14),)}


def test_an_author_is_a_first_reader() -> None:
    passage = LabelledPassage("1", "authored/1", "…", ("partage",), (("moyens", "present"),), authored=True)
    assert own_reading(passage).labels == {_SHARING: "", _TIME: "present"}


def test_readings_come_by_id_in_the_order_of_the_files(tmp_path: Path) -> None:
    first = _written(tmp_path / "a.jsonl", {"id": "p", "themes": ["partage"]}, {"id": "q", "unsure": True})
    second = _written(
        tmp_path / "b.jsonl",
        {"id": "p", "themes": ["partage"], "doubtful": ["theme:partage"], "evidence": {"theme:partage": [[1, 4]]}},
    )
    readings = read_readings([first, second], default_taxonomy())
    assert list(readings) == ["p"]
    assert [reading.graded for reading in readings["p"]] == [False, True]
    assert readings["p"][1].doubtful == {_SHARING}
    pool = _written(tmp_path / "pool.jsonl", {"id": "p", "text": "On partage.", "source": "s", "doc": "d"})
    (passage,) = read_pool(pool, readings)
    assert (passage.text, passage.group, passage.source) == ("On partage.", "s/d", "s")
    assert target_matrix([passage], ["partage", "sens"], "theme").tolist() == [[0.75, 0.0]]


def test_an_id_that_the_pool_lacks_is_told(tmp_path: Path) -> None:
    pool = _written(tmp_path / "pool.jsonl", {"id": "p", "text": "On partage."})
    with pytest.raises(RecordError, match=r"the id 'x', expected an id of .*pool.jsonl. Use the pool"):
        read_pool(pool, {"x": [Reading({})]})


@pytest.mark.parametrize(
    "evidence",
    [
        [],
        {"partage": [[0, 1]]},
        {"theme:partage": 3},
        {"sens:partage": [[0, 1]]},
        {"theme:amour": [[0, 1]]},
        {"theme:partage": [[4, 4]]},
        {"theme:partage": [[-1, 4]]},
    ],
)
def test_evidence_written_otherwise_is_told(tmp_path: Path, evidence: object) -> None:
    path = _written(tmp_path / "a.jsonl", {"id": "p", "text": "On partage.", "evidence": evidence})
    with pytest.raises(RecordError, match=r"line 1: found evidence that is no .*expected .*Mend or leave it out"):
        read_passages(path, default_taxonomy())


def test_words_marked_for_a_label_that_is_not_held_are_left_out(tmp_path: Path) -> None:
    row = {"id": "p", "text": "On partage.", "themes": ["sens"], "evidence": {"theme:partage": [[0, 2]]}}
    (passage,) = read_passages(_written(tmp_path / "a.jsonl", row), default_taxonomy())
    assert passage.evidence == {}


@pytest.mark.parametrize(
    ("row", "found"),
    [({"themes": []}, "id = None"), ({"id": "p", "doubtful": "theme:partage"}, "doubtful = 'theme:partage'")],
)
def test_a_reading_that_cannot_be_used_is_told(tmp_path: Path, row: dict[str, Any], found: str) -> None:
    with pytest.raises(RecordError, match=r"line 1: .*expected .*Mend the line") as told:
        read_readings([_written(tmp_path / "a.jsonl", row)], default_taxonomy())
    assert told.value.found == found
