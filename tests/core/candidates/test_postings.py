"""Postings of many tables give the candidates that dictionaries give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import lookup, postings
from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.candidates.lookup import Lookups, PostingHits
from dedup.core.candidates.postings import BANDS, KEPT, Table
from dedup.core.candidates.reference import postings as slow
from dedup.core.candidates.sampled import COMMON
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.sampling import SHARED

KEYS = st.sampled_from([0, 1, 2, 3, 2**31, 2**32 - 2])
HASHES = st.sampled_from([0, 1, 2, 5, 2**29, 2**32 - 1])
BAND = KEYS | st.just(NO_KEY)
# Every text has a last key: that of all its tokens.
ROWS = st.lists(st.tuples(st.tuples(BAND, BAND, KEYS).map(list), st.lists(HASHES, max_size=4)), max_size=12)


def keyed(rows: list[tuple[list[int], list[int]]]) -> tuple[np.ndarray, Ragged]:
    """The rows as arrays."""
    ends = np.cumsum([len(kept) for _, kept in rows], dtype=np.int64)
    lengths = np.array([len(kept) for _, kept in rows], np.int64)
    kept = Ragged(
        np.array([value for _, kept in rows for value in kept], np.uint32), np.stack((ends - lengths, ends), axis=1)
    )
    return np.array([keys for keys, _ in rows], np.uint32).reshape(-1, 3), kept


def table(rows: list[tuple[list[int], list[int]]], numbers: list[int]) -> Table:
    """A table of rows that are documents of these numbers."""
    keys, kept = keyed(rows)
    where = np.array(numbers, np.int64)
    nothing = [np.zeros(0, np.uint64)] * (BANDS - 1)
    lanes = [postings.sample_lane(kept, where), *nothing, *(postings.band_lane(band, where) for band in keys.T)]
    return postings.make_table([[words[::2], words[1::2]] for words in lanes], sum(words.size for words in lanes))


def hits(tables: list[Table], asked: Lookups, gone: set[int], most: int = COMMON + 1) -> PostingHits:
    """What all tables have, but for documents that have gone."""
    keys = (asked.words >> np.uint64(32)).view(np.int64)
    parts = []
    for each in tables:
        spans = lookup.spans(each, asked.lanes, lookup.slots(each.layout, asked.lanes, keys))
        parts.append(lookup.find_postings(each.words, *spans, keys, most))
    looks, numbers, full = (
        np.concatenate([np.zeros(0, np.int64), *(part[column] for part in parts)]) for column in range(3)
    )
    there = ~np.isin(numbers, list(gone))
    return PostingHits(looks[there], numbers[there], full)


@given(st.lists(ROWS, max_size=4), ROWS, st.integers(2, 10), st.integers(8, 10), st.randoms(use_true_random=False))
def test_candidates_equal_their_twin(parts, asked, cap, common, random):
    """Across tables, and with documents that have gone, the candidates are those of sets in dictionaries."""
    numbers = list(range(1, 1 + sum(map(len, parts))))
    random.shuffle(numbers)
    gone = {number for number in numbers if random.random() < 0.2}
    tables, lists, begin = [], [], 0
    for rows in parts:
        mine, begin = numbers[begin : begin + len(rows)], begin + len(rows)
        tables.append(table(rows, mine))
        part: dict[tuple[object, int], list[int]] = {}
        for number, (keys, kept) in zip(mine, rows, strict=True):
            for lane, value in [*enumerate(keys), *(("kept", value) for value in kept)]:
                part.setdefault((lane, value), []).append(number)
        lists.append(part)
    looks = lookup.make_lookups(*keyed(asked))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "COMMON", common)
        patch.setattr(lookup, "_TOGETHER", random.choice((0, 1 << 14)))
        patch.setattr(postings, "_LAID", random.choice((1, 1 << 18)))
        found = lookup.lookup_candidates(looks, hits(tables, looks, gone, common + 1), cap)
    expected = slow.lookup_candidates(
        lists, gone, *zip(*asked, strict=True) if asked else ((), ()), cap, REPRESENTATIVES, SHARED, common, NO_KEY
    )
    assert expected == [tuple(pair) for pair in found.tolist()]


@given(st.lists(ROWS, min_size=1, max_size=4), st.integers(1, 20))
def test_tables_merge_into_the_one_of_all_rows(parts, most):
    """Merged at once or piece by piece, tables give the words of a table that was made of everything."""
    begins = np.cumsum([1, *map(len, parts)]).tolist()
    tables = [
        table(rows, list(range(begin, begin + len(rows)))) for rows, begin in zip(parts, begins[:-1], strict=True)
    ]
    whole = table([row for rows in parts for row in rows], list(range(1, begins[-1])))
    merged = postings.merge_tables(tables)
    assert all((one == other).all() for one, other in zip(whole[:2], merged[:2], strict=True))
    assert all((one == other).all() for one, other in zip(whole.layout, merged.layout, strict=True))
    pieces = [piece for lane in range(whole.layout.shifts.size) for piece in postings.pieces(tables, lane, most)]
    assert whole.words.tolist() == np.concatenate(pieces).tolist()


@pytest.mark.parametrize("size", [1, 7, 1000, 50_000])
def test_every_posting_is_found_and_no_other(size):
    """Of random keys, as many as in a segment, each is found with all of its documents; keys between them are not."""
    rng = np.random.default_rng(size)
    keys = rng.integers(0, 2**29, size, dtype=np.uint64)
    words = (keys << np.uint64(32)) | rng.integers(1, 1000, size, dtype=np.uint64)
    made = postings.make_table([[words]], words.size)
    asked = np.unique(np.concatenate((keys, keys + np.uint64(1), np.array([0, 2**32 - 1], np.uint64)))).view(np.int64)
    lanes = np.zeros(asked.size, np.int64)
    found = lookup.find_postings(
        made.words, *lookup.spans(made, lanes, lookup.slots(made.layout, lanes, asked)), asked, 99
    )
    together = (asked[found.looks].astype(np.uint64) << np.uint64(32)) | found.numbers.astype(np.uint64)
    assert np.unique(words).tolist() == together.tolist()
    assert [] == found.full.tolist()


@pytest.mark.parametrize("together", [0, 1 << 14])
def test_of_a_common_key_the_lowest_numbers_are_found(monkeypatch, together):
    """A key of 5,000 documents gives as many as are asked for, and says that there are more."""
    monkeypatch.setattr(postings, "_TOGETHER", together)
    words = np.uint64(7 << 32) | np.arange(1, 5001, dtype=np.uint64)
    made = postings.make_table([[words[::-1]]], words.size)
    lanes, keys = np.array([KEPT]), np.array([7])
    found = lookup.find_postings(
        made.words, *lookup.spans(made, lanes, lookup.slots(made.layout, lanes, keys)), keys, 10
    )
    assert (list(range(1, 11)), [0]) == (found.numbers.tolist(), found.full.tolist())


def test_a_directory_that_lies_leads_nowhere_else():
    """Buckets that point backward, or behind their lane, are cut to it: a foreign file cannot make a look-up fail."""
    made = table([([5, 6, 1], [1, 2, 3]), ([7, 8, 1], [4])], [1, 2])
    bad = Table(
        made.words, np.random.default_rng(1).integers(0, 2**32, made.directory.size, dtype=np.uint32), made.layout
    )
    looks = lookup.make_lookups(*keyed([([5, 8, 1], [1, 4, 2**32 - 1])]))
    assert set(hits([bad], looks, set()).numbers.tolist()) <= {1, 2}
