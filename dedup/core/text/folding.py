"""A batch of documents -> one folded UTF-8 buffer in which every token stands between zero bytes.

Folding keeps the length of the text where it can. ASCII costs seven passes over bytes in cache. The characters beyond
ASCII are then written over their places, all at once. `core.text.tokens` hashes the tokens.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Flags, Indices, Offsets
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import rising, where_set
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.batches import batches, encode
from dedup.core.text.characters import folds, lookups
from dedup.core.text.characters.entries import GONE, REWRITES
from dedup.core.text.characters.folds import MARK, SINGLE
from dedup.core.text.digits import figure_edits
from dedup.core.text.folded_text import PADDING, Folded, apply_edits, close_up, count_before, separate

_PIECE: Final = 1 << 19
"""Bytes of text beyond ASCII that are folded at a time: the arrays of its characters are many times as large."""

# Numpy takes an array without dimensions as an operand half a microsecond faster than a scalar.
_CASE: Final = np.array(0x20, np.uint8)
_FIRST_LETTER: Final = np.array(ord("a"), np.uint8)
_LETTERS: Final = np.array(26, np.uint8)
_FIRST_DIGIT: Final = np.array(ord("0"), np.uint8)
_DIGITS: Final = np.array(10, np.uint8)

_NO_POSITIONS: Final = np.zeros(0, np.int64)
_POINT: Final = ord(".")
_SPACE: Final = ord(" ")
_LINE_FEED: Final = ord("\n")
_LEAST_POINTS: Final = (0, 0, 0x80, 0x800, 0x10000)
"""The least code point that needs so many bytes of UTF-8: the index is the number of bytes."""

Points = npt.NDArray[np.uint32]


def fold(buffer: Bytes, offsets: Offsets, workspace: Workspace, figures: bool = False) -> Folded:
    """Fold a batch of documents.

    Args:
        buffer: UTF-8. Bytes that are not UTF-8 separate words, as the characters do that
            ``bytes.decode(errors="replace")`` puts in their place. The buffer is neither copied nor changed.
        offsets: ``(n + 1,)`` where each document starts and where the last one ends, in bytes. Bytes before the first
            offset and after the last one are ignored.
        workspace: scratch memory. The result may lie in it.
        figures: whether figures are written by their value (`core.text.digits`). Each document must then end with a
            character that separates words, or the next document must begin with such a character.

    Returns:
        The folded text.
    """
    text = buffer[offsets[0] : offsets[-1]]
    offsets = offsets.astype(np.int64) - int(offsets[0])
    if text.size == 0 or int(text.max()) < 0x80:
        folded, inside = _fold_ascii(text, workspace)
        result = Folded(folded, inside, offsets, True)
        if figures:
            result = _write_figures(text, result, [], None)
        return separate(result, result.offsets[1:-1])
    starts = offsets[(offsets > 0) & (offsets < text.size)]
    if ((text[starts] & 0xC0) == 0x80).any():  # the end of a document and the start of the next one make a character
        text, offsets = _replace_invalid(text, offsets)
    if text.size > _PIECE:
        return _fold_pieces(text, offsets, workspace, figures)
    result = fold_wide(text, offsets, workspace, figures)
    return separate(result, result.offsets[1:-1])


def _replace_invalid(text: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]:
    """Replace bytes that are not UTF-8 in each document, so that no two documents make a character together."""
    encoded = [text[start:end].tobytes().decode(errors="replace").encode() for start, end in pairwise(offsets.tolist())]
    return np.frombuffer(b"".join(encoded), np.uint8), edges_of(np.array(list(map(len, encoded)), np.int64))


def _write_figures(text: Bytes, folded: Folded, removed: list[Indices], edge: Flags | None) -> Folded:
    """Write figures by their value, and separate tokens where ``edge`` is set.

    ``removed`` are the positions in ``text`` of the bytes that ``folded`` no longer has.
    """
    positions = np.concatenate([_NO_POSITIONS, *removed])
    positions.sort()
    gone, points, edges = figure_edits(text, folded.buffer, folded.buffer.size - PADDING, positions)
    folded.buffer[points] = _POINT
    folded.inside[points] = True
    if edge is not None:
        edge[edges] = True
        edges = edge.nonzero()[0]
    return apply_edits(folded, gone, edges)


def _fold_ascii(text: Bytes, workspace: Workspace) -> tuple[Bytes, Flags]:
    """Fold ASCII: letters become lower case, digits stay, every other byte becomes 0. Return the bytes and where they
    are not 0, both with `PADDING` behind.

    ``bytes.translate`` with a table takes more than twice as long. No two operations with constants bring letters and
    digits into one range, which would need one comparison only: all were tried.
    """
    size = text.size
    folded = workspace.array("folded", size + PADDING, np.uint8)
    inside = workspace.array("inside", size + PADDING, np.bool_)
    folded[size:] = 0
    inside[size:] = False
    for begin in range(0, size, _PIECE):
        chunk = text[begin : begin + _PIECE]
        lower = folded[begin : begin + chunk.size]
        word = inside[begin : begin + chunk.size]
        shifted = workspace.array("words", chunk.size, np.uint8)
        digit = workspace.array("flags", chunk.size, np.bool_)
        np.bitwise_or(chunk, _CASE, lower)
        np.subtract(lower, _FIRST_LETTER, shifted)  # wraps below 'a': one comparison is enough
        np.less(shifted, _LETTERS, word)
        np.subtract(chunk, _FIRST_DIGIT, shifted)
        np.less(shifted, _DIGITS, digit)
        np.bitwise_or(word, digit, word)
        np.multiply(lower, word.view(np.uint8), lower)  # '0' to '9' have the case bit already
    return folded, inside


class _Characters(NamedTuple):
    """Characters of ``size`` bytes each: their positions, kinds and code points, ``(c,)`` each."""

    size: int
    positions: Indices
    kinds: Bytes
    points: Points


def fold_wide(text: Bytes, offsets: Offsets, workspace: Workspace, figures: bool, rewritten: bool = False) -> Folded:
    """Fold text beyond ASCII: fold it as ASCII, write the folds of the other characters over them, then close the gaps
    that shorter folds leave.

    A document with characters that need it is rewritten and folded by itself, once.

    Args:
        text: UTF-8.
        offsets: ``(n + 1,)`` where each document starts in ``text``, from 0, and where the last one ends.
        workspace: scratch memory. The result may lie in it.
        figures: whether figures are written by their value.
        rewritten: whether the text is rewritten already.
    """
    characters, to_rewrite = read_characters(text, workspace)
    folded, inside = _fold_ascii(text, workspace)
    removed = []
    for size, positions, _, points in characters:
        values = lookups.folds_at(points).astype("<u4", copy=False).view(np.uint8).reshape(-1, 4)
        for byte in range(size):
            folded[positions + byte] = values[:, byte]
            gone = (values[:, byte] == GONE).nonzero()[0]
            if gone.size:
                removed.append(positions[gone] + byte)
    result = close_up(Folded(folded, inside, offsets, False), removed)
    edge = _flag_edges(characters, removed, result.buffer.size)
    if figures:
        result = _write_figures(text, result, removed, edge)
    elif edge is not None:
        result = separate(result, edge.nonzero()[0])
    return result if rewritten or not to_rewrite.size else _rewrite(text, offsets, to_rewrite, result, figures)


def read_characters(text: Bytes, workspace: Workspace) -> tuple[list[_Characters], Indices]:
    """Return the characters beyond ASCII, and the positions of characters whose documents must be rewritten."""
    characters: list[_Characters] = []
    to_rewrite = [_NO_POSITIONS]
    for size, positions in _group_by_size(text, _find_leads(text, workspace)):
        points, valid = _decode(text, positions, size)
        if valid is not None:
            to_rewrite.append(positions[~valid])
            positions, points = positions[valid], points[valid]
        if not positions.size:
            continue
        kinds = lookups.kinds_at(points)
        highest = int(kinds.max())
        if highest >= REWRITES:
            to_rewrite.append(positions[kinds >= REWRITES])
        if highest >= lookups.LEAST_SETTLES:
            beside = np.diff(positions, prepend=-size) == size
            to_rewrite.append(positions[lookups.unsettled(points, kinds, beside)])
        characters.append(_Characters(size, positions, kinds, points))
    return characters, np.concatenate(to_rewrite)


def _rewrite(text: Bytes, offsets: Offsets, to_rewrite: Indices, folded: Folded, figures: bool) -> Folded:
    """Replace in ``folded`` the documents that hold a position of ``to_rewrite`` in ``text``: each is rewritten by
    `folds.rewrite` and folded again."""
    rows = rising(offsets.searchsorted(to_rewrite, "right") - 1)
    texts = [folds.rewrite(text[offsets[row] : offsets[row + 1]].tobytes().decode(errors="replace")) for row in rows]
    buffer, edges = encode(texts)
    rewritten = fold_wide(buffer, edges, Workspace(), figures, rewritten=True)
    sizes = np.diff(folded.offsets)
    runs = []
    before = 0
    for number, row in enumerate(rows.tolist()):
        start, stop = int(rewritten.offsets[number]), int(rewritten.offsets[number + 1])
        runs += [folded.buffer[before : folded.offsets[row]], rewritten.buffer[start:stop]]
        before = int(folded.offsets[row + 1])
        sizes[row] = stop - start
    buffer = np.concatenate([*runs, folded.buffer[before:]])
    return Folded(buffer, buffer != 0, edges_of(sizes), False)


def _flag_edges(characters: list[_Characters], removed: list[Indices], size: int) -> Flags | None:
    """Flag the positions where a token begins or ends beside a character that is a token of its own (with its marks).

    Args:
        characters: the characters beyond ASCII, at their positions in the text.
        removed: positions in the text of the bytes that folding removed, each array rising.
        size: bytes of the folded text, padding included.

    Returns:
        ``(size,) bool``, or None if no character is a token of its own.
    """
    edge: Flags | None = None
    marks = [_NO_POSITIONS]
    for group in characters:
        kinds = group.kinds & lookups.KIND
        for kind in (SINGLE, MARK) if int(kinds.max()) >= SINGLE else ():
            positions = group.positions.take((kinds == kind).nonzero()[0])
            edge = np.zeros(size, np.bool_) if edge is None else edge
            begins, ends = (side - count_before(removed, side) for side in (positions, positions + group.size))
            edge[begins] = edge[ends] = True
            if kind == MARK:
                marks.append(begins)
    if edge is not None:
        edge[np.concatenate(marks)] = False
    return edge


def _find_leads(text: Bytes, workspace: Workspace) -> Indices:
    """Return the positions where a character of several bytes starts, or where a byte stands that is not UTF-8."""
    return where_set(np.greater_equal(text, 0xC0, workspace.array("flags", text.size, np.bool_)))


def _group_by_size(text: Bytes, leads: Indices) -> Iterator[tuple[int, Indices]]:
    """Group the positions ``leads`` of first bytes by the number of bytes of their characters, 2 to 4.

    A first byte that is larger than any of UTF-8 counts as one of a character of 4 bytes.
    """
    for size in (2, 3):
        longer = text.take(leads) >= 0x100 - (0x80 >> size)
        positions = leads.take((~longer).nonzero()[0])  # a third of the time of leads[~longer]
        if positions.size:
            yield size, positions
        leads = leads.take(longer.nonzero()[0])
        if not leads.size:
            return
    yield 4, leads


def _decode(text: Bytes, leads: Indices, size: int) -> tuple[Points, Flags | None]:
    """Decode the characters of ``size`` bytes that start at ``leads``.

    Returns their code points, and flags of the valid ones, or None if all are valid. Surrogates pass as valid.
    """
    points = text.take(leads).astype(np.uint32)
    points &= 0xFF >> size  # a byte above 0xF7 starts no character and leaves a number that is no code point
    odd = np.zeros(leads.size, np.uint8)
    for byte in range(1, size):
        following = text.take(leads + byte, mode="clip")
        following ^= 0x80
        odd |= following
        points <<= 6
        points |= following
    if int(odd.max()) < 0x40 and int(points.min()) >= _LEAST_POINTS[size] and int(leads[-1]) + size <= text.size:
        return points, None
    return points, (odd < 0x40) & (points >= _LEAST_POINTS[size]) & (leads + size <= text.size)


def _fold_pieces(text: Bytes, offsets: Offsets, workspace: Workspace, figures: bool) -> Folded:
    """Fold a large batch piece by piece. A piece is whole documents or a section of one. A zero byte follows each."""
    buffers: list[Bytes] = []
    moved: list[Offsets] = []
    size = 0
    for begin, end, first, last in split_pieces(text, offsets):
        folded = fold_wide(text[begin:end], np.clip(offsets[first : last + 1], begin, end) - begin, workspace, figures)
        folded = separate(folded, folded.offsets[1:-1])
        buffers.append(folded.buffer[: 1 - PADDING].copy())
        if begin == offsets[first]:
            moved.append(folded.offsets[:-1] + size)
        size += buffers[-1].size
    buffer = np.concatenate([*buffers, np.zeros(PADDING, np.uint8)])
    offsets = np.append(np.concatenate(moved), size)
    return Folded(buffer, buffer != 0, offsets, False)


def split_pieces(text: Bytes, offsets: Offsets) -> Iterator[tuple[int, int, int, int]]:
    """Yield ``(begin, end, first, last)``: the bytes of a piece, which belong to the documents ``first`` to
    ``last - 1``."""
    for first, last in batches(offsets, _PIECE, len(offsets)):
        begin, end = int(offsets[first]), int(offsets[last])
        while end - begin > _PIECE:
            cut = _find_cut(text, begin, end)
            yield begin, cut, first, last
            begin = cut
        if begin < end or begin == offsets[first]:
            yield begin, end, first, last


def _find_cut(text: Bytes, begin: int, end: int) -> int:
    """Return where to cut the remainder of a large document, which reaches from ``begin`` to ``end``.

    The cut is at most `_PIECE` bytes behind ``begin`` if possible. The text behind the cut must not change how the text
    before the cut is folded. So either a space or a line feed stands behind a character of ASCII that is no digit, or
    an ideograph stands behind the cut.
    """
    while begin < end:
        before, behind = text[begin : min(begin + _PIECE, end - 1)], text[begin + 1 : min(begin + _PIECE + 1, end)]
        safe = ((behind == _SPACE) | (behind == _LINE_FEED)) & (before < 0x80) & (before - _FIRST_DIGIT >= _DIGITS)
        safe |= (behind >= 0xE4) & (behind <= 0xE9)
        if safe.any():
            return begin + 1 + int(safe.nonzero()[0][-1])
        begin += _PIECE
    return end
