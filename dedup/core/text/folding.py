"""A batch of documents -> one folded UTF-8 buffer in which every token stands between zero bytes.

Folding keeps the length of the text wherever it can: ASCII costs seven passes over bytes in cache and nothing else, and
the characters beyond ASCII are then mended all at once. What a token hashes to is `core.text.tokens`.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Flags, Indices, Offsets
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import where_set
from dedup.core.arrays.workspace import Workspace
from dedup.core.text import unicode_tables
from dedup.core.text.batches import batches, encode
from dedup.core.text.digits import figure_edits

PADDING: Final = 32
"""Zero bytes behind the last token, so that words can be loaded past its end."""

_PIECE: Final = 1 << 18
"""Bytes of text beyond ASCII that are folded at a time: what is made of its characters has many times its size."""

# Numpy takes an array without dimensions as an operand half a microsecond faster than a scalar.
_CASE: Final = np.array(0x20, np.uint8)
_FIRST_LETTER: Final = np.array(ord("a"), np.uint8)
_LETTERS: Final = np.array(26, np.uint8)
_FIRST_DIGIT: Final = np.array(ord("0"), np.uint8)
_DIGITS: Final = np.array(10, np.uint8)


_APART: Final = 256
"""Bytes between two edits, on average, from which on the text between is copied part by part."""

_ZERO: Final = memoryview(b"\0")
_NO_PLACES: Final = np.zeros(0, np.int64)
_POINT: Final = ord(".")
_SPACE: Final = ord(" ")
_LINE_FEED: Final = ord("\n")
_SHORTEST: Final = (0, 0, 0x80, 0x800, 0x10000)
"""The least code point that needs so many bytes of UTF-8."""

Points = npt.NDArray[np.uint32]


class Folded(NamedTuple):
    """Folded text: ``buffer`` ``(bytes + PADDING,)``, 0 between tokens, and ``inside``, where it is not 0.

    Every token's first byte has bit 0x20. ``offsets`` says where each document starts in ``buffer`` and the last one
    ends; ``ascii`` that no byte of it is above 0x7F.
    """

    buffer: Bytes
    inside: Flags
    offsets: Offsets
    ascii: bool


def fold(buffer: Bytes, offsets: Offsets, work: Workspace, figures: bool = False) -> Folded:
    """Fold a batch of documents; the result may lie in ``work``.

    Args:
        buffer: UTF-8. Bytes that are not UTF-8 separate, as the characters do that ``bytes.decode(errors="replace")``
            puts in their place. The buffer is neither copied nor changed.
        offsets: ``(n + 1,)`` where each document starts and the last one ends, in bytes; bytes before the first and
            after the last offset are not looked at.
        work: scratch memory.
        figures: whether figures are read by their value (`core.text.digits`). Each document must then end with a character
            that separates, or the next one must begin with such a character.

    Returns:
        The folded text.
    """
    text = buffer[offsets[0] : offsets[-1]]
    offsets = offsets.astype(np.int64) - int(offsets[0])
    if text.size == 0 or int(text.max()) < 0x80:
        folded, inside = _fold_ascii(text, work)
        result = Folded(folded, inside, offsets, True)
        if figures:
            result = _by_figures(text, result, [], None)
        return _separate(result, result.offsets[1:-1])
    starts = offsets[(offsets > 0) & (offsets < text.size)]
    if ((text[starts] & 0xC0) == 0x80).any():  # the end of one document and the start of the next make a character
        text, offsets = _parted(text, offsets)
    if text.size > _PIECE:
        return _fold_pieces(text, offsets, work, figures)
    result = _fold_wide(text, offsets, work, figures)
    return _separate(result, result.offsets[1:-1])


def _parted(text: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]:
    """The documents with what is not UTF-8 replaced, so that no two of them make a character together."""
    parts = [text[start:end].tobytes().decode(errors="replace").encode() for start, end in pairwise(offsets.tolist())]
    return np.frombuffer(b"".join(parts), np.uint8), edges_of(np.array(list(map(len, parts)), np.int64))


def _by_figures(text: Bytes, folded: Folded, taken: list[Indices], edge: Flags | None) -> Folded:
    """``folded`` with figures by their value, and cut where ``edge`` is set.

    ``taken`` are the places in ``text`` of the bytes that are in ``folded`` no more.
    """
    places = np.concatenate([_NO_PLACES, *taken])
    places.sort()
    gone, points, edges = figure_edits(text, folded.buffer, folded.buffer.size - PADDING, places)
    folded.buffer[points] = _POINT
    folded.inside[points] = True
    if edge is not None:
        edge[edges] = True
        edges = edge.nonzero()[0]
    return _edited(folded, gone, edges)


def _edited(folded: Folded, gone: Indices, edges: Indices) -> Folded:
    """``folded`` without the bytes ``gone``, rising, and with a zero byte before each of ``edges``, rising, that has
    token bytes on both of its sides."""
    buffer = folded.buffer
    edges = edges[folded.inside.take(edges) & folded.inside.take(edges - 1)]
    count = gone.size + edges.size
    if not count:
        return folded
    if count * _APART < buffer.size:
        places = np.concatenate((gone, edges))
        order = places.argsort(kind="stable")
        buffer = np.frombuffer(_spliced(buffer, places[order].tolist(), (order < gone.size).tolist()), np.uint8)
    else:
        kept = np.ones(buffer.size, np.bool_)
        kept[gone] = False
        buffer = np.insert(buffer[kept], edges - gone.searchsorted(edges), 0)
    offsets = folded.offsets - gone.searchsorted(folded.offsets) + edges.searchsorted(folded.offsets)
    return Folded(buffer, buffer != 0, offsets, folded.ascii)


def _spliced(buffer: Bytes, places: list[int], gone: list[bool]) -> bytes:
    """The buffer with the byte at each of ``places`` taken out, or a zero byte put before. Of a few places, to copy
    what stands between takes half the time of a mask."""
    view, parts, before = buffer.data, [], 0
    for place, out in zip(places, gone, strict=True):
        parts.append(view[before:place])
        if not out:
            parts.append(_ZERO)
        before = max(before, place + out)  # one place may be both
    return b"".join([*parts, view[before:]])


def _fold_ascii(text: Bytes, work: Workspace) -> tuple[Bytes, Flags]:
    """ASCII letters to lower case, digits as they are, every other byte to 0; and where it is not 0. PADDING behind.

    ``bytes.translate`` with a table takes more than twice as long. No two operations with constants bring letters and
    digits into one range, so that one comparison would do: all were tried.
    """
    size = text.size
    folded = work.array("folded", size + PADDING, np.uint8)
    inside = work.array("inside", size + PADDING, np.bool_)
    folded[size:] = 0
    inside[size:] = False
    for begin in range(0, size, _PIECE):
        part = text[begin : begin + _PIECE]
        lower = folded[begin : begin + part.size]
        word = inside[begin : begin + part.size]
        shifted = work.array("words", part.size, np.uint8)
        digit = work.array("flags", part.size, np.bool_)
        np.bitwise_or(part, _CASE, lower)
        np.subtract(lower, _FIRST_LETTER, shifted)  # wraps below 'a', so that one comparison does
        np.less(shifted, _LETTERS, word)
        np.subtract(part, _FIRST_DIGIT, shifted)
        np.less(shifted, _DIGITS, digit)
        np.bitwise_or(word, digit, word)
        np.multiply(lower, word.view(np.uint8), lower)  # '0' to '9' have the case bit already
    return folded, inside


def _separate(folded: Folded, edges: Indices) -> Folded:
    """Put a zero byte before every position of ``edges`` (rising) that has token bytes on both of its sides."""
    glued = folded.inside.take(edges)
    glued &= folded.inside.take(edges - 1)  # of -1 the last one, which is not inside
    if not glued.any():
        return folded
    edges = edges[glued]
    edges = edges[np.diff(edges, prepend=-1) > 0]  # documents without text start where the next one does
    buffer = np.insert(folded.buffer, edges, 0)
    offsets = folded.offsets + np.searchsorted(edges, folded.offsets, "left")
    return Folded(buffer, buffer != 0, offsets, folded.ascii)


def _fold_wide(text: Bytes, offsets: Offsets, work: Workspace, figures: bool, rewritten: bool = False) -> Folded:
    """Fold as ASCII, then write the folds of the other characters where they stand, and close up behind shorter ones.

    A document that asks for it is rewritten and folded by itself, once.
    """
    characters: list[_Characters] = []
    asking = [_NO_PLACES]
    for size, places in _by_size(text, _leads(text, work)):
        points, valid = _decode(text, places, size)
        if valid is not None:
            asking.append(places[~valid])
            places, points = places[valid], points[valid]
        if not places.size:
            continue
        kinds = unicode_tables.kinds_at(points)
        highest = int(kinds.max())
        if highest >= unicode_tables.REWRITES:
            asking.append(places[kinds >= unicode_tables.REWRITES])
        if highest >= unicode_tables.LEAST_SETTLES:
            beside = np.diff(places, prepend=-size) == size
            asking.append(places[unicode_tables.unsettled(points, kinds, beside)])
        characters.append(_Characters(size, places, kinds, points))
    folded, inside = _fold_ascii(text, work)
    taken = []
    for size, places, _, points in characters:
        values = unicode_tables.folds_at(points).astype("<u4", copy=False).view(np.uint8).reshape(-1, 4)
        for byte in range(size):
            folded[places + byte] = values[:, byte]
            gone = (values[:, byte] == unicode_tables.GONE).nonzero()[0]
            if gone.size:
                taken.append(places[gone] + byte)
    result = _close_up(Folded(folded, inside, offsets, False), taken)
    edge = _edges(characters, taken, result.buffer.size)
    if figures:
        result = _by_figures(text, result, taken, edge)
    elif edge is not None:
        result = _separate(result, edge.nonzero()[0])
    again = np.concatenate(asking)
    return result if rewritten or not again.size else _again(text, offsets, again, result, figures)


class _Characters(NamedTuple):
    """Characters of ``size`` bytes each: their places, kinds and code points, ``(c,)`` each."""

    size: int
    places: Indices
    kinds: Bytes
    points: Points


def _again(text: Bytes, offsets: Offsets, asking: Indices, folded: Folded, figures: bool) -> Folded:
    """``folded`` with those documents rewritten, and folded anew, that hold a position of ``asking`` in ``text``."""
    rows = np.unique(offsets.searchsorted(asking, "right") - 1)
    texts = [
        unicode_tables.rewrite(text[offsets[row] : offsets[row + 1]].tobytes().decode(errors="replace")) for row in rows
    ]
    buffer, edges = encode(texts)
    fresh = _fold_wide(buffer, edges, Workspace(), figures, rewritten=True)
    sizes = np.diff(folded.offsets)
    parts = []
    before = 0
    for number, row in enumerate(rows.tolist()):
        start, stop = int(fresh.offsets[number]), int(fresh.offsets[number + 1])
        parts += [folded.buffer[before : folded.offsets[row]], fresh.buffer[start:stop]]
        before = int(folded.offsets[row + 1])
        sizes[row] = stop - start
    buffer = np.concatenate([*parts, folded.buffer[before:]])
    return Folded(buffer, buffer != 0, edges_of(sizes), False)


def _close_up(folded: Folded, taken: list[Indices]) -> Folded:
    """``folded`` without the bytes that stand for nothing, which are at the places ``taken``, each rising."""
    buffer, offsets = folded.buffer, folded.offsets
    if taken:
        buffer = buffer[buffer != unicode_tables.GONE]
        offsets = offsets - _before(taken, offsets)
    return Folded(buffer, np.not_equal(buffer, 0, folded.inside[: buffer.size]), offsets, folded.ascii)


def _before(taken: list[Indices], places: Indices) -> Indices:
    """How many of the places ``taken`` lie before each of ``places``."""
    return sum((some.searchsorted(places) for some in taken), start=np.zeros(places.size, np.int64))


def _edges(characters: list[_Characters], taken: list[Indices], size: int) -> Flags | None:
    """Flags of the places where tokens begin or end beside characters that are tokens of their own, each with its
    marks; None if there is no such character.

    The bytes ``taken`` were taken out of the text; what is left has ``size`` bytes.
    """
    edge: Flags | None = None
    marks = [_NO_PLACES]
    for some in characters:
        kinds = some.kinds & unicode_tables.KIND
        for kind in (unicode_tables.SINGLE, unicode_tables.MARK) if int(kinds.max()) >= unicode_tables.SINGLE else ():
            places = some.places.take((kinds == kind).nonzero()[0])
            edge = np.zeros(size, np.bool_) if edge is None else edge
            begins, ends = (each - _before(taken, each) for each in (places, places + some.size))
            edge[begins] = edge[ends] = True
            if kind == unicode_tables.MARK:
                marks.append(begins)
    if edge is not None:
        edge[np.concatenate(marks)] = False
    return edge


def _leads(text: Bytes, work: Workspace) -> Indices:
    """Where a character of more than one byte starts, or a byte stands that is not UTF-8."""
    return where_set(np.greater_equal(text, 0xC0, work.array("flags", text.size, np.bool_)))


def _by_size(text: Bytes, lead: Indices) -> Iterator[tuple[int, Indices]]:
    """The places ``lead`` of first bytes by the bytes that their characters have, 2 to 4; a larger byte is one of 4."""
    for size in (2, 3):
        longer = text.take(lead) >= 0x100 - (0x80 >> size)
        places = lead.take((~longer).nonzero()[0])  # a third of the time of lead[~longer]
        if places.size:
            yield size, places
        lead = lead.take(longer.nonzero()[0])
        if not lead.size:
            return
    yield 4, lead


def _decode(text: Bytes, lead: Indices, size: int) -> tuple[Points, Flags | None]:
    """Code points of characters of ``size`` bytes that start at ``lead``; which are valid, or None where all are.

    Surrogates pass as valid.
    """
    points = text.take(lead).astype(np.uint32)
    points &= 0xFF >> size  # above 0xF7, where no character starts, leaves a number that no character has
    odd = np.zeros(lead.size, np.uint8)
    for byte in range(1, size):
        following = text.take(lead + byte, mode="clip")
        following ^= 0x80
        odd |= following
        points <<= 6
        points |= following
    if int(odd.max()) < 0x40 and int(points.min()) >= _SHORTEST[size] and int(lead[-1]) + size <= text.size:
        return points, None
    return points, (odd < 0x40) & (points >= _SHORTEST[size]) & (lead + size <= text.size)


def _fold_pieces(text: Bytes, offsets: Offsets, work: Workspace, figures: bool) -> Folded:
    """Fold a large batch piece by piece, of whole documents or of parts of one; a zero byte follows each piece."""
    buffers: list[Bytes] = []
    moved: list[Offsets] = []
    size = 0
    for begin, end, first, last in _pieces(text, offsets):
        folded = _fold_wide(text[begin:end], np.clip(offsets[first : last + 1], begin, end) - begin, work, figures)
        folded = _separate(folded, folded.offsets[1:-1])
        buffers.append(folded.buffer[: 1 - PADDING].copy())
        if begin == offsets[first]:
            moved.append(folded.offsets[:-1] + size)
        size += buffers[-1].size
    buffer = np.concatenate([*buffers, np.zeros(PADDING, np.uint8)])
    offsets = np.append(np.concatenate(moved), size)
    return Folded(buffer, buffer != 0, offsets, False)


def _pieces(text: Bytes, offsets: Offsets) -> Iterator[tuple[int, int, int, int]]:
    """``(begin, end, first, last)``: bytes to fold at a time, which are of the documents ``first`` to ``last - 1``."""
    for first, last in batches(offsets, _PIECE, len(offsets)):
        begin, end = int(offsets[first]), int(offsets[last])
        while end - begin > _PIECE:
            cut = _cut(text, begin, end)
            yield begin, cut, first, last
            begin = cut
        if begin < end or begin == offsets[first]:
            yield begin, end, first, last


def _cut(text: Bytes, begin: int, end: int) -> int:
    """Where to cut a large document that is left from ``begin`` to ``end``: at most `_PIECE` bytes on, if that can be.

    What follows must not belong to what stands before. So a space or a line feed follows a character of ASCII that is
    no digit, or an ideograph follows.
    """
    while begin < end:
        before, behind = text[begin : min(begin + _PIECE, end - 1)], text[begin + 1 : min(begin + _PIECE + 1, end)]
        safe = ((behind == _SPACE) | (behind == _LINE_FEED)) & (before < 0x80) & (before - _FIRST_DIGIT >= _DIGITS)
        safe |= (behind >= 0xE4) & (behind <= 0xE9)
        if safe.any():
            return begin + 1 + int(safe.nonzero()[0][-1])
        begin += _PIECE
    return end
