"""Texts are encoded into one buffer, and documents are grouped to batches."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.text.batches import batches, encode
from dedup.errors import InputError
from tests.helpers.texts import TEXTS


@settings(deadline=None)
@given(TEXTS)
def test_encode_gives_every_text(texts: list[str]) -> None:
    """Every text lies between its offsets, with a line feed behind every text but the last."""
    buffer, offsets = encode(texts)
    data = buffer.tobytes()
    rows = [data[begin:end] for begin, end in pairwise(offsets)]
    assert [text.encode() for text in texts] == [row[:-1] for row in rows[:-1]] + rows[-1:]


def test_lone_surrogate_is_named() -> None:
    """The error of a text that is not Unicode has the number of the text."""
    with pytest.raises(InputError, match="text 7 has a lone surrogate at character 2"):
        encode(["fine", "é", "no\ud800"], 5)


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 100))
def test_batches_cover_all(sizes: list[int], size: int) -> None:
    """Batches have all documents in order, and only a batch of one document is larger than ``size``."""
    offsets = np.cumsum([0, *sizes])
    runs = list(batches(offsets, size))
    assert list(range(len(sizes))) == [row for first, last in runs for row in range(first, last)]
    assert all(last - first == 1 or offsets[last] - offsets[first] <= size for first, last in runs)


def test_batches_of_empty_documents_end() -> None:
    """A batch has a limited number of documents, even if all are empty."""
    assert [(0, 2048), (2048, 3000)] == list(batches(np.zeros(3001, np.int64)))
