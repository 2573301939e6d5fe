"""Shingle hashes -> pairs of documents that share some of them, however much longer one of the two is.

Bands find pairs by resemblance, which is low between an excerpt and the page that it stands in. So a second lane keeps
of every document the shingles whose hash falls below a fixed bound, one in eight or so, and pairs those documents that
share at least two of them (FracMinHash: Irber et al. 2022, "Lightweight compositional analysis of metagenomes with
FracMinHash and minimum metagenome covers"; its ``scaled`` is one over the share that is kept).

Measured with `benches/lanes.py` on five labelled sets, 2,446 true pairs of which 2,434 share a shingle at all: 64 bands
of 2 rows find .976 of the pairs with .65 candidates a text, 128 bands .984 (.76), 256 bands .986 (1.09); kept shingles
alone .989 (.72), and with 64 bands .990 (1.03). A sort of one hash in eight costs less than sketches of k = 512.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dedup.core.candidates import Candidates, paired
from dedup.core.ordered import first_of_equals
from dedup.core.ragged import Ragged, ranges, take
from dedup.types import Hashes, Indices, Pairs

__all__ = ["COMMON", "SHARED", "bound", "keep", "overlapping"]

SHARED: Final = 2
"""Kept shingles that a pair must share. One alone is a phrase: there are thirty times as many such pairs."""

COMMON: Final = 1 << 10
"""Documents from which on a kept shingle is everybody's phrase, and brings no pair at all."""

_SORTED: Final = 1 << 24
"""Hashes sorted at a time."""

_ROWS: Final = 1 << 16
"""Documents looked at together."""

_PAIRS: Final = 1 << 17
"""Pairs made at a time, if one document alone does not make more: they stay in the second-level cache."""

_NARROW: Final = 2**32
"""Codes of pairs below this are held in 32 bits, which are sorted in half the time."""


def bound(overlap: int, recall: float) -> np.uint64:
    """The hash below which a shingle is kept, so that of the pairs that share ``overlap`` shingles, 2 or more, a share
    of ``recall`` shares at least `SHARED` kept ones: ``P(Binomial(overlap, p) >= 2) = I_p(2, overlap - 1)``."""
    from scipy.special import betaincinv  # here, not above: it takes a third of a second, and most processes never ask

    return np.uint64(float(betaincinv(SHARED, overlap - SHARED + 1, recall)) * 2.0**64)


def keep(shingles: Ragged, bound: np.uint64) -> Ragged:
    """The shingles of each row that are below ``bound``, without gaps."""
    places = np.flatnonzero(shingles.values < bound)
    # What lies between two rows belongs to none.
    below = Ragged(shingles.values[places], np.searchsorted(places, shingles.bounds))
    return take(below, np.arange(len(below.bounds)))


def overlapping(
    kept: Ragged, bound: np.uint64, max_bucket: int, shared: int = SHARED, common: int = COMMON
) -> Candidates:
    """Pairs of documents that share at least ``shared`` different hashes of ``kept``, 1 or 2, all below ``bound``;
    distinct, sorted.

    A hash of more than ``max_bucket`` documents is hot: its documents are paired with the `REPRESENTATIVES` of the
    lowest numbers only. One of more than ``common`` documents is left out. Both are rows of ``hot``, of band -1.

    Bounds: time is that of some sorts of the kept hashes, and of ``max_bucket / 2`` pairs a hash that more than one
    document has. Memory is about 3 words for each of these and for each of `_SORTED` hashes, whatever the number of
    pairs that share a single hash: the pairs of one document, that of the lower number, are counted together.
    """
    count = len(kept.bounds)
    members, sizes = _buckets(kept, bound, count)
    firsts = np.cumsum(sizes) - sizes
    over = np.flatnonzero(sizes > max_bucket)
    hot = np.stack((np.full(over.size, -1), sizes[over], members[firsts[over]]), axis=1)
    found = (_repeated(run, members, count, shared) for run in _runs(members, sizes, max_bucket, common))
    repeated = np.concatenate([np.zeros(0, np.int64), *found])
    pairs: Pairs = np.stack(np.divmod(repeated, max(count, 1)), axis=1)
    return Candidates(pairs, hot[np.lexsort((hot[:, 2], hot[:, 1]))])


