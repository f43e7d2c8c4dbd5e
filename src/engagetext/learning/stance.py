"""Learn the stance of replies from examples: written ones, and read ones whose two readers agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from engagetext.classify.cues import CueTable
from engagetext.classify.passages import PassageBatch
from engagetext.classify.spaces import FeatureSpaces
from engagetext.classify.stance import STANCES, StanceReader
from engagetext.errors import RecordError
from engagetext.learning.datasets import json_rows
from engagetext.learning.train import TrainingOptions, fit_head
from engagetext.learning.views import PassageViews
from engagetext.text.annotator import Annotator
from engagetext.text.vectors import VectorTable

# As for labels without a network; 1,900 replies are too few to choose others by. Cues of their own, 2,800 of them,
# change nothing: .639 for .642 of written replies right, .608 for .601 of read ones.
_OPTIONS = TrainingOptions()


@dataclass(frozen=True, slots=True)
class StanceFiles:
    """What the stance of replies is learnt from.

    Parameters
    ----------
    authored : tuple of Path
        JSONL: `{"before", "reply", "stance"}`.
    read : tuple of Path
        JSONL: `{"id", "before", "stance", "second"}`: ids of passages of the pool, and what two readers say.
    pool : Path or None
        The passages.
    licences : mapping of str to str
        Data set -> licence.
    """

    authored: tuple[Path, ...]
    read: tuple[Path, ...] = ()
    pool: Path | None = None
    licences: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files but the pool, whose passages are counted elsewhere."""
        return self.authored + self.read


@dataclass(frozen=True, slots=True)
class StanceExample:
    """A reply with its stance.

    Parameters
    ----------
    reply : str
    stance : str
    group : str
        Replies of one group are never parted: those to one text, or of one thread.
    authored : bool
    """

    reply: str
    stance: str
    group: str
    authored: bool


def read_stances(files: StanceFiles) -> list[StanceExample]:
    """Return all examples; of read ones those on which both readers agree.

    Raises
    ------
    SourceNotFoundError
        If a file is not there.
    RecordError
        If a line is no example, or names a passage that the pool lacks.
    """
    examples = []
    for path in files.authored:
        for where, row in json_rows(path):
            if row.get("stance") not in STANCES or not isinstance(row.get("reply"), str):
                expected = f'"reply" and "stance", one of {", ".join(STANCES)}'
                raise RecordError(where, f"stance = {row.get('stance')!r:.40}", expected, "Mend the line.")
            examples.append(StanceExample(row["reply"], row["stance"], str(row.get("before", where)), True))
    pool = {row.get("id"): row for _, row in json_rows(files.pool)} if files.pool else {}
    for path in files.read:
        for where, row in json_rows(path):
            if row.get("id") not in pool:
                raise RecordError(where, f"the id {row.get('id')!r}", f"an id of {files.pool}", "Mend the line.")
            if row.get("stance") not in STANCES:
                found = f"stance = {row.get('stance')!r:.40}"
                raise RecordError(where, found, f"one of {', '.join(STANCES)}", "Mend the line.")
            if row["stance"] == row.get("second"):
                passage = pool[row["id"]]
                examples.append(StanceExample(passage["text"], row["stance"], passage["title"], False))
    return examples


def train_stance(examples: Sequence[StanceExample], annotator: Annotator, vectors: VectorTable) -> StanceReader:
    """Fit a reader of stances, calibrated by cross-validation over groups."""
    tagged = annotator([example.reply for example in examples])
    whole = PassageBatch.of_texts(tagged.tokens)
    counts = {"min_count": _OPTIONS.min_count, "relation_count": _OPTIONS.relation_count}
    spaces = FeatureSpaces.fit(tagged, whole, vectors, CueTable.empty(), **counts)
    views = PassageViews.build(spaces, tagged, whole)
    gold = np.array([[example.stance == stance for stance in STANCES] for example in examples], dtype=np.float64)
    groups = np.array([example.group for example in examples], dtype=np.str_)
    folds = list(GroupKFold(_OPTIONS.folds).split(gold, groups=groups))
    head = fit_head(STANCES, views, gold, np.ones(len(gold)), folds, None, None, _OPTIONS)
    return StanceReader(spaces, head)
