"""Pairs of pages -> whether two pages are alike: they share enough words of the page that weighs less.

A block that many pages of a group share tells little about any two of them. So a word of a block on k pages weighs
1 / (k - 1). A block on pages of different sources tells more, for it may be an article that many sources print: then k
has an upper bound. Weights are whole numbers, so that no order of pages changes a sum. A pair is measured when it is
first asked for, and with it all pairs of few pages.
"""

import functools
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import bounds_of, chunks, edges_of, ranges
from dedup.core.arrays.sorting import distinct, find, first_of_equals

UNIT: Final = 720_720
"""Weight of a word of a block on one page or two pages. All numbers up to 16 divide it, so that weights of blocks on up
to 17 pages are exact."""

_FEW: Final = 32
"""Pages of which all pairs are measured at once, at most."""

_CELLS: Final = 1 << 16
"""Items looked up at a time, unless one page has more."""


class SharedItems(NamedTuple):
    """Items: an item is a distinct block with the pages of one group that have it, two pages or more.

    - ``words`` ``(i,) int64``: words of each item.
    - ``sizes`` ``(i,) int64``: pages of each item.
    - ``pages`` ``(c,)``: the pages, item after item, rising within an item.
    """

    words: Indices
    sizes: Indices
    pages: npt.NDArray[np.int32] | Indices

    @property
    def starts(self) -> Indices:
        """``(i,)`` the position in ``pages`` of the first page of each item."""
        return bounds_of(self.sizes)[:, 0]


class PageNames(NamedTuple):
    """Headlines and sources of pages.

    - ``headlines`` ``(n,) uint64``: the hash of the headline, 0 for none.
    - ``sources`` ``(n,) int64``: the number of the source, negative for none.
    """

    headlines: Hashes
    sources: Indices


class _ItemWeights(NamedTuple):
    """The weight of each item, ``(i,) int64``, and of all blocks of each page together, ``(n,) int64``."""

    items: Indices
    pages: Indices


class WeighedPages:
    """``n`` pages with the weights of their items. The class `Likeness` says which of them are alike, and why."""

    def __init__(
        self,
        owners: npt.NDArray[np.int32] | Indices,
        items: Indices,
        item_weights: Indices,
        page_weights: Indices,
        headlines: Hashes,
    ) -> None:
        """Sort the items by page.

        Args:
            owners: ``(c,)`` the page of each item of a page.
            items: ``(c,)`` the number of the item, below ``i``.
            item_weights: ``(i,)`` the weight of each item.
            page_weights: ``(n,)`` the weight of each page.
            headlines: ``(n,)`` the hash of the headline of each page, 0 for none.
        """
        self._item_weights, self._page_weights, self._headlines = item_weights, page_weights, headlines
        self._bits = max(1, item_weights.size.bit_length())
        self._rows = (owners.astype(np.int64, copy=False) << self._bits) | items
        self._rows.sort()
        self._bounds = bounds_of(np.bincount(owners, minlength=headlines.size))

    def are_alike(self, left: Indices, right: Indices, unlike: float) -> Flags:
        """``(p,)`` whether the pages ``left`` ``(p,)`` and ``right`` ``(p,)`` are alike.

        Args:
            left: a page of each pair.
            right: the other page of each pair.
            unlike: share of the lighter page below which two pages are unlike.
        """
        heads = self._headlines
        alike: Flags = (heads[left] == heads[right]) & (heads[left] > 0)
        lengths = self._bounds[:, 1] - self._bounds[:, 0]
        swap = lengths[left] > lengths[right]
        few, many = np.where(swap, right, left), np.where(swap, left, right)
        pairs = (~alike).nonzero()[0]
        pairs = pairs[many[pairs].argsort(kind="stable")]  # pairs of one table stand together
        for first, last in chunks(lengths[few[pairs]], _CELLS, max(pairs.size, 1)):
            chunk = pairs[first:last]
            alike[chunk] = self._share_enough(few[chunk], many[chunk], unlike)
        return alike

    def _share_enough(self, few: Indices, many: Indices, unlike: float) -> Flags:
        """``(p,)`` whether two pages share enough weight.

        The items of the pages ``few`` are looked up among the items of the pages ``many``, which rise.
        """
        starts, sizes = self._bounds[few, 0], self._bounds[few, 1] - self._bounds[few, 0]
        items = self._rows[ranges(starts, sizes)] & ((1 << self._bits) - 1)
        table = self._rows[self._bounds[many[0], 0] : self._bounds[many[-1], 1]]
        shared = find(table, (many << self._bits).repeat(sizes) | items)[1]
        pair = np.arange(few.size).repeat(sizes)[shared]
        sums = np.zeros(few.size, np.int64)
        starts = first_of_equals(pair).nonzero()[0]
        if starts.size:
            sums[pair[starts]] = np.add.reduceat(self._item_weights[items[shared]], starts)
        enough: Flags = sums >= unlike * np.minimum(self._page_weights[few], self._page_weights[many])
        return enough


