"""The index as articles arrive, beside those of peers, and a week's window over a month: `python benches/index.py`.

Of a collection (`articles`) some are held back: copies of articles that are in it, and articles that have no copy. The
others are added, a chunk at a time, in their order; then those that were held back are asked for, each alone. The rows
are in memory when the clock starts. Every index (`indexes`) has a process of its own; ours has three: one adds, and
reviews itself while it is small, as it does by default; one opens what there is and asks; one reviews all.

F1 of answers is over pairs of one that is asked for and a document that it is a copy of; F1 of stories over pairs of
documents that were added. Memory is anonymous memory with that of all children, Redis among them, after each chunk.

The window: so many articles a day, forgotten after a week by a clock that runs with them; every evening the first of
the next day are asked for. From the second week on, nothing may grow.
"""

import argparse
import dataclasses
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
from measure import options
from measure.index_peers import INDEXES, OURS, Door, Given, Held, Ours, missing
from measure.processes import Watched, held, watch
from peers_job import agreement
from synthetic.articles import Made, make

import dedup
from dedup.core.evaluation import scores
from dedup.engines.pool.pool import worker_count as processors
from dedup.formats.typed.labels import read_truth

__all__ = ["Day", "Lot", "Row", "Split", "Told", "answered", "disk", "measure", "month", "split"]

SIZES: Final = (10_000,)
CHUNK: Final = 10_000
ASKED: Final = 500
"""Copies that are held back, and as many other articles; fewer of a small collection."""

