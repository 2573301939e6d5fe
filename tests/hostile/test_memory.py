"""An index that is opened and asked very often: the memory of the process stays as it is."""

import json

import pytest

from tests.helpers.limited import run_limited

PROGRAM = """
import ctypes, gc, json, os, random, sys
from pathlib import Path
import dedup

kind, path = sys.argv[1], Path(sys.argv[2])
words = "the harbour ferry was delayed by fog on monday and passengers waited at the north pier for an hour".split()
draw = random.Random(1)


def text(count=60):
    return " ".join(draw.choices(words, k=count))


with dedup.Index.open(path, workers=1) as index:
    index.add_many([{"id": str(number), "text": text()} for number in range(60)])
files = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
whole = dedup.Index.open(path, mode="r")


def query():
    whole.query(text())


def open_once():
    with dedup.Index.open(path, mode="r") as index:
        index.query(text())


def open_damaged():
    for file, data in files.items():
        changed = bytearray(data)
        if changed:
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        file.write_bytes(changed)
    try:
        open_once()
    except dedup.DedupError:
        pass


def kilobytes(function, times):
    for _ in range(times):
        function()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    (line,) = (line for line in open("/proc/self/smaps_rollup") if line.startswith("Private_Dirty"))
    return int(line.split()[1])


function = {"query": query, "open": open_once, "damaged": open_damaged}[kind]
before = kilobytes(function, 300)
print(json.dumps([kilobytes(function, 1000) - before, len(os.listdir("/proc/self/fd"))]))
"""


@pytest.mark.long
@pytest.mark.parametrize("kind", ["query", "open", "damaged"])
def test_memory_does_not_grow(tmp_path, kind):
    """A thousand queries, or openings of an index that is whole or damaged, leave less than 4 KB each."""
    done = run_limited(kind, tmp_path / "index", program=PROGRAM, seconds=100)
    assert 0 == done.code, done.err
    grown, descriptors = json.loads(done.out)
    assert grown < 4_000
    assert descriptors < 32
