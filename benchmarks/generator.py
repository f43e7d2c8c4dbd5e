"""Comments by the million: drawn with a fixed seed from sentences that the project wrote, and typed as people type."""

import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_CORPUS = Path(__file__).resolve().parents[1] / "training" / "corpus"
# Comments in the shared development data have a median of some 30 words and a long tail.
_LOG_WORDS, _SPREAD = 3.2, 0.65
_SLIP_SHARE = 0.01  # words with a slip: archives never stop bringing new word types


def sentences() -> list[str]:
    """Return the passages of the authored corpus, cut at full stops."""
    found = []
    for path in sorted(_CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"]
            found += [
                part.strip() for part in text.replace("? ", "?\n").replace(". ", ".\n").split("\n") if part.strip()
            ]
    return found


def comments(seed: int = 0) -> Iterator[str]:
    """Yield comments without end."""
    draw = random.Random(seed)
    pool = sentences()
    while True:
        wanted = draw.lognormvariate(_LOG_WORDS, _SPREAD)
        words: list[str] = []
        while len(words) < wanted:
            words += draw.choice(pool).split()
        yield " ".join(_slip(word, draw) if draw.random() < _SLIP_SHARE else word for word in words)


def _slip(word: str, draw: random.Random) -> str:
    """Return a word with a letter lost, doubled or put in."""
    at = draw.randrange(len(word))
    lost, doubled = word[:at] + word[at + 1 :], word[: at + 1] + word[at:]
    return draw.choice((lost, doubled, word[:at] + draw.choice("aeinrst") + word[at:])) or word


def write_comments(path: Path, count: int, seed: int = 0) -> int:
    """Write a JSONL archive of comments and return its words."""
    words = 0
    with path.open("w", encoding="utf-8") as stream:
        for number, text in enumerate(islice(comments(seed), count)):
            words += text.count(" ") + 1
            stream.write(json.dumps({"id": f"c{number}", "text": text}, ensure_ascii=False) + "\n")
    return words