WEEK: Final = 7
DAYS: Final = 30
A_DAY: Final = 1_000
ASKED_A_DAY: Final = 200
_DAY: Final = 86_400.0
_MONDAY: Final = 1_767_571_200.0
"""A time in 2026."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Split:
    """A collection and those of it that are held back: ``asked`` has the row of each with the ids of the documents
    that it is a copy of, none if it is new; ``truth`` is that of the others, of which there are ``added``."""

    documents: Path
    truth: Path
    asked: list[tuple[Given, list[str]]]
    added: int

    def rows(self) -> Iterator[Given]:
        """The rows that are to be added, in their order."""
        back = {row["id"] for row, _ in self.asked}
        return (row for row in _read(self.documents) if row["id"] not in back)


@dataclass(frozen=True, slots=True)
class Lot:
    """One chunk: ``seconds`` of wall time, those of them that were ``reviewing``, ``cpu`` seconds with those of
    children, and what was held after it in bytes of anonymous ``memory`` and in the ``log`` of the database."""

    documents: int
    seconds: float
    reviewing: float
    cpu: float
    memory: int
    log: int


@dataclass(slots=True)
class Told:
    """What a process tells. ``answers`` are (seconds, ids); ``before`` and ``after`` the bytes of memory before an
    index is opened and after it has answered; ``clusters`` the story of each document before and after a review."""

    lots: list[Lot] = field(default_factory=list)
    opening: float = 0.0
    first: float = 0.0
    before: int = 0
    after: int = 0
    answers: list[tuple[float, list[str]]] = field(default_factory=list)
    reviewing: float = 0.0
    events: int = 0
    clusters: tuple[dict[str, str], ...] = ()


@dataclass(slots=True)
class Row:
    """One index. Speeds are documents a second, times of queries milliseconds: the median and the 99th percentile for
    ``new`` articles and for ``copies``; memory is bytes; what only ours has is in ``more``."""

    name: str
    way: str
    documents: int
    speed: float
    tenths: list[float]
    cpu: float
    new: tuple[float, float]
    copies: tuple[float, float]
    f1: float
    memory: int
    peak: int
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Day:
    """An evening: the ``documents`` that are there, the ``stories``, the bytes on ``disk`` by part (`disk`), the median
    and the 99th percentile of queries in milliseconds of wall time, the median of their ``cpu`` time, documents added a
    second, anonymous memory in bytes."""

    day: int
    documents: int
    stories: int
    disk: dict[str, int]
    p50: float
    p99: float
    cpu: float
    speed: float
    memory: int


def _read(documents: Path) -> Iterator[Given]:
    decode = msgspec.json.Decoder(Given).decode
    with documents.open("rb") as lines:
        yield from map(decode, lines)


def split(made: Made, folder: Path, asked: int = ASKED) -> Split:
    """Hold back copies and articles without copies, evenly spread over the collection."""
    true = read_truth(str(made.truth)).clusters
    sizes = Counter(true.values())
    copies = [row["id"] for row in _read(made.documents) if row["source"]]
    alone = [id for id, story in true.items() if sizes[story] == 1]
    asked = min(asked, len(copies) // 5)
    back = {kind[place * len(kind) // asked] for kind in (copies, alone) for place in range(asked)}
    others: defaultdict[str, list[str]] = defaultdict(list)
    for id, story in true.items():
        if id not in back:
            others[story].append(id)
    truth = folder / "added.truth"
    rows = [{"id": id, "cluster": story} for id, story in true.items() if id not in back]
    truth.write_bytes(msgspec.json.Encoder().encode_lines(rows))
    found = [(row, others.get(true[row["id"]], [])) for row in _read(made.documents) if row["id"] in back]
    return Split(made.documents, truth, found, len(rows))


def _timed(task: Callable[[], _T]) -> tuple[float, _T]:
    start = time.perf_counter()
    found = task()
    return time.perf_counter() - start, found


def _cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _added(index: Held, rows: Iterator[Given], chunk: int, log: Path) -> Iterator[Lot]:
    """Add all, a chunk at a time."""
    while lot := list(islice(rows, chunk)):
        reviewed = index.index.reviewing if isinstance(index, Ours) else 0.0
        used = _cpu()
        seconds, _ = _timed(lambda lot=lot: index.add(lot))  # type: ignore[misc]
        used = _cpu() - used
        reviewing = index.index.reviewing - reviewed if isinstance(index, Ours) else 0.0
        yield Lot(len(lot), seconds, reviewing, used, held(os.getpid()).anonymous, _size(log))


def _size(file: Path) -> int:
    """The bytes of a file, 0 if there is none."""
    return file.stat().st_size if file.exists() else 0


def _stories(index: dedup.Index) -> dict[str, str]:
    return {
        id: story.story for story in index.stories() for id in (story.canonical.id, *(copy.id for copy in story.copies))
    }


def add(door: Door, folder: Path, held_back: Split, chunk: int, reviews: int | None) -> Told:
    """What a process does that adds; peers are asked in it too."""
    told = Told(before=held(os.getpid()).anonymous)
    options: dict[str, Any] = {} if reviews is None else {"reviews": reviews}
    with Ours(folder / "index", **options) if door is OURS else door.open(folder) as index:
        told.lots = list(_added(index, held_back.rows(), chunk, folder / "index" / "documents.sqlite-wal"))
        if door is not OURS:
            told.answers = [_timed(lambda row=row: list(index.ask(row))) for row, _ in held_back.asked]  # type: ignore[misc]
            told.after = held(os.getpid()).anonymous
    return told


def ask(folder: Path, held_back: Split) -> Told:
    """What a process does that only asks, of an index that is there. The time of an answer is that of `Index.query`."""
    told = Told(before=held(os.getpid()).anonymous)
    told.opening, index = _timed(lambda: Ours(folder / "index", mode="r"))
    with index:
        told.first, _ = _timed(lambda: index.index.query(held_back.asked[0][0]["text"]))
        for row, _ in held_back.asked:
            told.answers.append((_asked(index.index, row)[0], index.ask(row)))
        told.after = held(os.getpid()).anonymous
    return told


def review(folder: Path) -> Told:
    """What a process does that reviews all."""
    told = Told()
    with Ours(folder / "index") as index:
        before = _stories(index.index)
        told.reviewing, told.events = _timed(index.index.review)
        told.clusters = before, _stories(index.index)
    return told


_STEPS: Final[dict[str, Callable[[Door, Path, Split, int, int | None], Told]]] = {
    "add": add,
    "ask": lambda _door, folder, held_back, *_: ask(folder, held_back),
    "review": lambda _door, folder, *_: review(folder),
}


def answered(held_back: Split, answers: Sequence[Sequence[str]]) -> float:
    """F1 over pairs of one that was asked for and a document that it is a copy of."""
    true = [set(ids) for _, ids in held_back.asked]
    found = [set(ids) for ids in answers]
    both = sum(len(one & other) for one, other in zip(true, found, strict=True))
    precision, recall = (both / max(sum(map(len, kind)), 1) for kind in (found, true))
    return scores.f1(precision, recall)


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile in milliseconds."""
    middle, high = (np.percentile(seconds, (50, 99)) * 1e3).tolist() if len(seconds) else (0.0, 0.0)
    return middle, high