def _buckets(kept: Ragged, bound: np.uint64, count: int) -> tuple[Indices, Indices]:
    """``(m,)`` the documents of each hash that two or more have, rising, hash after hash, and how many each hash has.

    Hashes are sorted with the number of their document in one word, range after range of them: numpy sorts numbers of
    64 bits with vector instructions. What is cut off a hash for that leaves some forty bits to tell two apart.
    """
    low = np.uint64(max(1, (count - 1).bit_length()))
    parts = max(1, -(-kept.values.size // _SORTED))
    step = int(bound) // parts + 1
    free = np.uint64(64 - step.bit_length())
    members, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number in range(parts):
        tagged = _tagged(kept, np.uint64(number * step), np.uint64(step), free, low)
        tagged.sort()
        tagged = tagged[first_of_equals(tagged)]  # a document may have a hash more than once
        starts = np.flatnonzero(first_of_equals(tagged >> low))
        size = np.diff(starts, append=tagged.size)
        tagged &= (np.uint64(1) << low) - np.uint64(1)
        members.append(tagged.view(np.int64)[np.repeat(size > 1, size)])
        sizes.append(size[size > 1])
    return np.concatenate(members), np.concatenate(sizes)


def _tagged(kept: Ragged, first: np.uint64, step: np.uint64, free: np.uint64, low: np.uint64) -> Hashes:
    """``(hash - first) << free``, its lowest ``low`` bits the document, for ``step`` hashes from ``first`` on."""
    found = [np.zeros(0, np.uint64)]
    for begin in range(0, len(kept.bounds), _ROWS):
        bounds = kept.bounds[begin : begin + _ROWS]
        values = kept.values[bounds[0, 0] : bounds[-1, 1]] - first  # wraps below it, so that one comparison does
        inside = np.flatnonzero(values < step)
        rows = np.repeat(np.arange(begin, begin + len(bounds)), bounds[:, 1] - bounds[:, 0])[inside]
        found.append((values[inside] << free >> low << low) | rows.view(np.uint64))
    return np.concatenate(found)


class _Run(NamedTuple):
    """Members in the order of their numbers: ``places`` in the buckets, and how many ``after`` each are its pairs."""

    places: Indices
    after: Indices


def _runs(members: Indices, sizes: Indices, max_bucket: int, common: int) -> Iterator[_Run]:
    """All members that are paired with another, in runs of about `_PAIRS` pairs, a document never in two of them."""
    after = paired(sizes, max_bucket)
    after[np.repeat(sizes > common, sizes)] = 0
    places = np.flatnonzero(after)
    width = np.uint64(max(1, members.size.bit_length()))
    tagged = (members[places].view(np.uint64) << width) | places.view(np.uint64)
    tagged.sort()
    places = (tagged & ((np.uint64(1) << width) - np.uint64(1))).view(np.int64)
    after = after[places]
    ends = np.cumsum(after)
    lasts = np.append(np.flatnonzero(np.diff(members[places])) + 1, places.size)
    first = 0
    while first < places.size:
        upto = int(np.searchsorted(ends, ends[first] - after[first] + _PAIRS, "right"))
        last = int(lasts[max(np.searchsorted(lasts, upto, "right") - 1, np.searchsorted(lasts, first, "right"))])
        yield _Run(places[first:last], after[first:last])
        first = last


def _repeated(run: _Run, members: Indices, count: int, shared: int) -> Indices:
    """The pairs of a run that occur once, or twice, or more often, as ``a * count + b``, distinct and sorted."""
    lefts = members[run.places]
    first = first_of_equals(lefts)
    number = np.cumsum(first) - 1
    lefts = lefts[first]
    kind: type[np.uint32 | np.int64] = np.uint32 if lefts.size * count < _NARROW else np.int64
    pairs = np.repeat((number * count).astype(kind), run.after)
    pairs += members[ranges(run.places + 1, run.after)].astype(kind)
    pairs.sort()
    again = np.ones(pairs.size, np.bool_)  # whether the codes before are equal: no more than ``shared`` - 1 may be
    for back in range(1, shared):
        again[:back] = False
        again[back:] &= pairs[back:] == pairs[:-back]
    again[shared:] &= pairs[shared:] != pairs[:-shared]
    number, right = np.divmod(pairs[again].astype(np.int64), max(count, 1))
    repeated: Indices = lefts[number] * count + right
    return repeated
