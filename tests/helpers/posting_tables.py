"""Tables of postings for tests of look-ups."""

import numpy as np

from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import postings
from dedup.core.candidates.postings import BANDS, PostingTable
from tests.helpers.ragged_rows import ragged

Row = tuple[list[int], list[int]]
"""Three band keys and the sampled shingles of a document."""


def lookup_arrays(rows: list[Row]) -> tuple[np.ndarray, Ragged]:
    """Return the ``(n, 3)`` band keys and the sampled shingles of rows."""
    return np.array([keys for keys, _ in rows], np.uint32).reshape(-1, 3), ragged([values for _, values in rows])


def make_table(rows: list[Row], numbers: list[int]) -> PostingTable:
    """Return the table of rows that are documents of these numbers."""
    keys, sampled = lookup_arrays(rows)
    documents = np.array(numbers, np.int64)
    empty = [np.zeros(0, np.uint64)] * (BANDS - 1)
    bands = [postings.band_lane(band, documents) for band in keys.T]
    lanes = [postings.sample_lane(sampled, documents), *empty, *bands]
    return postings.make_table([[words[::2], words[1::2]] for words in lanes], sum(words.size for words in lanes))
