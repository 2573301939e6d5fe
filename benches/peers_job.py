"""The whole job by us and by peers, side by side: `python benches/peers_job.py`; install the extra `peers`.

Each reads the same JSON Lines (`articles`), sketches, finds candidates and writes which document is in which cluster,
in a process of its own on all processors, as its own documentation says: datasketch's ``MinHashLSH``, one query a
document; gaoya's notebook on deduplication, which inserts and queries all documents in parallel; rensa's
``RMinHashDeduplicator`` of its README, a duplicate joining what it is a duplicate of; Daft's tutorial on the
deduplication of Common Crawl. Where a documentation leaves something open, or has a slower way beside a faster one, the
peer gets the faster one: xxh32 in place of datasketch's sha1, and scipy's connected components for all, Daft's joins
among them.

A peer is run as documented, and in the way with the best F1 of those that its ``ways`` list, which is found on a
smaller collection. F1 is over pairs of documents. Seconds are wall time, the start of Python included.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from measure import options
from measure.processes import Watched, watch
from scale import clustered, f1
from synthetic.articles import Made, make

from dedup.core.evaluation import scores
from dedup.engines.pool.pool import worker_count as processors
from dedup.formats.typed.labels import read_truth

__all__ = ["JOBS", "Job", "Row", "Way", "agreement", "best", "compared", "measure"]

SIZES: Final = (20_000, 100_000)
TRIAL: Final = 5_000
"""Documents on which the ways of a peer are tried."""

SEED: Final = 42


@dataclass(frozen=True, slots=True)
class Way:
    """One way to use a peer: the ``threshold`` it is asked for, what it makes ``shingles`` of ("words", "5 words",
    "3-4 characters"), and the slots ``k`` of its signatures."""

    threshold: float
    shingles: str
    k: int

    def __str__(self) -> str:
        return f"{self.threshold:g}, {self.shingles}, k {self.k}"


@dataclass(frozen=True, slots=True)
class Job:
    """A peer's whole job: from a file of rows to ids and the number of the cluster of each. The first of its ``ways``
    is the one that its documentation shows."""

    name: str
    module: str
    run: Callable[[Path, Way], tuple[list[str], npt.NDArray[Any]]]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One run of one peer, or of ours; ``memory`` in bytes, of all its processes."""

    name: str
    way: str
    documents: int
    seconds: float
    cpu: float
    memory: int
    f1: float


def _read(documents: Path) -> tuple[list[str], list[str]]:
    """Ids and texts, as a program in Python reads them."""
    with documents.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["id"] for row in rows], [row["text"] for row in rows]


def _shingles(text: str, way: Way) -> list[bytes]:
    """Words or runs of five words, in lower case: the fastest way in Python."""
    tokens = text.lower().encode().split()
    if way.shingles == "words":
        return tokens
    return list(map(b" ".join, zip(*(tokens[start:] for start in range(5)), strict=False)))


