"""The text of a batch of documents -> blocks, the units in which boilerplate repeats; and one hash for each block.

A block is a sentence of a line, or a line that holds one sentence. `core.text.sentence_ends` says where sentences end, and
`core.sites.boilerplate` what a block is worth.
"""

import functools
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Hashes, Indices, Offsets
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, bounds_of, edges_of, ranges
from dedup.core.arrays.sorting import first_of_equals, where_set
from dedup.core.text.sentence_ends import sentence_ends as ends

_CHUNK: Final = 1 << 18
"""Bytes looked at together: the flags that are made of them stay in the second-level cache."""

_TOKENS: Final = 1 << 14
"""Tokens that are hashed together."""

_STEPS: Final = 4
"""Bytes of space at the end of a line that are looked at in arrays; a longer end is looked at line by line."""

_LINE_FEED: Final = ord("\n")
_RETURN: Final = ord("\r")
_SPACE: Final = ord(" ")
_BLANK: Final = bytes(range(_SPACE + 1))
"""Bytes that are space at the end of a line."""


class Blocks(NamedTuple):
    """Block ``j`` is ``buffer[offsets[j]:offsets[j + 1]]``; document ``i`` owns the blocks ``bounds[i]`` to
    ``bounds[i + 1] - 1``.

    ``offsets`` ``(m + 1,) int64`` rises strictly; ``bounds`` is ``(n + 1,) int64``. The blocks of a document are
    exactly its text; an empty document has none. ``labels`` ``(m,) bool`` says where a block is a whole line, and its
    document has several lines that are not blank: such a block may be a label of a site.
    """

    offsets: Offsets
    bounds: Offsets
    labels: npt.NDArray[np.bool_]


def split_blocks(buffer: Bytes, offsets: Offsets) -> Blocks:
    r"""Cut the documents ``buffer[offsets[i]:offsets[i + 1]]``, ``(n + 1,)`` offsets into valid UTF-8, into blocks.

    A line ends after ``\n``, ``\r\n`` or ``\r``. A line is also cut after each sentence (`core.text.sentence_ends`), but not
    where only space follows. A line is blank if all its bytes are spaces or control characters of ASCII. (To join
    the lines of a text that is wrapped to a width was tried: of 798 recurring reports of 1987 it put 11 together, not
    8, for the lines that they share are boilerplate.)

    How a document is cut depends on nothing outside of it. Time is some passes over the bytes, fewer for ASCII.
    """
    lines = _merge(offsets, _line_ends(buffer, int(offsets[0]), int(offsets[-1])))
    stops = _stops(buffer, lines)
    marks, inner = ends(buffer, int(lines[0]), int(lines[-1]))
    inner = inner[inner < stops.take(lines.searchsorted(marks, "right") - 1)] if marks.size else inner
    places = _merge(lines, inner) if inner.size else lines
    bounds = places.searchsorted(offsets)
    return Blocks(places, bounds, _labels(places, lines, offsets, bounds, stops > lines[:-1]))


def _labels(
    places: Offsets, lines: Offsets, offsets: Offsets, bounds: Offsets, full: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """`Blocks.labels` of the blocks that ``places`` bound, ``full`` saying which of the lines are not blank."""
    edge = np.zeros(places.size, np.bool_)
    edge[places.searchsorted(lines)] = True
    whole: npt.NDArray[np.bool_] = edge[:-1] & edge[1:]
    rows = lines.searchsorted(offsets)
    filled = edges_of(full)[rows]
    whole &= (filled[1:] - filled[:-1] > 1).repeat(bounds[1:] - bounds[:-1])
    return whole


def _stops(buffer: Bytes, lines: Offsets) -> Indices:
    """Where the last byte of each line ends that is no space; where the line begins, if it is blank."""
    begins, stops = lines[:-1], lines[1:].copy()
    going = np.arange(stops.size)
    for _ in range(_STEPS):
        going = going[buffer.take(stops[going] - 1) <= _SPACE]
        stops[going] -= 1
        going = going[stops[going] > begins[going]]
        if not going.size:
            return stops
    for line in going.tolist():
        begin = int(begins[line])
        stops[line] = begin + len(buffer[begin : stops[line]].tobytes().rstrip(_BLANK))
    return stops


def _merge(one: Indices, other: Indices) -> Indices:
    """The places in either, sorted and distinct."""
    places = np.concatenate((one, other))
    places.sort()
    merged: Indices = places[first_of_equals(places)]
    return merged


def _chunks(first: int, last: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + _CHUNK, last)) for start in range(first, last, _CHUNK))


