from pathlib import Path

import pytest

from engagetext.classify.senses import NO_SENSE, SenseTable
from engagetext.errors import RecordError, SourceNotFoundError
from engagetext.learning.senses import read_senses


def test_lemmas_are_found_however_they_are_typed() -> None:
    table = SenseTable.from_words({"pénurie": [2, 0], "tarder": [1]}, 3)
    assert table.find(["Pénurie", "tarder", "table"]).tolist() == [
        [2, 0, NO_SENSE, NO_SENSE],
        [1, NO_SENSE, NO_SENSE, NO_SENSE],
        [NO_SENSE] * 4,
    ]


def test_a_table_is_the_same_after_it_was_kept_as_arrays() -> None:
    table = SenseTable.from_words({"pénurie": [2, 0], "tarder": [1]}, 3)
    again = SenseTable.from_arrays(table.to_arrays())
    assert again.n_classes == 3
    assert (again.find(["pénurie", "tarder"]) == table.find(["pénurie", "tarder"])).all()


def test_the_empty_table_knows_no_word() -> None:
    assert (SenseTable.empty().find(["pénurie"]) == NO_SENSE).all()


def test_classes_are_numbered_by_name(tmp_path: Path) -> None:
    path = tmp_path / "senses.tsv"
    path.write_text("# lemme, classes\npénurie\tLACK STAFF\ntarder\tLATE\n", encoding="utf-8")
    table = read_senses(path)
    assert table.n_classes == 3
    assert table.find(["pénurie", "tarder"])[:, :2].tolist() == [[0, 2], [1, NO_SENSE]]


@pytest.mark.parametrize("line", ["pénurie", "pénurie\t", "pénurie LACK"])
def test_a_line_without_classes_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "senses.tsv"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"line 1.*a lemma, a tab and classes.*Mend it") as told:
        read_senses(path)
    assert repr(line) in str(told.value)


def test_too_many_classes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "senses.tsv"
    path.write_text("".join(f"mot{number}\tC{number}\n" for number in range(300)), encoding="utf-8")
    with pytest.raises(RecordError, match=r"300 classes, expected fewer than 255. Merge some"):
        read_senses(path)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"found no file, expected a table .* Check the path"):
        read_senses(tmp_path / "none.tsv")
