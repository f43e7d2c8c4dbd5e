"""Which passages a fold trains on."""

import numpy as np

from engagetext.learning.folds import real_folds

GROUPS = np.array(["a", "b", "a", "c", "authored", "a", "c"])
REAL = np.array([True, True, True, True, False, False, False])


def test_each_real_passage_is_left_out_once_with_its_whole_group() -> None:
    folds = real_folds(GROUPS, REAL, 3)
    assert sorted(np.concatenate([left_out for _, left_out in folds]).tolist()) == [0, 1, 2, 3]
    for kept, left_out in folds:
        assert not set(GROUPS[left_out]) & set(GROUPS[kept])


def test_what_was_written_after_a_group_does_not_train_the_fold_without_it() -> None:
    for kept, left_out in real_folds(GROUPS, REAL, 3):
        assert 4 in kept
        assert (5 in kept) == ("a" not in GROUPS[left_out])
        assert (6 in kept) == ("c" not in GROUPS[left_out])
        assert kept.tolist() == [*kept[REAL[kept]].tolist(), *kept[~REAL[kept]].tolist()]
