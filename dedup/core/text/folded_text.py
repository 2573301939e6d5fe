"""Folded text -> folded text with bytes removed and with zero bytes between tokens.

`core.text.folding` makes the record `Folded` and calls these functions.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Bytes, Flags, Indices, Offsets
from dedup.core.text.characters.entries import GONE

PADDING: Final = 32
"""Zero bytes behind the last token, so that words can be loaded past its end."""

_SPARSE: Final = 256
"""Bytes between two edits, on average, from which on the text between the edits is copied run by run."""

_ZERO: Final = memoryview(b"\0")


class Folded(NamedTuple):
    """Folded text of ``n`` documents.

    - ``buffer`` ``(bytes + PADDING,) uint8``: the tokens in UTF-8, with zero bytes between them. The first byte of
      every token has bit 0x20.
    - ``inside`` ``(bytes + PADDING,) bool``: where ``buffer`` is not 0.
    - ``offsets`` ``(n + 1,) int64``: where each document starts in ``buffer``, and where the last one ends.
    - ``ascii``: whether no byte of ``buffer`` is above 0x7F.
    """

    buffer: Bytes
    inside: Flags
    offsets: Offsets
    ascii: bool


def apply_edits(folded: Folded, gone: Indices, edges: Indices) -> Folded:
    """Remove bytes, and put zero bytes between tokens.

    Args:
        folded: the text to edit.
        gone: ``(g,) int64`` positions of bytes to remove, rising.
        edges: ``(e,) int64`` positions, rising. A zero byte is put before each of them that has token bytes on both
            sides.

    Returns:
        The edited text. It is ``folded`` itself if nothing is to be done.
    """
    buffer = folded.buffer
    edges = edges[folded.inside.take(edges) & folded.inside.take(edges - 1)]
    count = gone.size + edges.size
    if not count:
        return folded
    if count * _SPARSE < buffer.size:
        positions = np.concatenate((gone, edges))
        order = positions.argsort(kind="stable")
        buffer = np.frombuffer(_splice(buffer, positions[order].tolist(), (order < gone.size).tolist()), np.uint8)
    else:
        keep = np.ones(buffer.size, np.bool_)
        keep[gone] = False
        buffer = np.insert(buffer[keep], edges - gone.searchsorted(edges), 0)
    offsets = folded.offsets - gone.searchsorted(folded.offsets) + edges.searchsorted(folded.offsets)
    return Folded(buffer, buffer != 0, offsets, folded.ascii)


def _splice(buffer: Bytes, positions: list[int], gone: list[bool]) -> bytes:
    """Return the buffer with the byte at each position removed (``gone``), or with a zero byte put before the position.

    For few positions, a copy of the runs between them takes half the time of a mask.
    """
    view, runs, before = buffer.data, [], 0
    for position, removed in zip(positions, gone, strict=True):
        runs.append(view[before:position])
        if not removed:
            runs.append(_ZERO)
        before = max(before, position + removed)  # one position may be in both lists
    return b"".join([*runs, view[before:]])


def separate(folded: Folded, edges: Indices) -> Folded:
    """Put a zero byte before every position of ``edges`` (rising) that has token bytes on both sides."""
    glued = folded.inside.take(edges)
    glued &= folded.inside.take(edges - 1)  # position -1 is the last byte, which is never inside a token
    if not glued.any():
        return folded
    edges = edges[glued]
    edges = edges[np.diff(edges, prepend=-1) > 0]  # an empty document starts where the next document starts
    buffer = np.insert(folded.buffer, edges, 0)
    offsets = folded.offsets + np.searchsorted(edges, folded.offsets, "left")
    return Folded(buffer, buffer != 0, offsets, folded.ascii)


def close_up(folded: Folded, removed: list[Indices]) -> Folded:
    """Remove the bytes `GONE`. ``removed`` has their positions: several arrays, each rising."""
    buffer, offsets = folded.buffer, folded.offsets
    if removed:
        buffer = buffer[buffer != GONE]
        offsets = offsets - count_before(removed, offsets)
    return Folded(buffer, np.not_equal(buffer, 0, folded.inside[: buffer.size]), offsets, folded.ascii)


def count_before(removed: list[Indices], positions: Indices) -> Indices:
    """``(p,) int64`` how many of the positions ``removed`` lie before each of ``positions`` ``(p,)``."""
    return sum((rising.searchsorted(positions) for rising in removed), start=np.zeros(positions.size, np.int64))
