"""A batch of documents -> one folded UTF-8 buffer in which every token stands between zero bytes.

Folding keeps the length of the text wherever it can: ASCII costs eight passes over bytes in cache and nothing else, and
the positions beyond ASCII are then mended one by one, all of them at once. What a token hashes to is `core.shingles`.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.core import unicode
from dedup.core.workspace import Workspace
from dedup.errors import InputError
from dedup.types import Bytes, Indices, Offsets

__all__ = ["BATCH_BYTES", "PADDING", "Folded", "batches", "encode", "fold"]

PADDING: Final = 16
"""Zero bytes behind the last token, so that words can be loaded past its end."""

BATCH_BYTES: Final = 180_000
"""Text folded at a time: the arrays made from it stay in the second-level cache."""

_ASCII_FOLD_BIT: Final = 0x20
_CONTINUATION: Final = 0x3F


class Folded(NamedTuple):
    """``buffer``: ``(bytes + PADDING,)``, folded text, 0 between tokens; ``offsets``: where each document starts in it.

    ``ascii`` tells that no byte of it is above 0x7F.
    """

    buffer: Bytes
    offsets: Offsets
    ascii: bool


def encode(texts: Sequence[str]) -> tuple[Bytes, Offsets]:
    """Texts as one UTF-8 buffer, a line feed after each, and the ``(n + 1,)`` offsets of the texts in it.

    Raises `InputError` naming the first text that is not Unicode (a lone surrogate).
    """
    joined = "\n".join(texts)
    lengths: list[int]
    if joined.isascii():
        data = joined.encode()
        lengths = list(map(len, texts))
    else:
        try:
            encoded = list(map(str.encode, texts))
        except UnicodeEncodeError as error:
            place = next(index for index, text in enumerate(texts) if text == error.object)
            raise InputError(
                f"text {place} has a lone surrogate at character {error.start}: it is not Unicode; decode it again "
                "with errors='replace'"
            ) from error
        data = b"\n".join(encoded)
        lengths = list(map(len, encoded))
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.array(lengths, np.int64) + 1, out=offsets[1:])
    offsets[-1] = len(data)
    return np.frombuffer(data, np.uint8), offsets


def batches(offsets: Offsets, size: int = BATCH_BYTES) -> Iterator[tuple[int, int]]:
    """Runs ``(first, last)`` of documents of about ``size`` bytes each, at least one document a run."""
    first, count = 0, len(offsets) - 1
    while first < count:
        last = max(first + 1, int(np.searchsorted(offsets, offsets[first] + size, "right")) - 1)
        yield first, last
        first = last


def fold(buffer: Bytes, offsets: Offsets, work: Workspace) -> Folded:
    """Fold a batch of documents; the result may lie in ``work``.

    ``buffer`` is valid UTF-8 and ``offsets`` ``(n + 1,)`` says where each document starts and the last one ends, in
    bytes; bytes before the first and after the last offset are not looked at. Neither is copied or changed.
    """
    text = buffer[offsets[0] : offsets[-1]]
    offsets = offsets - offsets[0]
    folded = _fold_ascii(text, work)
    ascii_only = text.size == 0 or int(text.max()) < 0x80
    if not ascii_only:
        text, folded, offsets = _fold_wide(text, folded, offsets, work)
    glued = offsets[1:-1]
    glued = glued[(glued > 0) & (glued < text.size)]
    return _separate(folded, offsets, glued, ascii_only)


def _fold_ascii(text: Bytes, work: Workspace) -> Bytes:
    """ASCII letters to lower case, digits as they are, every other byte to 0; PADDING zeros behind."""
    size = text.size
    folded = work.array("folded", size + PADDING, np.uint8)
    folded[size:] = 0
    lower = folded[:size]
    shifted = work.array("bytes", size, np.uint8)
    letter = work.array("flags", size, np.bool_)
    digit = work.array("flags 2", size, np.bool_)
    np.bitwise_or(text, _ASCII_FOLD_BIT, out=lower)
    np.subtract(lower, ord("a"), out=shifted)  # wraps below 'a', so that one comparison does
    np.less(shifted, 26, out=letter)
    np.subtract(text, ord("0"), out=shifted)
    np.less(shifted, 10, out=digit)
    np.logical_or(letter, digit, out=letter)
    np.multiply(lower, letter.view(np.uint8), out=lower)  # '0'..'9' have the fold bit already
    return folded


def _fold_wide(
    text: Bytes, folded: Bytes, offsets: Offsets, work: Workspace, rewritten: bool = False
) -> tuple[Bytes, Bytes, Offsets]:
    """Mend the characters beyond ASCII in ``folded``; returns the text, its fold and its offsets anew."""
    table = unicode.tables()
    lead = np.flatnonzero(text >= 0xC0)
    points, sizes = _decode(text, lead)
    known = np.minimum(points, unicode.LIMIT - 1)
    if not rewritten:
        asking = lead[table.rewrites[known] & (points < unicode.LIMIT)]
        if asking.size:
            text, offsets = _rewrite(text, offsets, asking)
            return _fold_wide(text, _fold_ascii(text, work), offsets, work, rewritten=True)
    kinds = table.kind[known]
    values = table.folded[known]
    beyond = np.flatnonzero(points >= unicode.LIMIT)
    if beyond.size:  # ideographs of the supplementary planes stand for themselves
        ideograph = points[beyond] < 0x40000
        kinds[beyond] = np.where(ideograph, unicode.UNSPACED, unicode.SEPARATOR)
        raw = sum(text[lead[beyond] + byte].astype(np.uint32) << np.uint32(8 * byte) for byte in range(4))
        values[beyond] = np.where(ideograph, raw, np.uint32(0))
    for byte in range(4):
        held = np.flatnonzero(sizes > byte) if byte > 1 else slice(None)
        folded[lead[held] + byte] = (values[held] >> np.uint32(8 * byte)) & np.uint32(0xFF)
    alone = np.flatnonzero(kinds == unicode.UNSPACED)
    if alone.size:
        edges = np.union1d(lead[alone], lead[alone] + sizes[alone])
        apart = _separate(folded, offsets, edges[(edges > 0) & (edges < text.size)], False)
        return apart.buffer[:-PADDING], apart.buffer, apart.offsets
    return text, folded, offsets


def _decode(text: Bytes, lead: Indices) -> tuple[Indices, Indices]:
    """Code points and UTF-8 lengths of the characters that start at ``lead``."""
    first = text[lead]
    last = text.size - 1
    sizes = 2 + (first >= 0xE0).astype(np.int64) + (first >= 0xF0)
    points = (first & np.where(sizes == 2, 0x1F, np.where(sizes == 3, 0x0F, 0x07))).astype(np.int64)
    for byte in range(1, 4):
        held = np.flatnonzero(sizes > byte) if byte > 1 else slice(None)
        points[held] = points[held] << 6 | text[np.minimum(lead[held] + byte, last)] & _CONTINUATION
    return points, sizes


def _rewrite(text: Bytes, offsets: Offsets, asking: Indices) -> tuple[Bytes, Offsets]:
    """The batch with the documents rewritten that hold a position of ``asking``."""
    data = text.tobytes()
    ends = offsets.tolist()
    parts = [data[start:end] for start, end in zip(ends[:-1], ends[1:], strict=True)]
    for row in np.unique(np.searchsorted(offsets, asking, "right") - 1).tolist():
        parts[row] = unicode.rewrite(parts[row].decode(errors="replace")).encode()
    sizes = np.array([0, *map(len, parts)], np.int64)
    return np.frombuffer(b"".join(parts), np.uint8), np.cumsum(sizes)


def _separate(folded: Bytes, offsets: Offsets, edges: Indices, ascii_only: bool) -> Folded:
    """Put a zero byte before every position of ``edges`` (sorted) that has token bytes on both of its sides."""
    edges = edges[(folded[edges - 1] != 0) & (folded[edges] != 0)]
    if edges.size:
        folded = np.insert(folded, edges, 0)
        offsets = offsets + np.searchsorted(edges, offsets, "left")
    return Folded(folded, offsets, ascii_only)