def _tenths(lots: Sequence[Lot], reviews: bool = True) -> list[float]:
    """Documents a second in each tenth of all, as near as chunks allow, with or without what were reviews."""
    place = np.cumsum([lot.documents for lot in lots]) - 1
    tenth = place * 10 // (place[-1] + 1)
    found = []
    for number in range(10):
        mine = [lot for lot, one in zip(lots, tenth.tolist(), strict=True) if one == number]
        seconds = sum(lot.seconds - (0.0 if reviews else lot.reviewing) for lot in mine)
        if mine:
            found.append(sum(lot.documents for lot in mine) / seconds)
    return found


def disk(index: Path) -> dict[str, int]:
    """The bytes of an index by part; the database in one where SQLite cannot tell its tables. The log is as large as it
    ever was, and gone when the index is closed. What is free of the database is used again."""
    segments = sum(path.stat().st_size for path in index.rglob("*.postings"))
    database, log = index / "documents.sqlite", index / "documents.sqlite-wal"
    found = {"segments": segments, "log": _size(log), "database": _size(database)}
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            tables = dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())
        except sqlite3.OperationalError:  # it was built without the table
            return found
        [pages] = connection.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
    del found["database"]  # the log may have pages that it has not yet
    told = {name: tables.pop(name) for name in ("texts", "tail", "events")}
    rows = sum(tables.values())
    return {**found, **told, "rows": rows, "free": pages - rows - sum(told.values())}


def _process(
    step: str, door: Door, folder: Path, held_back: Split, chunk: int, reviews: int | None
) -> tuple[Told, Watched]:
    """One step in a process of its own; raises `RuntimeError` if it does not run to its end."""
    asked, output = folder / "asked.json", folder / "told.json"
    asked.write_bytes(msgspec.json.encode(held_back, enc_hook=str))
    command = [sys.executable, __file__, "--run", step, door.name, str(folder), str(chunk), json.dumps(reviews)]
    run = watch(command, {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)})
    if run.code:
        raise RuntimeError(f"{door.name}, {step}, ended with exit code {run.code}: {run.error[-2000:]}")
    return msgspec.json.decode(output.read_bytes(), type=Told), run


def _run(step: str, name: str, folder: str, chunk: str, reviews: str) -> int:
    """What such a process does."""
    room = Path(folder)
    held_back = msgspec.json.decode(
        (room / "asked.json").read_bytes(), type=Split, dec_hook=lambda kind, value: kind(value)
    )
    door = next(door for door in INDEXES if door.name == name)
    told = _STEPS[step](door, room, held_back, int(chunk), json.loads(reviews))
    (room / "told.json").write_bytes(msgspec.json.encode(told))
    return 0


