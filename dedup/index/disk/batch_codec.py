"""The postings of one commit -> bytes of a row of the tail, and back. The content is checked before it is used."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import postings
from dedup.core.sketch.bands import NO_KEY
from dedup.index.disk.codec import LARGEST, CorruptData
from dedup.index.live import Runs
from dedup.index.records import Postings

_HEAD: Final = 6
"""Numbers of 8 bytes at the start of a packed batch."""


class PostingBatch(NamedTuple):
    """The changes of one commit to look-ups.

    ``postings`` are those of bands and sampled shingles. ``tags`` ``(t, 3) uint32`` are rows of lane, key and document.
    ``documents`` and ``stories`` are the runs of the numbers that the commit removes.
    """

    postings: Postings
    tags: Any
    documents: Runs
    stories: Runs

    @property
    def lanes(self) -> int:
        """The number of lanes in which the batch may have words."""
        return postings.BANDS + int(self.postings.keys.shape[1])

    @property
    def words(self) -> int:
        """The number of words in all lanes."""
        _, keys, sampled = self.postings
        return sampled.values.size + len(self.tags) + int(np.count_nonzero(keys != NO_KEY))

    def lane(self, number: int) -> Hashes:
        """Return the words of one lane."""
        numbers, keys, sampled = self.postings
        if number == postings.KEPT:
            return postings.sample_lane(sampled, numbers)
        if number >= postings.BANDS:
            return postings.band_lane(keys[:, number - postings.BANDS], numbers)
        tags = self.tags[self.tags[:, 0] == number]
        words: Hashes = (tags[:, 1].astype(np.uint64) << np.uint64(32)) | tags[:, 2]
        return words


def _column_bytes(values: Any, kind: type[np.generic]) -> bytes:
    return np.ascontiguousarray(values, kind).tobytes()


def pack_batch(batch: PostingBatch) -> bytes:
    """Pack a batch with 4 bytes a posting, not 8: reading it makes the words.

    If only some documents have keys, their positions stand before the keys, and the number of these documents stands
    in the high half of the number of bands.
    """
    numbers, keys, sampled = batch.postings
    keyed = (keys != NO_KEY).any(axis=1).nonzero()[0]
    bands, positions = keys.shape[1] if keyed.size else 0, keyed[:0]
    if 0 < keyed.size < len(numbers):
        bands, positions, keys = bands | keyed.size << 32, keyed, keys[keyed]
    head = [len(numbers), bands, sampled.values.size, len(batch.tags), len(batch.documents), len(batch.stories)]
    return b"".join(
        (
            _column_bytes(head, np.int64),
            _column_bytes(batch.documents, np.int64),
            _column_bytes(batch.stories, np.int64),
            _column_bytes(numbers, np.uint32),
            _column_bytes(positions, np.uint32),
            _column_bytes(keys if bands else keys[:0], np.uint32),
            _column_bytes(sampled.lengths, np.uint32),
            _column_bytes(sampled.values, np.uint32),
            _column_bytes(batch.tags, np.uint32),
        )
    )


def unpack_batch(data: bytes) -> PostingBatch:
    """Return the batch that `pack_batch` packed; `CorruptData` if the bytes are no batch.

    The batch has no band if none of its documents has a key.
    """
    if len(data) < 8 * _HEAD:
        raise CorruptData("a commit without a head")
    count, bands, values, tags, documents, stories = np.frombuffer(data, np.int64, _HEAD).tolist()
    listed, bands = divmod(bands, 1 << 32)
    keyed = listed or count
    sizes = [4 * documents, 4 * stories, count, listed, keyed * bands, count, values, 3 * tags]
    if (
        min(count, listed, bands, values, tags, documents, stories) < 0
        or 8 * _HEAD + 4 * sum(sizes) != len(data)
        or 4 * count * bands > LARGEST
    ):
        raise CorruptData("a commit of another length than it says")
    edges = np.cumsum([8 * _HEAD // 4, *sizes])
    columns = _split_columns(np.frombuffer(data, np.uint32), edges)
    removed, ended, numbers, positions, keys, lengths, sampled, tagged = columns
    if (
        int(lengths.sum(dtype=np.int64)) != values
        or (tags and int(tagged[::3].max()) >= postings.BANDS)
        or (listed and int(positions.max()) >= count)
    ):
        raise CorruptData("a commit whose rows do not add up")
    keys = keys.reshape(keyed, bands)
    if listed:
        all_keys = np.full((count, bands), NO_KEY, np.uint32)
        all_keys[positions] = keys
        keys = all_keys
    ends = np.cumsum(lengths, dtype=np.int64)
    rows = Ragged(sampled, np.stack((ends - lengths, ends), axis=1))
    return PostingBatch(
        Postings(numbers.astype(np.int64), keys, rows),
        tagged.reshape(-1, 3),
        removed.view(np.int64).reshape(-1, 2),
        ended.view(np.int64).reshape(-1, 2),
    )


def _split_columns(flat: Any, edges: Indices) -> Sequence[Any]:
    return [flat[first:last] for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]
