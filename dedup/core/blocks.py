"""The text of a batch of documents -> blocks, the units in which page chrome repeats; and one hash for each block.

A block is a line. A page without line breaks, or a paragraph, has sentences instead: a long line is also cut where
sentences and teasers end. What a block is worth is `core.boilerplate`.
"""

import functools
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.ordered import first_of_equals, where_set
from dedup.core.ragged import Ragged, bounds_of, edges_of, ranges
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

_ONGOING: Final = np.isin(np.arange(256), list(range(ord("a"), ord("z") + 1)) + list(range(ord("0"), ord("9") + 1)))
"""For each byte, whether a line that begins with it may go on with the sentence of the line before."""

_CHUNK: Final = 1 << 18
"""Bytes looked at together: the flags that are made of them stay in the second-level cache."""

_TOKENS: Final = 1 << 15
"""Tokens that are hashed together."""

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
    lines, lengths = _unwrap(buffer, lines, offsets)
    inner = _sentence_ends(buffer, lines, (lengths > LONG_LINE).nonzero()[0])
    places = _merge(lines, inner) if inner.size else lines
    return Blocks(places, places.searchsorted(offsets))


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


def _unwrap(buffer: Bytes, lines: Offsets, offsets: Offsets) -> tuple[Offsets, Indices]:
    """The bounds of lines without those that only wrap a sentence: the line before has more than `WRAPPED` bytes and no
    mark at its end, and the one after, in the same document, goes on with a small letter or a digit. And the lengths.

    A document is wrapped if no line is longer than `WIDEST` and lines end so twice or more, and one in three at least.
    (A caption above a name in small letters is not.)
    """
    lengths = _lengths(buffer, lines)
    inner = lines[1:-1]
    wrapped = lengths[:-1] > WRAPPED
    wrapped &= _ONGOING.take(buffer.take(inner))
    some = wrapped.nonzero()[0]
    if not some.size:
        return lines, lengths
    wrapped[some] = ~_ENDING.take(buffer.take(lines.take(some) + lengths.take(some) - 1, mode="clip"))
    some = wrapped.nonzero()[0]
    if not some.size:
        return lines, lengths
    wrapped[some] = offsets[offsets.searchsorted(inner[some])] != inner[some]
    if not wrapped.any():
        return lines, lengths
    count = offsets.size - 1
    document = np.searchsorted(offsets, lines[:-1], "right") - 1
    times, longest = np.bincount(document[1:][wrapped], minlength=count), np.zeros(count, np.int64)
    np.maximum.at(longest, document, lengths)
    hard = (longest <= WIDEST) & (times >= 2) & (3 * times >= np.bincount(document[lengths > 0], minlength=count))
    wrapped &= hard[document[1:]]
    if not wrapped.any():
        return lines, lengths
    lines = lines[np.concatenate(([True], ~wrapped, [True]))]
    return lines, _lengths(buffer, lines)


def _lengths(buffer: Bytes, lines: Offsets) -> Indices:
    """Bytes of each line without its end, which the last line of a batch need not have."""
    lengths = lines[1:] - lines[:-1]
    if not lengths.size:
        return lengths
    last = lines[1:] - 1
    feed = buffer.take(last) == _LINE_FEED
    lengths -= feed
    last -= feed
    returns = buffer.take(last, mode="clip") == _RETURN
    if returns.any():
        lengths -= returns & (lengths > 0)
    return lengths


def _sentence_ends(buffer: Bytes, lines: Offsets, long: Indices) -> Indices:
    """Places inside the ``long`` ones of the lines that ``lines`` bounds where a sentence has just ended, sorted but
    for those of stops beyond ASCII."""
    begins, ends = lines[long], lines[long + 1]
    found = []
    for start, end in _chunks(int(lines[0]), int(lines[-1])) if long.size else ():
        part = buffer[start:end]
        marks = part == _MARKS[0]
        for mark in _MARKS[1:]:
            marks |= part == mark
        found.append(_after_marks(buffer, where_set(marks) + start, begins, ends))
        # A character may begin in this chunk and end in the next one.
        part = buffer[start : min(end + 2, int(lines[-1]))]
        if part.size > 2 and int(part.max()) >= 0x80:
            stops = where_set(_stops(part)) + start
            found.append(stops[_inside(stops, begins, ends)[0]] + 3)
    return _joined(found)


def _inside(places: Indices, begins: Indices, ends: Indices) -> tuple[Indices, Indices]:
    """Which of the sorted ``places`` lie in one of the lines from ``begins`` to before ``ends``, and in which."""
    first, last = places.searchsorted(begins), places.searchsorted(ends)  # of long lines there are fewer than of marks
    counts = last - first
    return ranges(first, counts), np.arange(begins.size).repeat(counts)


def _after_marks(buffer: Bytes, marks: Indices, begins: Indices, ends: Indices) -> Indices:
    """Where the sentences end whose last mark is one of ``marks``, the places of `_MARKS`, and lies in a line from
    ``begins`` to before ``ends``; at most the line's end."""
    inside, line = _inside(marks, begins, ends)
    marks, begin, end = marks[inside], begins[line], ends[line]
    # Bytes beyond the line are looked at, but what they say is not used.
    mark, following, before = buffer.take(marks), buffer.take(marks + 1, mode="clip"), buffer.take(marks - 1)
    bar = mark == _BAR
    places = marks + 2
    places += _CLOSING.take(following) & ~bar
    spaced = buffer.take(places - 1, mode="clip") == _SPACE
    spaced &= places <= end
    if bar.any():
        spaced &= ~bar | ((before == _SPACE) & (marks > begin))
    # Of four dots or more, the last ones end the teaser; before a space the cut is after the space.
    dots = ((mark == _DOT) & (before == _DOT) & ~spaced).nonzero()[0]
    sentences: Indices = places[spaced]
    if not dots.size:
        return sentences
    marks, begin, end, following = marks[dots], begin[dots], end[dots], following[dots]
    ended = (marks - 2 >= begin) & (buffer.take(marks - 2, mode="clip") == _DOT)
    ended &= (following != _DOT) | (marks + 1 == end)
    return np.concatenate((sentences, marks[ended] + 1))


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

    It is a polynomial in an odd number, modulo 2 ** 64, whose coefficients are the tokens, scrambled, and their number;
    and it is mixed (polynomial hash: Karp and Rabin 1987): equal sequences have equal hashes, and others, orders
    included, differ as random numbers do. Every bit is mixed, as `core.minhash` asks.
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


def without(
    values: Hashes, words: npt.NDArray[np.integer[Any]], blocks: Indices, dropped: npt.NDArray[np.bool_]
) -> Ragged:
    """The tokens ``values`` of some texts, which lie one behind the other, without their dropped blocks.

    Text ``i`` has the next ``blocks[i]`` of the blocks ``(m,)``, each of so many ``words``.
    """
    rows = bounds_of(blocks)
    edges = edges_of(words)
    if not dropped.any():
        return Ragged(values, edges[rows])
    kept = ~dropped
    return Ragged(values[kept.repeat(words)], edges_of(words * kept)[rows])
