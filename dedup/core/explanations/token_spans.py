"""Texts -> the place of each token in the text as it came, for a reader who is shown which words two texts share.

Folding knows alone where a token begins. It tells where each document begins in the folded text, through all its edits.
So a text is folded once more, as documents of one character each with the marks that belong to it: `parts`. The place
of a token is that of its parts. No rule of folding is written twice.
"""

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Bytes, Flags, Indices, Offsets
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import where_set
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.characters import folds, lookups
from dedup.core.text.folded_text import separate
from dedup.core.text.folding import fold_wide, read_characters, split_pieces
from dedup.core.text.tables.letter_forms import HALVES

_SECOND_HALVES: Final = np.array([ord(halves[1]) for halves in HALVES], np.uint32)
"""Letters that may make one vowel with a mark before them."""

_ZERO: Final = ord("0")


class TokenSpans(NamedTuple):
    """The places of the ``m`` tokens of ``n`` documents.

    - ``starts``, ``ends`` ``(m,) int64``: the first byte of each token in the text, and the end. Both rise. Tokens that
      one character makes (``½``) have one place.
    - ``counts`` ``(n,) int64``: the tokens of each document.
    """

    starts: Indices
    ends: Indices
    counts: Indices


def token_spans(buffer: Bytes, offsets: Offsets) -> TokenSpans:
    """Find the places of the tokens that `core.text.folding.fold` with figures and `core.text.tokens.tokenize` make.

    A token reaches over the marks and the hidden characters behind its letters. A figure reaches over its whole written
    value: over leading zeros and marks of thousands.

    Args:
        buffer: valid UTF-8.
        offsets: ``(n + 1,)`` where each document starts, and where the last one ends, in bytes.

    Returns:
        The places, in bytes of ``buffer``.
    """
    text = buffer[offsets[0] : offsets[-1]]
    starts, ends = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for begin, end, _, _ in split_pieces(text, offsets.astype(np.int64) - int(offsets[0])):
        inner = offsets[(offsets > begin + offsets[0]) & (offsets < end + offsets[0])] - offsets[0] - begin
        piece = _piece_spans(text[begin:end], inner)
        for places, of_piece in zip((starts, ends), piece, strict=True):
            places.append(of_piece + (begin + int(offsets[0])))
    all_starts = np.concatenate(starts)
    counts = all_starts.searchsorted(offsets)
    return TokenSpans(all_starts, np.concatenate(ends), counts[1:] - counts[:-1])


def _piece_spans(text: Bytes, edges: Indices) -> tuple[Indices, Indices]:
    """Return where each token of a piece of text starts and ends. Documents start at the ``edges`` inside it, too."""
    parts, to_rewrite = _cut_parts(text, edges)
    buffer, offsets = (text, parts) if not to_rewrite else _rewrite_parts(text, parts)
    folded = fold_wide(buffer, offsets, Workspace(), figures=True, rewritten=True)
    folded = separate(folded, folded.offsets[parts.searchsorted(edges)])
    inside = np.concatenate(([False], folded.inside))
    turns = where_set(inside[1:] != inside[:-1])
    firsts, lasts = (folded.offsets.searchsorted(side, "right") - 1 for side in (turns[0::2], turns[1::2] - 1))
    ends: Indices = parts[lasts + 1]
    return _over_zeros(text, parts, folded.offsets, firsts), ends


def _over_zeros(text: Bytes, parts: Offsets, folded: Offsets, firsts: Indices) -> Indices:
    """Return where tokens start that begin with the parts ``firsts``, with the leading zeros that folding removed.

    ``parts`` and ``folded`` are the offsets of the parts in the text and in the folded text.
    """
    is_gone = (folded[1:] == folded[:-1]) & (text[parts[:-1]] == _ZERO)
    if not is_gone.any():
        starts: Indices = parts[firsts]
        return starts
    other_parts = np.where(is_gone, -1, np.arange(is_gone.size))
    before = np.concatenate(([-1], np.maximum.accumulate(other_parts)))[firsts]
    shifted: Indices = parts[before + 1]
    return shifted


def _cut_parts(text: Bytes, edges: Indices) -> tuple[Offsets, bool]:
    """Return the offsets of the parts of a text, and whether one of its characters has to be rewritten.

    A part starts at each of the ``edges``, too.
    """
    begins: Flags = np.ones(text.size + 1, np.bool_)
    begins[:-1] = (text & 0xC0) != 0x80
    characters, to_rewrite = read_characters(text, Workspace())
    for group in characters:
        clinging = lookups.clings(group.kinds) | np.isin(group.points, _SECOND_HALVES)
        begins[group.positions[clinging]] = False
    begins[0] = begins[edges] = True
    return where_set(begins), bool(to_rewrite.size)


def _rewrite_parts(text: Bytes, parts: Offsets) -> tuple[Bytes, Offsets]:
    """Return a text whose parts are rewritten one by one, and the offsets of the parts."""
    data = text.tobytes()
    written, before = [], ""
    for start, end in pairwise(parts.tolist()):
        part = data[start:end].decode()
        written.append((part if part.isascii() else folds.rewrite(before + part)[len(before) :]).encode())
        before = part[-1] if part[-1].isdecimal() else ""
    return np.frombuffer(b"".join(written), np.uint8), edges_of(np.array(list(map(len, written)), np.int64))
