"""The postings of a commit as bytes, and back."""

import contextlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch.bands import NO_KEY
from dedup.index.changes import make_tags
from dedup.index.disk.batch_codec import PostingBatch, pack_batch, unpack_batch
from dedup.index.disk.codec import CorruptData
from dedup.index.live import number_runs
from dedup.index.records import Postings
from tests.helpers.index_making import postings


@given(st.binary(max_size=200))
def test_bytes_that_are_nothing_are_damage(data):
    """Random bytes are unpacked, or they are `CorruptData`."""
    with contextlib.suppress(CorruptData):
        unpack_batch(data)


@given(st.lists(st.lists(st.sampled_from([3, NO_KEY]), min_size=2, max_size=2), max_size=5))
def test_keys_come_back_whoever_has_any(keys):
    """The lanes of a batch come back, whether all, some or none of its documents have keys."""
    numbers, count = np.arange(1, len(keys) + 1), len(keys)
    sampled = Ragged(np.arange(count, dtype=np.uint32), np.stack((np.arange(count), np.arange(count) + 1), axis=1))
    with_keys = Postings(numbers, np.array(keys, np.uint32).reshape(-1, 2), sampled)
    batch = PostingBatch(with_keys, np.zeros((0, 3), np.uint32), number_runs([]), number_runs([]))
    back = unpack_batch(pack_batch(batch))
    expected, actual = ([side.lane(lane).tolist() for lane in range(side.lanes)] for side in (batch, back))
    assert expected == actual + [[]] * (batch.lanes - back.lanes)
    assert pack_batch(batch) == pack_batch(back)


@given(st.data())
def test_a_commit_with_a_byte_changed_is_no_other_error(data):
    """Changed, cut or longer bytes of a batch are unpacked to something, or they are `CorruptData`."""
    tags = make_tags([(1, 2**63, 4), (2, 7, 4)], np.array([8, 9]), [(2, 5)])
    content = data.draw(st.sampled_from([[(1, 5), (2, 6)], [(1, 0), (2, 6)]]))
    whole = pack_batch(PostingBatch(postings(content), tags, number_runs([4]), number_runs([])))
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(changed[: data.draw(st.integers(0, len(whole)))])
    for damaged in (bytes(changed), cut, whole + b"abcd"):
        with contextlib.suppress(CorruptData):
            unpacked = unpack_batch(damaged)
            [unpacked.lane(number) for number in range(unpacked.lanes)]
    assert whole == pack_batch(unpack_batch(whole))
