"""Scratch memory: arrays of one name share memory, and others do not."""

import numpy as np

from dedup.core.arrays.workspace import Workspace


def test_arrays_of_one_name_share_memory() -> None:
    """A second array of a name lies in the memory of the first, whatever its type."""
    workspace = Workspace()
    first = workspace.array("a", 100)
    assert np.shares_memory(first, workspace.array("a", 50, np.uint8))
    assert not np.shares_memory(first, workspace.array("b", 100))


def test_an_array_has_its_size_and_type() -> None:
    """A larger array than before has new memory of the right size."""
    workspace = Workspace()
    for size in (0, 3, 1000, 10):
        array = workspace.array("a", size, np.int32)
        assert (size, np.dtype(np.int32)) == (array.size, array.dtype)
