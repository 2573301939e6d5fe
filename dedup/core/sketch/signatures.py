"""Documents -> signatures, batch by batch: the whole hot path."""

from collections.abc import Iterator, Sequence

import numpy as np

from dedup.array_types import Bytes, Offsets, Signatures
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch import minhash
from dedup.core.sketch.shingles import shingle
from dedup.core.text.batches import DOCUMENTS, batches, encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.settings import Settings


def of_buffer(buffer: Bytes, offsets: Offsets, settings: Settings) -> Signatures:
    """Return the ``(n, k)`` signatures of documents in one buffer. The function does not copy the buffer.

    Args:
        buffer: the documents in UTF-8. Document ``i`` is ``buffer[offsets[i]:offsets[i + 1]]``.
        offsets: ``(n + 1,)`` whole numbers of any type. They need not start at 0. So both arrays may be views of an
            Arrow array.
        settings: the size of a shingle, the number of slots and the seed.
    """
    runs = ((buffer, offsets[first : last + 1]) for first, last in batches(offsets))
    return _sketch_runs(runs, len(offsets) - 1, settings)


def of_texts(texts: Sequence[str], settings: Settings) -> Signatures:
    """Return the ``(n, k)`` signatures of the texts.

    Raises:
        InputError: a text is not Unicode.
    """
    return _sketch_runs(_encode_batches(texts), len(texts), settings)


def _encode_batches(texts: Sequence[str]) -> Iterator[tuple[Bytes, Offsets]]:
    """Yield buffer and offsets of each batch. Texts whose lengths were read just now are still in cache."""
    for first in range(0, len(texts), DOCUMENTS):
        group = texts[first : first + DOCUMENTS]
        edges = edges_of(np.fromiter(map(len, group), np.int64, len(group)))
        for begin, end in batches(edges):
            yield encode(group[begin:end], first + begin)


def _sketch_runs(runs: Iterator[tuple[Bytes, Offsets]], count: int, settings: Settings) -> Signatures:
    """Return the signatures of ``count`` documents in runs of a buffer and of offsets in the buffer."""
    workspace = Workspace()
    sketcher = minhash.Sketcher(count, settings.k, workspace)
    for buffer, offsets in runs:
        tokens = tokenize(fold(buffer, offsets, workspace), settings.seed, workspace)
        sketcher.add(shingle(tokens, settings.shingle_size, settings.seed, workspace))
    return sketcher.finish()
