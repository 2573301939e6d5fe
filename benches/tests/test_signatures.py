"""From texts to signatures, end to end, on every kind of text; `str.split` on the same list is the yardstick.

Each benchmark also runs as a test (`--benchmark-disable`) and says something real about the result.
Run `pytest benches/test_signatures.py --benchmark-group-by=group`; MB/s are in `extra_info`.
"""

from typing import Any

import numpy as np
import pytest
from measure.steps import Rate
from synthetic.workloads import CJK, LONG, NEWS, NEWS_ACCENTED, SHORT, WIRE, WORKLOADS, Workload, megabytes

import dedup
from dedup.core.sketch import minhash


def _check(texts: list[str], found: Any, settings: dedup.Settings) -> None:
    """Signatures do not depend on their batch, and agree with another document's in hardly any slot."""
    assert (len(texts), settings.k) == found.shape
    assert np.uint32 == found.dtype
    some = [0, len(texts) // 2, len(texts) - 1]
    assert np.array_equal(found[some], dedup.signatures([texts[place] for place in some], settings))
    assert minhash.estimate(found, np.array([(0, some[1]), (some[1], some[2])])).max() < 0.05


@pytest.mark.parametrize(
    ("workload", "k"),
    [(NEWS, 128), (NEWS, 512), (NEWS_ACCENTED, 128), (WIRE, 128), (WIRE, 256), (SHORT, 128), (LONG, 128), (CJK, 128)],
    ids=lambda value: value.name if isinstance(value, Workload) else str(value),
)
def test_signatures(benchmark: Any, workload: Workload, k: int, rate: Rate) -> None:
    """From text to signatures."""
    benchmark.group = f"signatures: {workload.name}"
    texts, settings = workload.texts(), dedup.Settings(k=k)
    found = benchmark(dedup.signatures, texts, settings)
    rate(megabytes(texts), "MB")
    _check(texts, found, settings)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_split(benchmark: Any, workload: Workload, rate: Rate) -> None:
    """Python's own `str.split`, one list of words thrown away before the next is made."""
    benchmark.group = f"signatures: {workload.name}"
    texts = workload.texts()

    def split() -> int:
        return sum(len(text.split()) for text in texts)

    words = benchmark(split)
    rate(megabytes(texts), "MB")
    if workload.script != "cjk":
        assert workload.shortest <= words / len(texts) <= 1.02 * workload.longest
