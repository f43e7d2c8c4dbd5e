"""A table of keys finds what a search among them finds."""

import numpy as np

from engagetext.classify.key_table import KeyTable


def test_what_is_known_is_found_and_nothing_else() -> None:
    draw = np.random.default_rng(0)
    known = np.unique(draw.integers(0, 2**63, 5000, dtype=np.uint64))
    # Keys that share their last bits with a known one are unknown all the same.
    alike = known[:500] ^ np.uint64(1 << 40)
    keys = np.concatenate([draw.permutation(known)[:1000], alike, draw.integers(0, 2**63, 2000, dtype=np.uint64)])
    rows, places = KeyTable.from_keys(known).find(keys)
    assert rows.tolist() == np.nonzero(np.isin(keys, known))[0].tolist()
    assert known[places].tolist() == keys[rows].tolist()


def test_keys_that_share_a_place_are_all_found() -> None:
    known = np.arange(50, dtype=np.uint64) << np.uint64(40)
    rows, places = KeyTable.from_keys(known).find(np.concatenate([known[::-1], known + np.uint64(1)]))
    assert rows.tolist() == list(range(50))
    assert places.tolist() == list(range(50))[::-1]


def test_no_key_is_known_where_there_are_none() -> None:
    none = np.empty(0, dtype=np.uint64)
    rows, places = KeyTable.from_keys(none).find(np.array([1, 2], dtype=np.uint64))
    assert len(rows) == len(places) == 0
