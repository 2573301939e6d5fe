"""The text of a batch of documents -> blocks, the units in which boilerplate repeats.

A block is a sentence of a line, or a line that holds one sentence. `core.text.sentence_ends` finds the sentences,
`core.text.block_hashes` hashes the blocks, and `core.sites.boilerplate` finds boilerplate among them.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Indices, Offsets
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import first_of_equals, where_set
from dedup.core.text.sentence_ends import sentence_ends

_CHUNK: Final = 1 << 18
"""Bytes that are searched together: the flags made from them stay in the second-level cache."""

_STEPS: Final = 4
"""Bytes of space at the end of a line that are removed in arrays. A longer end is removed line by line."""

_LINE_FEED: Final = ord("\n")
_RETURN: Final = ord("\r")
_SPACE: Final = ord(" ")
_BLANK: Final = bytes(range(_SPACE + 1))
"""Bytes that are space at the end of a line."""


class Blocks(NamedTuple):
    """The blocks of ``n`` documents.

    Block ``j`` is ``buffer[offsets[j]:offsets[j + 1]]``. Document ``i`` has the blocks ``bounds[i]`` to
    ``bounds[i + 1] - 1``. The blocks of a document are exactly its text, and an empty document has no block.

    - ``offsets`` ``(m + 1,) int64``, strictly rising.
    - ``bounds`` ``(n + 1,) int64``.
    - ``labels`` ``(m,) bool``: whether a block is a whole line of a document that has several lines that are not blank.
      Such a block may be a label of a site.
    """

    offsets: Offsets
    bounds: Offsets
    labels: npt.NDArray[np.bool_]


def split_blocks(buffer: Bytes, offsets: Offsets) -> Blocks:
    r"""Cut the documents ``buffer[offsets[i]:offsets[i + 1]]``, ``(n + 1,)`` offsets into valid UTF-8, into blocks.

    A line ends after ``\n``, ``\r\n`` or ``\r``. A line is also cut after each sentence (`core.text.sentence_ends`),
    unless only space follows the sentence. A line is blank if all its bytes are spaces or control characters of ASCII.
    The blocks of a document depend on nothing outside of it.

    The time is some passes over the bytes, fewer for ASCII. To join the lines of a text that is wrapped to a width was
    tried: of 798 recurring reports of 1987 it put 11 into stories, not 8, because the lines that they share are
        boilerplate.
    """
    lines = _merge(offsets, _line_ends(buffer, int(offsets[0]), int(offsets[-1])))
    stops = _text_stops(buffer, lines)
    marks, inner = sentence_ends(buffer, int(lines[0]), int(lines[-1]))
    inner = inner[inner < stops.take(lines.searchsorted(marks, "right") - 1)] if marks.size else inner
    edges = _merge(lines, inner) if inner.size else lines
    bounds = edges.searchsorted(offsets)
    return Blocks(edges, bounds, _labels(edges, lines, offsets, bounds, stops > lines[:-1]))


def _labels(
    edges: Offsets, lines: Offsets, offsets: Offsets, bounds: Offsets, full: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Return `Blocks.labels`.

    Args:
        edges: ``(m + 1,)`` the edges of the blocks.
        lines: ``(l + 1,)`` the edges of the lines.
        offsets: ``(n + 1,)`` the edges of the documents.
        bounds: as in `Blocks`.
        full: ``(l,)`` which lines are not blank.
    """
    at_line_edge = np.zeros(edges.size, np.bool_)
    at_line_edge[edges.searchsorted(lines)] = True
    whole_lines: npt.NDArray[np.bool_] = at_line_edge[:-1] & at_line_edge[1:]
    rows = lines.searchsorted(offsets)
    full_before = edges_of(full)[rows]
    whole_lines &= (full_before[1:] - full_before[:-1] > 1).repeat(bounds[1:] - bounds[:-1])
    return whole_lines


def _text_stops(buffer: Bytes, lines: Offsets) -> Indices:
    """``(l,)`` where the last byte of each line ends that is no space. A blank line has the position of its begin."""
    begins, stops = lines[:-1], lines[1:].copy()
    unfinished = np.arange(stops.size)
    for _ in range(_STEPS):
        unfinished = unfinished[buffer.take(stops[unfinished] - 1) <= _SPACE]
        stops[unfinished] -= 1
        unfinished = unfinished[stops[unfinished] > begins[unfinished]]
        if not unfinished.size:
            return stops
    for line in unfinished.tolist():
        begin = int(begins[line])
        stops[line] = begin + len(buffer[begin : stops[line]].tobytes().rstrip(_BLANK))
    return stops


def _merge(left: Indices, right: Indices) -> Indices:
    """Return the positions of both arrays, sorted and distinct."""
    positions = np.concatenate((left, right))
    positions.sort()
    merged: Indices = positions[first_of_equals(positions)]
    return merged


def _chunk_edges(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the begin and the end of each chunk of the bytes ``first`` to ``last``."""
    return ((start, min(start + _CHUNK, last)) for start in range(first, last, _CHUNK))


def _line_ends(buffer: Bytes, first: int, last: int) -> Indices:
    """Return the positions between ``first`` and ``last`` where a line has just ended, rising."""
    positions = []
    for start, end in _chunk_edges(first, last):
        chunk = buffer[start:end]
        ends = chunk == _LINE_FEED
        returns = chunk == _RETURN
        if returns.any():
            # In a pair the line feed ends the line. Where a document ends inside a pair, the documents are cut anyway.
            returns[:-1] &= ~ends[1:]
            returns[-1] &= end == last or bool(buffer[end] != _LINE_FEED)
            ends |= returns
        positions.append(where_set(ends) + (start + 1))
    return _join(positions)


def _join(arrays: list[Indices]) -> Indices:
    """Join arrays. Most batches are one chunk, and one array is not copied."""
    joined: Indices = arrays[0] if len(arrays) == 1 else np.concatenate([np.zeros(0, np.int64), *arrays])
    return joined
