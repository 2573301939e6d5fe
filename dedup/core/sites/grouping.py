"""Pages -> sites: pages that name one source, and pages that share their labels.

A label is a whole line of a few words: an entry of a menu, a button, a line of the footer. A sentence is no label. Two
pages that name different sources are never one site, also not by way of pages that name none.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Floats, Indices, Pairs
from dedup.core.arrays.graph import components
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.candidates.sampled import pairs_by_sample
from dedup.core.pairs import similarity
from dedup.core.sites.shared_blocks import SharedBlocks
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS

_BITS: Final = np.uint64(2**48)
"""Above all elements of sets."""

_MAX_BUCKET: Final = 8
"""Pages of which all pairs are compared if they have a label in common."""

_FOUND_BY: Final = 1
"""Labels in common by which a pair is found. With two, pages are missed whose other labels stand on many pages."""


def group_pages(common: SharedBlocks) -> Indices:
    """``(n,)`` the site of each page, numbered by first page.

    Pages that name one source are one site. Two pages, one of which names no source, are alike if they have
    `SHARED_LABELS` labels in common and a resemblance of their sets of labels of `LABELS_ALIKE`. Pages that are alike
    are joined, the most alike first, and the lowest pages first of equally alike ones. A pair that would join two
    sources is left out, so a page without a source goes to the source that it resembles most.

    Pages that share a label with many are compared with some of them only, so that time is about linear
    (`core.candidates.sampled`).
    """
    sources = common.pages.sources
    alike = _alike(common)
    if (sources < 0).all():
        return components(sources.size, alike.pairs)
    return _joined(sources, alike)


class _Alike(NamedTuple):
    """``pairs`` ``(p, 2)`` of pages that share labels, ``a < b``, in no order; their ``resemblance`` ``(p,)``."""

    pairs: Pairs
    resemblance: Floats


def _alike(common: SharedBlocks) -> _Alike:
    """The pairs of pages that labels may join: one page or both name no source.

    Of a label on many pages, only representatives are paired with the others, for it is components that are asked for:
    the pages with the fewest labels, which resemble most, of these the pages of the lowest fingerprints.
    """
    sizes, unnamed = common.labelled, common.pages.sources < 0
    order = np.lexsort((common.pages.contents, sizes))
    sets = similarity.distinct_shingles(take_rows(_labels(common), order))
    sizes = sizes[order]
    pairs = pairs_by_sample(sets, _BITS, _MAX_BUCKET, _FOUND_BY, len(order)).pairs
    pairs = pairs[unnamed[order[pairs]].any(axis=1)]
    pairs = pairs[_enough(sets.lengths[pairs].min(axis=1), sizes[pairs])[0]]  # few are left to be measured
    enough, resemblance = _enough(similarity.count_shared(sets, pairs), sizes[pairs])
    return _Alike(np.sort(order[pairs[enough]], axis=1), resemblance[enough])


def _enough(shared: Indices, sizes: Indices) -> tuple[npt.NDArray[np.bool_], Floats]:
    """``(p,)`` whether pages that have ``sizes`` ``(p, 2)`` labels and share so many are alike; their resemblance."""
    resemblance = similarity.ratios(shared, sizes)[0]
    return (shared >= SHARED_LABELS) & (resemblance >= LABELS_ALIKE), resemblance


def _labels(common: SharedBlocks) -> Ragged:
    """The labels that a page without a source shares, a row for each page."""
    count = len(common.pages.sources)
    asked = common.labels & (common.pages.sources[common.owners] < 0)
    wanted = np.zeros(common.words.size, np.bool_)
    if wanted.size:
        wanted = np.logical_or.reduceat(asked, common.starts[:-1])
    chosen = common.labels & np.repeat(wanted, np.diff(common.starts))
    bounds = bounds_of(np.bincount(common.owners[chosen], minlength=count))
    return Ragged(common.pages.hashes[np.sort(common.places[chosen])], bounds)


def _joined(sources: Indices, alike: _Alike) -> Indices:
    """``(n,)`` the sites of pages, joined pair by pair, the most alike first, unless both sites have a source.

    In a turn every site without a source is joined by its first pair, as in the algorithm of Borůvka (1926), which
    finds what pair by pair finds: at least half of these sites are gone after it.
    """
    site = components(sources.size, _with_first(sources))
    named = np.zeros(sources.size, np.bool_)
    named[site[sources >= 0]] = True
    a, b = alike.pairs.T
    a, b = site[alike.pairs[np.lexsort((b, a, -alike.resemblance))]].T
    while (free := (a != b) & ~(named[a] & named[b])).any():
        a, b = a[free], b[free]
        first = np.full(named.size, a.size)
        for end in (a, b):
            np.minimum.at(first, end, np.arange(a.size))
        chosen = np.unique(first[~named & (first < a.size)])
        joined = components(named.size, np.stack((a[chosen], b[chosen]), axis=1))
        site, a, b = joined[site], joined[a], joined[b]
        was, named = np.flatnonzero(named), np.zeros(named.size, np.bool_)
        named[joined[was]] = True
    return site


def _with_first(labels: Indices) -> Pairs:
    """Each page that has a label, 0 or more, with the first page of that label."""
    known = np.flatnonzero(labels >= 0)
    order = known[np.argsort(labels[known], kind="stable")]
    new = first_of_equals(labels[order])
    return np.stack((order[np.flatnonzero(new)[np.cumsum(new) - 1]], order), axis=1)
