"""The first bytes of texts -> the first line of each text that is no boilerplate: the title of a story without one."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Flags, Indices, Offsets
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.batches import batches
from dedup.core.text.blocks import split_blocks
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize

OPENING: Final = 1024
"""Bytes of the beginning of a text that are kept."""

OPENING_WORDS: Final = OPENING // 2
"""Words of a text of which it is known whether they are boilerplate. An opening seldom has more."""

_BATCH_BYTES: Final = 1 << 18
"""Bytes of openings that are read together."""

_CUT: Final = 128
"""Bytes at the end of an opening. A block that begins there may be cut in a word, and is no line."""

_LINE: Final = 120
"""Characters of a line."""

_SHORT_LINE: Final = 24
"""A line of fewer characters is rather a label than a beginning."""

_CONTINUES: Final = 0x80
"""The upper bits of a byte of UTF-8 that continues a character."""


def opening_lengths(buffer: Bytes, starts: Indices, ends: Indices) -> Indices:
    """Return ``(n,)`` the bytes of the opening of each text: whole characters, and at most `OPENING` bytes.

    Args:
        buffer: valid UTF-8.
        starts: ``(n,)`` where each text begins.
        ends: ``(n,)`` where each text ends.
    """
    lengths: Indices = np.minimum(ends - starts, OPENING)
    cut = (ends - starts > OPENING).nonzero()[0]
    while cut.size:
        cut = cut[(buffer[starts[cut] + lengths[cut]] & 0xC0) == _CONTINUES]
        lengths[cut] -= 1
    return lengths


def left_out_words(words: npt.NDArray[np.integer[Any]], edges: Offsets, left_out: Flags) -> tuple[Flags, Offsets]:
    """Return which of the first words of each text are boilerplate.

    Args:
        words: ``(m,)`` the words of each block.
        edges: ``(n + 1,)`` where the blocks of each text begin, and where the last ones end.
        left_out: ``(m,)`` whether each block is boilerplate.

    Returns:
        Flags of at most `OPENING_WORDS` words of each text, and ``(n + 1,)`` where the flags of each text begin.
    """
    before = edges_of(words)
    places = before[:-1] - before[edges[:-1]].repeat(np.diff(edges))  # of the first word of each block in its text
    chosen = (places < OPENING_WORDS).nonzero()[0]
    counts = np.minimum(words[chosen], OPENING_WORDS - places[chosen])
    return left_out[chosen].repeat(counts), edges_of(counts)[chosen.searchsorted(edges)]


def first_lines(buffer: Bytes, offsets: Offsets, left_out: Flags, edges: Offsets) -> list[str]:
    """Return the first line of each of ``n`` openings without boilerplate, as `first_line` chooses it.

    Args:
        buffer: valid UTF-8.
        offsets: ``(n + 1,)`` where each opening begins, and where the last one ends.
        left_out: whether each of the first words of the texts is boilerplate, as from `left_out_words`.
        edges: ``(n + 1,)`` where the flags of each text begin, and where the last ones end.
    """
    workspace, lines = Workspace(), []
    for first, last in batches(offsets, _BATCH_BYTES):
        lines += _lines_of(buffer, offsets[first : last + 1], left_out, edges[first : last + 1], workspace)
    return lines


def _lines_of(buffer: Bytes, offsets: Offsets, left_out: Flags, edges: Offsets, workspace: Workspace) -> list[str]:
    """Return the first lines of some openings, as `first_lines` does."""
    buffer, offsets = buffer[offsets[0] : offsets[-1]], offsets - offsets[0]
    cut = split_blocks(buffer, offsets)
    counts = tokenize(fold(buffer, cut.offsets, workspace, figures=True), 0, workspace).lengths
    before = edges_of(counts)
    text = np.arange(offsets.size - 1).repeat(np.diff(cut.bounds))
    place = before[:-1] - before[cut.bounds[text]]
    is_known = (counts > 0) & (place < np.diff(edges)[text])
    retained = np.zeros(counts.size, np.bool_)
    retained[is_known] = ~left_out[(edges[text] + place)[is_known]]
    ends = np.where(np.diff(offsets) > OPENING - 4, offsets[1:] - _CUT, offsets[1:])
    retained &= cut.offsets[:-1] < ends[text]
    data, starts = buffer.tobytes(), cut.offsets.tolist()
    pieces = [
        data[starts[block] : starts[block + 1]] if keep else b"\n" for block, keep in enumerate(retained.tolist())
    ]
    bounds = cut.bounds.tolist()
    return [_line_of(pieces[bounds[row] : bounds[row + 1]]) for row in range(len(bounds) - 1)]


def _line_of(pieces: Sequence[bytes]) -> str:
    return first_line(b"".join(pieces).decode())


def first_line(text: str) -> str:
    """Return the first line of a text that is no label, else its first line, on at most 120 characters."""
    chosen = ""
    for line in text.splitlines():
        one_space = " ".join(line.split())
        chosen = chosen or one_space
        if len(one_space) > _SHORT_LINE:
            return one_space if len(one_space) <= _LINE else f"{one_space[: _LINE - 1]}…"
    return chosen
