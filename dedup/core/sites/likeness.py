"""Pairs of pages -> whether the pages are alike: whether they share enough of the smaller one, counted in words.

A text that many pages of a group share says little of any two of them: on k pages it counts 1 / (k - 1) of its words.
A text that pages of different sources print says more: it is an article that many print, and k has a bound.
Sums are whole numbers, so that no order of pages changes one. Each pair is measured when it is first asked for.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import bounds_of, chunks, ranges
from dedup.core.arrays.sorting import find, first_of_equals

UNIT: Final = 720_720
"""What a word weighs on one page or two. All numbers up to 16 divide it, so that weights of texts on up to 17 pages are
exact."""

_CELLS: Final = 1 << 16
"""Texts of pages that are looked up together, unless one page has more."""


class SharedItems(NamedTuple):
    """Texts in their groups of pages: an item is a text with the pages of one group that have it, two pages or more.

    Item ``i`` has ``words[i]`` words and stands on ``sizes[i]`` pages, both ``(i,) int64``; ``pages`` ``(c,)`` has the
    pages of one item after the other, rising.
    """

    words: Indices
    sizes: Indices
    pages: npt.NDArray[np.int32] | Indices

    @property
    def starts(self) -> Indices:
        """``(i,)`` where the pages of each item begin."""
        return bounds_of(self.sizes)[:, 0]


class PageNames(NamedTuple):
    """Of ``n`` pages: ``headlines`` ``(n,) uint64``, 0 for none, and ``sources`` ``(n,) int64``, negative for none."""

    headlines: Hashes
    sources: Indices


class _Weights(NamedTuple):
    """What each item weighs, ``(i,) int64``, and what all texts of each page weigh together, ``(n,) int64``."""

    items: Indices
    pages: Indices


class Likeness:
    """Which pages are alike; the answer for a pair is kept.

    Two pages are alike if they have one headline, or if the items that they share weigh ``unlike`` of all that the
    lighter page has. An item on k pages weighs `UNIT` // (k - 1) for each word. With ``widely`` above 0, k is at most
    ``widely`` for an item on pages that name two sources.
    """

    def __init__(
        self, items: SharedItems, own: Indices, names: PageNames, looked: Flags, unlike: float, widely: int = 0
    ) -> None:
        """Prepare the pages that may be asked for.

        Args:
            items: what the pages share.
            own: ``(n,)`` words of the texts of each page that no other page of its group has.
            names: headlines and sources of the pages.
            looked: ``(n,)`` the pages that may be asked for.
            unlike: share of the lighter page below which two pages are unlike.
            widely: pages that an item on pages of two sources counts for at most; 0 for no such rule.
        """
        self._headlines, self._unlike = names.headlines, unlike
        counted = _counted(items, names.sources, widely) if widely else items.sizes
        self._weights = _weights(items, own, counted)
        self._bits = max(1, items.sizes.size.bit_length())
        item = np.repeat(np.arange(items.sizes.size), items.sizes)
        chosen = looked[items.pages]
        self._rows = (items.pages[chosen].astype(np.int64) << self._bits) | item[chosen]
        self._rows.sort()
        self._bounds = bounds_of(np.bincount(items.pages[chosen], minlength=own.size))
        self._known, self._answers = np.zeros(0, np.int64), np.zeros(0, np.bool_)

    @property
    def lightness(self) -> Indices:
        """``(n,)`` the rank of each page by what all its texts weigh, the lightest first; of equals the lowest page."""
        ranks = np.empty(self._weights.pages.size, np.int64)
        ranks[self._weights.pages.argsort(kind="stable")] = np.arange(ranks.size)
        return ranks

    def alike(self, one: Indices, other: Indices) -> Flags:
        """``(p,)`` whether pages ``one`` ``(p,)`` and ``other`` ``(p,)`` are alike; each is one of those looked at."""
        count = self._headlines.size
        codes, place = np.unique(np.minimum(one, other) * count + np.maximum(one, other), return_inverse=True)
        known = find(self._known, codes)[1]
        fresh = codes[~known]
        if fresh.size:
            every = np.concatenate((self._known, fresh))
            answers = np.concatenate((self._answers, self._measured(*np.divmod(fresh, count))))
            order = np.argsort(every, kind="stable")
            self._known, self._answers = every[order], answers[order]
        found: Flags = self._answers[find(self._known, codes)[0]][place]
        return found

    def _measured(self, one: Indices, other: Indices) -> Flags:
        """What `alike` says of pairs that were not asked for before."""
        heads = self._headlines
        alike: Flags = (heads[one] == heads[other]) & (heads[one] > 0)
        lengths = self._bounds[:, 1] - self._bounds[:, 0]
        swap = lengths[one] > lengths[other]
        few, many = np.where(swap, other, one), np.where(swap, one, other)
        rest = np.flatnonzero(~alike)
        rest = rest[np.argsort(many[rest], kind="stable")]  # so that pages of one table lie together
        for first, last in chunks(lengths[few[rest]], _CELLS, max(rest.size, 1)):
            some = rest[first:last]
            alike[some] = self._share(few[some], many[some])
        return alike

    def _share(self, few: Indices, many: Indices) -> Flags:
        """Whether the pages share enough: items of the pages of ``few`` items are looked up among those of ``many``.

        ``many`` rises.
        """
        starts, sizes = self._bounds[few, 0], self._bounds[few, 1] - self._bounds[few, 0]
        items = self._rows[ranges(starts, sizes)] & ((1 << self._bits) - 1)
        table = self._rows[self._bounds[many[0], 0] : self._bounds[many[-1], 1]]
        shared = find(table, (many << self._bits).repeat(sizes) | items)[1]
        pair = np.arange(few.size).repeat(sizes)[shared]
        sums = np.zeros(few.size, np.int64)
        starts = np.flatnonzero(first_of_equals(pair))
        if starts.size:
            sums[pair[starts]] = np.add.reduceat(self._weights.items[items[shared]], starts)
        enough: Flags = sums >= self._unlike * np.minimum(self._weights.pages[few], self._weights.pages[many])
        return enough


def _counted(items: SharedItems, sources: Indices, widely: int) -> Indices:
    """``(i,)`` the pages that each item counts for: its pages, or ``widely`` at most if the pages name two sources."""
    owner, source = np.arange(items.sizes.size).repeat(items.sizes), sources[items.pages]
    low, high = np.full(items.sizes.size, sources.max(initial=0)), np.full(items.sizes.size, -1)
    named = source >= 0
    np.minimum.at(low, owner[named], source[named])
    np.maximum.at(high, owner[named], source[named])
    return np.where(low < high, np.minimum(items.sizes, widely), items.sizes)


def _weights(items: SharedItems, own: Indices, counted: Indices) -> _Weights:
    """What items weigh that count as standing on so many pages, 2 or more."""
    each = np.maximum(items.words * UNIT // (counted - 1), 1)
    pages = own * UNIT
    np.add.at(pages, items.pages, each.repeat(items.sizes))
    return _Weights(each, pages)