def _components(count: int, edges: Iterable[tuple[int, int]]) -> npt.NDArray[Any]:
    """``(count,)`` the number of the component of each document."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = np.array(list(edges), np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    labels: npt.NDArray[Any] = connected_components(graph, directed=False)[1]
    return labels


def _datasketch(documents: Path, way: Way) -> tuple[list[str], npt.NDArray[Any]]:
    import xxhash
    from datasketch import MinHash, MinHashLSH

    ids, texts = _read(documents)
    sketches = MinHash.bulk((_shingles(text, way) for text in texts), num_perm=way.k, hashfunc=xxhash.xxh32_intdigest)
    index = MinHashLSH(threshold=way.threshold, num_perm=way.k)
    with index.insertion_session() as session:
        for number, sketch in enumerate(sketches):
            session.insert(number, sketch)
    edges = ((number, other) for number, sketch in enumerate(sketches) for other in index.query(sketch))
    return ids, _components(len(ids), edges)


def _gaoya(documents: Path, way: Way) -> tuple[list[str], npt.NDArray[Any]]:
    import gaoya

    ids, texts = _read(documents)
    analyzer, sizes = ("char", (3, 4)) if way.shingles == "3-4 characters" else ("word", (5, 5))
    index = gaoya.minhash.MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=way.threshold,
        num_bands=way.k // 4,
        band_size=4,
        num_hashes=None,
        analyzer=analyzer,
        lowercase=analyzer == "word",
        ngram_range=sizes,
    )
    numbers = list(range(len(ids)))
    index.par_bulk_insert_docs(numbers, texts)
    found = index.par_bulk_query(texts)
    return ids, _components(len(ids), ((number, other) for number in numbers for other in found[number]))


def _rensa(documents: Path, way: Way) -> tuple[list[str], npt.NDArray[Any]]:
    from rensa import RMinHashDeduplicator

    ids, texts = _read(documents)
    seen = RMinHashDeduplicator(threshold=way.threshold, num_perm=way.k, use_lsh=True)
    kept = seen.add_pairs((str(number), _shingles(text, way)) for number, text in enumerate(texts))
    copies = [number for number, is_kept in enumerate(kept) if not is_kept]
    found = seen.get_duplicate_sets([_shingles(texts[number], way) for number in copies])
    edges = ((number, int(other)) for number, others in zip(copies, found, strict=True) for other in others)
    return ids, _components(len(ids), edges)


def _daft(documents: Path, way: Way) -> tuple[list[str], npt.NDArray[Any]]:
    from datasketch import MinHashLSH

    daft: Any = import_module("daft")
    col, numbers = daft.col, import_module("daft.functions").monotonically_increasing_id
    bands = MinHashLSH(threshold=way.threshold, num_perm=way.k)  # the tutorial takes its bands from datasketch
    numbered = daft.DataType.list(daft.DataType.int64())
    places = daft.func(
        lambda found: [place if place < bands.b else None for place in range(len(found))], return_dtype=numbered
    )
    plain = col("text").normalize(remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
    sketches = (
        daft.read_json(str(documents))
        .select("id", plain.alias("text"))
        .select("id", col("text").minhash(num_hashes=way.k, ngram_size=5, seed=SEED, hash_function="xxhash"))
        .select("id", col("text").alias("sketch"))
        .with_column("node", numbers())
        .collect()
    )
    rows = sketches.select("node", col("sketch").chunk(bands.r).alias("band"))
    buckets = (
        rows.select("node", "band", places(col("band")).alias("place"))
        .explode("band", "place")
        .where(col("place").not_null())
        .groupby("place", "band")
        .agg(col("node").list_agg().alias("nodes"))
        .where(col("nodes").list_count() > 1)
    )
    edges = (
        buckets.select(col("nodes").list_min().alias("u"), col("nodes").alias("v"))
        .explode("v")
        .where(col("u") != col("v"))
        .distinct()
        .to_pydict()
    )
    found = sketches.select("id", "node").to_pydict()
    nodes = {node: number for number, node in enumerate(found["node"])}
    pairs = ((nodes[u], nodes[v]) for u, v in zip(edges["u"], edges["v"], strict=True))
    return found["id"], _components(len(nodes), pairs)


def _ways(first: Way, others: Iterable[tuple[float, str, int]]) -> tuple[Way, ...]:
    return tuple(dict.fromkeys((first, *(Way(*other) for other in others))))


_RUNS: Final = tuple((threshold, "5 words", 128) for threshold in (0.2, 0.3, 0.4, 0.5, 0.7))

JOBS: Final = (
    Job("datasketch", "datasketch", _datasketch, _ways(Way(0.5, "5 words", 128), _RUNS)),
    Job("gaoya", "gaoya", _gaoya, _ways(Way(0.5, "3-4 characters", 200), _RUNS)),
    Job("rensa", "rensa", _rensa, _ways(Way(0.8, "words", 128), _RUNS)),
    Job("Daft", "daft", _daft, _ways(Way(0.7, "5 words", 64), _RUNS)),
)
"""Every peer that does the whole job: a new one is one line here."""

OURS: Final = "dedup"


def agreement(found: Path, truth: Path) -> float:
    """The pairwise F1 of clusters in a file against the true ones of the same documents."""
    mine, true = read_truth(str(found)).clusters, read_truth(str(truth)).clusters
    numbers: list[npt.NDArray[np.int64]] = []
    for names in (true.values(), [mine[id] for id in true]):
        known: dict[str, int] = {}
        numbers.append(np.array([known.setdefault(name, len(known)) for name in names], np.int64))
    return scores.pairwise(scores.pair_counts(scores.contingency(*numbers))).f1


def measure(job: Job, way: Way, made: Made, documents: int) -> Row:
    """Run a peer in a process of its own; raises `RuntimeError` if it does not run to its end."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "clusters.jsonl")
        asked = msgspec.json.encode(way).decode()
        run = watch(
            [sys.executable, __file__, "--run", job.name, asked, str(made.documents), str(output)],
            {"DAFT_ANALYTICS_ENABLED": "0", "DAFT_PROGRESS_BAR": "0"},
        )
        if run.code:
            raise RuntimeError(f"{job.name} ended with exit code {run.code}: {run.error[-2000:]}")
        return _row(job.name, str(way), documents, run, agreement(output, made.truth))


