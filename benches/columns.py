"""A Parquet column against JSON Lines of the same texts: `python benches/columns.py [--documents N]`.

Both are read to tokens in one process, by turns, in CPU time with all threads; the median ratio of nine rounds counts.
JSON Lines are the yardstick: a ratio above 1 says that the column is faster. Then each is read once in a process of its
own, and the peak of its memory stands beside what the process held before it read. The texts are stored without
compression beside zstd, for what zstd takes is no work of ours.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from measure.ratios import Comparison, compare
from synthetic.articles import articles, pieces

from dedup.array_types import Hashes
from dedup.engines.tasks.read import Reader, TokensInMemory
from dedup.formats import ReadOutcome, discover, read_all
from dedup.settings import Settings

__all__ = ["Row", "measure", "read_tokens"]

DOCUMENTS: Final = 4_000
ROUNDS: Final = 9
SEED: Final = 7
MIB: Final = 1 << 20


class Row(NamedTuple):
    """A kind of file: its name, its size in bytes, its speed over JSON Lines, and bytes of memory before and at the
    peak."""

    name: str
    size: int
    speed: Comparison
    before: int
    peak: int


class _NoTokens(TokensInMemory):
    """Takes tokens, and keeps none."""

    def append(self, _file: int, _values: Hashes) -> None:
        """Take tokens."""


def read_tokens(path: Path) -> int:
    """Read a file up to its tokens, as a job does, and return the number of its documents."""
    reader, count = Reader(0, Settings(), _NoTokens(), None), 0
    places = discover(path, on_skip=print, on_note=print)
    for columns in read_all(places, on_skip=print, on_note=print).read():
        count += reader.read(ReadOutcome([columns])).members.size
    return count


def write(folder: Path, texts: Sequence[str]) -> Iterator[Path]:
    """Write the texts in each kind of file, JSON Lines first, and yield the files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{"id": f"d{number}", "text": text} for number, text in enumerate(texts)]
    yield (lines := folder / "lines.jsonl")
    lines.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")
    table = pa.Table.from_pylist(rows)
    for compression in ("none", "zstd"):
        path = folder / f"{compression}.parquet"
        pq.write_table(table, path, compression=compression)
        yield path
    yield (stream := folder / "file.arrow")
    with pa.ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table, max_chunksize=1024)


def peak_memory(path: Path) -> tuple[int, int]:
    """The bytes that a new process holds before it reads a file up to its tokens, and its peak."""
    done = subprocess.run([sys.executable, __file__, "--peak", path], check=True, capture_output=True, text=True)
    before, peak = map(int, done.stdout.split())
    return before, peak


def measure(count: int, rounds: int = ROUNDS) -> list[Row]:
    """Measure each kind of file with ``count`` documents."""
    texts = [article.text(SEED) for piece in range(pieces(count)) for article in articles(count, piece, SEED)]
    with tempfile.TemporaryDirectory() as folder:
        paths = list(write(Path(folder), texts))
        return [
            Row(
                path.name,
                path.stat().st_size,
                compare(partial(read_tokens, path), partial(read_tokens, paths[0]), rounds),
                *peak_memory(path),
            )
            for path in paths
        ]


def _held() -> int:
    """The peak memory of this process so far, in bytes. That of `resource` is the parent's, if the parent had more."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line for each kind of file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.peak:
        if options.peak.suffix != ".jsonl":
            import pyarrow.compute
            import pyarrow.parquet  # noqa: F401 (the library itself is no memory of the file)
        before = _held()
        read_tokens(options.peak)
        print(before, _held())
        return
    print(f"{'':14}{'MiB':>7}{'speed':>8}{'spread':>8}{'seconds':>9}{'before':>8}{'peak':>7}  speed: over JSON Lines")
    for name, size, speed, before, peak in measure(options.documents):
        print(
            f"{name:14}{size / MIB:7.1f}{speed.ratio:8.2f}{speed.spread:8.2f}{speed.seconds:9.3f}"
            f"{before / MIB:8.0f}{peak / MIB:7.0f}"
        )


if __name__ == "__main__":
    main()
