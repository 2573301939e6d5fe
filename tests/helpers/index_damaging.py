"""Damage to the files of an index, in a process of its own that a crash would end: a program for the tests.

    python index_damaging.py cut FOLDER | flip FOLDER COUNT | log FOLDER COUNT | splice FOLDER

After each the index must answer as before, or say that it is corrupt. The log of SQLite alone may also be taken as it
was some commits ago: what is behind a bad frame of it was never written.
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
    """An index, and what it answered after each commit."""
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
    """An index of three segments, and what it answers."""
    model = Model()
    with Store.open(path, SETTINGS, "w", durable=False) as store:
        for count in (40, 12, 3):
            numbers = range(model.next_document, model.next_document + count)
            made = [entry(number, (first + number) % 60, number) for number in numbers]
            change = Change(
                entries=made, stories=[StoryRow(number, number) for number in numbers], postings=sketch(made)
            )
            store.commit(change)
            store.seal()
            model.apply(change)
    return path, model.answers()


def files(path: Path) -> list[Path]:
    """The files with something in them."""
    return sorted(each for each in path.rglob("*") if each.is_file() and each.name != "lock")


def judged(path: Path, right: list[Any]) -> str:
    """How the index takes it."""
    try:
        with Store.open(path) as store:
            return "right" if answers(store) in right else "WRONG"
    except IndexCorrupt:
        return "corrupt"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def cut(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file ends early, at every 512 bytes."""
    path, states = base(folder)
    for file in files(path):
        whole = file.read_bytes()
        for size in range(0, len(whole), 512):
            file.write_bytes(whole[:size])
            yield f"{file.name} of {size} bytes", judged(path, states[-1:])
        file.write_bytes(whole)


def flip(folder: Path, count: int) -> Iterator[tuple[str, str]]:
    """One bit of a file is another."""
    path, states = base(folder)
    yield from _flipped(path, files(path), count, states[-1:])


def log(folder: Path, count: int) -> Iterator[tuple[str, str]]:
    """One bit of the log that a writer left behind is another."""
    path, states = base(folder, Policy(seal=10**6), close=False)
    (path / "documents.sqlite-shm").unlink()
    yield from _flipped(path, [path / "documents.sqlite-wal"], count, states)


def _flipped(path: Path, chosen: list[Path], count: int, right: list[Any]) -> Iterator[tuple[str, str]]:
    draw = random.Random(count)
    for _ in range(count):
        file = draw.choice(chosen)
        whole = bytearray(file.read_bytes())
        place, bit = draw.randrange(len(whole)), draw.randrange(8)
        whole[place] ^= 1 << bit
        kept = file.read_bytes()
        file.write_bytes(whole)
        yield f"{file.name}, bit {bit} of byte {place}", judged(path, right)
        file.write_bytes(kept)
        for other in path.glob("*-shm"):
            other.unlink()


def splice(folder: Path) -> Iterator[tuple[str, str]]:
    """Segments take each other's place, have each other's halves, or are of another index."""
    path, right = stacked(folder / "base.dedup", 0)
    other, _ = stacked(folder / "other.dedup", 30)
    mine = sorted((path / "segments").iterdir())
    for file in mine:
        whole = file.read_bytes()
        for another in [*mine, *(other / "segments").iterdir()]:
            data = another.read_bytes()
            half = len(data) // 2 // 8 * 8
            for name, made in (("whole", data), ("first half", data[:half] + whole[half:]), ("behind", whole + data)):
                if made != whole:
                    file.write_bytes(made)
                    yield f"{file.name} with {another.name}: {name}", judged(path, [right])
        file.write_bytes(whole)


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    seen = Counter()
    for damage, taken in {"cut": cut, "flip": flip, "log": log, "splice": splice}[what](Path(folder), *map(int, rest)):
        seen[taken] += 1
        if taken not in ("right", "corrupt"):
            print(f"{damage}: {taken}")
    print(dict(seen))
    sys.exit(bool(set(seen) - {"right", "corrupt"}) or not seen["corrupt"] + seen["right"])
