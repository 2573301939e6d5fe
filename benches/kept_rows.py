"""What ``dedup apply --rows-to`` writes and what it leaves out are together the input: `python benches/kept_rows.py`.

Short rows, of which about a third are copies, and one in a thousand is no document, are written as JSON Lines and as
Parquet. Each file goes through `dedup cluster` and ``dedup apply --rows-to``, watched from outside. Then the input and
the new file are read side by side: each row of the input is either the next row of the new file, as it came, or a copy
of the report.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from measure.processes import Watched, watch

__all__ = ["Row", "check", "measure"]

ROWS: Final = 1_000_000
WORDS: Final = 12
ONE_IN_COPIED: Final = 3
ONE_IN_BROKEN: Final = 1000
SEED: Final = 7
MIB: Final = 1 << 20


class Row(NamedTuple):
    """A kind of file, the numbers of its rows that stay and that are left out, and the two commands as they went."""

    name: str
    stay: int
    left_out: int
    cluster: Watched
    apply: Watched


def texts(count: int) -> Iterator[str | None]:
    """Yield short texts. About a third repeat one of the last texts, and some are missing."""
    random = Random(SEED)
    words = [f"{random.randrange(36**4):x}" for _ in range(20_000)]
    last: list[str] = []
    for number in range(count):
        if number % ONE_IN_BROKEN == ONE_IN_BROKEN // 2:
            yield None
        elif last and random.randrange(ONE_IN_COPIED) == 0:
            yield random.choice(last)
        else:
            last = [*last[-99:], " ".join(random.choices(words, k=WORDS))]
            yield last[-1]


def write_lines(path: Path, count: int) -> None:
    """Write rows as JSON Lines, each in a spelling of its own. A missing text is a torn line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, text in enumerate(texts(count)):
            row = json.dumps(
                {"id": f"r{number}", "n": number, "text": text}, separators=(", ", ":" + " " * (number % 3))
            )
            file.write((row[:-9] if text is None else row) + ("\r\n" if number % 5 == 0 else "\n"))


def write_parquet(path: Path, count: int) -> None:
    """Write rows as Parquet, with columns that are no field. A missing text is a null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = range(count)
    columns = {"id": [f"r{number}" for number in numbers], "n": list(numbers), "text": list(texts(count))}
    lists = pa.array([[number, None] for number in numbers], pa.list_(pa.int32()))
    pq.write_table(pa.table({**columns, "other": lists}), path, row_group_size=65_536)


def lines_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the id and the bytes of each line. A torn line has no id."""
    with path.open("rb") as file:
        for line in file:
            try:
                yield json.loads(line)["id"], line
            except ValueError:
                yield "", line


def rows_of(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the id and the values of each row of Parquet."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(4096):
            yield from ((row["id"], row) for row in batch.to_pylist())


FORMATS: Final = {"rows.jsonl": (write_lines, lines_of), "rows.parquet": (write_parquet, rows_of)}
"""The files: what writes the rows, and what reads them again."""


def check(source: Iterator[tuple[str, Any]], new: Iterator[tuple[str, Any]], copies: set[str]) -> tuple[int, int]:
    """Compare an input with the rows that were written, row for row.

    Args:
        source: the id and the content of each row of the input.
        new: those of the new file.
        copies: the ids of the rows that should be left out.

    Returns:
        The number of rows that stay, and the number that are left out.

    Raises:
        ValueError: a row is missing, changed, or too many.
    """
    left_out: list[str] = []
    count = 0
    for id, content in source:
        if id in copies:
            left_out.append(id)
            continue
        count += 1
        if (written := next(new, ("", None))[1]) != content:
            raise ValueError(f"row {count:,} of the new file is {written!r}, not {content!r}")
    if (more := next(new, None)) is not None:
        raise ValueError(f"the new file has a row too many: {more[1]!r}")
    if sorted(left_out) != sorted(copies):
        raise ValueError(f"{len(left_out):,} rows are left out, not the {len(copies):,} copies")
    return count, len(left_out)


def measure(count: int) -> list[Row]:
    """Measure each kind of file with ``count`` rows. Raises `ValueError` if a row is lost or changed."""
    results = []
    for name, (write, read) in FORMATS.items():
        with tempfile.TemporaryDirectory() as folder:
            path, report, drop, new = (Path(folder, file) for file in (name, "report.jsonl", "drop", f"new-{name}"))
            write(path, count)
            cluster = _run("cluster", path, "--format", "jsonl", "--output", report, "--drop", drop)
            apply = _run("apply", report, path, "--rows-to", new)
            copies = set(drop.read_text().split())
            results.append(Row(name, *check(read(path), read(new), copies), cluster, apply))
    return results


def _run(*arguments: str | Path) -> Watched:
    """Run the command. Exit code 3 is right too, for some rows are no documents."""
    done = watch([sys.executable, "-m", "dedup", *map(str, arguments), "--quiet"])
    if done.code not in (0, 3):
        raise ValueError(f"dedup {arguments[0]} ends with {done.code}: {done.error}")
    return done


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line for each kind of file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args(arguments)
    print(f"{'':14}{'stay':>10}{'left out':>10}{'cluster':>18}{'apply':>18}  seconds, MiB of memory at most")
    for name, stay, left_out, cluster, apply in measure(options.rows):
        figures = "".join(f"{done.seconds:9.1f} s{done.memory / MIB:6.0f} M" for done in (cluster, apply))
        print(f"{name:14}{stay:10,}{left_out:10,}{figures}")


if __name__ == "__main__":
    main()
