"""Speed against named peers, in one run on one core: only the ratios mean anything on another machine.

Usage: python -m benchmarks.speed [N_TEXTS]. The texts are drawn, with a fixed seed, from the sentences of the example
archive, so that words recur as they do in an archive on one subject.
"""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import spacy

import engagetext as et
from engagetext.pipeline import load_pipeline
from engagetext.reading import read

_ARCHIVE = Path(__file__).resolve().parents[1] / "examples" / "archive"


def texts(count: int, sentences: int = 6, seed: int = 0) -> list[str]:
    """Return texts of six sentences each."""
    pool = [article.text[start:end] for article in read(_ARCHIVE) for start, end in et.load()(article.text).sentences]
    draw = random.Random(seed)
    return [" ".join(draw.sample(pool, sentences)) for _ in range(count)]


def measure(name: str, run: Callable[[], object], words: int, base: float | None) -> float:
    """Time one run, print words a second and the ratio to the base, and return the speed."""
    start = time.process_time()
    run()
    speed = words / (time.process_time() - start)
    print(f"{name:44s} {speed:12,.0f} words/s" + (f"   x {speed / base:5.2f}" if base else ""))
    return speed


def main(count: int) -> None:
    """Print one table."""
    sample = texts(count)
    words = sum(len(text.split()) for text in sample)
    print(f"{count} texts, {words} words, CPU time, one core")
    blank = spacy.blank("fr")
    pipeline = load_pipeline()
    analyzer = et.load()
    base = measure("spacy.blank('fr').pipe", lambda: list(blank.pipe(sample)), words, None)
    measure("tokens and sentences", lambda: pipeline.tokenize(sample), words, base)
    measure("the same, once the words are known", lambda: pipeline.tokenize(sample), words, base)
    measure("keywords", lambda: pipeline.keywords(sample, [""] * count, 10, domain=True), words, base)
    measure("passages with themes and obstacles", lambda: pipeline.passages(sample), words, base)
    measure("complete analysis, columns", lambda: pipeline.run(sample, [None] * count, [None] * count), words, base)
    measure("complete analysis, result objects", lambda: list(analyzer.pipe(sample)), words, base)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
