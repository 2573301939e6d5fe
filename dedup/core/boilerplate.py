"""Blocks of pages -> which of them are chrome: navigation, teasers, comment forms, legal lines.

What a source prints on pages of different stories is its own; what many sources print on one story is the story. So a
block is judged within its source, and by the stories it stands on, never by how often it occurs. Where the source of
a page cannot be told, the company of a block tells: one that pages print which have nothing else in common is chrome.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import verify
from dedup.core.clusters import components
from dedup.core.common import Common
from dedup.core.ordered import first_of_equals
from dedup.core.overlaps import overlapping
from dedup.core.pages import LABEL, SHORT, Pages
from dedup.core.ragged import Ragged, ranges, take
from dedup.core.shingles import multiplier
from dedup.types import Floats, Indices, Pairs

__all__ = ["chrome", "first_stories", "neighbours", "sources", "spread", "strays"]

_ALIKE: Final = 0.3
"""Resemblance from which sets of blocks are alike: those of the short blocks of two pages of one site, and, as a floor,
those of the long blocks of two pages of one story."""

_IN_COMMON: Final = 5
"""Short blocks that two pages of one site have in common, at least: any two sites share "Home" and "Search"."""

_SAME_STORY: Final = 0.8
"""Containment of the long blocks of two pages of one story. Strict: it must not join two stories by the chrome that is
to be found. Resemblance would take a text and its abridgement for two stories, and then what they share for chrome."""

_STRAY: Final = 5
"""Stories on whose pages a block must stand to be judged by the company it keeps."""

_APART: Final = 0.2
"""Containment of pages that have little in common but a block."""

_UNIT: Final = 4
"""Words that count for one when pages are compared by their blocks."""

_BITS: Final = np.uint64(2**48)
"""Above all elements of sets."""

_MAX_BUCKET: Final = 8
"""Pages of which all pairs are compared if they have a block in common."""


def neighbours(common: Common) -> Indices:
    """``(m, 2)`` pairs of pages whose sets of short blocks (1 to `SHORT` words) have at least `_IN_COMMON` elements in
    common and a resemblance of `_ALIKE`: of one site, or copies of one story that has as many short lines.

    Pages that share a block with many are compared with some of them only, so that time is about linear
    (`core.overlaps`).
    """
    short = np.repeat(common.words <= SHORT, np.diff(common.starts))
    alike = _alike(_elements(common, short), common.short, 2)
    return alike.pairs[alike.common >= _IN_COMMON]


def sources(pages: Pages, neighbours: Indices) -> Indices:
    """``(n,)`` sources of the pages, numbered by first page.

    Of one source are neighbours, pages of one hint, if it names a site (`_names_site`), and what is connected by that.
    Every other page is a source of its own.
    """
    hints = np.where(_names_site(pages, components(len(pages.hints), neighbours)), pages.hints, -1)
    return components(len(pages.hints), np.concatenate((neighbours, _with_first(hints))))


def _names_site(pages: Pages, inferred: Indices) -> npt.NDArray[np.bool_]:
    """``(n,)`` whether the hint of a page names its site, ``inferred`` ``(n,)`` being the sources that blocks tell.

    A hint names a collection, or an agency, if more than half of all pages have it, or if its pages are of two sites or
    more: if no inferred source has most of those that share one with another page of the hint. Of a site that prints
    articles and nothing around them, or whose pages were stripped of it, only the hint is left, and nothing speaks
    against it.
    """
    _, hint, size = np.unique(pages.hints, return_inverse=True, return_counts=True)
    _, group, count = np.unique(hint * len(inferred) + inferred, return_inverse=True, return_counts=True)
    shared = np.flatnonzero(count[group] > 1)
    largest, total = np.zeros(size.size, np.int64), np.bincount(hint[shared], minlength=size.size)
    np.maximum.at(largest, hint[shared], count[group[shared]])
    site: npt.NDArray[np.bool_] = (2 * size <= len(pages.hints)) & ((2 * largest > total) | (total == 0))
    return site[hint]


def _with_first(labels: Indices) -> Pairs:
    """Each page that has a label, 0 or more, with the first page of that label."""
    known = np.flatnonzero(labels >= 0)
    _, first, label = np.unique(labels[known], return_index=True, return_inverse=True)
    return np.stack((known[first][label], known), axis=1)


def first_stories(common: Common) -> Indices:
    """``(n,)`` a first, strict clustering of the pages, numbered by first page.

    Pages whose sets of long blocks (more than `SHORT` words) have a containment of `_SAME_STORY`, and a resemblance of
    `_ALIKE`, are one story, and what is connected by that. A page without long blocks is compared by what it has. Pairs
    are found as in `sources`.
    """
    bare = common.long == 0
    chosen = np.repeat(common.words > SHORT, np.diff(common.starts)) | bare[common.owners]
    alike = _alike(_elements(common, chosen), np.where(bare, common.short, common.long), 1)
    return components(bare.size, alike.pairs[alike.containment >= _SAME_STORY])


def _elements(common: Common, chosen: npt.NDArray[np.bool_]) -> Ragged:
    """The hashes at the chosen of its places, a row a page."""
    ends = np.append(0, np.cumsum(np.bincount(common.owners[chosen], minlength=len(common.pages.hints))))
    return Ragged(common.pages.hashes[np.sort(common.places[chosen])], np.stack((ends[:-1], ends[1:]), axis=1))


class _Alike(NamedTuple):
    """``pairs`` ``(m, 2)`` of rows, the elements they have in ``common`` ``(m,)``, their ``containment`` ``(m,)``."""

    pairs: Indices
    common: Indices
    containment: Floats


def _alike(blocks: Ragged, sizes: npt.NDArray[np.int32], shared: int) -> _Alike:
    """Pairs of pages that, as sets of blocks, have a resemblance of `_ALIKE` and ``shared`` elements in common, 1 or 2.

    Row ``i`` of ``blocks`` are those of the ``sizes[i]`` different blocks of page ``i`` that others may have too. Of
    blocks on many pages, only representatives are paired with the others, for it is components that are asked for:
    those with the fewest blocks, which resemble most. (Sketches of sets of some dozen blocks cost twice as much.)
    """
    order = np.argsort(sizes, kind="stable")
    sets = verify.sets(take(blocks, order))
    del blocks
    pairs = overlapping(sets, _BITS, _MAX_BUCKET, shared, len(order)).pairs
    common, pairs = verify.shared(sets, pairs), order[pairs]
    resemblance, containment = verify.ratios(common, sizes[pairs].astype(np.int64))
    alike = resemblance >= _ALIKE
    return _Alike(pairs[alike], common[alike], containment[alike])


def chrome(common: Common, sources: Indices, stories: Indices) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether a block is chrome where it stands: its text stands on pages of its source that belong to at
    least three different stories, or two if it has up to `LABEL` words.

    ``sources`` and ``stories`` are ``(n,)`` labels of the pages, not negative. Blocks without words are not chrome.
    """
    found = np.zeros(len(common.pages.hashes), np.bool_)
    for some in _several(common, np.arange(common.words.size), stories):
        counts = spread(some.texts, sources[some.pages], some.stories)
        found[some.places] = counts >= np.where(common.pages.words[some.places] <= LABEL, 2, 3)
    return found


