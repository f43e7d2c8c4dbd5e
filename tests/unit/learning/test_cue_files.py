"""Cues as they are written by hand."""

from pathlib import Path

import pytest

from engagetext.classify.near_lemmas import lemma_keys
from engagetext.errors import RecordError, SourceNotFoundError
from engagetext.learning.cue_files import read_cues


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_hint_is_a_label_with_a_strength_of_one_word_or_of_two(tmp_path: Path) -> None:
    one = write(tmp_path, "a.tsv", "# ours\nmoyens\t3\tpénurie\nmoyens\t3\tmanque bras\n\nmoyens\t1\tbras\n")
    other = write(tmp_path, "b.tsv", "outils\t3\tpénurie\n")
    table = read_cues([one, other])
    assert table.n_hints == 4
    place = table.keys.tolist().index(int(lemma_keys(["pénurie"])[0]))
    assert table.bounds[place + 1] - table.bounds[place] == 2


def test_meaning_classes_are_hints_too(tmp_path: Path) -> None:
    cues = write(tmp_path, "a.tsv", "moyens\t3\tpénurie\n")
    senses = write(tmp_path, "senses.tsv", "pénurie\tLACK\nbras\tBODY WORKER\n")
    table = read_cues([cues], senses)
    assert table.n_hints == 4
    assert len(table.keys) == 2


@pytest.mark.parametrize(
    "line", ["moyens\t3", "moyens\t4\tbras", "moyens\t3\tun deux trois", "moyens\t3\t", "moyens 3 bras"]
)
def test_a_line_that_is_no_cue_is_told(tmp_path: Path, line: str) -> None:
    path = write(tmp_path, "a.tsv", f"moyens\t3\tbras\n{line}\n")
    with pytest.raises(RecordError, match=r"a\.tsv, line 2: found .* expected a label, a tab.* Mend it"):
        read_cues([path])


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes("moyens\t3\tpénurie\n".encode("cp1252"))
    with pytest.raises(RecordError, match=r"a\.tsv: found .*utf-8.*in UTF-8.*Save it in UTF-8"):
        read_cues([path])


def test_a_byte_order_mark_and_blanks_change_no_hint(tmp_path: Path) -> None:
    plain = write(tmp_path, "a.tsv", "moyens\t3\tpénurie\n")
    other = write(tmp_path, "b.tsv", "\ufeffmoyens \t3\tpénurie \n")
    assert read_cues([plain, other]).n_hints == read_cues([plain]).n_hints == 1


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        SourceNotFoundError, match=r"none\.tsv: found no file, expected a table of cues.*Check the path"
    ):
        read_cues([tmp_path / "none.tsv"])
