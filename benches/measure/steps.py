"""Steps that several benchmarks share: the rate beside a time, and the shingles of a batch."""

from collections.abc import Callable

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch.shingles import shingle
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.settings import Settings

Rate = Callable[[float, str], None]
"""Writes an amount of a unit in a second beside the time of a benchmark."""


def shingles_of(texts: list[str], settings: Settings) -> Ragged:
    """The shingle hashes of texts as one batch, in memory of their own."""
    work = Workspace()
    tokens = tokenize(fold(*encode(texts), work), settings.seed, work)
    return shingle(tokens, settings.shingle_size, settings.seed, Workspace())
