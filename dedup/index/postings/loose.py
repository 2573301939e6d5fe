"""The newest postings of an index, which come a few at a time.

A table has a directory for each lane, and takes longer to make than the postings of one document take to commit. So the
postings of the last documents are one sorted list without directories, and each look-up searches the list.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.candidates.lookup import PostingHits
from dedup.core.candidates.postings import BANDS
from dedup.core.sketch.bands import NO_KEY
from dedup.index.disk.batch_codec import PostingBatch

_KEY_BITS = 32
"""Bits of a code below its lane."""


class LoosePostings:
    """Postings of a few batches.

    A code is ``lane << 32 | key``. ``_codes`` ``(p,) int64`` rise, and ``_numbers`` ``(p,) int64`` are the documents of
    the codes, in the order in which they came.
    """

    def __init__(self) -> None:
        self._codes, self._numbers = np.zeros(0, np.int64), np.zeros(0, np.int64)

    @property
    def words(self) -> int:
        """The number of postings."""
        return self._codes.size

    def add(self, batch: PostingBatch) -> None:
        """Add the postings of a batch."""
        codes, numbers = posting_codes(batch)
        places = self._codes.searchsorted(codes, "right")
        self._codes = np.insert(self._codes, places, codes)
        self._numbers = np.insert(self._numbers, places, numbers)

    def lanes(self) -> Iterator[list[Hashes]]:
        """Yield the postings of each lane, as `core.candidates.postings.make_table` takes them."""
        last = int(self._codes[-1]) >> _KEY_BITS if self.words else -1
        edges = self._codes.searchsorted(np.arange(last + 2) << _KEY_BITS).tolist()
        words = (self._codes << _KEY_BITS | self._numbers).view(np.uint64)  # the shift drops the lane
        return ([words[first:end]] for first, end in pairwise(edges))

    def find(self, lanes: Indices, keys: Indices, limit: Indices | int) -> PostingHits:
        """Look up postings, as `core.candidates.lookup.find_postings` does.

        Args:
            lanes: ``(q,)`` the lane of each key.
            keys: ``(q,) int64``.
            limit: ``(q,)`` the most postings of each key, or one number for all keys.
        """
        codes = (lanes << _KEY_BITS) | keys
        begins = self._codes.searchsorted(codes)
        sizes = np.minimum(self._codes.searchsorted(codes, "right") - begins, limit)
        hit = sizes.nonzero()[0]
        begins, sizes, limit = begins[hit], sizes[hit], np.broadcast_to(limit, keys.shape)[hit]
        before = sizes.cumsum() - sizes
        places = (begins - before).repeat(sizes) + np.arange(int(sizes.sum()))
        return PostingHits(hit.repeat(sizes), self._numbers[places], hit[sizes == limit])


def posting_codes(batch: PostingBatch) -> tuple[Indices, Indices]:
    """Return the code and the document of each posting of a batch, both ``(p,) int64``, sorted and distinct."""
    numbers, keys, sampled = batch.postings
    tags = batch.tags.astype(np.int64)
    bands = np.arange(BANDS, BANDS + keys.shape[1]) << _KEY_BITS
    is_key = keys != NO_KEY
    codes = np.concatenate(
        (
            sampled.values.astype(np.int64),
            (tags[:, 0] << _KEY_BITS) | tags[:, 1],
            (keys.astype(np.int64) | bands)[is_key],
        )
    )
    documents = np.concatenate((numbers.repeat(sampled.lengths), tags[:, 2], numbers.repeat(is_key.sum(axis=1))))
    order = np.lexsort((documents, codes))
    codes, documents = codes[order], documents[order]
    is_new = np.ones(codes.size, np.bool_)
    is_new[1:] = (codes[1:] != codes[:-1]) | (documents[1:] != documents[:-1])
    return codes[is_new], documents[is_new]
