"""Score the packaged model on the development data, with the acceptance scorers, against floors.

Usage: python -m benchmarks.evaluate SHARED, where SHARED holds `data/` and `scoring/`.
"""

import gzip
import importlib.util
import json
import sys
import tomllib
from collections.abc import Callable
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

import engagetext as et
from benchmarks.keyphrases import cross_validated as keyphrases_cross_validated
from benchmarks.treebanks import FIGURES, cross_validate, predicted
from engagetext.pipeline import load_pipeline
from engagetext.reading import read

_HERE = Path(__file__).parent
_FLOORS = _HERE / "floors.toml"


@cache
def _scorer(shared: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scoring_{name}", shared / "scoring" / f"{name}.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{shared}/scoring/{name}.py: no such scorer. Give the folder that holds data/ and scoring/.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _lines(path: Path) -> list[dict[str, Any]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode("utf-8").splitlines() if line.strip()]


def labels(shared: Path, path: Path) -> dict[str, float]:
    """Score themes and obstacles through the public API."""
    gold = _lines(path)
    predictions = []
    for row, analysis in zip(gold, et.load().pipe([row["text"] for row in gold]), strict=True):
        best = {
            kind: {
                label: max(getattr(passage, kind)[label] for passage in analysis.passages)
                for label in getattr(analysis.passages[0], kind)
            }
            for kind in ("themes", "obstacles")
            if analysis.passages
        }
        predictions.append(
            {
                "id": row["id"],
                "themes": [label.label for label in analysis.themes],
                "obstacles": [{"label": label.label, "status": label.status} for label in analysis.obstacles],
                "probabilities": best,
            }
        )
    result = _scorer(shared, "labels").score(gold, predictions)
    figures = {}
    for kind in ("themes", "obstacles"):
        figures[f"{kind}_micro_f1"] = result[kind]["micro_f1"]
        figures[f"{kind}_macro_f1"] = result[kind]["macro_f1"]
        figures[f"{kind}_ece"] = result[kind]["calibration"]["ece"]
    figures["obstacles_micro_f1_two_in_five"] = _two_in_five(gold, predictions)
    return {**figures, "obstacles_status_accuracy": result["obstacles"]["status_accuracy"]}


def _two_in_five(gold: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> float:
    """Return the micro F1 of obstacles as it would be if 40 in 100 of these passages held one."""
    wanted, said = ([{found["label"] for found in row["obstacles"]} for row in rows] for rows in (gold, predictions))
    labels = sorted(set().union(*wanted, *said))
    held, found = (np.array([[label in row for label in labels] for row in rows]) for rows in (wanted, said))
    return weighted_f1(held, found, 0.4)


def weighted_f1(gold: NDArray[np.bool_], found: NDArray[np.bool_], share: float) -> float:
    """Return the micro F1 as it would be if such a share of the passages held a label, by weighing them.

    Parameters
    ----------
    gold, found : ndarray of shape (n_passages, n_labels), bool
    share : float
    """
    holds = gold.any(axis=1)
    weights = np.where(holds, share / holds.mean(), (1 - share) / (1 - holds.mean()))[:, None]
    right = ((gold & found) * weights).sum()
    return float(2 * right / ((gold * weights).sum() + (found * weights).sum()))


def keyphrases(shared: Path, path: Path) -> dict[str, float]:
    """Score keywords on the texts that each fold leaves out."""
    return keyphrases_cross_validated(_scorer(shared, "keyphrases"), path, _lines(path))


def reference(shared: Path) -> str:
    """Tell which lines of the reference article's expectations come out."""
    folder = shared / "data" / "article"
    expected = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    (article,) = read(next(folder.glob("*.txt")))
    analysis = et.load()(article, top_n=None)
    words = {keyword.text.lower() for keyword in analysis.keywords}
    lines = [
        f"title {article.title == expected['article']['title']}, "
        f"date {str(article.date)[:10] == expected['article']['date']}, "
        f"furniture left: {[line for line in expected['article']['furniture'] if line in article.text]}"
    ]
    for kind in ("closing", "others", "central"):
        hits = [word for word in expected["keywords"][kind] if any(word in found for found in words)]
        lines.append(f"keywords, {kind}: {len(hits)} of {len(expected['keywords'][kind])}: {', '.join(hits)}")
    for row in expected["obstacle"]:
        start = article.text.replace("\u00a0", " ").find(row["quote"].replace("\u00a0", " "))
        end = start + len(row["quote"])
        proofs = [
            (label.status, passage)
            for label in analysis.obstacles
            if label.label == row["label"]
            for passage in label.passages
            if start >= 0
            if passage.start < end and passage.end > start
        ]
        lines.append(f"obstacle {row['label']}: {'found, ' + str(proofs[0][0]) if proofs else 'missed'}")
    listed = {row["label"] for row in expected["obstacle"]}
    lines.append(f"obstacles not listed: {[label.label for label in analysis.obstacles if label.label not in listed]}")
    return "\n".join(f"  {line}" for line in lines)


def cross_validated(shared: Path, path: Path) -> dict[str, float]:
    """Score tokens, sentences, parts of speech and lemmas on the parts of a treebank that each fold leaves out."""
    return cross_validate(_scorer(shared, "tags"), shared / "data" / "ud")[path.name]


def comments(shared: Path, path: Path) -> dict[str, float]:
    """Score tokens, sentences, parts of speech and lemmas on the project's own comments, each a text of its own."""
    scorer = _scorer(shared, "tags")
    whole = scorer.documents
    vars(scorer)["documents"] = partial(whole, size=1)  # each comment alone, not ten joined
    try:
        texts = {number: text for number, text, _, _ in scorer.documents(path)}
        result = scorer.score(path, predicted(load_pipeline().annotator, texts))
    finally:
        vars(scorer)["documents"] = whole
    return {name: result[name] for name in FIGURES}


_TASKS: dict[str, Callable[[Path, Path], dict[str, float]]] = {
    "labels": labels,
    "keyphrases": keyphrases,
    "tags": cross_validated,
    "comments": comments,
}


def main(shared: Path) -> int:
    """Print every score beside its floor; return 1 if one is missed."""
    if not (shared / "data").is_dir():
        print(f"{shared}: no development data here: skipped. Give the folder that holds data/ and scoring/.")
        return 0
    missed = 0
    for task, sets in tomllib.loads(_FLOORS.read_text(encoding="utf-8")).items():
        for name, floors in sets.items():
            gold = _HERE / floors.pop("own") if "own" in floors else shared / "data" / floors.pop("data")
            figures = _TASKS[task](shared, gold)
            print(f"{task} {name}: " + "  ".join(f"{key} {value:.4g}" for key, value in figures.items()))
            if sha256(gold.read_bytes()).hexdigest() != floors.pop("sha256"):
                print("  other data than the floors were measured on: not compared")
                continue
            for key, floor in floors.items():
                if figures[key] < floor:
                    print(f"  BELOW ITS FLOOR: {key} {figures[key]:.4g} < {floor}")
                    missed += 1
    print("reference article")
    print(reference(shared))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