def strays(common: Common, stories: Indices) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether a block is chrome whatever source it stands on: it is long, and on pages of `_STRAY` stories or
    more that have little else in common. ``stories`` ``(n,)`` are the first ones, for pages of chrome alone are one.

    Of `_STRAY` of these stories, evenly spread, the first page with the block is looked at: of all pairs of them, half
    must have a containment below `_APART`, counted in the words of long blocks. Copies of a story share far more than
    one sentence of it. (A block's frequency would not do: a wire story on forty sites is the most frequent text.)
    """
    found = np.zeros(len(common.pages.hashes), np.bool_)
    long = np.flatnonzero((common.words > SHORT) & (np.diff(common.starts) >= _STRAY))
    for some in _several(common, long, stories):
        first = _firsts(some.texts, some.stories)
        starts = np.flatnonzero(first_of_equals(some.texts[first]))
        sizes = np.diff(starts, append=first.size)
        starts, sizes = starts[sizes >= _STRAY], sizes[sizes >= _STRAY]
        looked = some.pages[first[starts[:, np.newaxis] + np.arange(_STRAY) * sizes[:, np.newaxis] // _STRAY]]
        astray = some.texts[first[starts[_apart(common.pages, looked)]]]
        found[some.places[np.isin(some.texts, astray)]] = True
    return found


def _apart(pages: Pages, looked: Indices) -> npt.NDArray[np.bool_]:
    """``(t,)`` whether of all pairs of a row of pages, ``(t, _STRAY)``, half have a containment below `_APART`."""
    if not looked.size:
        return np.zeros(len(looked), np.bool_)
    rows, number = np.unique(looked, return_inverse=True)
    number = number.reshape(looked.shape)
    left, right = np.triu_indices(_STRAY, 1)
    pairs, pair = np.unique(
        np.stack((number[:, left], number[:, right]), axis=2).reshape(-1, 2), axis=0, return_inverse=True
    )
    alike = verify.measure(_by_words(pages.of(rows)), pairs)[1][pair.reshape(-1)].reshape(-1, left.size)
    apart: npt.NDArray[np.bool_] = np.median(alike, axis=1) < _APART
    return apart


def _by_words(pages: Pages) -> Ragged:
    """The long blocks of pages as sets with an element for every `_UNIT` words of a block, so that the size of a set is
    about its number of words."""
    units = np.where(pages.words > SHORT, pages.words // _UNIT, 0).astype(np.int64)
    values = np.repeat(pages.hashes, units)
    values += ranges(np.zeros_like(units), units).view(np.uint64) * multiplier("unit", 0)
    ends = np.append(0, np.cumsum(units))[pages.bounds]
    return verify.sets(Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1)))


class _Several(NamedTuple):
    """Blocks ``(c,)`` by their texts and, of one text, by place: ``places`` in the pages, ``texts``, a number for each,
    rising, and the ``pages`` that they stand on, with the ``stories`` of these."""

    places: Indices
    texts: Indices
    pages: Indices
    stories: Indices


def _several(common: Common, texts: Indices, stories: Indices) -> Iterator[_Several]:
    """Those of the ``texts`` that stand on two stories, some at a time: most do not."""
    for part in common.parts(texts):
        story, sizes = stories[part.owners], np.diff(part.starts)
        several = np.minimum.reduceat(story, part.starts[:-1]) != np.maximum.reduceat(story, part.starts[:-1])
        stays = np.repeat(several, sizes)
        numbers = np.repeat(np.arange(np.count_nonzero(several)), sizes[several])
        yield _Several(part.places[stays], numbers, part.owners[stays], story[stays])


def spread(texts: Indices, groups: Indices, values: Indices) -> Indices:
    """``(m,)`` how many different values the text of each item has in the group of it; texts, groups and values are
    numbered from 0."""
    runs = texts * (groups.max(initial=0) + 1) + groups
    order = np.argsort(runs, kind="stable")  # most callers' texts rise
    run = np.empty_like(runs)
    run[order] = np.cumsum(first_of_equals(runs[order])) - 1
    # Numbered without gaps, a run and a value fit in one word, and numpy sorts words faster than it orders two keys.
    span = int(values.max(initial=0)) + 1
    found = np.sort(run * span + values)
    counts: Indices = np.bincount(found[first_of_equals(found)] // span)[run]
    return counts


def _firsts(texts: Indices, values: Indices) -> Indices:
    """The first item of each text, these rising, and value."""
    order = np.lexsort((values, texts))
    first: Indices = np.sort(order[first_of_equals(texts[order]) | first_of_equals(values[order])])
    return first
