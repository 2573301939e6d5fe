"""Documents to batches of UTF-8 that are folded together."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from dedup.array_types import Bytes, Offsets
from dedup.errors import InputError

BATCH_BYTES: Final = 180_000
"""Text folded at a time: the arrays made from it stay in the second-level cache."""

_DOCUMENTS: Final = 512
"""Documents folded at a time at most: their signatures stay in cache too."""


def encode(texts: Sequence[str], first: int = 0) -> tuple[Bytes, Offsets]:
    """Texts as one UTF-8 buffer, a line feed after each, and the ``(n + 1,)`` offsets of the texts in it.

    Raises `InputError` for a text that is not Unicode (a lone surrogate), naming its place, counted from ``first``.
    """
    if len(texts) == 1 and texts[0].isascii():
        data = texts[0].encode()
        return np.frombuffer(data, np.uint8), np.array((0, len(data)))
    if all(map(str.isascii, texts)):
        data = "\n".join(texts).encode()
        sizes = map(len, texts)
    else:
        try:
            encoded = list(map(str.encode, texts))
        except UnicodeEncodeError as error:
            place = next(index for index, text in enumerate(texts) if text is error.object)
            raise InputError(
                f"text {first + place} has a lone surrogate at character {error.start}: it is not Unicode; decode it "
                "again with errors='replace'"
            ) from error
        data = b"\n".join(encoded)
        sizes = map(len, encoded)
    offsets = np.arange(len(texts) + 1)
    offsets[1:] += np.fromiter(sizes, np.int64, len(texts)).cumsum()
    offsets[-1] = len(data)
    return np.frombuffer(data, np.uint8), offsets


def batches(offsets: Offsets, size: int = BATCH_BYTES, most: int = _DOCUMENTS) -> Iterator[tuple[int, int]]:
    """Runs ``(first, last)`` of documents of about ``size`` bytes, each of 1 to ``most`` documents."""
    first, count = 0, len(offsets) - 1
    while first < count:
        last = int(np.searchsorted(offsets, offsets[first] + size, "right")) - 1
        last = max(first + 1, min(last, first + most))
        yield first, last
        first = last
