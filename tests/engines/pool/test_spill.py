"""Spill files: the rows come back as they were written, and no file remains."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.core.arrays.ragged import Ragged
from dedup.engines.pool.spill import RaggedSpill, SpillWriter
from dedup.errors import WorkError

rows = st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=9), max_size=9)


def ragged(lists):
    ends = np.cumsum([0, *map(len, lists)])
    values = np.array([value for row in lists for value in row], np.uint64)
    return Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1))


def lists(rows):
    return [rows.values[first:last].tolist() for first, last in rows.bounds.tolist()]


def open_files():
    """Return the deleted files in the folder for temporary files that this process still holds open."""
    names = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [name for name in names if name.startswith(tempfile.gettempdir()) and name.endswith("(deleted)")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_is_left_after_a_run(folder, prose):
    """After a run the folder has no temporary file, and the process holds none open."""
    dedup.cluster(prose(n % 3) for n in range(9))
    assert ([], []) == (list(folder.iterdir()), open_files())


def test_a_full_disk_is_told():
    """A write to a full disk raises an error that says what to do, and not the error of the system."""
    with Path("/dev/full").open("r+b", buffering=0) as full:
        writer = SpillWriter([full.fileno()], np.uint64)
        with pytest.raises(WorkError, match=r"the disk of the temporary files is full: free some of it, or give"):
            writer.append(0, np.zeros(9, np.uint64))


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_is_left_after_an_error(folder, prose, workers):
    """After a run that the documents end with an error, no temporary file remains."""

    def documents():
        yield from (prose(number, 200_000) for number in range(6))
        assert [] != open_files()
        raise RuntimeError("the feed broke")

    with pytest.raises(RuntimeError, match="the feed broke"):
        dedup.cluster(documents(), workers=workers)
    assert ([], []) == (list(folder.iterdir()), open_files())


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), rows), max_size=5), st.randoms())
def test_rows_of_several_writers_are_taken_in_any_order(batches, random):
    """A row comes back as it was announced, from each writer and each place."""
    with RaggedSpill(3) as spill:
        writers = [SpillWriter(spill.descriptors, np.uint64) for _ in range(3)]
        for writer, batch in batches:
            writers[writer].append(writer, ragged(batch).values)
            spill.came(writer, ragged(batch).lengths)
        expected = [row for _, batch in batches for row in batch]
        order = list(range(len(expected)))
        random.shuffle(order)
        assert [expected[row] for row in order] == lists(spill.take(np.array(order, np.int64)))
        assert [len(row) for _, batch in batches for row in batch] == spill.lengths.tolist()


def test_a_spill_file_may_hold_bytes():
    """Rows of a spill file may be bytes of text."""
    with RaggedSpill(1, np.uint8) as spill:
        SpillWriter(spill.descriptors, np.uint8).append(0, np.frombuffer(b"one three", np.uint8))
        spill.came(0, np.array([4, 5]))
        assert b"threeone " == spill.take(np.array([1, 0])).values.tobytes()


def test_a_file_that_was_cut_short_is_an_error():
    """To read beyond the end of a file is an error."""
    with RaggedSpill(1) as spill:
        spill.came(0, np.array([3]))
        with pytest.raises(EOFError, match="cut short"):
            spill.take(np.array([0]))