def measure(door: Door, held_back: Split, chunk: int = CHUNK, reviews: int | None = None) -> Row:
    """All of one index."""
    chunk = max(min(chunk, held_back.added // 10), 1)
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        told, run = _process("add", door, folder, held_back, chunk, reviews)
        lots, answers, more = told.lots, told.answers, {}
        if door is OURS:
            parts = disk(folder / "index")
            asking, _ = _process("ask", door, folder, held_back, chunk, reviews)
            answers = asking.answers
            last, reviewed = _process("review", door, folder, held_back, chunk, reviews)
            f1 = []
            for clusters in last.clusters:
                rows = [{"id": id, "cluster": story} for id, story in clusters.items()]
                Path(room, "found").write_bytes(msgspec.json.Encoder().encode_lines(rows))
                f1.append(agreement(Path(room, "found"), held_back.truth))
            more = {
                "without reviews": _tenths(lots, reviews=False),
                "reviewing": sum(lot.reviewing for lot in lots),
                "chunks": [dataclasses.asdict(lot) for lot in lots],
                "disk": parts,
                "log": max(lot.log for lot in lots),
                "opening": asking.opening,
                "first": asking.first,
                "reader": asking.after - asking.before,
                "f1 before": f1[0],
                "f1 after": f1[1],
                "review": last.reviewing,
                "review memory": reviewed.anonymous,
                "events": last.events,
            }
        spent = sum(lot.seconds for lot in lots)
        new, copies = (
            _percentiles(
                [
                    seconds
                    for (_, true), (seconds, _) in zip(held_back.asked, answers, strict=True)
                    if bool(true) == kind
                ]
            )
            for kind in (False, True)
        )
        return Row(
            name=door.name,
            way=door.way,
            documents=held_back.added,
            speed=held_back.added / spent,
            tenths=_tenths(lots),
            cpu=sum(lot.cpu for lot in lots) / held_back.added,
            new=new,
            copies=copies,
            f1=answered(held_back, [ids for _, ids in answers]),
            memory=max(lot.memory for lot in lots) - told.before,
            peak=run.anonymous,
            more=more,
        )


class _Clock:
    """A clock that moves as rows are drawn from a day."""

    def __init__(self) -> None:
        self.now = _MONDAY

    def __call__(self) -> float:
        return self.now

    def day(self, rows: Sequence[Given]) -> Iterator[Given]:
        """The rows of a day, evenly spread over it."""
        start = self.now
        for place, row in enumerate(rows):
            self.now = start + _DAY * place / len(rows)
            yield row
        self.now = start + _DAY


def _asked(index: dedup.Index, row: Given) -> tuple[float, float]:
    """The seconds of a query, and its CPU seconds."""
    used = time.process_time()
    seconds, _ = _timed(lambda: index.query({**row, "id": ""}))
    return seconds, time.process_time() - used


def month(made: Made, folder: Path, days: int = DAYS, a_day: int = A_DAY, asked: int = ASKED_A_DAY) -> Iterator[Day]:
    """So many days with a week's window; the collection has one day more."""
    clock, rows = _Clock(), _read(made.documents)
    tomorrow = list(islice(rows, a_day))
    with dedup.Index.open(folder / "month", window=WEEK * _DAY, clock=clock) as index:
        for day in range(1, days + 1):
            today, tomorrow = tomorrow, list(islice(rows, a_day))
            seconds, _ = _timed(lambda given=today: index.add_many(clock.day(given)))  # type: ignore[misc]
            queries = [_asked(index, row) for row in tomorrow[:asked]]
            there = index.stats()
            yield Day(
                day,
                there.documents,
                there.stories,
                disk(folder / "month"),
                *_percentiles([seconds for seconds, _ in queries]),
                cpu=_percentiles([cpu for _, cpu in queries])[0],
                speed=len(today) / seconds,
                memory=held(os.getpid()).anonymous,
            )


def _grown(chunks: Sequence[dict[str, Any]]) -> tuple[int, float]:
    """The memory after the last chunk, and what a document has added to it since the last review, which leaves behind
    what it was done with."""
    start = max((place for place, chunk in enumerate(chunks) if chunk["reviewing"]), default=0)
    added = sum(chunk["documents"] for chunk in chunks[start + 1 :])
    last = chunks[-1]["memory"]
    return last, (last - chunks[start]["memory"]) / added if added else 0.0


def _ours(row: Row) -> Iterator[str]:
    """What is told of ours alone."""
    more, count = row.more, row.documents
    for name, speeds in (("documents/s by tenth", row.tenths), ("without reviews", more["without reviews"])):
        tenths = " ".join(f"{speed:7,.0f}" for speed in speeds)
        yield f"  {name:22}{tenths}   last / first {speeds[-1] / speeds[0]:.2f}"
    parts = ", ".join(f"{name} {size / count:,.0f}" for name, size in more["disk"].items())
    size = sum(more["disk"].values()) / count
    yield f"  bytes a document      {size:,.0f} on disk: {parts}; log of {more['log'] / 1e6:.1f} MB at most"
    total, gained = _grown(more["chunks"])
    yield (
        f"  memory                {total / 1e6:,.0f} MB after the last chunk, {row.peak / 1e6:,.0f} MB at most, with "
        f"reviews; since the last of these {gained:,.0f} B a document; a reader has {more['reader'] / 1e6:,.1f} MB"
    )
    yield f"  opened                in {more['opening'] * 1e3:.1f} ms; the first query: {more['first'] * 1e3:.1f} ms"
    yield (
        f"  stories               F1 {more['f1 before']:.4f}, {more['f1 after']:.4f} after a review of "
        f"{more['review']:.1f} s, {more['review memory'] / 1e6:,.0f} MB and {more['events']:,} events; "
        f"reviews while adding took {more['reviewing']:.1f} s"
    )


_HEAD: Final = (
    f"{'':18}{'documents':>10}{'docs/s':>9}{'CPU us':>8}{'new p50':>9}{'p99':>8}{'copy p50':>10}{'p99':>8}{'F1':>8}"
    f"{'MB':>7}"
)


def _line(row: Row) -> str:
    return (
        f"{row.name:18}{row.documents:10,}{row.speed:9,.0f}{row.cpu * 1e6:8,.0f}{row.new[0]:9.2f}{row.new[1]:8.2f}"
        f"{row.copies[0]:10.2f}{row.copies[1]:8.2f}{row.f1:8.4f}{row.memory / 1e6:7,.0f}   {row.way}"
    )


def _month_lines(days: Sequence[Day]) -> Iterator[str]:
    """A line for each day, and what the last is to the tenth."""
    parts = "".join(f"{part:>9}" for part in days[0].disk)
    yield (
        f"{'day':>4}{'documents':>11}{'stories':>9}{'p50 ms':>8}{'p99':>7}{'CPU':>7}{'docs/s':>8}{'MB':>6}{'disk':>8}:"
        f" {parts}"
    )
    for day in days:
        parts = "".join(f"{size / 1e6:9.1f}" for size in day.disk.values())
        yield (
            f"{day.day:4}{day.documents:11,}{day.stories:9,}{day.p50:8.2f}{day.p99:7.2f}{day.cpu:7.2f}{day.speed:8,.0f}"
            f"{day.memory / 1e6:6,.0f}{sum(day.disk.values()) / 1e6:8.1f}  {parts}"
        )
    if len(days) > WEEK + 3:
        last, early = days[-1], days[WEEK + 2]
        yield (
            f"day {last.day} / day {early.day}: documents {last.documents / early.documents:.2f}, disk "
            f"{sum(last.disk.values()) / sum(early.disk.values()):.2f}, p50 {last.p50 / early.p50:.2f}, "
            f"p99 {last.p99 / early.p99:.2f}, CPU {last.cpu / early.cpu:.2f}, memory {last.memory / early.memory:.2f}"
        )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = options.parser(__doc__)
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(float(size)) for size in text.split(",") if size],
        default=list(SIZES),
        metavar="N,...",
        help="articles, as 1e4,1e5; '' for none",
    )
    names = [door.name for door in INDEXES]
    parser.add_argument("--indexes", default=",".join(names), metavar="NAME,...", help="only these")
    parser.add_argument("--chunk", type=int, default=CHUNK, metavar="N", help="documents added at a time")
    parser.add_argument("--reviews", type=int, metavar="N", help="documents up to which ours reviews itself")
    parser.add_argument("--days", type=int, default=DAYS, metavar="N", help="days of the window; 0 for none")
    parser.add_argument("--day", type=int, default=A_DAY, metavar="N", help="articles of a day")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each index of each size, what there is of ours, and the month; name the peers that miss."""
    if arguments is None and sys.argv[1:2] == ["--run"]:
        return _run(*sys.argv[2:])
    chosen = _options(arguments)
    rows: list[Row] = []
    days: list[Day] = []
    doors = [door for door in INDEXES if door.name in chosen.indexes.split(",")]
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = chosen.folder or room
        print(f"{_HEAD}   queries in ms", flush=True)
        for size in chosen.sizes:
            held_back = split(make(folder, "lines", size, workers=processors(None)), room)
            for door in doors:
                if without := missing(door):
                    print(f"{door.name:18}   skipped: {without} not installed")
                    continue
                rows.append(measure(door, held_back, chosen.chunk, chosen.reviews))
                print("\n".join((_line(rows[-1]), *(_ours(rows[-1]) if rows[-1].more else ()))), flush=True)
        if chosen.days:
            made = make(folder, "lines", (chosen.days + 1) * chosen.day, workers=processors(None))
            days = list(month(made, room, chosen.days, chosen.day))
            print("\n".join(("", *_month_lines(days))))
    if chosen.json:
        found = {
            "indexes": [dataclasses.asdict(row) for row in rows],
            "days": [dataclasses.asdict(day) for day in days],
        }
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
