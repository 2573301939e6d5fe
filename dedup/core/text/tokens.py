"""Folded text -> token hashes.

A token is hashed in chunks. The first seven bytes come from one load at the start of the token and a cut at its end.
Three tokens in four have no more. Each further chunk takes six more bytes. What came before a chunk is mixed, then the
chunk is added. The hash depends on the token and the key alone. [The specification](README.md) has the reasons.

A token of up to six bytes is its own hash, the first byte lowest. The key enters with the shingle. The hash of a longer
token that begins with a digit is shaped like the hash of a short one, with a digit as its lowest byte. So figures are
known by their hashes.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import xxhash

from dedup.array_types import Bytes, Flags, Hashes, Indices, Offsets
from dedup.core.arrays.hashing import _HALF, _factor, _word
from dedup.core.arrays.ragged import Ragged, edges_of
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.folded_text import PADDING, Folded

LONG_TOKEN: Final = 25
"""Bytes from which on a token is hashed by xxh3 as a whole: the token is longer than seven and three times six
bytes."""

_PIECE: Final = 1 << 19
"""Bytes of folded text that are hashed at a time. Their words take four times as many bytes."""

_UNCOUNTED: Final = 1 << 21
"""Bytes of folded text up to which memory is reserved for as many tokens as these may have."""

CHUNKS: Final = (0, 6, 12, 18)
"""Where the chunks of a token begin. A chunk has seven bytes."""

_STEPS: Final = tuple(begin // 2 for begin in CHUNKS[1:])
"""Where further chunks begin, in pairs of bytes after the pair in which the token begins."""

_CASE: Final = _word(0x20)
_TWO: Final = _word(2)
_EIGHT: Final = _word(8)
_MINUS_TWO: Final = _word(2**64 - 2)
_SIX_BYTES: Final = _word(2**48 - 1)
_BYTE: Final = _word(0xFF)
_FIRST_DIGIT: Final = _word(ord("0"))
_LAST_DIGIT: Final = _word(ord("9"))
_DIGITS: Final = _word(10)
_FIGURE: Final = _word(24)
_NO_CASE: Final = _word(0xDFDFDFDFDFDFDFDF)
_NO_WORDS: Final = bytes(16)
_SPARSE: Final = 256
"""Pairs of bytes for each position from which on a binary search costs less than to count the set flags."""

_FLAGS_BEFORE: Final = np.array([(1 << 8 * place) - 1 for place in range(8)], np.uint64)
"""``(8,)`` the flags before each place in a word of eight flags."""

Join = Callable[[Hashes, Hashes, int, int], tuple[Hashes, Hashes]]
"""Takes the states of tokens, the next chunk of each token, the number of the chunk, and the key. Returns the states
with these chunks, and the hashes of tokens that end with these chunks. The states may be overwritten."""


def chain(states: Hashes, chunks: Hashes, number: int, seed: int) -> tuple[Hashes, Hashes]:
    """Mix the states, and add the next chunks.

    The mix is two keyed multiplications with an xor-shift between them, so no step is linear. All three are necessary:
    without one of them, two differences of chunks cancel each other under one key in some hundreds or thousands.

    Args:
        states: ``(m,)`` the states of tokens, which are overwritten.
        chunks: ``(m,)`` the next chunk of each token.
        number: the number of this chunk.
        seed: the key.

    Returns:
        The states with these chunks, and the hashes of tokens that end with these chunks.
    """
    states *= _factor(f"chunk {number}", seed)
    states ^= states >> _HALF
    states *= _factor(f"mixed chunk {number}", seed)
    states += chunks
    return states, states * _factor("token", seed)


class TokenChunks:
    """The chunks of all tokens of a batch, of which `make_fingerprints` makes fingerprints.

    - ``firsts`` ``(m,) uint64``: the first chunks of all tokens. They lie in the workspace of `tokenize`.
    - ``longest``: the positions and the bytes of the tokens of `LONG_TOKEN` bytes or more.
    """

    def __init__(self) -> None:
        self.firsts: Hashes = np.zeros(0, np.uint64)
        self.longest: list[tuple[int, bytes]] = []
        self._further: list[tuple[list[Indices], list[Hashes]]] = [
            ([np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]) for _ in _STEPS
        ]

    def add(self, number: int, positions: Indices, chunks: Hashes) -> None:
        """Add chunks of a ``number`` from 1, and the positions of their tokens."""
        all_positions, all_chunks = self._further[number - 1]
        all_positions.append(positions)
        all_chunks.append(chunks)

    def joined(self) -> list[tuple[Indices, Hashes]]:
        """Return the further chunks of each number: the positions of their tokens, rising, and the chunks."""
        return [(np.concatenate(positions), np.concatenate(chunks)) for positions, chunks in self._further]


def tokenize(
    folded: Folded, seed: int, workspace: Workspace, join: Join = chain, chunks: TokenChunks | None = None
) -> Ragged:
    """Hash the tokens of every document of a batch.

    Args:
        folded: the folded documents.
        seed: the key of the hashes.
        workspace: scratch memory. The values of the result lie in it.
        join: joins the chunks of the tokens that are longer than six bytes.
        chunks: an object that takes the chunks of all tokens; None to keep none.

    Returns:
        One row for each document, in the order of the text.
    """
    size = (folded.buffer.size - PADDING + 2) & ~1
    inside, offsets = folded.inside, folded.offsets
    starts = workspace.array("starts", size, np.bool_)
    starts[0] = inside[0]
    np.greater(inside[1:size], inside[: size - 1], starts[1:])
    values = workspace.array("tokens", size // 2 if size <= _UNCOUNTED else int(np.count_nonzero(starts)))
    firsts = np.empty(offsets.size, np.int64)
    if chunks is not None:
        chunks.firsts = workspace.array("firsts", values.size)
    count = 0
    for begin in range(0, size, _PIECE):
        piece = _Piece(folded, begin, min(begin + _PIECE, size), seed, join, count, chunks)
        flags = _flag_pairs(starts[begin : piece.end], workspace)
        pairs = _hash_piece(piece, flags, values[count:], workspace)
        low, high = offsets.searchsorted([begin, piece.end]) if size > _PIECE else (0, offsets.size)
        firsts[low:high] = _count_before(flags, pairs, (offsets[low:high] - (begin - 1)) >> 1) + count
        count += pairs.size
    # The token of a pair may belong to a document that starts on the second byte of the pair.
    firsts -= offsets & starts.take(offsets)
    bounds = np.empty((offsets.size - 1, 2), np.int64)
    bounds[:, 0] = firsts[:-1]
    bounds[:, 1] = firsts[1:]
    return Ragged(values[:count], bounds)


class _Piece(NamedTuple):
    """The tokens of ``folded`` that start from ``begin`` to ``end``, both even, and how they are hashed.

    ``first`` is the position of the first of them among all tokens.
    """

    folded: Folded
    begin: int
    end: int
    seed: int
    join: Join
    first: int
    chunks: TokenChunks | None


def _flag_pairs(starts: Flags, workspace: Workspace) -> Flags:
    """Return which pairs of bytes have the start of a token, and some pairs without one, up to a multiple of eight.

    Two tokens never start on neighbouring bytes. So one flag for two bytes holds all starts, which halves the cost of
    ``nonzero``, the most expensive step.
    """
    half = starts.size // 2
    flags = workspace.array("pairs", (half + 7) & ~7, np.bool_)
    flags[half:] = False
    np.not_equal(starts.view(np.uint16), 0, flags[:half])
    return flags


def _count_before(flags: Flags, pairs: Indices, positions: Indices) -> Indices:
    """Return how many flags are set before each of the positions, which rise. ``pairs`` are those of the set flags.

    For many positions, to count the set flags of words of eight takes a third of the time of a binary search.
    """
    if positions.size * _SPARSE < flags.size:
        return pairs.searchsorted(positions)
    words, whole = flags.view(np.uint64), positions >> 3
    counts = edges_of(np.bitwise_count(words)).take(whole)
    counts += np.bitwise_count(words.take(whole, mode="clip") & _FLAGS_BEFORE.take(positions & 7))
    return counts


def _hash_piece(piece: _Piece, flags: Flags, out: Hashes, workspace: Workspace) -> Indices:
    """Hash the tokens of a piece into ``out``.

    Returns the pairs of bytes in which the tokens start, counted from the begin of the piece; ``flags`` are from
    `_flag_pairs`. A copy of the words at all pairs aligns the gather, which is then four times as fast. To gather
    sixteen aligned bytes and shift twice costs half as much again. One token in four has a second chunk. To load a
    second chunk for all tokens, 0 where there is none, takes a fiftieth more of the whole than to pick the tokens that
    have one.
    """
    folded = piece.folded
    pairs: Indices = flags.nonzero()[0]
    words = workspace.array("words", (piece.end - piece.begin) // 2 + _STEPS[-1])
    words[:] = np.ndarray(words.shape, "<u8", folded.buffer, piece.begin, (2,))
    values = words.take(pairs, None, out[: pairs.size], "clip")  # all are in range: clip saves a check
    # A token on the second byte of its pair has a zero byte below: bit 0x20 of the lowest byte shows which.
    shift = np.bitwise_and(values, _CASE, workspace.array("shift", pairs.size))
    shift >>= _TWO
    _trim(values, shift, folded.ascii, workspace.array("spare", pairs.size))
    if piece.chunks is not None:
        piece.chunks.firsts[piece.first : piece.first + pairs.size] = values
    long = np.greater(values, _SIX_BYTES, workspace.array("flags", pairs.size, np.bool_)).nonzero()[0]
    if long.size:
        _hash_long(piece, values, long, pairs.take(long), shift.take(long), words)
    return pairs


def _trim(words: Hashes, shift: Hashes, ascii_only: bool, scratch: Hashes) -> None:
    """Shift each word by ``shift`` bits, and keep the upper seven bytes up to the first zero byte, in place.

    Every byte of an ASCII token has bit 0x20. Every other byte of a token has bit 0x20 or bit 0x80. With all other bits
    set, adding 1 carries up to the first byte without the bit, and leaves all bits above that byte unchanged:
    ``w &= ~((w | ~0x20..20) + 1)``, with ``~(x + 1) = -2 - x``. The classic test for a zero byte,
    ``(w - 0x01..01) & ~w & 0x80..80``, takes four more steps.
    """
    words <<= shift
    words >>= _EIGHT
    if ascii_only:
        np.bitwise_or(words, _NO_CASE, scratch)
    else:
        np.right_shift(words, _TWO, scratch)
        scratch |= words
        scratch |= _NO_CASE
    np.subtract(_MINUS_TWO, scratch, scratch)
    words &= scratch


def _hash_long(piece: _Piece, values: Hashes, long: Indices, pairs: Indices, shift: Hashes, words: Hashes) -> None:
    """Finish the hashes of the tokens ``long``, which have seven bytes or more.

    A chunk begins with the last byte of the chunk before. So it comes from the same three pairs of bytes, whether the
    token starts on the first or on the second byte of its pair. The hash of a figure is the upper 40 bits above the
    byte of a digit.

    Args:
        piece: the tokens.
        values: the first chunks of all tokens. The chunks of long tokens become hashes.
        long: ``(m,)`` the positions in ``values`` of long tokens.
        pairs: ``(m,)`` the pair of bytes in which each long token starts, counted from the begin of the piece.
        shift: ``(m,)`` 8 for a token on the first byte of its pair, else 0.
        words: eight bytes of text at each pair.
    """
    states = values.take(long)
    figures = long.take(((states & _BYTE) - _FIRST_DIGIT < _DIGITS).nonzero()[0])  # wraps below '0'
    for number, step in enumerate(_STEPS, 1):
        chunks = words[step:].take(pairs, mode="clip")
        _trim(chunks, shift, piece.folded.ascii, np.empty_like(chunks))
        if piece.chunks is not None:
            piece.chunks.add(number, long + piece.first, chunks)
        states, values[long] = piece.join(states, chunks, number, piece.seed)
        longer = np.greater(chunks, _SIX_BYTES).nonzero()[0]
        if not longer.size:
            break
        long, pairs, shift, states = long.take(longer), pairs.take(longer), shift.take(longer), states.take(longer)
    else:
        starts = 2 * pairs + (shift == 0) + piece.begin
        tokens = [_read_token(piece.folded.buffer, start) for start in starts.tolist()]
        values[long] = [xxhash.xxh3_64_intdigest(token, piece.seed) for token in tokens]
        if piece.chunks is not None:
            piece.chunks.longest.extend(zip((long + piece.first).tolist(), tokens, strict=True))
    if figures.size:
        values[figures] = values.take(figures) >> _FIGURE << _EIGHT | _LAST_DIGIT


def _read_token(buffer: Bytes, start: int) -> bytes:
    """Return the token that starts at ``start``. The window grows, because a token may be as long as the buffer."""
    size = 64
    while (end := (window := buffer[start : start + size].tobytes()).find(0)) < 0:
        size *= 8
    return window[:end]


def make_fingerprints(chunks: TokenChunks, edges: Offsets, seed: int) -> Hashes:
    """Return the fingerprints of texts: XXH3 with 128 bits of the bytes of their tokens.

    The bytes are the number of tokens, then the first chunks of all tokens, then the second chunks of all tokens that
    have one, and so on: eight bytes each, the lowest first. The tokens of `LONG_TOKEN` bytes or more stand behind, with
    a zero byte behind each. Texts of other tokens have other bytes. To close up the gaps between the tokens of the
    folded text takes twice the time of all this.

    Args:
        chunks: the chunks of all tokens.
        edges: ``(n + 1,)`` the first token of each text, and the end.
        seed: the key.

    Returns:
        ``(n, 2) uint64``, the lower half first. A text without tokens has zeros.
    """
    levels = [(values.data, positions.searchsorted(edges).tolist()) for positions, values in chunks.joined()]
    firsts, longest = chunks.firsts.data, chunks.longest
    ends_of_longest = np.array([position for position, _ in longest], np.int64).searchsorted(edges).tolist()
    digests = []
    for text, (first, last) in enumerate(pairwise(edges.tolist())):
        state = xxhash.xxh3_128((last - first).to_bytes(8, "little"), seed)
        state.update(firsts[first:last])
        for values, ends in levels:
            if ends[text] < ends[text + 1]:
                state.update(values[ends[text] : ends[text + 1]])
        for _, token in longest[ends_of_longest[text] : ends_of_longest[text + 1]]:
            state.update(token + b"\0")
        digests.append(state.digest() if first < last else _NO_WORDS)
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64).reshape(-1, 2)[:, ::-1]
