"""How far readers agree: with the reference annotator, and with the authors of the corpus.

Usage: python -m benchmarks.readers [SHARED]. Prints micro F1, precision and recall.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from engagetext.learning.datasets import Key, LabelledPassage, read_passages
from engagetext.learning.readings import Reading, read_readings
from engagetext.taxonomy import KINDS, default_taxonomy

_HERE = Path(__file__).parent
_TRAINING = _HERE.parent / "training"
_FIRST = ("articles", "communities", "contributions")
_VIVID = (
    "care_and_schools",
    "consultations",
    "cooperatives",
    "digital_services",
    "free_software",
    "intranets",
    "participation",
    "talk_pages",
)


def agreement(passages: Iterable[LabelledPassage], readings: Mapping[str, Reading], doubtful: bool) -> str:
    """Return the agreement of readings with the labels of passages, kind by kind, and of the statuses of both."""
    right, said, wanted = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    statuses: list[bool] = []
    number = 0
    for passage in passages:
        reading = readings.get(passage.id)
        if reading is None:
            continue
        number += 1
        held = {key for key in reading.labels if doubtful or key not in reading.doubtful}
        for kind in KINDS:
            ours: set[Key] = {key for key in held if key[0] == kind}
            theirs = {key for key in passage.keys if key[0] == kind}
            right[kind] += len(ours & theirs)
            said[kind] += len(ours)
            wanted[kind] += len(theirs)
        statuses += [
            reading.labels["obstacle", label] == status
            for label, status in passage.obstacles
            if ("obstacle", label) in held
        ]
    cells = [
        f"{kind}s F1 {2 * right[kind] / (said[kind] + wanted[kind]):.3f} "
        f"P {right[kind] / said[kind]:.3f} R {right[kind] / wanted[kind]:.3f}"
        for kind in KINDS
    ]
    return "  ".join([f"{number} passages", *cells, f"statuses {sum(statuses) / len(statuses):.3f}"])


def main(shared: Path) -> None:
    """Print the agreement of every group of readers."""
    taxonomy = default_taxonomy()

    def read(paths: Iterable[Path]) -> dict[str, Reading]:
        return {number: said[-1] for number, said in read_readings(sorted(paths), taxonomy).items()}

    passages = shared / "data" / "passages"
    if passages.is_dir():
        development = read_passages(passages / "dev.jsonl", taxonomy)
        print("development:", agreement(development, read([_HERE / "data" / "second_reader.jsonl"]), True))
        reference = read_passages(passages / "train.jsonl", taxonomy)
        graded = read((_TRAINING / "labels").glob("second_[a-h].jsonl"))
        print("reference, sure:", agreement(reference, graded, False))
        print("reference, with the doubtful:", agreement(reference, graded, True))
    second = read((_TRAINING / "corpus" / "second").glob("*.jsonl"))
    # These judge; the others train as well.
    second |= read([_HERE / "data" / "second_corpus.jsonl"])
    short = sorted((_TRAINING / "corpus").glob("*.jsonl"))
    documents = sorted((_TRAINING / "corpus" / "documents").glob("*.jsonl"))
    series = {
        "first series": [path for path in short if path.stem in _FIRST],
        "second series": [path for path in short if path.stem not in _FIRST],
        "documents": [path for path in documents if path.stem in _VIVID],
        "plain documents": [path for path in documents if path.stem not in _VIVID],
        "further documents": sorted((_TRAINING / "corpus" / "further").glob("*.jsonl")),
        "after real passages": sorted((_TRAINING / "corpus" / "after").glob("*.jsonl")),
        "statuses": sorted((_TRAINING / "corpus" / "statuses").glob("*.jsonl")),
    }
    for name, paths in series.items():
        written = [passage for path in paths for passage in read_passages(path, taxonomy, authored=True)]
        print(f"{name}, sure:", agreement(written, second, False))
        print(f"{name}, with the doubtful:", agreement(written, second, True))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared"))
