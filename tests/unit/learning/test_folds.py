"""Which passages a fold trains on."""

import numpy as np
import pytest

from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.folds import groups_of, real_rows, split_real


def passage(group: str, *, authored: bool = False, after: str = "") -> LabelledPassage:
    return LabelledPassage(group, group, "Un texte.", (), (), authored=authored, after=after)


PASSAGES = [
    passage("a/1"),
    passage("b/1"),
    passage("a/2"),
    passage("c/1"),
    passage("authored/1", authored=True),
    passage("a/1", authored=True, after="a/1"),
    passage("c/1", authored=True, after="c/1"),
    # Written for itself, though its document has the name of a real one.
    passage("b/1", authored=True),
]
ALWAYS = {4, 7}


def test_groups_are_sources_or_documents() -> None:
    assert groups_of(PASSAGES[:3], by_source=True).tolist() == ["a", "b", "a"]
    assert groups_of(PASSAGES[:3], by_source=False).tolist() == ["a/1", "b/1", "a/2"]


@pytest.mark.parametrize(("by_source", "n_folds"), [(True, 3), (False, 4)])
def test_each_real_passage_is_left_out_once_with_its_whole_group(by_source: bool, n_folds: int) -> None:
    folds = split_real(PASSAGES, n_folds, by_source=by_source)
    groups, real = groups_of(PASSAGES, by_source=by_source), real_rows(PASSAGES)
    assert sorted(np.concatenate([left_out for _, left_out in folds]).tolist()) == [0, 1, 2, 3]
    for kept, left_out in folds:
        assert not set(groups[left_out]) & set(groups[kept[real[kept]]])


@pytest.mark.parametrize(("by_source", "n_folds"), [(True, 3), (False, 4)])
def test_what_was_written_after_a_group_does_not_train_the_fold_without_it(by_source: bool, n_folds: int) -> None:
    groups = groups_of(PASSAGES, by_source=by_source)
    for kept, left_out in split_real(PASSAGES, n_folds, by_source=by_source):
        for row in (5, 6):
            assert (row in kept) == (groups[row] not in groups[left_out])
        assert set(kept.tolist()) >= ALWAYS
        real = real_rows(PASSAGES)[kept]
        assert kept.tolist() == [*kept[real].tolist(), *kept[~real].tolist()]