def _row(name: str, way: str, documents: int, run: Watched, score: float) -> Row:
    return Row(name, way, documents, run.seconds, run.cpu, run.memory, score)


def ours(made: Made, documents: int, workers: int | None = None) -> Row:
    """The same by our command."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "stories.jsonl")
        run = clustered(made.documents, output, workers)
        return _row(OURS, "defaults", documents, run, f1(output, made.truth))


def best(job: Job, made: Made, documents: int) -> Way:
    """The way with the best F1, the faster of two that are as good."""
    rows = [(measure(job, way, made, documents), way) for way in job.ways]
    return max(rows, key=lambda row: (round(row[0].f1, 3), -row[0].seconds))[1]


def _run(name: str, asked: str, documents: str, output: str) -> int:
    """What the process of a peer does."""
    job = next(job for job in JOBS if job.name == name)
    ids, clusters = job.run(Path(documents), msgspec.json.decode(asked, type=Way))
    rows = [{"id": id, "cluster": cluster} for id, cluster in zip(ids, clusters.tolist(), strict=True)]
    Path(output).write_bytes(msgspec.json.Encoder().encode_lines(rows))
    return 0


def _rows(sizes: Sequence[int], folder: Path, trial: int, names: Sequence[str]) -> Iterator[Row]:
    """All runs, the sizes one after the other, ours before and after the others."""
    jobs = [job for job in JOBS if find_spec(job.module) and job.name in names]
    small = make(folder, "lines", trial, workers=processors(None))
    chosen = {job.name: best(job, small, trial) for job in jobs}
    for size in sizes:
        made = make(folder, "lines", size, workers=processors(None))
        yield ours(made, size)
        for job in jobs:
            for way in dict.fromkeys((job.ways[0], chosen[job.name])):
                yield measure(job, way, made, size)
        yield ours(made, size)


def _line(row: Row) -> str:
    return (
        f"{row.name:12}{row.documents:10,}{row.seconds:9.1f}{row.cpu:9.1f}{row.memory / 1e6:9,.0f}{row.f1:8.4f}"
        f"   {row.way}"
    )


def compared(rows: Sequence[Row]) -> Iterator[str]:
    """For each size and peer, how many times our seconds it took; of several runs of ours the fastest counts."""
    for size in dict.fromkeys(row.documents for row in rows):
        own = [row for row in rows if row.documents == size and row.name == OURS]
        seconds, cpu = min(row.seconds for row in own), min(row.cpu for row in own)
        for row in rows:
            if row.documents == size and row.name != OURS:
                yield (
                    f"{row.name}, {size:,} documents, {row.way}: {row.seconds / seconds:.2f} times our seconds, "
                    f"{row.cpu / cpu:.2f} times our CPU seconds, F1 {row.f1:.4f} beside {own[0].f1:.4f}"
                )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each run of each peer that is installed, and name those that are not."""
    if arguments is None and sys.argv[1:2] == ["--run"]:
        return _run(*sys.argv[2:])
    parser = options.parser(__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), metavar="N,...", help="documents")
    parser.add_argument("--trial", type=int, default=TRIAL, metavar="N", help="documents to find the best way on")
    parser.add_argument("--peers", default=",".join(job.name for job in JOBS), metavar="NAME,...", help="only these")
    chosen = parser.parse_args(arguments)
    rows: list[Row] = []
    print(f"{'':12}{'documents':>10}{'seconds':>9}{'CPU s':>9}{'MB':>9}{'F1':>8}   threshold, shingles, k")
    with ExitStack() as stack:
        folder = options.collections(chosen.folder, stack)
        sizes = [int(float(size)) for size in chosen.sizes.split(",")]
        for row in _rows(sizes, folder, chosen.trial, chosen.peers.split(",")):
            rows.append(row)
            print(_line(row), flush=True)
    print("\n".join(("", *compared(rows))))
    missing = [job.name for job in JOBS if not find_spec(job.module)]
    if missing:
        print(f"not installed: {', '.join(missing)}")
    options.save(chosen.json, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
