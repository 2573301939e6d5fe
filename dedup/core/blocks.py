"""The text of a batch of documents -> blocks, the units in which page chrome repeats; and one hash for each block.

A block is a line. A page without line breaks, or a paragraph, has sentences instead: a long line is also cut where
sentences and teasers end. What a block is worth is `core.boilerplate`.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.ordered import first_of_equals
from dedup.core.ragged import Ragged
from dedup.core.shingles import multiplier
from dedup.types import Bytes, Hashes, Indices, Offsets

__all__ = ["LONG_LINE", "Blocks", "cut", "hashes", "without"]

LONG_LINE: Final = 250
"""Bytes above which a line is cut at the ends of its sentences too. Most menu entries and headlines are shorter, most
paragraphs longer."""

WRAPPED: Final = 40
"""Bytes from which on a line may be one that was wrapped to a width. Those of agency wires are, and lines that cut a
sentence anywhere are no blocks: what two versions of a story share of them would look like a site's labels."""

WIDEST: Final = 120
"""Bytes of the longest line of a text that was wrapped to a width."""

_ENDING: Final = np.isin(np.arange(256), [ord(char) for char in ".!?:"])

_CHUNK: Final = 1 << 16
"""Bytes looked at together: the flags that are made of them stay in the second-level cache."""

_LINE_FEED: Final = ord("\n")
_RETURN: Final = ord("\r")
_SPACE: Final = ord(" ")
_DOT: Final = ord(".")
_BAR: Final = ord("|")
_MARKS: Final = (_DOT, ord("!"), ord("?"), _BAR)
_CLOSING: Final = np.isin(np.arange(256), [ord(char) for char in "\"'`)"])
"""For each byte, whether it may stand between the end of a sentence and the space after it."""

_STOPS: Final = {0xE3: (b"\x80\x82",), 0xEF: (b"\xbc\x81", b"\xbc\x9f")}
"""The ideographic ``。！？`` in UTF-8: first byte -> the other two."""


class Blocks(NamedTuple):
    """Block ``j`` is ``buffer[offsets[j]:offsets[j + 1]]``; document ``i`` owns the blocks ``bounds[i]`` to
    ``bounds[i + 1] - 1``.

    ``offsets`` ``(m + 1,) int64`` rises strictly; ``bounds`` is ``(n + 1,) int64``. The blocks of a document are
    exactly its text; an empty document has none.
    """

    offsets: Offsets
    bounds: Offsets


def cut(buffer: Bytes, offsets: Offsets) -> Blocks:
    r"""Cut the documents ``buffer[offsets[i]:offsets[i + 1]]``, ``(n + 1,)`` offsets into valid UTF-8, into blocks.

    A line ends after ``\n``, ``\r\n`` or ``\r``, but not where that only wraps a sentence (`_unwrap`).
    A line of more than `LONG_LINE` bytes is also cut

    - after a space that follows one of ``.!?``, or one of these and one of ``"'`)``;
    - after three dots or more, whatever follows: teasers end so, glued to the next word;
    - after an ideographic ``。``, ``！`` or ``？``;
    - after a bar between spaces.

    How a document is cut depends on nothing outside of it. Time is some passes over the bytes, fewer for ASCII and for
    text without long lines.
    """
    lines = _merge(offsets, _line_ends(buffer, int(offsets[0]), int(offsets[-1])))
    lines = _unwrap(buffer, lines, offsets)
    places = _merge(lines, _sentence_ends(buffer, lines))
    return Blocks(places, np.searchsorted(places, offsets))


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
    found = [np.zeros(0, np.int64)]
    for start, end in _chunks(first, last):
        part = buffer[start:end]
        ends = part == _LINE_FEED
        returns = part == _RETURN
        if returns.any():
            # The line feed of a pair ends the line; a document that ends between the two is cut there anyway.
            returns[:-1] &= ~ends[1:]
            returns[-1] &= end == last or bool(buffer[end] != _LINE_FEED)
            ends |= returns
        found.append(np.flatnonzero(ends) + (start + 1))
    return np.concatenate(found)


def _unwrap(buffer: Bytes, lines: Offsets, offsets: Offsets) -> Offsets:
    """The bounds of lines without those that only wrap a sentence: the line before has more than `WRAPPED` bytes and no
    mark at its end, and the one after, in the same document, goes on with a small letter or a digit.

    A document is wrapped if no line is longer than `WIDEST` and lines end so twice or more, and one in three at least.
    (A caption above a name in small letters is not.)
    """
    inner, lengths = lines[1:-1], _lengths(buffer, lines)
    after = buffer[inner]
    wrapped = ((after >= ord("a")) & (after <= ord("z"))) | ((after >= ord("0")) & (after <= ord("9")))
    wrapped &= (lengths[:-1] > WRAPPED) & ~_ENDING[buffer[lines[:-2] + lengths[:-1] - 1]]
    wrapped &= offsets[np.searchsorted(offsets, inner)] != inner
    if not wrapped.any():
        return lines
    count = offsets.size - 1
    document = np.searchsorted(offsets, lines[:-1], "right") - 1
    times, longest = np.bincount(document[1:][wrapped], minlength=count), np.zeros(count, np.int64)
    np.maximum.at(longest, document, lengths)
    hard = (longest <= WIDEST) & (times >= 2) & (3 * times >= np.bincount(document[lengths > 0], minlength=count))
    wrapped &= hard[document[1:]]
    return lines[np.concatenate(([True], ~wrapped, [True]))]