class Likeness:
    """Answers which pages are alike, and stores each answer.

    Two pages are alike if they have one headline. They are alike also if the items that they share weigh at least
    ``unlike`` times as much as the lighter page. An item of w words on k pages weighs w * `UNIT` // (k - 1), and 1 at
    least. With ``widely`` above 0, k is at most ``widely`` for an item on pages of two sources.
    """

    def __init__(
        self, items: SharedItems, own_words: Indices, names: PageNames, sampled: Flags, unlike: float, widely: int = 0
    ) -> None:
        """Prepares the pages that `alike` may ask for.

        Args:
            items: the items of the pages.
            own_words: ``(n,)`` words of the blocks of each page that no other page of its group has.
            names: headlines and sources of the pages.
            sampled: ``(n,)`` whether `alike` may ask for each page.
            unlike: share of the lighter page below which two pages are unlike.
            widely: upper bound of k for an item on pages of two sources; 0 for no bound.
        """
        self._count, self._unlike, self._sampled = names.headlines.size, unlike, sampled
        counted = bound_sizes(items, names.sources, widely) if widely else items.sizes
        self._weights = _weights(items, own_words, counted)
        item = np.arange(items.sizes.size).repeat(items.sizes)
        chosen = sampled[items.pages]
        self._pages = WeighedPages(items.pages[chosen], item[chosen], *self._weights, names.headlines)
        self._codes, self._answers = np.zeros(0, np.int64), np.zeros(0, np.bool_)

    @property
    def lightness(self) -> Indices:
        """``(n,)`` the rank of each page by weight, the lightest first. Of equally light pages the lowest is first."""
        ranks = np.empty(self._weights.pages.size, np.int64)
        ranks[self._weights.pages.argsort(kind="stable")] = np.arange(ranks.size)
        return ranks

    @functools.cached_property
    def _are_alike(self) -> Flags:
        """``(n, n)`` whether each two sampled pages are alike."""
        are_alike = np.zeros((self._count, self._count), np.bool_)
        pages = self._sampled.nonzero()[0]
        left, right = (pages[row] for row in np.triu_indices(pages.size))
        are_alike[left, right] = are_alike[right, left] = self._pages.are_alike(left, right, self._unlike)
        return are_alike

    def alike(self, left: Indices, right: Indices) -> Flags:
        """``(p,)`` whether the pages ``left`` ``(p,)`` and ``right`` ``(p,)`` are alike. All of them are sampled."""
        count = self._count
        if count <= _FEW:
            few: Flags = self._are_alike[left, right]
            return few
        codes, position = distinct(np.minimum(left, right) * count + np.maximum(left, right))
        is_new = ~find(self._codes, codes)[1]
        new_codes: Indices = codes[is_new]
        if new_codes.size:
            all_codes = np.concatenate((self._codes, new_codes))
            answers = np.concatenate((self._answers, self._pages.are_alike(*np.divmod(new_codes, count), self._unlike)))
            order = all_codes.argsort(kind="stable")
            self._codes, self._answers = all_codes[order], answers[order]
        alike: Flags = self._answers[find(self._codes, codes)[0]][position]
        return alike


def bound_sizes(items: SharedItems, sources: Indices, widely: int) -> Indices:
    """``(i,)`` the pages for which each item counts: ``widely`` at most if its pages name two sources.

    Args:
        items: the items.
        sources: ``(n,)`` the number of the source of each page, negative for none.
        widely: the upper bound.
    """
    if not items.sizes.size:
        return items.sizes
    source, starts = sources[items.pages], edges_of(items.sizes)[:-1]
    highest = np.maximum.reduceat(source, starts)
    lowest = np.minimum.reduceat(np.where(source < 0, source.max(), source), starts)
    return np.where(lowest < highest, np.minimum(items.sizes, widely), items.sizes)


def _weights(items: SharedItems, own_words: Indices, counted: Indices) -> _ItemWeights:
    """Returns the weights of items and pages. ``counted`` ``(i,)`` is the k of each item, 2 or more."""
    item_weights = weigh_items(items.words, counted)
    return _ItemWeights(item_weights, weigh_pages(own_words, items.pages, item_weights.repeat(items.sizes)))


def weigh_items(words: Indices, counted: Indices) -> Indices:
    """``(i,)`` the weight of items of ``words`` ``(i,)`` that count for ``counted`` ``(i,)`` pages, 2 or more."""
    weights: Indices = np.maximum(words * UNIT // (counted - 1), 1)
    return weights


def weigh_pages(own_words: Indices, owners: npt.NDArray[np.int32] | Indices, weights: Indices) -> Indices:
    """``(n,)`` the weight of each page.

    Args:
        own_words: ``(n,)`` words of the blocks of each page that no other page of its group has.
        owners: ``(c,)`` the page of each item of a page.
        weights: ``(c,)`` the weight of the item.
    """
    pages = own_words * UNIT
    np.add.at(pages, owners, weights)
    return pages
