"""Treebanks as training data."""

from pathlib import Path

import numpy as np
import pytest

from engagetext.errors import RecordError, SourceNotFoundError
from engagetext.learning.noise import corrupt, read_spellings
from engagetext.learning.treebanks import UNKNOWN_TAG, GoldToken, join_sentences, read_treebank
from engagetext.text.tagger import UPOS

CONLLU = """\
# text = Il parle du vote.
1\tIl\tlui\tPRON\t_\t_\t2\tnsubj\t_\t_
2\tparle\tparler\tVERB\t_\t_\t0\troot\t_\t_
3-4\tdu\t_\t_\t_\t_\t_\t_\t_\t_
3\tde\tde\tADP\t_\t_\t5\tcase\t_\t_
4\tle\tle\tDET\t_\t_\t5\tdet\t_\t_
5\tvote\tvote\tNOUN\t_\t_\t2\tobl\t_\tSpaceAfter=No
6\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

# text = Très bien
1\tTrès\ttrès\tADV\t_\t_\t2\tadvmod\t_\t_
2\tbien\tbien\tADV\t_\t_\t0\troot\t_\t_

"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    path = tmp_path / "fr.conllu"
    path.write_text(CONLLU, encoding="utf-8")
    return path


def test_a_contraction_is_one_token_with_the_tags_of_its_words(bank: Path) -> None:
    first, second = read_treebank(bank)
    assert [token.text for token in first] == ["Il", "parle", "du", "vote", "."]
    assert first[2] == GoldToken("du", " ", ("ADP", "DET"), None)
    assert first[4].gap == ""
    assert [token.lemma for token in second] == ["très", "bien"]


def test_joined_sentences_keep_their_tags(bank: Path) -> None:
    texts = join_sentences(read_treebank(bank), np.random.default_rng(0))
    assert [UPOS[tag] for tag in texts.tags] == ["PRON", "VERB", "ADP", "NOUN", "PUNCT", "ADV", "ADV"]
    assert texts.starts.tolist() == [1, 0, 0, 0, 0, 1, 0]


def test_tokens_that_the_treebank_cuts_otherwise_teach_nothing() -> None:
    sentence = (GoldToken("au", "", ("ADP",), "à"), GoldToken("jourd'hui", "", ("ADV",), None))
    texts = join_sentences([sentence], np.random.default_rng(0))
    assert texts.tags.tolist() == [UNKNOWN_TAG]


def test_a_missing_file_and_a_broken_one_say_so(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"nowhere\.conllu.*CoNLL-U"):
        read_treebank(tmp_path / "nowhere.conllu")
    broken = tmp_path / "broken.conllu"
    broken.write_text("ceci n'est pas\tun arbre\n\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"broken\.conllu"):
        read_treebank(broken)


def test_spoilt_sentences_keep_their_tags_and_their_seed(bank: Path, tmp_path: Path) -> None:
    spellings = tmp_path / "spelling.txt"
    spellings.write_text("# essai\ntrès tré tres\n", encoding="utf-8")
    sentences, table = read_treebank(bank) * 60, read_spellings(spellings)
    assert table == {"très": ("tré", "tres")}
    spoilt = corrupt(sentences, table, np.random.default_rng(1))
    assert spoilt == corrupt(sentences, table, np.random.default_rng(1))
    forms = {token.text for sentence in spoilt for token in sentence if token.lemma == "très"}
    assert {"Très", "tré", "tres", "très"} <= forms
    assert all(
        token.tags in (("ADV",), ("PRON",), ("VERB",), ("ADP", "DET"), ("NOUN",), ("PUNCT",))
        for sentence in spoilt
        for token in sentence
    )
