"""Counts of a service, as text that Prometheus reads."""

import resource
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

ANSWERS: Final = ("new", "copy", "known", "stale", "no_article", "skipped")
"""The kinds of answers. Each has a count from the beginning on, so that rates have no gaps."""

_Family = tuple[str, str, str, Iterable[tuple[str, float]]]
"""A metric: its name, its kind, its help, and its samples."""

_STARTED: Final = time.time()
_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_DOCUMENTS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Histogram:
    """Counts of values up to each bound, and their sum.

    Args:
        bounds: the upper bounds, in rising order.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Counts a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def samples(self) -> Iterator[tuple[str, float]]:
        """Yields the ends of the names of the samples, and their values."""
        total = 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            yield f'_bucket{{le="{bound}"}}', total
        yield "_sum", self._sum
        yield "_count", total


class Metrics:
    """The counts of a service since it started."""

    def __init__(self) -> None:
        self._answers = Counter(dict.fromkeys(ANSWERS, 0))
        self._cold = 0
        self._commits = 0
        self._batch_documents = Histogram(_DOCUMENTS)
        self._add_seconds = Histogram(_SECONDS)
        self._review_seconds = Histogram((1.0, 10.0, 60.0, 600.0, 3600.0))

    def count_batch(self, kinds: Iterable[str], seconds: Iterable[float], cold: int) -> None:
        """Counts a batch of documents.

        Args:
            kinds: the kinds of the answers.
            seconds: the time of each document from its arrival to its commit.
            cold: the number of cold decisions.
        """
        times = list(seconds)
        self._answers.update(kinds)
        self._cold += cold
        self._commits += 1
        self._batch_documents.observe(len(times))
        for duration in times:
            self._add_seconds.observe(duration)

    def count_review(self, seconds: float) -> None:
        """Counts a review."""
        self._review_seconds.observe(seconds)

    def render(self, waiting: int, documents: int, stored: int) -> bytes:
        """Returns the text.

        Args:
            waiting: the documents that wait.
            documents: the documents of the index.
            stored: the bytes of the index.
        """
        answers = [(f'{{answer="{kind}"}}', float(count)) for kind, count in self._answers.items()]
        families: list[_Family] = [
            ("dedup_documents_total", "counter", "Answers by kind.", answers),
            ("dedup_cold_total", "counter", "Decisions that may rest on boilerplate.", [("", self._cold)]),
            ("dedup_commits_total", "counter", "Batches of documents on the disk.", [("", self._commits)]),
            ("dedup_batch_documents", "histogram", "Documents of a batch.", self._batch_documents.samples()),
            ("dedup_add_seconds", "histogram", "From the arrival of a document to its commit.",
             self._add_seconds.samples()),
            ("dedup_review_seconds", "histogram", "Reviews.", self._review_seconds.samples()),
            ("dedup_queue_documents", "gauge", "Documents that wait.", [("", waiting)]),
            ("dedup_index_documents", "gauge", "Documents of the index.", [("", documents)]),
            ("dedup_index_bytes", "gauge", "Bytes of the index on the disk.", [("", stored)]),
            *_process_families(),
        ]  # fmt: skip
        lines: list[str] = []
        for name, kind, help, samples in families:
            lines += [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]
            lines += [f"{name}{end} {value:.17g}" for end, value in samples]
        return "".join(f"{line}\n" for line in lines).encode()


def _process_families() -> Iterator[_Family]:
    """Yields the metrics of the process, as far as the system tells them."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    yield _process("cpu_seconds_total", "counter", "Processor time.", usage.ru_utime + usage.ru_stime)
    yield _process("start_time_seconds", "gauge", "Start, in seconds since 1970.", _STARTED)
    memory = Path("/proc/self/statm")
    if memory.exists():
        virtual, resident = (int(pages) * resource.getpagesize() for pages in memory.read_text("ascii").split()[:2])
        yield _process("virtual_memory_bytes", "gauge", "Virtual memory.", virtual)
        yield _process("resident_memory_bytes", "gauge", "Resident memory.", resident)
        yield _process("open_fds", "gauge", "Open descriptors.", len(list(Path("/proc/self/fd").iterdir())))
    else:
        peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        yield _process("resident_memory_bytes", "gauge", "Resident memory at its peak.", peak)


def _process(name: str, kind: str, help: str, value: float) -> _Family:
    return f"process_{name}", kind, help, [("", value)]
