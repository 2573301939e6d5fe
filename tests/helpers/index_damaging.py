"""Damages the files of an index, in its own process, which a crash would end: a program for the tests.

    python index_damaging.py cut FOLDER | flip FOLDER COUNT | log FOLDER COUNT | splice FOLDER

After each damage the index must answer as before, or report that it is corrupt. After damage to the log of SQLite the
index may also answer as it did some commits ago: SQLite ignores the log from a bad frame on.
"""

import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index_making import SETTINGS, SMALL, Model, answers, entry, sketch

from dedup.errors import IndexCorrupt
from dedup.index.records import Change, Policy, StoryRow
from dedup.index.store import Store

COMMITS = 20


def base(folder: Path, policy: Policy = SMALL, close: bool = True) -> tuple[Path, list[Any]]:
    """Make an index; return its path, and its answers after each commit."""
    path, model = folder / "base.dedup", Model()
    states = [model.answers()]
    store = Store.open(path, SETTINGS, "w", durable=False, policy=policy)
    for number in range(COMMITS):
        change = model.draw(number)
        store.commit(change)
        model.apply(change)
        states.append(model.answers())
    if close:
        store.close()
    else:
        shutil.copytree(path, folder / "copy.dedup")
        path = folder / "copy.dedup"
    return path, states


def stacked(path: Path, first: int) -> tuple[Path, Any]:
    """Make an index of three segments; return its path, and its answers."""
    model = Model()
    with Store.open(path, SETTINGS, "w", durable=False) as store:
        for count in (40, 12, 3):
            numbers = range(model.next_document, model.next_document + count)
            entries = [entry(number, (first + number) % 60, number) for number in numbers]
            change = Change(
                entries=entries, stories=[StoryRow(number, number) for number in numbers], postings=sketch(entries)
            )
            store.commit(change)
            store.seal()
            model.apply(change)
    return path, model.answers()


def files(path: Path) -> list[Path]:
    """Return the files of an index but the lock."""
    return sorted(file for file in path.rglob("*") if file.is_file() and file.name != "lock")


def judge(path: Path, right: list[Any]) -> str:
    """Return whether the answers are right, the index is corrupt, or something else happens."""
    try:
        with Store.open(path) as store:
            return "right" if answers(store) in right else "WRONG"
    except IndexCorrupt:
        return "corrupt"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def cut(folder: Path) -> Iterator[tuple[str, str]]:
    """Cut each file at every 512 bytes."""
    path, states = base(folder)
    for file in files(path):
        whole = file.read_bytes()
        for size in range(0, len(whole), 512):
            file.write_bytes(whole[:size])
            yield f"{file.name} of {size} bytes", judge(path, states[-1:])
        file.write_bytes(whole)


def flip(folder: Path, count: int) -> Iterator[tuple[str, str]]:
    """Flip one bit of a file."""
    path, states = base(folder)
    yield from _flip_bits(path, files(path), count, states[-1:])


def log(folder: Path, count: int) -> Iterator[tuple[str, str]]:
    """Flip one bit of the log that a dead writer left."""
    path, states = base(folder, Policy(seal=10**6), close=False)
    (path / "documents.sqlite-shm").unlink()
    yield from _flip_bits(path, [path / "documents.sqlite-wal"], count, states)


def _flip_bits(path: Path, chosen: list[Path], count: int, right: list[Any]) -> Iterator[tuple[str, str]]:
    draw = random.Random(count)
    for _ in range(count):
        file = draw.choice(chosen)
        whole = bytearray(file.read_bytes())
        position, bit = draw.randrange(len(whole)), draw.randrange(8)
        whole[position] ^= 1 << bit
        before = file.read_bytes()
        file.write_bytes(whole)
        yield f"{file.name}, bit {bit} of byte {position}", judge(path, right)
        file.write_bytes(before)
        for other in path.glob("*-shm"):
            other.unlink()


def splice(folder: Path) -> Iterator[tuple[str, str]]:
    """Replace a segment by another one of the same index or of another one, or by half of each."""
    path, right = stacked(folder / "base.dedup", 0)
    other, _ = stacked(folder / "other.dedup", 30)
    mine = sorted((path / "segments").iterdir())
    for file in mine:
        whole = file.read_bytes()
        for another in [*mine, *(other / "segments").iterdir()]:
            data = another.read_bytes()
            half = len(data) // 2 // 8 * 8
            for name, spliced in (
                ("whole", data),
                ("first half", data[:half] + whole[half:]),
                ("behind", whole + data),
            ):
                if spliced != whole:
                    file.write_bytes(spliced)
                    yield f"{file.name} with {another.name}: {name}", judge(path, [right])
        file.write_bytes(whole)


if __name__ == "__main__":
    action, folder, *options = sys.argv[1:]
    results = Counter()
    damages = {"cut": cut, "flip": flip, "log": log, "splice": splice}[action](Path(folder), *map(int, options))
    for damage, result in damages:
        results[result] += 1
        if result not in ("right", "corrupt"):
            print(f"{damage}: {result}")
    print(dict(results))
    sys.exit(bool(set(results) - {"right", "corrupt"}) or not results["corrupt"] + results["right"])
