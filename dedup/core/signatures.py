"""Documents -> token hashes and signatures, batch by batch: the hot path from end to end."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dedup.core import minhash
from dedup.core.ragged import Ragged
from dedup.core.shingles import shingle, tokenize
from dedup.core.text import batches, encode, fold
from dedup.core.workspace import Workspace
from dedup.settings import Settings
from dedup.types import Bytes, Offsets, Signatures

__all__ = ["of_buffer", "of_texts"]


def of_buffer(buffer: Bytes, offsets: Offsets, settings: Settings) -> Signatures:
    """``(n, k)`` signatures of the documents ``buffer[offsets[i]:offsets[i + 1]]``, valid UTF-8; nothing is copied."""
    return _run(((first, last, buffer, offsets[first : last + 1]) for first, last in batches(offsets)), len(offsets) - 1, settings)


def of_texts(texts: Sequence[str], settings: Settings) -> Signatures:
    sizes = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    runs = batches(np.append(0, sizes))
    return _run(((first, last, *encode(texts[first:last])) for first, last in runs), len(texts), settings)


def _run(runs: Iterator[tuple[int, int, Bytes, Offsets]], count: int, settings: Settings) -> Signatures:
    signatures = np.empty((count, settings.k), np.uint32)
    waiting, work = minhash.Waiting(), Workspace()
    for first, last, buffer, offsets in runs:
        folded = fold(buffer, offsets, work)
        tokens = tokenize(folded, settings.seed, work)
        shingles = shingle(tokens, settings.shingle_size, settings.seed, work)
        minhash.start(shingles, signatures[first:last], first, waiting, work)
        if waiting.size > 1 << 18:
            minhash.fill(signatures, waiting)
    minhash.fill(signatures, waiting)
    return signatures
