"""Pages -> sites: pages that name one source, and pages that share their labels.

A label is a whole line of a few words: an entry of a menu, a button, a line of the footer. A sentence is no label. Two
pages that name different sources are never one site, also not by way of pages that name no source.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Floats, Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.graph import components
from dedup.core.arrays.ragged import Ragged, bounds_of, chunks, counts_of, ranges, take_rows
from dedup.core.arrays.sorting import first_of_equals, rising
from dedup.core.candidates.buckets import partner_counts
from dedup.core.candidates.sampled import pairs_by_sample
from dedup.core.pairs import similarity
from dedup.core.sites.shared_blocks import SharedBlocks
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS

_BITS: Final = np.uint64(2**48)
"""A bound above all elements of sets, so that each label is in the sample."""

MAX_BUCKET: Final = 8
"""Pages with a common label up to which all pairs of these pages are compared."""

_PAIRS: Final = 1 << 20
"""Pairs made at a time."""

_FOUND_BY: Final = 1
"""Common labels that make a candidate pair. A bound of 2 misses pages whose other labels stand on many pages."""


def group_pages(shared: SharedBlocks) -> Indices:
    """``(n,)`` the site of each page. Sites are numbered in the order of their first pages.

    - Pages that name one source are one site.
    - Two pages, one of which names no source, are alike if they have `SHARED_LABELS` labels in common, and if their
      sets of labels have a resemblance of `LABELS_ALIKE`.
    - Alike pages are joined, the most alike pair first. Of equally alike pairs the pair with the lowest pages is first.
    - A pair that would join two sources is left out. So a page without a source joins the source that it resembles
      most.

    A page that shares a label with many pages is compared with some of them only, so that time is about linear
    (`core.candidates.sampled`).
    """
    sources = shared.pages.sources
    alike = _alike_pairs(shared)
    if (sources < 0).all():
        return components(sources.size, alike.pairs)
    return _join(sources, alike)


class AlikePages(NamedTuple):
    """Pairs of alike pages: ``pairs`` ``(p, 2)``, ``a < b``, in no order, with their ``resemblance`` ``(p,)``."""

    pairs: Pairs
    resemblance: Floats


def _alike_pairs(shared: SharedBlocks) -> AlikePages:
    """Returns the pairs of alike pages that have a page without a source.

    If many pages have a label, only a few representatives are paired with the other pages: pairs have to connect the
    pages of a site, and not to be all pairs of a site. Representatives are the pages with the fewest labels, for they
    resemble other pages most. Of these the pages with the lowest fingerprints come first.
    """
    sizes, unnamed = shared.labelled, shared.pages.sources < 0
    order = np.lexsort((shared.pages.contents, sizes))
    sets = similarity.distinct_shingles(take_rows(_shared_labels(shared), order))
    sizes = sizes[order]
    pairs = pairs_by_sample(sets, _BITS, MAX_BUCKET, _FOUND_BY, len(order)).pairs
    pairs = pairs[unnamed[order[pairs]].any(axis=1)]
    pairs = pairs[are_alike(sets.lengths[pairs].min(axis=1), sizes[pairs])[0]]  # leaves few pairs to count
    enough, resemblance = are_alike(similarity.count_shared(sets, pairs), sizes[pairs])
    return AlikePages(np.sort(order[pairs[enough]], axis=1), resemblance[enough])


class Labels(NamedTuple):
    """Labels of pages, ``c`` pairs of a label and a page.

    - ``blocks`` ``(c,)``: the distinct block.
    - ``pages`` ``(c,) int64``: the number of the page.
    - ``counts`` ``(c,) int32``: the different labels of the page.
    - ``contents`` ``(c,) uint64``: the fingerprint of the page.
    - ``named`` ``(c,) bool``: whether the page has a source.
    """

    blocks: Indices
    pages: Indices
    counts: npt.NDArray[np.int32]
    contents: Hashes
    named: Flags


def pairs_by_labels(labels: Labels) -> Pairs:
    """Pairs pages that may be alike, by the labels that they have in common. Each pair has a page without a source.

    Pages are paired as `group_pages` pairs them. All pages with a label are there, of any labels. A pair comes once.
    """
    unnamed = np.bincount(labels.blocks, ~labels.named) > 0
    rows = unnamed[labels.blocks].nonzero()[0]
    rows = rows[np.lexsort((labels.pages[rows], labels.contents[rows], labels.counts[rows], labels.blocks[rows]))]
    after = partner_counts(counts_of(first_of_equals(labels.blocks[rows]).nonzero()[0], rows.size), MAX_BUCKET)
    codes = [np.zeros(0, np.int64)]
    for first, last in chunks(after, _PAIRS, max(rows.size, 1)):
        positions = np.arange(first, last)
        pairs = np.stack((rows[positions.repeat(after[first:last])], rows[ranges(positions + 1, after[first:last])]))
        sizes = labels.counts[pairs.T].astype(np.int64)
        possible = are_alike(sizes.min(axis=1), sizes)[0] & ~labels.named[pairs].all(axis=0)
        pages = np.sort(labels.pages[pairs[:, possible]], axis=0)
        codes.append(rising(pair_codes.encode(*pages)))
    return pair_codes.decode(rising(np.concatenate(codes)))


def are_alike(shared: Indices, sizes: Indices) -> tuple[npt.NDArray[np.bool_], Floats]:
    """``(p,)`` whether two pages are alike, and ``(p,)`` their resemblance.

    ``sizes`` ``(p, 2)`` are the labels of each page, ``shared`` ``(p,)`` the labels of both.
    """
    resemblance = similarity.ratios(shared, sizes)[0]
    return (shared >= SHARED_LABELS) & (resemblance >= LABELS_ALIKE), resemblance


def _shared_labels(shared: SharedBlocks) -> Ragged:
    """Returns the labels of each page that a page without a source has too, a row a page."""
    count = len(shared.pages.sources)
    of_unnamed = shared.labels & (shared.pages.sources[shared.owners] < 0)
    chosen_blocks = np.zeros(shared.words.size, np.bool_)
    if chosen_blocks.size:
        chosen_blocks = np.logical_or.reduceat(of_unnamed, shared.starts[:-1])
    chosen = shared.labels & np.repeat(chosen_blocks, np.diff(shared.starts))
    bounds = bounds_of(np.bincount(shared.owners[chosen], minlength=count))
    return Ragged(shared.pages.hashes[np.sort(shared.places[chosen])], bounds)


def _join(sources: Indices, alike: AlikePages) -> Indices:
    """``(n,)`` the site of each page. Pairs are joined, the most alike first, unless both sites have a source."""
    site = components(sources.size, _pair_with_first(sources))
    named = np.zeros(sources.size, np.bool_)
    named[site[sources >= 0]] = True
    a, b = site[alike.pairs[best_first(alike.pairs, alike.resemblance)]].T
    joined: Indices = join_sites(named, a, b)[site]
    return joined


def best_first(pairs: Pairs, resemblance: Floats) -> Indices:
    """``(p,)`` the positions of pairs, the most alike first. Of equally alike pairs the lowest pages are first."""
    a, b = pairs.T
    order: Indices = np.lexsort((b, a, -resemblance))
    return order


def join_sites(named: npt.NDArray[np.bool_], a: Indices, b: Indices) -> Indices:
    """``(s,)`` the new number of each site. Pairs of sites are joined in order, unless both sites have a source.

    Each turn joins every site without a source by its first pair, as in the algorithm of Borůvka (1926). The result is
    the result of joining pair by pair. At least half of the sites without a source are gone after each turn.

    Args:
        named: ``(s,)`` whether each site has a source.
        a: ``(p,)`` a site of each pair.
        b: ``(p,)`` the other site of each pair.
    """
    site = np.arange(named.size)
    while (free := (a != b) & ~(named[a] & named[b])).any():
        a, b = a[free], b[free]
        first = np.full(named.size, a.size)
        for end in (a, b):
            np.minimum.at(first, end, np.arange(a.size))
        chosen = rising(first[~named & (first < a.size)])
        joined = components(named.size, np.stack((a[chosen], b[chosen]), axis=1))
        site, a, b = joined[site], joined[a], joined[b]
        was, named = named.nonzero()[0], np.zeros(named.size, np.bool_)
        named[joined[was]] = True
    return site


def _pair_with_first(numbers: Indices) -> Pairs:
    """Pairs each page that has a number, 0 or more, with the first page of that number."""
    numbered = (numbers >= 0).nonzero()[0]
    order = numbered[np.argsort(numbers[numbered], kind="stable")]
    new = first_of_equals(numbers[order])
    return np.stack((order[new.nonzero()[0][np.cumsum(new) - 1]], order), axis=1)
