"""Keys of word types."""

import numpy as np

from engagetext.text.lexicon import UNKNOWN, Lexicon
from engagetext.text.word_features import N_FEATURES, NO_FEATURE, feature_keys, word_keys


def keys(*words: str) -> np.ndarray:
    nothing = np.zeros(len(words), dtype=np.uint8)
    return feature_keys(list(words), nothing, nothing)


def test_keys_depend_on_the_word_alone() -> None:
    assert (keys("équipe", "très-long", "a")[2] == keys("a")[0]).all()
    assert (word_keys(["été", "hiver"])[1:] == word_keys(["hiver"])).all()


def test_words_share_the_features_of_their_common_parts() -> None:
    partage, courage, ecole = keys("partage", "courage", "école")
    assert np.isin(partage, courage).sum() > np.isin(partage, ecole).sum()
    assert np.isin(keys("RESEAU")[0], keys("réseau")[0]).sum() >= 8  # without accents and capitals


def test_a_short_word_lacks_long_parts() -> None:
    (row,) = keys("à")
    assert len(row) == N_FEATURES
    assert (row == NO_FEATURE).sum() == 11


def test_different_words_have_different_keys() -> None:
    words = [f"mot{number}" for number in range(20_000)]
    assert len(np.unique(word_keys(words))) == len(words)


def test_a_lexicon_finds_its_forms_and_no_other() -> None:
    lexicon = Lexicon.from_forms({"ferme": ("ADJ", "NOUN", "VERB"), "table": ("NOUN",), "chaise": ("NOUN",)})
    ferme, table, chaise, other = lexicon.lookup(["ferme", "table", "chaise", "autre"]).tolist()
    assert table == chaise != ferme
    assert other == UNKNOWN
    assert Lexicon.from_forms({}).lookup(["ferme"]).tolist() == [UNKNOWN]
    assert Lexicon.from_arrays(lexicon.to_arrays()).lookup(["table"]).tolist() == [table]
