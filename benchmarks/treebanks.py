"""Cross-validate the annotator on the development parts of the treebanks.

The packaged model is trained on all of them: its figures are those of three models, each trained without the third of
every development part that it is scored on, and otherwise on the same data by the same recipe.
"""

import gzip
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType

from engagetext.learning.annotator import fit_annotator
from engagetext.learning.lexicons import wordfreq_zipf
from engagetext.learning.recipe import read_recipe
from engagetext.learning.treebanks import GoldSentence, read_treebank
from engagetext.persistence.catalogue import find_model
from engagetext.pipeline import VECTORS_FILE, load_vectors
from engagetext.text.annotator import Annotator
from engagetext.text.tagger import UPOS

FOLDS = 3
_RECIPE = Path(__file__).resolve().parents[1] / "training" / "fr.toml"
FIGURES = ("tokens_f1", "sentences_f1", "upos_aligned", "lemma_aligned")


def _third(path: Path, fold: int, folder: Path) -> Path:
    """Write the sentences of one third of a treebank, and return the file."""
    blocks = gzip.decompress(path.read_bytes()).decode("utf-8").strip().split("\n\n")
    first, last = (len(blocks) * edge // FOLDS for edge in (fold, fold + 1))
    part = folder / f"{path.name}.{fold}.conllu"
    part.write_text("\n\n".join(blocks[first:last]) + "\n\n", encoding="utf-8")
    return part


def predicted(annotator: Annotator, texts: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    """Return what an annotator finds, in the form that the scorer reads."""
    found = annotator(list(texts.values()))
    sentence = found.sentence_starts.cumsum().tolist()
    starts, ends, bounds = found.tokens.starts.tolist(), found.tokens.ends.tolist(), found.tokens.bounds.tolist()
    return {
        name: [
            {
                "start": starts[token],
                "end": ends[token],
                "lemma": found.lemmas[found.lemma_index[token]],
                "pos": UPOS[found.tags[token]],
                "sentence": sentence[token],
            }
            for token in range(bounds[number], bounds[number + 1])
        ]
        for number, name in enumerate(texts)
    }


@cache
def cross_validate(scorer: ModuleType, folder: Path) -> dict[str, dict[str, float]]:
    """Return the mean figures of each development part, by the name of its file.

    Parameters
    ----------
    scorer : module
        The acceptance scorer `tags.py`.
    folder : Path
        Where the treebanks lie.
    """
    files = read_recipe(_RECIPE).treebanks
    if files is None:
        raise SystemExit(f"{_RECIPE}: no [treebanks]. The figures need them.")
    zipf, vectors = wordfreq_zipf(), load_vectors(find_model(None) / VECTORS_FILE)
    held = sorted(path.name for path in (*files.written, *files.spoken) if "-dev" in path.name)
    totals = {name: dict.fromkeys(FIGURES, 0.0) for name in held}
    with tempfile.TemporaryDirectory() as work:
        for fold in range(FOLDS):

            def sentences(path: Path, fold: int = fold) -> list[GoldSentence]:
                whole = folder / path.name
                if path.name not in totals:
                    return read_treebank(whole)
                kept = [_third(whole, other, Path(work)) for other in range(FOLDS) if other != fold]
                return [sentence for part in kept for sentence in read_treebank(part)]

            written = [sentences(path) for path in files.written]
            spoken = [sentences(path) for path in files.spoken]
            annotator = fit_annotator(written, spoken, files, zipf, vectors)
            for name, sums in totals.items():
                part = _third(folder / name, fold, Path(work))
                texts = {number: text for number, text, _, _ in scorer.documents(part)}
                result = scorer.score(part, predicted(annotator, texts))
                for figure in FIGURES:
                    sums[figure] += result[figure] / FOLDS
    return totals