def _line_ends(buffer: Bytes, first: int, last: int) -> Indices:
    """Places between ``first`` and ``last`` where a line has just ended."""
    found = []
    for start, end in _chunks(first, last):
        part = buffer[start:end]
        ends = part == _LINE_FEED
        returns = part == _RETURN
        if returns.any():
            # The line feed of a pair ends the line; a document that ends between the two is cut there anyway.
            returns[:-1] &= ~ends[1:]
            returns[-1] &= end == last or bool(buffer[end] != _LINE_FEED)
            ends |= returns
        found.append(where_set(ends) + (start + 1))
    return _joined(found)


def _joined(parts: list[Indices]) -> Indices:
    """The parts as one: most batches are one part."""
    joined: Indices = parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, np.int64), *parts])
    return joined


def block_hashes(tokens: Ragged) -> Hashes:
    """``(m,)`` one hash for the token hashes of each row, 0 for a row without tokens and for no other.

    It is a polynomial in an odd number, modulo 2 ** 64, whose coefficients are the tokens, scrambled, and their number;
    and it is mixed (polynomial hash: Karp and Rabin 1987): equal sequences have equal hashes, and others, orders
    included, differ as random numbers do. Every bit is mixed, as `core.sketch.minhash` asks.
    """
    found = np.zeros(len(tokens.bounds), np.uint64)
    lengths = tokens.lengths
    rows = lengths.nonzero()[0]
    if not rows.size:
        return found
    bounds, sums = tokens.bounds.take(rows, axis=0), lengths.take(rows).view(np.uint64)
    base = int(multiplier("place", 0))
    powers, inverses = _powers(base, _TOKENS), _inverses(base, _TOKENS)
    for begin in range(int(bounds[0, 0]), int(bounds[-1, 1]), _TOKENS):
        some = slice(bounds[:, 1].searchsorted(begin, "right"), bounds[:, 0].searchsorted(begin + _TOKENS))
        edges = bounds[some].reshape(-1) - begin
        if not edges.size:
            continue
        before = max(0, -int(edges[0]))  # tokens of the first row that have been summed up
        if before or edges[-1] > _TOKENS:
            edges = np.clip(edges, 0, _TOKENS)
        values = tokens.values[begin : begin + int(edges[-1])] * multiplier("mix", 0)
        values ^= values >> np.uint64(32)
        values *= powers[: values.size]
        # Every second edge ends a row, and what follows is of none; each sum is shifted to where its row begins.
        shifts = inverses.take(edges[::2])
        if before:
            shifts[0] *= np.uint64(pow(base, before, 1 << 64))
        sums[some] += np.add.reduceat(values, edges[:-1])[::2] * shifts
    found[rows] = np.maximum(_mix(sums), np.uint64(1))
    return found


@functools.cache
def _powers(base: int, count: int) -> Hashes:
    """``(count,)`` the powers of a number modulo 2 ** 64, from the one that is 1."""
    factors = np.full(count, base, np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


@functools.cache
def _inverses(base: int, count: int) -> Hashes:
    """The powers of the number by which that one makes 1."""
    return _powers(pow(base, -1, 1 << 64), count)


def _mix(values: Hashes) -> Hashes:
    """A bijection of 64 bits, each of which then depends on all (two rounds of xor-shift and multiply), in place."""
    spare = values >> np.uint64(32)
    values ^= spare
    values *= multiplier("mix", 0)
    values ^= np.right_shift(values, np.uint64(29), spare)
    values *= multiplier("mix 2", 0)
    values ^= np.right_shift(values, np.uint64(32), spare)
    return values


def drop_blocks(
    values: Hashes, words: npt.NDArray[np.integer[Any]], blocks: Indices, dropped: npt.NDArray[np.bool_]
) -> Ragged:
    """Tokens of texts without their dropped blocks.

    The tokens of a text that loses blocks move together, in place; a text that loses none stays as it is.

    Args:
        values: the tokens of ``n`` texts, which lie one behind the other. They are written to.
        words: ``(m,)`` words of each block.
        blocks: ``(n,)`` blocks of each text, which are the next of the ``m`` blocks.
        dropped: ``(m,)`` which blocks are dropped.

    Returns:
        A row for each text; what stands between two rows is of none.
    """
    rows, edges = bounds_of(blocks), edges_of(words)
    bounds = edges[rows]
    lost = edges_of(words * dropped)[rows]
    some = (lost[:, 1] > lost[:, 0]).nonzero()[0]
    if some.size:
        places = ranges(rows[some, 0], blocks[some])
        kept = places[~dropped[places]]
        bounds[:, 1] -= lost[:, 1] - lost[:, 0]
        values[ranges(bounds[some, 0], bounds[some, 1] - bounds[some, 0])] = values[
            ranges(edges[kept], edges[kept + 1] - edges[kept])
        ]
    return Ragged(values, bounds)
