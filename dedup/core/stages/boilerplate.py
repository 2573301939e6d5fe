"""Blocks that pages share -> boilerplate of each site, then boilerplate anywhere in what is left.

`core.sites.boilerplate` has the rule. An item is a block with the pages of one group that have it; a group is a site,
or all pages. The sample of a block has the pages that are compared. Samples that begin with one page have most of
their pages in common, and are decided together.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import distinct, find, first_of_equals, firsts, rising
from dedup.core.arrays.tables import Lists, Table, mixed_key
from dedup.core.sites.boilerplate import OF_ANY, OF_SITE, SAMPLE, Bar, clears, counted_words
from dedup.core.sites.likeness import SharedItems, WeighedPages, bound_sizes, weigh_items, weigh_pages
from dedup.core.stages.schemas import (
    BOILERPLATE,
    CANDIDATE_BLOCKS,
    CANDIDATE_CELLS,
    DROPPED,
    PAGE_ITEMS,
    SAMPLE_PAGES,
    SAMPLED,
    SAMPLED_PAIRS,
    WEIGHED_PAGES,
)
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step

ANY_SITE: Final = 0
"""The site of boilerplate anywhere in the table `BOILERPLATE`."""

_Items = tuple[Table, Table]
"""The tables `PAGE_ITEMS` and `CANDIDATE_BLOCKS`."""


def weigh_items_of_sites(_context: StageContext, cells: Table) -> _Items:
    """Return the items of each site. All pages of a block of a site are there."""
    return _items(cells, OF_SITE)[1]


def weigh_items_of_any(_context: StageContext, cells: Table, boilerplate: Table) -> tuple[Table, Table, *_Items]:
    """Return the boilerplate of sites, and the items of what is left. All pages of a block are there.

    Args:
        cells: blocks that pages share.
        boilerplate: blocks that are boilerplate of a site.

    Returns:
        What is left out, the pages of blocks that may be boilerplate anywhere, and the items.
    """
    is_boilerplate = np.isin(_block_codes(cells), _block_codes(boilerplate))
    remaining = cells.take(~is_boilerplate)
    remaining = remaining.using(site=np.full(len(remaining), ANY_SITE))
    candidates, items = _items(remaining, OF_ANY)
    return cells.take(is_boilerplate).select(DROPPED), candidates.select(CANDIDATE_CELLS), *items


def list_samples(_context: StageContext, candidates: Table) -> tuple[Table, Table]:
    """Return the pages of samples, and the pairs of pages of each sample. All samples with one first page are there."""
    pages = candidates.lists("pages")
    samples = pages.take(firsts(_sample_codes(pages)))
    sizes, num = samples.lengths, samples.values
    first = num[samples.edges[:-1]].repeat(sizes)
    sampled = Table({"num": num, "first": first})
    after = sizes.repeat(sizes) - 1 - ranges(np.zeros_like(sizes), sizes)
    left = np.arange(num.size)
    a, b = num[left.repeat(after)], num[ranges(left + 1, after)]
    pairs = Table({"a": np.minimum(a, b), "b": np.maximum(a, b), "first": first.repeat(after)})
    return _distinct_rows(sampled), _distinct_rows(pairs)


def weigh_sampled(_context: StageContext, page_items: Table, sampled: Table, page_facts: Table) -> tuple[Table, Table]:
    """Return the pages of samples with their weights, and the same pages with their items.

    Args:
        page_items: the items of pages.
        sampled: the pages of samples.
        page_facts: facts of pages. All rows of a page are there.
    """
    num = rising(sampled["num"])
    page_items = page_items.take(find(num, page_items["num"])[1])
    page_items = page_items.take(page_items["num"].argsort())
    row = num.searchsorted(page_items["num"])
    items, weights = page_items.lists("items"), page_items.lists("weights")
    facts = page_facts.take(page_facts["num"].argsort())
    facts = facts.take(facts["num"].searchsorted(num))
    own_words = facts["own_words"] + np.bincount(row, page_items["own_words"], num.size).astype(np.int64)
    sizes = np.bincount(row, items.lengths, num.size).astype(np.int64)
    weight = weigh_pages(own_words, row.repeat(items.lengths), weights.values)
    pages = facts.select(("num", "headline")).using(
        weight=weight, items=Lists.of_lengths(items.values, sizes), weights=Lists.of_lengths(weights.values, sizes)
    )
    page = num.searchsorted(sampled["num"])
    return sampled.using(contents=facts["contents"][page], weight=weight[page]).select(SAMPLE_PAGES), pages


def compare_on_sites(_context: StageContext, pairs: Table, pages: Table) -> Table:
    """Return the pairs of pages of a site that are alike."""
    return _alike_pairs(pairs, pages, OF_SITE)


def compare_on_any(_context: StageContext, pairs: Table, pages: Table) -> Table:
    """Return the pairs of pages of any sites that are alike."""
    return _alike_pairs(pairs, pages, OF_ANY)


def pick_on_sites(_context: StageContext, pages: Table, alike: Table, candidates: Table) -> Table:
    """Return the blocks that are boilerplate of a site.

    Args:
        pages: the pages of samples. All samples with one first page are there.
        alike: the pairs of these pages that are alike.
        candidates: the blocks with their samples.
    """
    return _boilerplate(pages, alike, candidates, OF_SITE)


def pick_on_any(_context: StageContext, pages: Table, alike: Table, candidates: Table) -> Table:
    """Return the blocks that are boilerplate anywhere.

    Args:
        pages: the pages of samples. All samples with one first page are there.
        alike: the pairs of these pages that are alike.
        candidates: the blocks with their samples.
    """
    return _boilerplate(pages, alike, candidates, OF_ANY)


def leave_out(_context: StageContext, cells: Table, boilerplate: Table) -> Table:
    """Return the pages of blocks that are boilerplate anywhere. All pages of a block are there."""
    return cells.take(np.isin(cells["hash"], boilerplate["hash"])).select(DROPPED)


def _items(cells: Table, bar: Bar) -> tuple[Table, _Items]:
    """Return the cells of blocks that stand on enough pages of their group, and the items of each group.

    ``cells`` have the columns of `core.stages.schemas.SITE_CELLS`. The group of a cell is its site.
    """
    codes = _block_codes(cells)
    order = codes.argsort()
    starts = first_of_equals(codes[order]).nonzero()[0]
    sizes = counts_of(starts, order.size)
    several = sizes > 1
    first, size = order[starts[several]], sizes[several]
    counted = size
    if bar.widely:
        source_keys = cells["source_key"][order[several.repeat(sizes)]]
        sources = np.where(source_keys > 0, distinct(source_keys)[1], -1)
        counted = bound_sizes(SharedItems(size, size, np.arange(sources.size)), sources, bar.widely)
    weights = np.zeros(starts.size, np.int64)
    weights[several] = weigh_items(counted_words(cells["words"][first], cells["label"][first], bar), counted)
    is_item = several.repeat(sizes)
    own_words = np.where(is_item | cells["label"][order], 0, cells["words"][order]).astype(np.int64)
    page_items = _by_page(cells.select(("num", "hash")).take(order), is_item, weights.repeat(sizes), own_words)
    candidates = cells.take(order[(sizes >= bar.pages).repeat(sizes)])
    return candidates, (page_items, _candidate_blocks(candidates, sizes[sizes >= bar.pages]))


def _by_page(cells: Table, is_item: Flags, weights: Indices, own_words: Indices) -> Table:
    """Return the items of each page in one row."""
    rows = (is_item | (own_words > 0)).nonzero()[0]
    rows = rows[cells["num"][rows].argsort()]
    num, starts = cells["num"][rows], first_of_equals(cells["num"][rows]).nonzero()[0]
    page = np.arange(starts.size).repeat(counts_of(starts, rows.size))
    items = rows[is_item[rows]]
    lengths = np.bincount(page, is_item[rows], starts.size).astype(np.int64)
    return Table(
        {
            "num": num[starts],
            "own_words": np.bincount(page, own_words[rows], starts.size).astype(np.int64),
            "items": Lists.of_lengths(cells["hash"][items], lengths),
            "weights": Lists.of_lengths(weights[items], lengths),
        }
    )


def _candidate_blocks(cells: Table, sizes: Indices) -> Table:
    """Return the blocks with their samples: pages with the lowest fingerprints, of equal ones the lowest page.

    Args:
        cells: the pages of blocks, block after block.
        sizes: ``(b,)`` the pages of each block.
    """
    order = np.lexsort((cells["num"], cells["contents"], np.arange(sizes.size).repeat(sizes)))
    starts, counts = np.cumsum(sizes) - sizes, np.minimum(sizes, SAMPLE)
    pages = Lists.of_lengths(cells["num"][order[ranges(starts, counts)]], counts)
    return cells.select(("hash", "site")).take(starts).using(first=pages.values[pages.edges[:-1]], pages=pages)


def _sample_codes(pages: Lists) -> Hashes:
    """Return ``(b,)`` one hash of the pages of each sample."""
    mixed = (pages.values + 1).view(np.uint64) * multiplier("page", 0)
    mixed ^= mixed >> np.uint64(32)
    mixed *= multiplier("sample", 0)
    return np.add.reduceat(mixed, pages.edges[:-1]) if mixed.size else mixed


def _distinct_rows(table: Table) -> Table:
    """Return each row of numbers once."""
    return table.take(firsts(mixed_key(table, tuple(table.columns))))


def _alike_pairs(pairs: Table, pages: Table, bar: Bar) -> Table:
    """Return the ``pairs`` whose pages are alike. The items of both pages of each pair are there."""
    pages = pages.take(pages["num"].argsort())
    items, weights = pages.lists("items"), pages.lists("weights").values
    # One block has one weight on all pages of a group, and each pair is of one group.
    codes, item = distinct(items.values + weights.view(np.uint64) * multiplier("item", 0))
    item_weights = np.zeros(codes.size, np.int64)
    item_weights[item] = weights
    weighed = WeighedPages(items.owners, item, item_weights, pages["weight"], pages["headline"])
    a, b = pages["num"].searchsorted(pairs["a"]), pages["num"].searchsorted(pairs["b"])
    page_pairs, position = distinct(a * len(pages) + b)
    left, right = np.divmod(page_pairs, max(1, len(pages)))
    alike = weighed.are_alike(left, right, bar.unlike)
    return pairs.take(alike[position])


class _AlikePages(NamedTuple):
    """Answers of `_alike_pairs`: ``codes`` ``(p,)``, rising, of pairs of ``pages`` pages."""

    codes: Indices
    pages: int

    def alike(self, left: Indices, right: Indices) -> Flags:
        """``(p,)`` whether the pages ``left`` ``(p,)`` and ``right`` ``(p,)`` are alike."""
        return find(self.codes, np.minimum(left, right) * self.pages + np.maximum(left, right))[1]


def _boilerplate(pages: Table, alike: Table, candidates: Table, bar: Bar) -> Table:
    """Return the blocks of the samples that clear the bar."""
    pages = pages.take(np.lexsort((pages["num"], pages["contents"], pages["weight"], pages["first"])))
    codes, count = _page_codes(pages["first"], pages["num"]), len(pages)
    by_code = codes.argsort()

    def rows_of(first: Indices, num: Indices) -> Indices:
        rows: Indices = by_code[codes[by_code].searchsorted(_page_codes(first, num))]
        return rows

    ends = np.stack([rows_of(alike["first"], alike[end]) for end in ("a", "b")])
    ends.sort(axis=0)
    answers = _AlikePages(np.sort(ends[0] * count + ends[1]), count)
    samples = candidates.lists("pages")
    sample_codes = _sample_codes(samples)
    chosen = firsts(sample_codes)
    samples = samples.take(chosen)
    sizes = samples.lengths
    rows = rows_of(candidates["first"][chosen].repeat(sizes), samples.values)
    lightest_first = np.lexsort((rows, samples.owners))  # the rows of one first page rise by weight
    clear = clears(rows[lightest_first], sizes, bar.pages, answers)
    return candidates.take(np.isin(sample_codes, sample_codes[chosen[clear]])).select(BOILERPLATE)


def _block_codes(cells: Table) -> Hashes:
    """Return ``(c,)`` one hash of the block and the site of each row."""
    return mixed_key(cells, ("hash", "site"))


def _page_codes(first: Indices, num: Indices) -> Hashes:
    """Return ``(m,)`` one hash of the first page of a sample and a page."""
    codes: Hashes = first.view(np.uint64) * multiplier("first", 0) + num.view(np.uint64)
    return codes


_ITEMS: Final = {
    "page_items": PAGE_ITEMS,
    "candidate_blocks": CANDIDATE_BLOCKS,
}

_SAMPLES: Final = PlanStage(
    "samples of sites",
    Operator.GROUP,
    ("candidate_blocks",),
    ("first",),
    {"sampled": SAMPLED, "sampled_pairs": SAMPLED_PAIRS},
    list_samples,
)

_WEIGHTS: Final = PlanStage(
    "weights of pages",
    Operator.GROUP,
    ("page_items", "sampled", "page_facts"),
    ("num",),
    {"sample_pages": SAMPLE_PAGES, "weighed_pages": WEIGHED_PAGES},
    weigh_sampled,
)

_LIKENESS: Final = PlanStage(
    "likeness on sites",
    Operator.PAIRS,
    ("sampled_pairs", "weighed_pages"),
    ("a", "b"),
    {"alike_pairs": SAMPLED_PAIRS},
    compare_on_sites,
)

_PICKS: Final = PlanStage(
    "boilerplate of sites",
    Operator.GROUP,
    ("sample_pages", "alike_pairs", "candidate_blocks"),
    ("first",),
    {"boilerplate": BOILERPLATE},
    pick_on_sites,
)

ANYWHERE: Final = PlanStage(
    "boilerplate anywhere",
    Operator.GROUP,
    ("candidate_cells", "boilerplate"),
    ("hash",),
    {"dropped": DROPPED},
    leave_out,
    adds=frozenset({"dropped"}),
)
"""The last stage."""

STAGES: Final[tuple[Step, ...]] = (
    PlanStage("items of sites", Operator.GROUP, ("site_cells",), ("hash", "site"), _ITEMS, weigh_items_of_sites),
    _SAMPLES,
    _WEIGHTS,
    _LIKENESS,
    _PICKS,
    PlanStage(
        "items of any sites",
        Operator.GROUP,
        ("site_cells", "boilerplate"),
        ("hash",),
        {"dropped": DROPPED, "candidate_cells": CANDIDATE_CELLS} | _ITEMS,
        weigh_items_of_any,
    ),
    _SAMPLES._replace(name="samples of any sites"),
    _WEIGHTS._replace(name="weights of pages of any sites"),
    _LIKENESS._replace(name="likeness on any sites", function=compare_on_any),
    _PICKS._replace(name="boilerplate of any sites", function=pick_on_any),
    ANYWHERE,
)
"""Makes the table ``dropped`` of ``site_cells`` and ``page_facts``."""
