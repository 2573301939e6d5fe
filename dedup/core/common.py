"""Pages -> the blocks that stand on two pages or more: what can make pages alike, and what can be chrome."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.ordered import repeats
from dedup.core.pages import SHORT, Pages
from dedup.core.ragged import chunks, ranges
from dedup.types import Indices

__all__ = ["Common", "Part", "common"]

_PLACES: Final = 1 << 16
"""Places looked at together, unless one text has more."""

_NARROW: Final = 2**31
"""Numbers below this are held in 32 bits."""

Numbers = npt.NDArray[np.int32] | npt.NDArray[np.int64]


class Part(NamedTuple):
    """Some texts: text ``i`` stands at ``places[starts[i]:starts[i + 1]]``, on the pages ``owners`` there. All of
    int64."""

    places: Indices
    owners: Indices
    starts: Indices


class Common(NamedTuple):
    """The texts of the blocks of ``pages`` that stand on two pages or more; those without words are left out.

    Text ``i`` has ``words[i]`` words and stands at ``places[starts[i]:starts[i + 1]]``, rising, on the pages
    ``owners`` there. ``places`` and ``owners`` ``(c,)`` are of 32 bits if those will do, ``starts`` ``(t + 1,) int64``,
    ``words`` ``(t,) int32``.

    ``short`` and ``long`` ``(n,) int32`` are how many different blocks of 1 to `SHORT` words a page has, and of more,
    those that stand nowhere else among them.
    """

    pages: Pages
    places: Numbers
    owners: Numbers
    starts: Indices
    words: npt.NDArray[np.int32]
    short: npt.NDArray[np.int32]
    long: npt.NDArray[np.int32]

    def parts(self, texts: Indices) -> Iterator[Part]:
        """Some texts, rising, about `_PLACES` places at a time."""
        sizes = self.starts[texts + 1] - self.starts[texts]
        for first, last in chunks(sizes, _PLACES, max(texts.size, 1)):
            which = ranges(self.starts[texts[first:last]], sizes[first:last])
            starts = np.append(0, np.cumsum(sizes[first:last]))
            yield Part(self.places[which].astype(np.int64), self.owners[which].astype(np.int64), starts)


def common(pages: Pages) -> Common:
    """What several pages have in common: most blocks stand on one page, and say nothing of any other.

    Time is that of `core.ordered.repeats`, and some steps for each block; memory beside what is returned that of
    `repeats`, or some words for each block that occurs twice.
    """
    count, words = len(pages.hints), pages.words
    found, starts = repeats(pages.hashes, words > 0)
    places = _narrow(found, words.size)
    del found
    owners = _narrow(np.arange(count), count).repeat(np.diff(pages.bounds))[places]
    # Of a text that stands twice on a page, the first counts.
    again = np.flatnonzero(owners[1:] == owners[:-1]) + 1
    again = again[starts[np.searchsorted(starts, again)] != again]
    owner, is_long = owners[again], words[places[again]] > SHORT
    short = _held(words > 0, pages) - np.bincount(owner, minlength=count)
    long = _held(words > SHORT, pages) - np.bincount(owner[is_long], minlength=count)
    sizes = np.diff(starts)
    several = owners[starts[:-1]] != owners[starts[1:] - 1]
    stays = np.repeat(several, sizes)
    places, starts = places[stays], np.append(0, np.cumsum(sizes[several]))
    return Common(
        pages,
        places,
        owners[stays],
        starts,
        words[places[starts[:-1]]],
        (short - long).astype(np.int32),
        long.astype(np.int32),
    )


def _narrow(numbers: Indices, count: int) -> Numbers:
    """The numbers, below ``count``, in 32 bits if those will do."""
    return numbers.astype(np.int32) if count < _NARROW else numbers


def _held(chosen: npt.NDArray[np.bool_], pages: Pages) -> npt.NDArray[np.int32]:
    """``(n,)`` how many of the ``chosen`` blocks each page has."""
    held, full = np.zeros(len(pages.hints), np.int32), np.flatnonzero(np.diff(pages.bounds))
    if full.size:
        held[full] = np.add.reduceat(chosen, pages.bounds[full], dtype=np.int32)
    return held
