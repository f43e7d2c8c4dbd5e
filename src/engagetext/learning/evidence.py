"""Which tokens readers marked."""

import numpy as np

from engagetext.findings import Span
from engagetext.text.batches import TokenBatch


def touched_tokens(tokens: TokenBatch, text: int, span: Span) -> list[int]:
    """Return the tokens of a text that a span of its characters touches, as numbers in the batch."""
    first, last = int(tokens.bounds[text]), int(tokens.bounds[text + 1])
    (touched,) = np.nonzero((tokens.ends[first:last] > span[0]) & (tokens.starts[first:last] < span[1]))
    found: list[int] = (touched + first).tolist()
    return found
