"""Documents -> signatures, batch by batch: the hot path from end to end."""

from collections.abc import Iterator, Sequence

import numpy as np

from dedup.array_types import Bytes, Offsets, Signatures
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch import minhash
from dedup.core.sketch.shingles import shingle
from dedup.core.text.batches import batches, encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.settings import Settings


def of_buffer(buffer: Bytes, offsets: Offsets, settings: Settings) -> Signatures:
    """``(n, k)`` signatures of the documents ``buffer[offsets[i]:offsets[i + 1]]``, UTF-8; nothing is copied.

    ``offsets`` are whole numbers of any type and need not start at 0, so that both may be views of an Arrow array.
    """
    runs = ((first, last, buffer, offsets[first : last + 1]) for first, last in batches(offsets))
    return _run(runs, len(offsets) - 1, settings)


def of_texts(texts: Sequence[str], settings: Settings) -> Signatures:
    """``(n, k)`` signatures of the texts; raises `InputError` for one that is not Unicode."""
    ends = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=ends[1:])
    runs = ((first, last, *encode(texts[first:last], first)) for first, last in batches(ends))
    return _run(runs, len(texts), settings)


def _run(runs: Iterator[tuple[int, int, Bytes, Offsets]], count: int, settings: Settings) -> Signatures:
    """Signatures of ``count`` documents in runs ``(first, last, buffer, offsets)``."""
    signatures = np.empty((count, settings.k), np.uint32)
    waiting, work = minhash.Waiting(), Workspace()
    for first, last, buffer, offsets in runs:
        tokens = tokenize(fold(buffer, offsets, work), settings.seed, work)
        shingles = shingle(tokens, settings.shingle_size, settings.seed, work)
        minhash.start(shingles, signatures[first:last], first, waiting, work)
        if waiting.size > 1 << 18:
            minhash.fill(signatures, waiting)
    minhash.fill(signatures, waiting)
    return signatures
