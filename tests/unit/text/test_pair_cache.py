"""What is kept of pairs of word type and part of speech is what is computed of them, whatever is kept."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engagetext.pipeline import load_pipeline
from engagetext.text.annotator import Annotator, TaggedBatch
from engagetext.text.pair_cache import Columns, PairCache, TaggedWords

TEXTS = ["Le temps manque.", "", "Le temps de lire, le plaisir de lire.", "Les habitants manquent de temps !"] * 2
_LIMIT = 12  # the second text alone has seven pairs, all together have more than twelve


def described(pairs: TaggedWords) -> Columns:
    lengths = [[len(word), len(lemma)] for word, lemma in zip(pairs.words, pairs.lemmas, strict=True)]
    return np.array(lengths, dtype=np.int16).reshape(-1, 2), pairs.tags


def fresh() -> Annotator:
    packaged = load_pipeline().annotator
    return Annotator(packaged.tagger, packaged.lemmatizer)


def told(cache: PairCache, tagged: TaggedBatch) -> list[tuple[list[int], int]]:
    """Return what the cache says of each token."""
    (lengths, tags), rows = cache(tagged)
    return [(lengths[row].tolist(), int(tags[row])) for row in rows[tagged.lemma_index].tolist()]


def expected(tagged: TaggedBatch) -> list[tuple[list[int], int]]:
    return [
        ([len(tagged.tokens.token_text(token)), len(tagged.lemmas[pair])], int(tagged.tags[token]))
        for token, pair in enumerate(tagged.lemma_index.tolist())
    ]


@pytest.mark.parametrize("limit", [0, 1, _LIMIT, 1000])
def test_what_is_said_does_not_depend_on_what_is_kept(limit: int) -> None:
    cache, annotator = PairCache(described, limit), fresh()
    for size in (1, 3, len(TEXTS)):
        for first in range(0, len(TEXTS), size):
            tagged = annotator(TEXTS[first : first + size])
            assert told(cache, tagged) == expected(tagged)
            assert cache.size <= limit


def test_a_full_cache_starts_anew_and_what_it_gave_out_stays() -> None:
    cache, annotator = PairCache(described, _LIMIT), fresh()
    first = annotator([TEXTS[0]])
    (lengths, _), rows = cache(first)
    before, kept = lengths[rows].copy(), cache.size
    cache(annotator([TEXTS[2]]))
    assert kept < cache.size <= _LIMIT
    cache(annotator([TEXTS[3]]))
    assert cache.size < _LIMIT
    assert (lengths[rows] == before).all()
    assert told(cache, first) == expected(first)


def test_a_pair_is_computed_once_a_vocabulary() -> None:
    computed: list[str] = []

    def counted(pairs: TaggedWords) -> Columns:
        computed.extend(pairs.words)
        return described(pairs)

    cache, annotator = PairCache(counted, 1000), fresh()
    for _ in range(2):
        cache(annotator(TEXTS))
    assert len(computed) == cache.size
    other = fresh()(["Autre chose."])
    assert told(cache, other) == expected(other)
    assert cache.size == 3


def test_a_batch_without_a_token_has_no_rows() -> None:
    (lengths, _), rows = PairCache(described, _LIMIT)(fresh()([""]))
    assert lengths.shape[1] == 2
    assert len(rows) == 0


def test_threads_that_fill_one_cache_read_the_same() -> None:
    cache, annotator = PairCache(described, _LIMIT), fresh()
    batches = [annotator([text]) for text in TEXTS] * 20
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda tagged: told(cache, tagged), batches)) == [expected(tagged) for tagged in batches]


def test_a_cache_is_sent_to_another_process_without_what_it_keeps() -> None:
    cache, tagged = PairCache(described, _LIMIT), fresh()([TEXTS[0]])
    cache(tagged)
    sent = pickle.loads(pickle.dumps(cache))
    assert sent.size == 0
    assert told(sent, tagged) == expected(tagged)
