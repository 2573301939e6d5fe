"""The small parts: numbers in use, records as bytes, levels of tables."""

import contextlib
import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch.bands import NO_KEY
from dedup.index.disk.codec import (
    CorruptData,
    DocumentCodec,
    PostingBatch,
    compress,
    decompress,
    pack_batch,
    unpack_batch,
)
from dedup.index.live import LiveNumbers, number_runs
from dedup.index.postings.lsm import segments_to_merge
from dedup.index.records import Postings
from dedup.types import Document

NUMBERS = st.lists(st.integers(1, 60), max_size=20)


@given(st.lists(NUMBERS, max_size=5), st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=3))
def test_numbers_in_use_are_those_of_a_set(dropped, stretches):
    """Whatever goes, alone or in runs, twice or not: membership, counts and runs are those of a set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveNumbers, "_LATELY", 3)
        alive, expected = LiveNumbers(70), set(range(1, 70))
        for numbers in dropped:
            alive.drop(number_runs(numbers))
            expected -= set(numbers)
        for first, length in stretches:
            alive.drop(np.array([[first, first + length]], np.int64)[: bool(length)])
            expected -= set(range(first, first + length))
        asked = np.arange(-2, 75)
        assert [number in expected for number in asked.tolist()] == alive.among(asked).tolist()
        assert expected == {number for number in asked.tolist() if number in alive}
        assert (sorted(expected), len(expected)) == (alive.numbers().tolist(), len(alive))
        assert 70 - 10 - len([n for n in expected if 10 <= n < 70]) == alive.between(10, 69)
        gone = alive.gone()
        assert (gone[1:, 0] > gone[:-1, 1]).all()
        assert alive.numbers().tolist() == LiveNumbers.of(alive.numbers(), 70).numbers().tolist()


TIMES = st.none() | st.datetimes() | st.datetimes(timezones=st.timezones().filter(lambda zone: zone.key != "localtime"))


@given(st.builds(Document, *[st.text(st.characters(exclude_categories=["Cs"]))] * 5, TIMES, st.just("a")))
def test_a_document_comes_back_as_it_was(document):
    """All fields, the time with its offset."""
    packer = DocumentCodec()
    back = packer.unpack(document.id, packer.pack(document))
    assert (document.text, document.id, document.title) == (back.text, back.id, back.title)
    assert (document.source, document.url, document.path) == (back.source, back.url, back.path)
    if document.published is None:
        assert back.published is None
    else:
        assert document.published.isoformat() == back.published.isoformat()


@given(st.binary(max_size=200))
def test_bytes_that_are_nothing_are_damage(data):
    """Any bytes are unpacked, or they are `CorruptData`."""
    for unpack in (decompress, unpack_batch, lambda data: DocumentCodec().unpack("a", data)):
        with contextlib.suppress(CorruptData):
            unpack(data)


@given(st.lists(st.lists(st.sampled_from([3, NO_KEY]), min_size=2, max_size=2), max_size=5))
def test_keys_come_back_whoever_has_any(keys):
    """Of a batch in which all, some or none of the documents have keys, the lanes are those that were packed."""
    numbers, count = np.arange(1, len(keys) + 1), len(keys)
    kept = Ragged(np.arange(count, dtype=np.uint32), np.stack((np.arange(count), np.arange(count) + 1), axis=1))
    found = Postings(numbers, np.array(keys, np.uint32).reshape(-1, 2), kept)
    batch = PostingBatch(found, np.zeros((0, 3), np.uint32), number_runs([]), number_runs([]))
    back = unpack_batch(pack_batch(batch))
    lanes = [[each.lane(lane).tolist() for lane in range(each.lanes)] for each in (batch, back)]
    assert lanes[0] == lanes[1] + [[]] * (batch.lanes - back.lanes)
    assert pack_batch(batch) == pack_batch(back)


@given(st.data())
def test_a_commit_with_a_byte_changed_is_no_other_error(data):
    """A batch whose bytes were changed, cut or added to is unpacked to something, or is `CorruptData`."""
    from dedup.index import changes
    from tests.helpers.index_making import postings

    tags = changes.tags([(1, 2**63, 4), (2, 7, 4)], np.array([8, 9]), [(2, 5)])
    content = data.draw(st.sampled_from([[(1, 5), (2, 6)], [(1, 0), (2, 6)]]))
    whole = pack_batch(PostingBatch(postings(content), tags, number_runs([4]), number_runs([])))
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(changed[: data.draw(st.integers(0, len(whole)))])
    for some in (bytes(changed), cut, whole + b"abcd"):
        with contextlib.suppress(CorruptData):
            lied = unpack_batch(some)
            [lied.lane(number) for number in range(lied.lanes)]
    back = unpack_batch(whole)
    assert whole == pack_batch(back)


def test_a_size_that_lies_takes_no_memory():
    """A value that says it has more bytes than any may is not unpacked."""
    packed = bytearray(compress(bytes(10**6)))
    assert 10**6 == int.from_bytes(packed[6:10], "little")
    packed[6:10] = (2**32 - 1).to_bytes(4, "little")
    with pytest.raises(CorruptData):
        decompress(bytes(packed))


@given(st.lists(st.integers(1, 40), max_size=200), st.integers(2, 8))
def test_tables_stay_few(sizes, factor):
    """Whatever comes, there is at most one table a level."""
    tables: list[int] = []
    for size in sizes:
        count = segments_to_merge(tables, size, factor)
        tables[len(tables) - count :] = [size + sum(tables[len(tables) - count :])]
    assert sum(sizes) == sum(tables)
    assert len(tables) <= 1 + np.log(max(1, sum(sizes))) / np.log(factor)


def test_times_keep_their_offset():
    """A time with an offset comes back with it, not as the same moment elsewhere."""
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    document = Document("a", published=datetime.datetime(2026, 3, 1, 12, 30, 1, 5, zone))
    packer = DocumentCodec()
    assert "2026-03-01T12:30:01.000005+05:30" == packer.unpack("", packer.pack(document)).published.isoformat()
