"""The service under one and many producers: `python benches/service.py`, beside the same articles in one process.

A service process has an index that never reviews itself. Producers are processes with one connection each, which send
their share of the articles in requests of so many lines, one request after the other. The processor time is that of the
service alone, a document, the least of some rounds; the producers are not in it. The yardsticks are `add` and
`add_many` of one process.
"""

import http.client
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

from measure import options
from synthetic.articles import Made, make

from dedup import Index

__all__ = ["Row", "measure"]

DOCUMENTS: Final = 400
ROUNDS: Final = 5
PRODUCERS: Final = (1, 8)
LINES: Final = (1, 100)

_SERVE: Final = """
import sys
from dedup import Index
from dedup.engines.service.server import ServiceAddress, listen, serve
with listen(ServiceAddress(sys.argv[2])) as listener, Index.open(sys.argv[1], reviews=0) as index:
    serve(index, listener, on_ready=lambda url: print(url, flush=True))
"""
"""The program of the service process. Its arguments are the folder of the index and the path of the socket."""


class Row(NamedTuple):
    """One way to add articles: milliseconds of processor time a document, documents a second by the clock, commits, and
    the 99th percentile of the seconds of a request."""

    way: str
    producers: int
    lines: int
    cpu: float
    speed: float
    commits: int
    slowest: float


def served(articles: Sequence[bytes], producers: int, lines: int) -> Row:
    """Adds articles through a service, and measures it."""
    with tempfile.TemporaryDirectory() as folder:
        place = f"{folder}/dedup.sock"
        command = [sys.executable, "-c", _SERVE, f"{folder}/news.dedup", place]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as service:
            if service.stdout is None:
                raise ValueError("the process was started without pipes")
            service.stdout.readline()
            before = _metrics(place)["process_cpu_seconds_total"]
            start = time.perf_counter()
            with get_context("fork").Pool(producers) as pool:
                shares = [articles[number::producers] for number in range(producers)]
                answers = pool.starmap(_produce, [(place, share, lines) for share in shares])
            times = sorted(chain.from_iterable(answers))
            seconds = time.perf_counter() - start
            after = _metrics(place)
            service.terminate()
        cpu = 1e3 * (after["process_cpu_seconds_total"] - before) / len(articles)
        slowest = times[int(len(times) * 0.99)]
        return Row(
            "service", producers, lines, cpu, len(articles) / seconds, int(after["dedup_commits_total"]), slowest
        )


def _produce(place: str, share: Sequence[bytes], lines: int) -> list[float]:
    """Sends articles, and returns the seconds of each request."""
    connection = _connected(place)
    times = []
    for first in range(0, len(share), lines):
        start = time.perf_counter()
        connection.request("POST", "/documents", b"".join(share[first : first + lines]))
        answers = connection.getresponse().read().splitlines()
        times.append(time.perf_counter() - start)
        if len(answers) != len(share[first : first + lines]) or any(b'"error"' in answer for answer in answers):
            raise ValueError(f"the service has answered {answers}")
    connection.close()
    return times


def _connected(place: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("dedup")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(place)
    return connection


def _metrics(place: str) -> dict[str, float]:
    """Returns the metrics of the service that have no labels."""
    connection = _connected(place)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}


def alone(articles: Sequence[bytes], lines: int) -> Row:
    """Adds articles in this process, so many at a time."""
    documents = list(map(json.loads, articles))
    times = []
    with tempfile.TemporaryDirectory() as folder, Index.open(f"{folder}/news.dedup", reviews=0, workers=1) as index:
        start, cpu = time.perf_counter(), time.process_time()
        for first in range(0, len(documents), lines):
            begin = time.perf_counter()
            index.add_many(documents[first : first + lines])
            times.append(time.perf_counter() - begin)
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - start
    slowest = sorted(times)[int(len(times) * 0.99)]
    return Row("one process", 1, lines, 1e3 * cpu / len(documents), len(documents) / seconds, len(times), slowest)


def measure(made: Made, documents: int, rounds: int) -> Iterator[Row]:
    """Yields a row for each way, the round with the least processor time; the ways take turns."""
    with made.documents.open("rb") as rows:
        articles = list(islice(rows, documents))
    ways: list[Callable[[], Row]] = [partial(alone, articles, lines) for lines in (1, 8, 100)]
    ways += [partial(served, articles, producers, lines) for lines in LINES for producers in PRODUCERS]
    taken: list[list[Row]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, results in zip(ways, taken, strict=True):
            results.append(way())
    yield from (min(results, key=lambda row: row.cpu) for results in taken)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = options.parser(__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, metavar="N", help="articles")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds, of which the best counts")
    chosen: Any = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder: Path = options.collections(chosen.folder, stack)
        rows = list(measure(make(folder, "lines", max(1000, chosen.documents)), chosen.documents, chosen.rounds))
    print(f"{'':12}{'producers':>10}{'lines':>7}{'CPU ms':>8}{'docs/s':>8}{'commits':>9}{'p99 ms':>8}")
    for row in rows:
        print(
            f"{row.way:12}{row.producers:10}{row.lines:7}{row.cpu:8.2f}{row.speed:8.0f}{row.commits:9}"
            f"{1e3 * row.slowest:8.1f}"
        )
    options.save(chosen.json, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
