"""The stores of hashes: what went in comes out, and no file is left behind."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.core.arrays.ragged import Ragged
from dedup.engines.pool.spill import RaggedSpill, SpillWriter

rows = st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=9), max_size=9)


def ragged(lists):
    ends = np.cumsum([0, *map(len, lists)])
    values = np.array([value for row in lists for value in row], np.uint64)
    return Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1))


def lists(found):
    return [found.values[first:last].tolist() for first, last in found.bounds.tolist()]


def open_files():
    """Deleted files that this process still holds open in the folder for temporary files."""
    found = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [name for name in found if name.startswith(tempfile.gettempdir()) and name.endswith("(deleted)")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for temporary files, of which the tests see all that is left in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_is_left_after_a_run(folder, prose):
    """The files a run needs are gone, from the folder and from the process, when it is done."""
    dedup.cluster(prose(n % 3) for n in range(9))
    assert ([], []) == (list(folder.iterdir()), open_files())


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_is_left_after_an_error(folder, prose, workers):
    """The same holds if the documents raise in the middle of a run."""

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
    """Whoever wrote a row, and wherever it lies, it comes back as it was announced."""
    with RaggedSpill(3) as shelf:
        writers = [SpillWriter(shelf.descriptors, np.uint64) for _ in range(3)]
        for writer, batch in batches:
            writers[writer].append(writer, ragged(batch).values)
            shelf.came(writer, ragged(batch).lengths)
        expected = [row for _, batch in batches for row in batch]
        order = list(range(len(expected)))
        random.shuffle(order)
        assert [expected[row] for row in order] == lists(shelf.take(np.array(order, np.int64)))
        assert [len(row) for _, batch in batches for row in batch] == shelf.lengths.tolist()


def test_a_shelf_may_hold_bytes():
    """Rows may be text."""
    with RaggedSpill(1, np.uint8) as shelf:
        SpillWriter(shelf.descriptors, np.uint8).append(0, np.frombuffer(b"one three", np.uint8))
        shelf.came(0, np.array([4, 5]))
        assert b"threeone " == shelf.take(np.array([1, 0])).values.tobytes()


def test_a_file_that_was_cut_short_is_an_error():
    """What is not there is not made up."""
    with RaggedSpill(1) as shelf:
        shelf.came(0, np.array([3]))
        with pytest.raises(EOFError, match="cut short"):
            shelf.take(np.array([0]))
