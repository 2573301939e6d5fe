"""Look-ups in many tables of postings give the candidates of their twin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates import lookup, postings
from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.candidates.lookup import Lookups, PostingHits
from dedup.core.candidates.postings import KEPT, PostingTable
from dedup.core.candidates.reference import lookup as slow
from dedup.core.candidates.sampled import COMMON
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.sampling import SHARED
from tests.helpers.posting_tables import lookup_arrays, make_table

KEYS = st.sampled_from([0, 1, 2, 3, 2**31, 2**32 - 2])
HASHES = st.sampled_from([0, 1, 2, 5, 2**29, 2**32 - 1])
BAND = KEYS | st.just(NO_KEY)
# Every text has a last key, the key of all its tokens.
ROWS = st.lists(st.tuples(st.tuples(BAND, BAND, KEYS).map(list), st.lists(HASHES, max_size=4)), max_size=12)


def find_in_table(table: PostingTable, lanes: np.ndarray, keys: np.ndarray, most: int) -> PostingHits:
    """Return the postings of keys in one table."""
    spans = lookup.spans(table, lanes, lookup.slots(table.layout, lanes, keys))
    return lookup.find_postings(table.words, *spans, keys, most)


def find_in_tables(
    tables: list[PostingTable], lookups: Lookups, gone: set[int], most: int = COMMON + 1, cap: int = COMMON
) -> PostingHits:
    """Return the postings of all tables, without documents that are gone, representatives of more than ``cap``."""
    keys = (lookups.words >> np.uint64(32)).view(np.int64)
    all_hits = [PostingHits(*(np.zeros(0, np.int64) for _ in range(3)))]
    for table in tables:
        hits = find_in_table(table, lookups.lanes, keys, most)
        live = ~np.isin(hits.numbers, list(gone))
        live_hits = PostingHits(hits.looks[live], hits.numbers[live], hits.full)
        all_hits.append(lookup.drop_further(live_hits, np.full(keys.size, cap)))
    return PostingHits(*map(np.concatenate, zip(*all_hits, strict=True)))


@given(st.lists(ROWS, max_size=4), ROWS, st.integers(2, 10), st.integers(8, 10), st.randoms(use_true_random=False))
def test_candidates_equal_their_twin(batches, new_rows, cap, common, random):
    """Candidates from several tables, with some documents gone, equal the result of the twin."""
    numbers = list(range(1, 1 + sum(map(len, batches))))
    random.shuffle(numbers)
    gone = {number for number in numbers if random.random() < 0.2}
    tables, plain_tables, begin = [], [], 0
    for rows in batches:
        documents, begin = numbers[begin : begin + len(rows)], begin + len(rows)
        tables.append(make_table(rows, documents))
        plain_table: dict[tuple[object, int], list[int]] = {}
        for number, (keys, sampled) in zip(documents, rows, strict=True):
            for lane, value in [*enumerate(keys), *(("kept", value) for value in sampled)]:
                plain_table.setdefault((lane, value), []).append(number)
        plain_tables.append(plain_table)
    lookups = lookup.make_lookups(*lookup_arrays(new_rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "COMMON", common)
        patch.setattr(lookup, "_TOGETHER", random.choice((0, 1 << 14)))
        candidates = lookup.lookup_candidates(lookups, find_in_tables(tables, lookups, gone, common + 1, cap), cap)
    columns = zip(*new_rows, strict=True) if new_rows else ((), ())
    expected = slow.lookup_candidates(plain_tables, gone, *columns, cap, REPRESENTATIVES, SHARED, common, NO_KEY)
    assert expected == [tuple(pair) for pair in candidates.tolist()]


@pytest.mark.parametrize("size", [1, 7, 1000, 50_000])
def test_all_postings_of_a_key_are_found(size):
    """A look-up of each of many random keys hits all documents of the key, and other keys hit nothing."""
    rng = np.random.default_rng(size)
    keys = rng.integers(0, 2**29, size, dtype=np.uint64)
    words = (keys << np.uint64(32)) | rng.integers(1, 1000, size, dtype=np.uint64)
    table = postings.make_table([[words]], words.size)
    edges = np.array([0, 2**32 - 1], np.uint64)
    queries = np.unique(np.concatenate((keys, keys + np.uint64(1), edges))).view(np.int64)
    hits = find_in_table(table, np.zeros(queries.size, np.int64), queries, 99)
    actual = (queries[hits.looks].astype(np.uint64) << np.uint64(32)) | hits.numbers.astype(np.uint64)
    assert np.unique(words).tolist() == actual.tolist()
    assert [] == hits.full.tolist()


@pytest.mark.parametrize("together", [0, 1 << 14])
def test_a_common_key_gives_the_lowest_numbers(monkeypatch, together):
    """A key of 5,000 documents gives the lowest numbers up to the limit, and is marked as full."""
    monkeypatch.setattr(lookup, "_TOGETHER", together)
    words = np.uint64(7 << 32) | np.arange(1, 5001, dtype=np.uint64)
    table = postings.make_table([[words[::-1]]], words.size)
    hits = find_in_table(table, np.array([KEPT]), np.array([7]), 10)
    assert (list(range(1, 11)), [0]) == (hits.numbers.tolist(), hits.full.tolist())


def test_a_damaged_directory_makes_no_look_up_fail():
    """Buckets that end before they begin, or leave their lane, are cut, so that a damaged file causes no error."""
    table = make_table([([5, 6, 1], [1, 2, 3]), ([7, 8, 1], [4])], [1, 2])
    directory = np.random.default_rng(1).integers(0, 2**32, table.directory.size, dtype=np.uint32)
    damaged = PostingTable(table.words, directory, table.layout)
    lookups = lookup.make_lookups(*lookup_arrays([([5, 8, 1], [1, 4, 2**32 - 1])]))
    assert set(find_in_tables([damaged], lookups, set()).numbers.tolist()) <= {1, 2}


@given(ROWS, ROWS, st.integers(2, 5), st.integers(6, 9), st.sets(st.integers(0, 11)))
def test_a_batch_is_found_as_its_documents_one_by_one(old_rows, new_rows, cap, common, unposted):
    """The candidates of a batch are those of each document when the documents before it are in a table.

    A document that gets no postings is no candidate, and has no candidates in the batch.
    """
    first = len(old_rows) + 1
    posted = [row for row in range(len(new_rows)) if row not in unposted]
    numbers = np.zeros(len(new_rows), np.int64)
    numbers[posted] = np.arange(first, first + len(posted))
    old = make_table(old_rows, list(range(1, first)))
    lookups = lookup.make_lookups(*lookup_arrays(new_rows))
    expected = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "COMMON", common)
        hits = find_in_tables([old], lookups, set(), common + 1)
        hits, oversized = lookup.hits_within(lookups, hits, numbers, cap)
        candidates = lookup.lookup_candidates(lookups, hits, cap, oversized)
        for row, new in enumerate(new_rows):
            before = [earlier for earlier in posted if earlier < row and row in posted]
            table = make_table([new_rows[earlier] for earlier in before], numbers[before].tolist())
            alone = lookup.make_lookups(*lookup_arrays([new]))
            found = lookup.lookup_candidates(alone, find_in_tables([old, table], alone, set(), common + 1), cap)
            expected += [[row, number] for number in found[:, 1].tolist()]
    assert expected == candidates.tolist()
