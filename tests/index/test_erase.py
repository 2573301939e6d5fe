"""Erased documents."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dedup import Document, Index, IndexProblem
from tests.helpers.index_command import json_row, prose, run_index

MARK = "Zyzzyva of Quixotania"


def bytes_of(folder: Path) -> bytes:
    """Return the bytes of all files of an index, one after another."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def packed_texts(folder: Path) -> dict[str, bytes]:
    """Return the packed text of each document, by id."""
    with closing(sqlite3.connect(folder / "documents.sqlite")) as connection:
        return dict(connection.execute("SELECT id, value FROM documents JOIN texts USING (number)").fetchall())


def test_no_byte_is_left(tmp_path):
    """Neither a packed text, nor a dictionary that was trained on it, nor a posting of an erased document is left."""
    path = tmp_path / "a.dedup"
    marked = [
        Document(f"{MARK} told us what {MARK} did. " * 9 + prose(number, 20), f"m{number}") for number in range(200)
    ]
    others = [
        Document(f"The port of Oxmoor is open. {prose(number, 30)}", f"d{number}") for number in range(1000, 1900)
    ]
    with Index.open(path, reviews=0, workers=1) as index:
        index.add_many([*marked, *others])
        index._store.seal()
        index.add(Document(f"{MARK} is back. " * 9, "late"))
    before, packed = bytes_of(path), packed_texts(path)
    assert MARK.encode() in before and packed["m7"] in before  # a dictionary has the words
    with Index.open(path, reviews=0, workers=1) as index:
        for number in range(200):
            index.remove(f"m{number}")
        assert index.remove("late", erase=True)
        assert [] == index.check() and 900 == len(index)
        after = bytes_of(path)
        assert all(MARK[:length].encode() not in after for length in (8, len(MARK)))
        erased = [text for id, text in packed.items() if id.startswith("m") or id == "late"]
        assert not any(text[start : start + 16] in after for text in erased for start in range(20, len(text) - 16, 16))
        assert others[5] == index.get("d1005") and index.query(others[5]).story
    with Index.open(path, mode="r") as index:
        assert others[7] == index.get("d1007")


def test_a_reader_in_the_way(tmp_path):
    """While a reader keeps a snapshot of the time before, an erasure fails; the same call ends it later."""
    path = tmp_path / "a.dedup"
    with Index.open(path, reviews=0) as index:
        index.add(Document(f"{MARK} is here. " * 9, "a"))
    with closing(sqlite3.connect(path / "documents.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM texts").fetchall()
        with Index.open(path, reviews=0) as index:
            index._store._session.database.execute("PRAGMA busy_timeout = 100")
            with pytest.raises(IndexProblem, match="close readers, and erase again"):
                index.remove("a", erase=True)
    with Index.open(path, reviews=0) as index:
        assert not index.remove("a", erase=True)
    assert MARK.encode() not in bytes_of(path)


def test_the_command(tmp_path):
    """The command erases documents by id, and names an id that is not there."""
    path = tmp_path / "a.dedup"
    rows = json_row("a", f"{MARK} is here. " * 9) + json_row("b", prose(1))
    run_index("add", path, "-", "--input-format", "jsonl", stdin=rows)
    result = run_index("erase", path, "a", "lost", code=3)
    assert "Skipped lost: there is no document of this id" in result.stderr
    assert MARK.encode() not in bytes_of(path)