def _lengths(buffer: Bytes, lines: Offsets) -> Indices:
    """Bytes of each line without its end, which the last line of a batch need not have."""
    lengths = np.diff(lines)
    if not lengths.size:
        return lengths
    last, before = buffer[lines[1:] - 1], buffer[np.maximum(lines[1:] - 2, lines[0])]
    feed = last == _LINE_FEED
    lengths -= feed | (last == _RETURN)
    lengths -= feed & (before == _RETURN) & (lengths > 0)
    return lengths


def _sentence_ends(buffer: Bytes, lines: Offsets) -> Indices:
    """Places inside the long ones of the lines that ``lines`` bounds where a sentence has just ended, sorted but for
    those of stops beyond ASCII."""
    long = _lengths(buffer, lines) > LONG_LINE
    found = [np.zeros(0, np.int64)]
    for start, end in _chunks(int(lines[0]), int(lines[-1])) if long.any() else ():
        part = buffer[start:end]
        marks = part == _MARKS[0]
        for mark in _MARKS[1:]:
            marks |= part == mark
        found.append(_after_marks(buffer, np.flatnonzero(marks) + start, lines, long))
        # A character may begin in this chunk and end in the next one.
        part = buffer[start : min(end + 2, int(lines[-1]))]
        if part.size > 2 and int(part.max()) >= 0x80:
            stops = np.flatnonzero(_stops(part)) + start
            found.append(stops[long[_line_of(stops, lines)]] + 3)
    return np.concatenate(found)


def _line_of(places: Indices, lines: Offsets) -> Indices:
    return np.searchsorted(lines, places, "right") - 1


def _after_marks(buffer: Bytes, marks: Indices, lines: Offsets, long: npt.NDArray[np.bool_]) -> Indices:
    """Where the sentences end whose last mark is one of ``marks``, the places of `_MARKS`; at most the line's end."""
    line = _line_of(marks, lines)
    inside = long[line]
    marks, begin, end = marks[inside], lines[line[inside]], lines[line[inside] + 1]
    last = lines[-1] - 1  # bytes beyond the line are looked at, but what they say is not used
    mark, following, before = buffer[marks], buffer[np.minimum(marks + 1, last)], buffer[marks - 1]
    bar = mark == _BAR
    closed = _CLOSING[following] & ~bar
    places = marks + 2 + closed
    spaced = (buffer[np.minimum(places - 1, last)] == _SPACE) & (places <= end)
    spaced &= ~bar | ((before == _SPACE) & (marks > begin))
    # Of four dots or more, the last ones end the teaser; before a space the cut is after the space.
    dots = (mark == _DOT) & (before == _DOT) & (marks - 2 >= begin)
    dots &= (buffer[np.maximum(marks - 2, 0)] == _DOT) & ~spaced & ((following != _DOT) | (marks + 1 == end))
    return np.concatenate((places[spaced], marks[dots] + 1))


def _stops(part: Bytes) -> npt.NDArray[np.bool_]:
    """``(bytes - 2,)`` where one of `_STOPS` begins."""
    first, second, third = part[:-2], part[1:-1], part[2:]
    found = np.zeros(first.size, np.bool_)
    for lead, ends in _STOPS.items():
        leads = first == lead
        if leads.any():  # most text that is not ASCII has neither lead
            found |= leads & np.logical_or.reduce([(second == end[0]) & (third == end[1]) for end in ends])
    return found


def hashes(tokens: Ragged) -> Hashes:
    """``(m,)`` one hash for the token hashes of each row, 0 for a row without tokens and for no other.

    Each token is mixed with its place in the row, the sum over the row is mixed again: equal sequences have equal
    hashes, and others, orders included, differ as random numbers do. Every bit is mixed, as `core.minhash` asks.
    """
    found = np.zeros(len(tokens.bounds), np.uint64)
    rows = np.flatnonzero(tokens.lengths > 0)
    if not rows.size:
        return found
    # From the first to the last value of a row; between two rows there may be values, which count as rows here.
    edges = tokens.bounds[rows].reshape(-1)
    values = tokens.values[edges[0] : edges[-1]]
    edges -= edges[0]
    places = np.arange(values.size) - np.repeat(edges[:-1], np.diff(edges)) + 1
    mixed = _mix(values ^ (places.view(np.uint64) * multiplier("place", 0)))
    sums = _mix(np.add.reduceat(mixed, edges[:-1])[::2])
    found[rows] = np.maximum(sums, np.uint64(1))
    return found


def _mix(values: Hashes) -> Hashes:
    """A bijection of 64 bits, each of which then depends on all (two rounds of xor-shift and multiply)."""
    values = values ^ (values >> np.uint64(32))
    values *= multiplier("mix", 0)
    values ^= values >> np.uint64(29)
    values *= multiplier("mix 2", 0)
    values ^= values >> np.uint64(32)
    return values


def without(values: Hashes, words: Indices, blocks: Indices, dropped: npt.NDArray[np.bool_]) -> Ragged:
    """The tokens ``values`` of some texts, which lie one behind the other, without their dropped blocks.

    Text ``i`` has the next ``blocks[i]`` of the blocks ``(m,)``, each of so many ``words``.
    """
    ends = np.cumsum(blocks)
    counts = np.append(0, np.cumsum(np.where(dropped, 0, words)))
    bounds = np.stack((counts[ends - blocks], counts[ends]), axis=1)
    return Ragged(values[np.repeat(~dropped, words)] if dropped.any() else values, bounds)
