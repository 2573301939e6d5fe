"""Where numpy ends: the least passes over arrays that lead from texts to signatures, step by step.

Each step is a few calls of numpy on arrays of the sizes and with the contents that the texts give, repeated, so that
they are in cache. The sum leaves out all that joins the steps: batches, documents, seldom cases, third chunks of
words, later rounds. So no code that takes these steps is faster than their sum: it is a ceiling.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from measure.ratios import cpu_seconds
from synthetic.workloads import Workload, megabytes

__all__ = ["least_passes", "seconds_a_megabyte"]

BATCH: Final = 360_000
"""Bytes of text that go through the passes."""

CHUNK: Final = 1 << 15
"""Shingles made at a time."""

RUNS: Final = 7
TIMES: Final = 10
SIZE: Final = 5
"""Words of a shingle."""

Words = npt.NDArray[np.uint64]
Pass = Callable[[], object]


def seconds_a_megabyte(workload: Workload, k: int) -> float:
    """The CPU seconds that all passes take for 10^6 bytes of a workload in ASCII."""
    texts: list[str] = []
    for text in workload.texts():
        if sum(map(len, texts)) > BATCH:
            break
        texts.append(text)
    return sum(least_passes(texts, k).values()) / megabytes(texts)


def least_passes(texts: Sequence[str], k: int) -> dict[str, float]:
    """The CPU seconds of each step for texts in ASCII: the least of some runs, for noise only ever slows."""
    seconds = {}
    for name, step in _steps(texts, k):
        step()

        def runs(step: Pass = step) -> None:
            for _ in range(TIMES):
                step()

        seconds[name] = min(cpu_seconds(runs) for _ in range(RUNS)) / TIMES
    return seconds


def _steps(texts: Sequence[str], k: int) -> Iterator[tuple[str, Pass]]:
    """Every step with its name, in the order of the text."""
    yield "encode", lambda: "\n".join(texts).encode()
    text = np.frombuffer("\n".join(texts).encode(), np.uint8)
    folded, inside = np.zeros(text.size + 64, np.uint8), np.zeros(text.size, np.bool_)
    yield "fold", lambda: _fold(text, folded[: text.size], inside)
    flags = np.empty(text.size // 2, np.bool_)
    yield "starts", lambda: _starts(inside, flags)
    pairs: npt.NDArray[np.int64] = flags.nonzero()[0]
    yield "nonzero", flags.nonzero
    words = np.empty(flags.size + 3, np.uint64)
    yield "words", lambda: np.copyto(words, np.ndarray(words.shape, "<u8", folded, 0, (2,)))
    tokens = np.empty(pairs.size, np.uint64)
    yield "gathered", lambda: words.take(pairs, None, tokens, "clip")
    shift = np.empty_like(tokens)
    yield "trimmed", lambda: _trim(tokens, shift)
    long: npt.NDArray[np.int64] = (tokens > np.uint64(2**48)).nonzero()[0]
    yield "long found", lambda: (tokens > np.uint64(2**48)).nonzero()
    yield "long hashed", lambda: _hash_long(tokens, shift, long, words[3:].take(pairs.take(long)))
    shingles = np.random.default_rng(1).integers(0, 2**64, tokens.size, np.uint64)
    yield "shingles", lambda: _combine(tokens, np.empty_like(tokens))
    owners = np.searchsorted(np.cumsum([len(item) + 1 for item in texts]), 2 * pairs, "right") * k
    bins = np.full(len(texts) * k, 2**32 - 1, np.uint32)
    yield "bins", lambda: _throw(shingles, owners, bins, k)
    slots = bins.copy()
    yield "empty slots", lambda: _borrow(slots, bins)


def _fold(text: npt.NDArray[np.uint8], folded: npt.NDArray[np.uint8], inside: npt.NDArray[np.bool_]) -> None:
    shifted, digit = np.empty_like(text), np.empty_like(inside)
    np.bitwise_or(text, np.uint8(0x20), folded)
    np.subtract(folded, np.uint8(ord("a")), shifted)
    np.less(shifted, np.uint8(26), inside)
    np.subtract(text, np.uint8(ord("0")), shifted)
    np.less(shifted, np.uint8(10), digit)
    np.bitwise_or(inside, digit, inside)
    np.multiply(folded, inside.view(np.uint8), folded)


def _starts(inside: npt.NDArray[np.bool_], flags: npt.NDArray[np.bool_]) -> None:
    starts = np.empty_like(inside)
    starts[:1] = True
    np.greater(inside[1:], inside[:-1], starts[1:])
    np.not_equal(starts[: 2 * flags.size].view(np.uint16), 0, flags)


def _trim(tokens: Words, shift: Words) -> None:
    np.bitwise_and(tokens, np.uint64(0x20), shift)
    np.right_shift(shift, np.uint64(2), shift)
    np.left_shift(tokens, shift, tokens)
    np.right_shift(tokens, np.uint64(8), tokens)
    mask = np.bitwise_or(tokens, np.uint64(0xDFDFDFDFDFDFDFDF))
    np.subtract(np.uint64(2**64 - 2), mask, mask)
    np.bitwise_and(tokens, mask, tokens)


def _hash_long(tokens: Words, shift: Words, long: npt.NDArray[np.int64], chunks: Words) -> None:
    states = tokens.take(long)
    _trim(chunks, shift.take(long))
    for _ in range(2):
        states *= np.uint64(0x9E3779B97F4A7C15)
        states ^= states >> np.uint64(32)
    states += chunks
    tokens[long] = states


def _combine(tokens: Words, out: Words) -> None:
    """Two doublings and one token more, then the mixer: a multiplication and an addition each."""
    spare = np.empty(CHUNK, np.uint64)
    for begin in range(0, tokens.size, CHUNK):
        values = out[begin : begin + CHUNK]
        for _ in range(SIZE.bit_length()):
            np.multiply(tokens[begin : begin + CHUNK], np.uint64(0x9E3779B97F4A7C15), values)
            values += tokens[begin : begin + CHUNK]
        np.right_shift(values, np.uint64(32), spare[: values.size])
        values ^= spare[: values.size]
        values *= np.uint64(0x9E3779B97F4A7C15)


def _throw(shingles: Words, owners: npt.NDArray[np.int64], bins: npt.NDArray[np.uint32], k: int) -> None:
    cells = (shingles >> np.uint64(65 - k.bit_length())).view(np.int64)
    cells += owners
    np.minimum.at(bins, cells, shingles.view(np.uint32)[::2])


def _borrow(slots: npt.NDArray[np.uint32], bins: npt.NDArray[Any]) -> None:
    np.copyto(slots, bins)
    empty = np.equal(slots, np.uint32(2**32 - 1)).nonzero()[0]
    slots[empty] = bins.take(empty ^ 1)
