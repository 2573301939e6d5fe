"""The text of a batch of documents -> blocks, the units in which boilerplate repeats.

A block is a sentence of a line, or a line that holds one sentence. `core.text.sentence_ends` finds the sentences,
`core.text.block_hashes` hashes the blocks, and `core.sites.boilerplate` finds boilerplate among them.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Bytes, Flags, Indices, Offsets
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.text.sentence_ends import find_marks, sentence_ends

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
    labels: Flags


def split_blocks(buffer: Bytes, offsets: Offsets) -> Blocks:
    r"""Cut the documents ``buffer[offsets[i]:offsets[i + 1]]``, ``(n + 1,)`` offsets into valid UTF-8, into blocks.

    A line ends after ``\n``, ``\r\n`` or ``\r``. A line is also cut after each sentence (`core.text.sentence_ends`),
    unless only space follows the sentence. A line is blank if all its bytes are spaces or control characters of ASCII.
    The blocks of a document depend on nothing outside of it.

    The time is some passes over the bytes, fewer for ASCII. To join the lines of a text that is wrapped to a width was
    tried: of 798 recurring reports of 1987 it put 11 into stories, not 8, because the lines that they share are
        boilerplate.
    """
    marks, ends_line = _find_marks(buffer, offsets)
    lines = np.concatenate((offsets[:1], marks.take(ends_line.nonzero()[0]) + 1))
    stops = _text_stops(buffer, lines)
    line = ends_line.cumsum()
    line -= ends_line
    ends = sentence_ends(buffer, marks)
    edges = np.where(ends_line, marks + 1, ends)
    cuts = (ends_line | (ends < stops.take(line))).nonzero()[0]
    cuts = cuts[first_of_equals(edges.take(cuts))]  # several marks may end one sentence
    edges = np.concatenate((offsets[:1], edges.take(cuts)))
    at_line_edge = np.concatenate((np.ones(1, np.bool_), ends_line.take(cuts)))
    bounds = edges.searchsorted(offsets)
    return Blocks(edges, bounds, _labels(at_line_edge, bounds, stops > lines[:-1], lines.searchsorted(offsets)))


def _find_marks(buffer: Bytes, offsets: Offsets) -> tuple[Indices, Flags]:
    """Return the positions where a line or a document ends, or a sentence may end, rising; and which end a line."""
    first, last = int(offsets[0]), int(offsets[-1])
    document_ends = offsets[offsets > first] - 1
    positions = [np.zeros(0, np.int64)]
    for start in range(first, last, _CHUNK):
        end = min(start + _CHUNK, last)
        flags = buffer[start:end] == _LINE_FEED
        flags |= buffer[start:end] == _RETURN
        of_chunk = slice(*document_ends.searchsorted((start, end)))
        flags[document_ends[of_chunk] - start] = True
        positions.append(find_marks(buffer, start, end, flags))
    marks = np.concatenate(positions)
    byte = buffer.take(marks)
    ends_line = byte == _LINE_FEED
    returns = (byte == _RETURN).nonzero()[0]
    ends_line[returns] = buffer.take(marks[returns] + 1, mode="clip") != _LINE_FEED  # else the line feed ends the line
    ends_line[marks.searchsorted(document_ends)] = True
    return marks, ends_line


def _labels(at_line_edge: Flags, bounds: Offsets, full: Flags, line_bounds: Offsets) -> Flags:
    """Return `Blocks.labels`.

    Args:
        at_line_edge: ``(m + 1,)`` which edges of blocks are edges of lines.
        bounds: as in `Blocks`.
        full: ``(l,)`` which lines are not blank.
        line_bounds: ``(n + 1,)`` the first line of each document, and the end.
    """
    whole_lines: Flags = at_line_edge[:-1] & at_line_edge[1:]
    full_before = edges_of(full)[line_bounds]
    whole_lines &= (full_before[1:] - full_before[:-1] > 1).repeat(bounds[1:] - bounds[:-1])
    return whole_lines


def _text_stops(buffer: Bytes, lines: Offsets) -> Indices:
    """``(l,)`` where the last byte of each line ends that is no space. A blank line has the position of its begin."""
    begins, stops = lines[:-1], lines[1:].copy()
    unfinished = np.arange(stops.size)
    for _ in range(_STEPS):
        last = stops.take(unfinished) - 1
        spaces = (buffer.take(last) <= _SPACE).nonzero()[0]
        unfinished, last = unfinished.take(spaces), last.take(spaces)
        stops[unfinished] = last
        unfinished = unfinished.take((last > begins.take(unfinished)).nonzero()[0])
        if not unfinished.size:
            return stops
    for line in unfinished.tolist():
        begin = int(begins[line])
        stops[line] = begin + len(buffer[begin : stops[line]].tobytes().rstrip(_BLANK))
    return stops
