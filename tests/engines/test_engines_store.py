"""The store of hashes: what went in comes out, and no file is left behind."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.core.ragged import Ragged
from dedup.core.text import encode
from dedup.engines.store import HashStore, TextStore

rows = st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=9), max_size=9)


def ragged(lists):
    ends = np.cumsum([0, *map(len, lists)])
    values = np.array([value for row in lists for value in row], np.uint64)
    return Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1))


def lists(found):
    return [found.values[first:last].tolist() for first, last in found.bounds.tolist()]


@settings(deadline=None)
@given(st.lists(rows, max_size=5))
def test_what_is_appended_is_what_is_read(batches):
    """All rows come back in the order in which they were appended, batch after batch, empty ones too."""
    with HashStore() as store:
        for batch in batches:
            store.append(ragged(batch))
        assert [row for batch in batches for row in batch] == lists(store.ragged())


def test_a_store_can_be_read_and_then_appended_to():
    """What was read stays as it was, and the next reading has the new rows too."""
    with HashStore() as store:
        store.append(ragged([[1, 2], [3]]))
        before = store.ragged()
        store.append(ragged([[4]]))
        assert [[1, 2], [3]] == lists(before)
        assert [[1, 2], [3], [4]] == lists(store.ragged())


def test_what_is_read_cannot_be_written():
    """Rows are mapped read-only."""
    with HashStore() as store:
        store.append(ragged([[1]]))
        assert not store.ragged().values.flags.writeable


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


def test_nothing_is_left_after_an_error(folder, prose):
    """The same holds if the documents raise in the middle of a run."""

    def documents():
        yield prose(1, 200_000)
        assert [] != open_files()
        raise RuntimeError("the feed broke")

    with pytest.raises(RuntimeError, match="the feed broke"):
        dedup.cluster(documents())
    assert ([], []) == (list(folder.iterdir()), open_files())


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(st.text(), min_size=1, max_size=5), st.sets(st.integers(0, 4))), max_size=4))
def test_texts_are_read_as_they_were_appended(batches):
    """Of each batch the rows that were asked for come back byte for byte, in any order, as they stood in it."""
    with TextStore() as store:
        expected = []
        for texts, chosen in batches:
            buffer, offsets = encode(texts)
            rows = np.array(sorted(row for row in chosen if row < len(texts)), np.int64)
            store.append(buffer, offsets, rows)
            expected += [buffer[offsets[row] : offsets[row + 1]].tobytes() for row in rows.tolist()]
        order = np.arange(len(expected))[::-1]
        assert expected[::-1] == [found.tobytes() for found in store.read(order)]
