"""Many small files: `python benches/files.py [--files 1e5]` compares listing and reading with `cat` of the same files.

The files are made in a temporary folder, 100 in each folder of it. All ways run by turns, warm, and the least processor
time of three rounds counts: that of this process, or of the processes that ran ``find DIR -type f | xargs cat``. The
rows are listing alone (`dedup.formats.discover`), listing with the bytes of each file, and listing with documents
(`dedup.formats.read_all`), which decodes and numbers them too. Exit code 1: listing with bytes takes more than twice
the time of ``cat``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from synthetic.vocabulary import words

from dedup.formats import discover, read_all
from dedup.formats.files.stream import decompressed

LIMIT: Final = 2.0
"""The largest ratio of listing and reading to ``cat``."""

ROUNDS: Final = 3


def make_files(folder: Path, count: int) -> None:
    """Make ``count`` text files of about 60 words."""
    vocabulary = words()
    for number in range(count):
        if number % 100 == 0:
            below = folder / f"{number // 100:05}"
            below.mkdir()
        start = number * 61 % (len(vocabulary) - 60)
        (below / f"{number:06}.txt").write_text(" ".join(vocabulary[start : start + 60]))


def list_files(folder: Path) -> None:
    """List the files."""
    discover(str(folder), on_skip=print, on_note=print)


def read_bytes(folder: Path) -> None:
    """List the files, and read the bytes of each."""
    for place in discover(str(folder), on_skip=print, on_note=print):
        for _ in decompressed(place):
            pass


def read_documents(folder: Path) -> None:
    """List the files, and read their documents."""
    for _ in read_all(discover(str(folder), on_skip=print, on_note=print), on_skip=print, on_note=print).read():
        pass


def cat(folder: Path) -> None:
    """Write all files to nowhere, as a shell does it."""
    subprocess.run(f"find '{folder}' -type f | xargs cat > /dev/null", shell=True, check=True)


def seconds(way: Callable[[Path], None], folder: Path) -> float:
    """The processor time that ``way`` takes, in this process and in its children."""
    before, start = os.times(), time.process_time()
    way(folder)
    after = os.times()
    children = after.children_user + after.children_system - before.children_user - before.children_system
    return time.process_time() - start + children


def main() -> int:
    """Measure, and print a table; 1 if the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=float, default=1e5, metavar="N", help="how many files")
    count = int(parser.parse_args().files)
    ways = {"cat": cat, "listing": list_files, "listing, bytes": read_bytes, "listing, documents": read_documents}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder, count)
        rounds = [{label: seconds(way, folder) for label, way in ways.items()} for _ in range(ROUNDS)]
    least = {label: min(row[label] for row in rounds) for label in ways}
    for label, taken in least.items():
        print(f"{label:20}{taken:8.2f} s{taken / least['cat']:8.2f} x cat{1e6 * taken / count:8.1f} us a file")
    return int(least["listing, bytes"] > LIMIT * least["cat"])


if __name__ == "__main__":
    sys.exit(main())
