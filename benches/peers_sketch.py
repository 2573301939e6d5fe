"""The peers side by side, speed with error: `python benches/peers_sketch.py`, a minute; install the extra `peers`.

Speed is CPU time with all threads counted, each peer on one thread (`measure.ratios`, `measure.peers`), the best of
three runs: from text (articles of about 600 words, word 5-grams) and from 64-bit shingle hashes (sets of 520), k = 128
slots. Error is what its estimate makes of 400 pairs of sets of 500 shingles at each of three resemblances: the mean
error (bias; its own standard error is .002) and the standard deviation, which is .035, .044 and .035 for MinHash with
128 permutations. `-` stands where a peer has no such door. A speed means nothing without the error beside it: a sketch
that looks at a part of the shingles is fast.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from measure import options
from measure.peers import PEERS, HashDoor, Peer, TextDoor, installed, one_thread
from measure.ratios import Task, cpu_seconds
from synthetic.workloads import NEWS, megabytes

import dedup
from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch import minhash

__all__ = ["OURS", "Row", "estimates", "measure"]

K: Final = 128
TEXTS: Final = 1_500
SETS: Final = 5_000
SHINGLES: Final = 520
PAIRS: Final = 400
SET_SIZE: Final = 500
RESEMBLANCES: Final = (0.2, 0.5, 0.8)
RUNS: Final = 3

Errors = tuple[tuple[float, ...], tuple[float, ...]]
"""Bias and standard deviation, each at every one of `RESEMBLANCES`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One peer's line: speeds in units of 10^6 a CPU second, ``bias`` and ``deviation`` at each of `RESEMBLANCES`."""

    name: str
    text: float | None = None
    hashes: float | None = None
    bias: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()
    note: str = ""


def _ours_text(texts: Sequence[str], k: int, size: int) -> npt.NDArray[Any]:
    """Our own door for text."""
    return dedup.signatures(texts, dedup.Settings(k=k, shingle_size=size))


def _ours_hashes(shingles: Ragged, k: int) -> npt.NDArray[Any]:
    """Our own door for hashes."""
    return minhash.sketch(shingles, k)


OURS: Final = Peer(
    "dedup",
    "dedup",
    TextDoor(_ours_text, np.asarray),
    HashDoor(_ours_hashes, np.asarray, lambda shingles: shingles),
)


def _best(task: Task) -> float:
    """The CPU seconds of the fastest of a few runs: noise only ever slows."""
    return min(cpu_seconds(task) for _ in range(RUNS))


def _pairs(resemblance: float) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], float]:
    """``(PAIRS, SET_SIZE)`` the left and the right sets, random hashes, and their true resemblance.

    The two sets of a pair have their common shingles in the same order, with their own ones in between, as two versions
    of a text have: for a sketch of sets it makes no difference, and one that samples places is not wronged.
    """
    shared = round(2 * SET_SIZE * resemblance / (1 + resemblance))
    own = SET_SIZE - shared
    rng = np.random.default_rng(round(resemblance * 100))
    union = rng.integers(0, 2**64, (PAIRS, shared + 2 * own), np.uint64)
    order = rng.permuted(np.tile(np.arange(shared + 2 * own), (PAIRS, 1)), axis=1)
    left = np.sort(order[:, : shared + own], axis=1)
    right = np.sort(np.concatenate((order[:, :shared], order[:, shared + own :]), axis=1), axis=1)
    rows = np.arange(PAIRS)[:, np.newaxis]
    return union[rows, left], union[rows, right], shared / (shared + 2 * own)


def _errors(sketch: Callable[[npt.NDArray[np.uint64]], npt.NDArray[Any]]) -> Errors:
    """Bias and standard deviation at each resemblance of the signatures that ``sketch`` makes of ``(n, m)`` sets."""
    bias, deviation = [], []
    for resemblance in RESEMBLANCES:
        left, right, truth = _pairs(resemblance)
        signatures = sketch(np.concatenate((left, right)))
        errors = (signatures[:PAIRS] == signatures[PAIRS:]).mean(axis=1) - truth
        bias.append(float(errors.mean()))
        deviation.append(float(errors.std(ddof=1)))
    return tuple(bias), tuple(deviation)


def _ragged(sets: npt.NDArray[np.uint64]) -> Ragged:
    """The rows of a matrix as sets."""
    starts = np.arange(len(sets)) * sets.shape[1]
    return Ragged(sets.reshape(-1), np.stack((starts, starts + sets.shape[1]), axis=1))


def _words(sets: npt.NDArray[np.uint64]) -> list[str]:
    """The sets as texts, a word for each hash: a peer that only takes text gets them as shingles of one word."""
    return [" ".join(f"w{value:x}" for value in row) for row in sets.tolist()]


def estimates(peer: Peer) -> list[Errors]:
    """Bias and deviation through every door that the peer has, the one for hashes last."""
    found = []
    if text := peer.text:
        found.append(_errors(lambda sets: text.rows(text.run(text.prepare(_words(sets)), K, 1))))
    if hashes := peer.hashes:
        found.append(_errors(lambda sets: hashes.rows(hashes.run(hashes.prepare(_ragged(sets)), K))))
    return found


def measure(peer: Peer) -> Row:
    """Measure all that the peer has a door for."""
    megabytes_second = shingles_second = None
    if text := peer.text:
        texts = NEWS.texts()[:TEXTS]
        column = text.prepare(texts)
        megabytes_second = megabytes(texts) / _best(lambda: text.run(column, K, 5))
    if hashes := peer.hashes:
        flat = hashes.prepare(_ragged(np.random.default_rng(3).integers(0, 2**64, (SETS, SHINGLES), np.uint64)))
        shingles_second = SETS * SHINGLES / 1e6 / _best(lambda: hashes.run(flat, K))
    bias, deviation = estimates(peer)[-1]
    return Row(peer.name, megabytes_second, shingles_second, bias, deviation, peer.note)


def _number(value: float | None) -> str:
    """A speed, or a dash."""
    return "-" if value is None else f"{value:.1f}"


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    """The table."""
    yield f"{'':14}{'text':>8}{'hashes':>9}   {'bias at J =':24}{'standard deviation':24}"
    heads = "".join(f"{resemblance:>8g}" for resemblance in RESEMBLANCES)
    yield f"{'':14}{'MB/s':>8}{'M/s':>9}{heads}{heads}"
    for row in rows:
        bias = "".join(f"{value:+8.4f}" for value in row.bias)
        deviation = "".join(f"{value:8.4f}" for value in row.deviation)
        yield f"{row.name:14}{_number(row.text):>8}{_number(row.hashes):>9}{bias}{deviation}  {row.note}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every peer that is installed, and name those that are not."""
    parser = options.parser(__doc__, folder=False)
    chosen = parser.parse_args(arguments)
    one_thread()
    rows = [measure(peer) for peer in (OURS, *PEERS) if installed(peer)]
    missing = [peer.name for peer in PEERS if not installed(peer)]
    print("\n".join(_lines(rows)))
    if missing:
        print(f"not installed: {', '.join(missing)}")
    options.save(chosen.json, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
