"""Blocks that stand on one page alone are joined, and sites and boilerplate stay the same."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.array_types import Hashes
from dedup.core.sites.decision import decide_boilerplate
from dedup.core.sites.lone_blocks import SLICE_BITS, find_recurring, join_lone
from dedup.core.sites.pages import CREDIT, LABEL, Pages
from dedup.core.sites.shared_blocks import shared_blocks
from dedup.core.text.block_hashes import drop_blocks
from tests.helpers.pages import hashed, lined, menu, packed

ALL = 0, 1 << SLICE_BITS
NOTHING = np.zeros(0, np.uint64)
HASHES = st.lists(st.integers(0, 9).map(lambda number: hashed(str(number))) | st.just(0), max_size=40)
WORDS = [0, 1, 3, 30]
BLOCK = st.tuples(st.integers(0, 30), st.sampled_from([0, LABEL, CREDIT, LABEL | CREDIT]))
PAGES = st.lists(st.tuples(st.lists(BLOCK, max_size=8), st.integers(-1, 2)), min_size=1, max_size=12)


def parts_of(hashes: Hashes, size: int) -> list[Hashes]:
    """The hashes, ``size`` of them at a time."""
    return [hashes[first : first + size] for first in range(0, hashes.size, size)]


@given(HASHES, st.lists(st.integers(5, 14).map(lambda number: hashed(str(number)))), st.integers(1, 9))
def test_blocks_that_recur_are_those_that_are_counted_twice(values: list[int], others: list[int], size: int) -> None:
    """A block with words recurs if its hash stands at two places or is quoted, in any parts and slices."""
    hashes, quoted = np.array(values, np.uint64), np.array(others, np.uint64)
    expected = [place for place, value in enumerate(values) if value and (values.count(value) > 1 or value in others)]
    edges = [0, 1 << (SLICE_BITS - 2), 200, 1 << SLICE_BITS]
    for bounds in ([ALL], list(pairwise(edges))):
        places = [find_recurring(parts_of(hashes, size), hashes.size, quoted, *slices) for slices in bounds]
        assert expected == np.unique(np.concatenate(places)).tolist()


def marked_pages(pages: list[tuple[list[tuple[int, int]], int]]) -> tuple[Pages, np.ndarray, np.ndarray]:
    """Pages of numbered blocks with marks, the marks, and the number of blocks of each page."""
    blocks = [(number, mark) for page, _ in pages for number, mark in page]
    words = np.array([WORDS[number % len(WORDS)] for number, _ in blocks], np.int32)
    hashes = np.array([hashed(f"block {number}") for number, _ in blocks], np.uint64) * (words > 0)
    marks, counts = np.array([mark for _, mark in blocks], np.uint8), np.array([len(page) for page, _ in pages])
    return as_pages((hashes, words, marks), counts, [source for _, source in pages]), marks, counts


def as_pages(columns: tuple[np.ndarray, ...], counts: np.ndarray, sources: list[int]) -> Pages:
    """Pages of columns of blocks."""
    count = len(sources)
    contents = np.arange(1, count + 1, dtype=np.uint64)
    edges = np.append(0, counts.cumsum())
    return Pages.marked(*columns, edges, np.array(sources), np.zeros(count, np.uint64), contents)


@given(PAGES)
def test_joined_blocks_tell_as_much(pages: list[tuple[list[tuple[int, int]], int]]) -> None:
    """Sites, labels, words, and the tokens that pages lose are the same with joined blocks."""
    whole, marks, counts = marked_pages(pages)
    recurring = np.zeros(whole.hashes.size, np.bool_)
    recurring[find_recurring([whole.hashes], whole.hashes.size, NOTHING, *ALL)] = True
    columns, joined_counts = join_lone((whole.hashes, whole.words, marks), counts, recurring)
    joined = as_pages(columns, joined_counts, [source for _, source in pages])
    for name in ("labelled", "own_words"):
        assert (getattr(shared_blocks(whole), name) == getattr(shared_blocks(joined), name)).all()
    decided, of_joined = decide_boilerplate(whole), decide_boilerplate(joined)
    assert (decided.sites == of_joined.sites).all()
    tokens = np.arange(whole.words.sum(), dtype=np.uint64)
    remaining = [
        drop_blocks(tokens, of_pages.words, np.diff(of_pages.bounds), flags.left_out)
        for of_pages, flags in ((whole, decided), (joined, of_joined))
    ]
    assert remaining[0].values.tolist() == remaining[1].values.tolist()
    assert remaining[0].lengths.tolist() == remaining[1].lengths.tolist()


def test_lone_neighbours_are_one_block() -> None:
    """The lines of an article that no other page has are one block; a menu stays as it is."""
    pages = packed(
        [
            lined(*menu("harbour"), *[f"line {page} of {' '.join('abcdefghi')}" for page in lines])
            for lines in ([1, 2, 3], [4, 5, 6, 7])
        ]
    )
    marks = pages.labels.view(np.uint8) * np.uint8(LABEL)
    recurring = np.zeros(pages.hashes.size, np.bool_)
    recurring[find_recurring([pages.hashes], pages.hashes.size, NOTHING, *ALL)] = True
    (_, words, marks), counts = join_lone((pages.hashes, pages.words, marks), np.diff(pages.bounds), recurring)
    assert counts.tolist() == [13, 13]
    assert words[[12, 25]].tolist() == [3 * 12, 4 * 12]
    assert marks[[12, 25]].tolist() == [0, 0]


@pytest.mark.parametrize("counts", [[], [0], [0, 2, 0]])
def test_pages_without_blocks_stay(counts: list[int]) -> None:
    """A page without blocks, or with blocks without words, has none."""
    blocks = sum(counts)
    columns = np.zeros(blocks, np.uint64), np.zeros(blocks, np.int32), np.zeros(blocks, np.uint8)
    joined, joined_counts = join_lone(columns, np.array(counts, np.int64), np.zeros(blocks, np.bool_))
    assert joined_counts.tolist() == [0] * len(counts)
    assert [column.size for column in joined] == [0, 0, 0]
