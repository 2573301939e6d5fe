"""The error of the signatures' estimate over set sizes and resemblances: `python benches/estimator.py`.

Every cell makes thousands of pairs of random sets with a union of exactly ``size`` shingles of which ``shared`` are in
both, sketches them, and compares the estimates with the true resemblance ``shared / size``: their mean (the bias) and
their variance over ``J (1 - J) / k``, which is the variance of MinHash with k permutations (Broder 1997). The bar is
a bias of at most .003 and a variance ratio of at most 1.05 in every cell; a cell that misses it by more than two
standard errors is marked, and the exit code is 1.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch import minhash

__all__ = ["Cell", "measure"]

BIAS: Final = 0.003
VARIANCE: Final = 1.05
RESEMBLANCES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
SIZES: Final = (5, 10, 30, 100, 300, 520, 1_000, 3_000, 10_000)
TRIALS: Final = 20_000
"""Pairs in a cell: the standard errors are then .0003 of the bias and .01 of the variance ratio."""

_CHUNK: Final = 1 << 22
"""Shingles made at a time."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What was measured for unions of ``size`` with ``shared`` in both, with standard errors."""

    size: int
    shared: int
    bias: float
    bias_error: float
    ratio: float
    ratio_error: float

    @property
    def holds(self) -> bool:
        """Whether the cell is within the bar, give or take two standard errors."""
        return abs(self.bias) - 2 * self.bias_error <= BIAS and self.ratio - 2 * self.ratio_error <= VARIANCE


def measure(size: int, shared: int, k: int, trials: int, seed: int = 7) -> Cell:
    """Measure one cell, ``0 < shared < size``."""
    rng = np.random.default_rng((seed, size, shared, k))
    chunk = max(1, _CHUNK // size)
    estimates = np.concatenate(
        [_estimates(size, shared, k, min(chunk, trials - done), rng) for done in range(0, trials, chunk)]
    )
    truth = shared / size
    errors = estimates - truth
    variance = float(errors.var(ddof=1))
    kurtosis = float(((errors - errors.mean()) ** 4).mean()) / variance**2
    ratio = variance / (truth * (1 - truth) / k)
    spread = math.sqrt(max(kurtosis - 1, 0) / trials)
    return Cell(size, shared, float(errors.mean()), math.sqrt(variance / trials), ratio, ratio * spread)


def _estimates(size: int, shared: int, k: int, trials: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Estimates for ``trials`` pairs: rows ``i`` and ``trials + i`` are the two sets of pair ``i``."""
    union = rng.integers(0, 2**64, (trials, size), np.uint64)
    middle = shared + (size - shared) // 2
    left = union[:, :middle]
    right = np.concatenate((union[:, :shared], union[:, middle:]), axis=1)
    lengths = np.repeat([left.shape[1], right.shape[1]], trials)
    ends = np.cumsum(lengths)
    sets = Ragged(np.concatenate((left.reshape(-1), right.reshape(-1))), np.stack((ends - lengths, ends), axis=1))
    signatures = minhash.sketch(sets, k)
    return minhash.estimate(signatures, np.stack((np.arange(trials), trials + np.arange(trials)), axis=1))


def _row(size: int, k: int, trials: int) -> list[Cell | None]:
    """A row of the table; None where the nearest resemblance that a union of this size can have is another column's."""
    wanted = [min(max(round(resemblance * size), 1), size - 1) for resemblance in RESEMBLANCES]
    misses = [abs(shared / size - resemblance) for shared, resemblance in zip(wanted, RESEMBLANCES, strict=True)]
    best = {
        shared: min(miss for miss, other in zip(misses, wanted, strict=True) if other == shared) for shared in wanted
    }
    return [
        measure(size, shared, k, trials) if miss == best[shared] else None
        for shared, miss in zip(wanted, misses, strict=True)
    ]


def _cell_text(cell: Cell | None) -> str:
    """Bias, ratio, and the mark of a cell that misses the bar."""
    if cell is None:
        return "-"
    return f"{cell.bias:+.4f} {cell.ratio:.3f}{' ' if cell.holds else '!'}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if a cell misses the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--k", type=int, default=128, help="slots in a signature")
    parser.add_argument("--trials", type=int, default=TRIALS, help="pairs in a cell")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="shingles in the union of a pair")
    options = parser.parse_args(arguments)
    print(f"bias, and variance over J(1-J)/k; k = {options.k}, {options.trials} pairs a cell; ! misses the bar")
    print(f"{'union':>6}" + "".join(f"{f'J = {resemblance:g}':>16}" for resemblance in RESEMBLANCES))
    cells: list[Cell] = []
    for size in options.sizes:
        row = _row(size, options.k, options.trials)
        print(f"{size:>6}" + "".join(f"{_cell_text(cell):>16}" for cell in row), flush=True)
        cells += [cell for cell in row if cell is not None]
    worst = max(cells, key=lambda cell: abs(cell.bias))
    widest = max(cells, key=lambda cell: cell.ratio)
    print(f"largest bias {worst.bias:+.4f} (+-{worst.bias_error:.4f}) at J = {worst.shared}/{worst.size};", end=" ")
    print(f"largest ratio {widest.ratio:.3f} (+-{widest.ratio_error:.3f}) at J = {widest.shared}/{widest.size}")
    return 0 if all(cell.holds for cell in cells) else 1


if __name__ == "__main__":
    sys.exit(main())
