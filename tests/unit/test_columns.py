"""Which passages prove a label, and which one shows it."""

import numpy as np

from engagetext.columns import LabelColumns
from engagetext.pipeline import STATUSES

PRESENT, DENIED = STATUSES.index("present"), STATUSES.index("ecarte")


def test_the_passage_that_shows_a_label_has_its_status() -> None:
    scores = np.array([[0.9, 0.2], [0.6, 0.7], [0.7, 0.1], [0.8, 0.1]])
    status = np.array([[DENIED, 0], [PRESENT, DENIED], [PRESENT, 0], [DENIED, 0]], dtype=np.int8)
    found = LabelColumns.from_scores(scores, np.array([0.5, 0.5]), status, np.array([0, 4]))
    assert found.labels.tolist() == [0, 1]
    assert found.scores.tolist() == [0.9, 0.7]
    assert found.status.tolist() == [PRESENT, DENIED]
    assert found.shown.tolist() == [2, 1]
    assert found.passages.tolist() == [2, 1, 0, 3, 1]
    assert found.proof_status.tolist() == [PRESENT, PRESENT, DENIED, DENIED, DENIED]
