"""What the benchmarks share: the rate that goes beside a time, and the stages of the copies on their way to stories."""

from typing import Any

import numpy as np
import pytest
from measure.steps import Rate
from synthetic.copies import COPIES, Sample
from synthetic.workloads import NEWS

from dedup.array_types import Pairs
from dedup.settings import Settings


@pytest.fixture
def rate(benchmark: Any) -> Rate:
    """``rate(amount, unit)``, after the run, writes ``unit/s`` beside the time; the amount is that of one run."""

    def note(amount: float, unit: str) -> None:
        if benchmark.stats is not None:  # None with --benchmark-disable
            benchmark.extra_info[f"{unit}/s"] = round(amount / benchmark.stats.stats.median, 1)

    return note


@pytest.fixture(scope="session")
def batch() -> list[str]:
    """As many articles as the core takes at a time: 32, some 120 KB."""
    return NEWS.texts()[:32]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults, with the 128 slots that the peers are measured at."""
    return Settings(k=128)


@pytest.fixture(scope="session")
def samples() -> tuple[Sample, ...]:
    """The copies, with their truth."""
    return COPIES.samples()


@pytest.fixture(scope="session")
def truth(samples: tuple[Sample, ...]) -> Pairs:
    """Every original with each of its copies, sorted as candidates are."""
    originals = {sample.story: place for place, sample in enumerate(samples) if sample.kind == "original"}
    pairs = [
        sorted((place, originals[sample.story]))
        for place, sample in enumerate(samples)
        if sample.kind not in ("original", "unrelated")
    ]
    return np.array(sorted(pairs), np.int64)
