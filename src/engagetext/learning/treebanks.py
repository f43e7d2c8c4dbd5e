"""Treebanks in CoNLL-U, as surface tokens with their tags and lemmas, joined into texts as users hand them in."""

import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engagetext.errors import MissingExtraError, RecordError, SourceNotFoundError
from engagetext.text.batches import TokenBatch
from engagetext.text.tagger import UPOS
from engagetext.text.tokenizer import FrenchTokenizer

UNKNOWN_TAG = -1
# Three sentences in four follow after a blank: the tagger must not rely on line breaks, which treebanks do not keep.
_SEPARATORS = (" ", " ", " ", " ", " ", " ", "\n", "\n\n")


@dataclass(frozen=True, slots=True)
class GoldToken:
    """A surface token of a treebank.

    Parameters
    ----------
    text : str
        As written; « du » is one token, though it stands for two words.
    gap : str
        White space before it within its sentence, `""` if it is glued to the token before.
    tags : tuple of str
        Parts of speech of the words that it stands for, in their order.
    lemma : str or None
        None for a token that stands for several words.
    """

    text: str
    gap: str
    tags: tuple[str, ...]
    lemma: str | None


GoldSentence = tuple[GoldToken, ...]


@dataclass(frozen=True, slots=True)
class TaggedTexts:
    """Texts made of treebank sentences, and what is right for the tokens that our tokenizer finds in them.

    Parameters
    ----------
    batch : TokenBatch
    tags : ndarray of shape (n_tokens,), int8
        Index into `UPOS`; `UNKNOWN_TAG` for a token that the treebank cuts otherwise.
    starts : ndarray of shape (n_tokens,), int8
        1 where a sentence starts, 0 elsewhere, `UNKNOWN_TAG` where the treebank cuts otherwise.
    """

    batch: TokenBatch
    tags: NDArray[np.int8]
    starts: NDArray[np.int8]


def read_treebank(path: Path) -> list[GoldSentence]:
    """Read the sentences of a treebank.

    Parameters
    ----------
    path : Path
        CoNLL-U, plain or `.gz`.

    Raises
    ------
    MissingExtraError
        If the package `conllu` is not installed.
    RecordError
        If the file is no CoNLL-U.
    SourceNotFoundError
        If the file is not there.
    """
    try:
        import conllu
    except ImportError as error:
        raise MissingExtraError("a treebank", "no conllu", "conllu", 'Run: pip install "engagetext[train]".') from error
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceNotFoundError(str(path), "no file", "a CoNLL-U file", "Check the path.") from error
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    try:
        return [sentence for rows in conllu.parse_incr(io.StringIO(text)) if (sentence := _surface(rows))]
    except conllu.exceptions.ParseException as error:
        raise RecordError(str(path), str(error), "CoNLL-U", "Check the file with the UD validator.") from error


def _surface(rows: "Sequence[dict[str, object]]") -> GoldSentence:
    words = {row["id"]: row for row in rows if isinstance(row["id"], int)}
    tokens: list[GoldToken] = []
    covered, gap = 0, ""
    for row in rows:
        number = row["id"]
        if isinstance(number, tuple) and number[1] == "-":
            members = list(range(number[0], number[2] + 1))
            covered = number[2]
        elif isinstance(number, int) and number > covered:
            members = [number]
        else:
            continue
        tags = tuple(str(words[member]["upos"]) for member in members)
        lemma = str(row["lemma"]) if len(members) == 1 else None
        tokens.append(GoldToken(str(row["form"]), gap if tokens else "", tags, lemma))
        misc = row["misc"]
        gap = "" if isinstance(misc, dict) and misc.get("SpaceAfter") == "No" else " "
    return tuple(tokens)


def join_sentences(sentences: Sequence[GoldSentence], rng: np.random.Generator, *, glued: float = 0.0) -> TaggedTexts:
    """Join sentences into texts of some ten, mostly by blanks, some by line breaks, and tokenize them.

    Parameters
    ----------
    sentences : sequence of GoldSentence
        In the order of their treebank.
    rng : numpy.random.Generator
        Draws the lengths of the texts and what stands between two sentences.
    glued : float, default=0.0
        Share of sentences that follow a final mark without a blank.
    """
    texts: list[str] = []
    gold: dict[tuple[int, int, int], tuple[int, int]] = {}
    text, left = "", 0
    for sentence in sentences:
        if left == 0:
            if text:
                texts.append(text)
            text, left = "", int(rng.integers(6, 15))
        gap = _SEPARATORS[int(rng.integers(len(_SEPARATORS)))]
        if rng.random() < glued and text.endswith((".", "!", "?")):
            gap = ""
        text += gap if text else ""
        for position, token in enumerate(sentence):
            text += token.gap
            span = len(texts), len(text), len(text) + len(token.text)
            gold[span] = gold_tag(token), int(position == 0)
            text += token.text
        left -= 1
    texts.append(text)
    batch = FrenchTokenizer()(texts)
    spans = zip(batch.text_index.tolist(), batch.starts.tolist(), batch.ends.tolist(), strict=True)
    found = np.array([gold.get(span, (UNKNOWN_TAG, UNKNOWN_TAG)) for span in spans], dtype=np.int8)
    return TaggedTexts(batch, found[:, 0], found[:, 1])


def gold_tag(token: GoldToken) -> int:
    """Return the index of the tag that stands for a token; « du » is an adposition, as its first word is."""
    return UPOS.index(token.tags[0]) if token.tags[0] in UPOS else UNKNOWN_TAG
