"""Shingle hashes -> pairs of documents that share some of them, however much longer one of the two is.

Bands find pairs by resemblance, which is low between an excerpt and the page that it stands in. So a second lane keeps
of every document the shingles whose hash falls below a fixed bound, one in eight or so, and all shingles of its first
words. Documents that share at least two kept shingles are a pair (FracMinHash: Irber et al. 2022, "Lightweight
compositional analysis of metagenomes with FracMinHash and minimum metagenome covers"; its ``scaled`` is one over the
share that is kept).

Measured with `benches/candidates.py` on five labelled sets, 2,446 true pairs of which 2,434 share a shingle at all: 64 bands
of 2 rows find .976 of the pairs with .65 candidates a text, 128 bands .984 (.76), 256 bands .986 (1.09); kept shingles
alone .989 (.72), and with 64 bands .990 (1.03). A sort of one hash in eight costs less than sketches of k = 512.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged, chunks
from dedup.core.arrays.sorting import where_set
from dedup.core.candidates import buckets as candidates
from dedup.core.candidates.buckets import Buckets, Candidates, Oversized
from dedup.core.sketch.sampling import EVERY, SHARED

COMMON: Final = 1 << 10
"""Documents from which on a kept shingle is everybody's phrase, and brings no pair at all."""

_BAND: Final = -1
"""What stands for the band of a kept shingle."""

_ROW: Final = 10

LOT: Final = 1 << _ROW
"""Documents whose kept shingles are laid down together."""

_SLICE: Final = 8

SLICES: Final = 1 << _SLICE
"""Parts of the range of hashes, each of which can be looked at without the others."""

_PAIRS: Final = 1 << 20
"""Pairs made at a time, if one document alone does not make more."""


class Sharing(NamedTuple):
    """Documents that share hashes: ``members`` ``(m,)`` as `core.candidates.buckets.Buckets` has them; ``places`` ``(p,)``
    among them of those that are paired with any of their bucket, in the order of their numbers, and with how many
    ``after`` ``(p,)`` them. Of 64 bits or of 32."""

    members: Indices
    places: Indices
    after: Indices


def pairs_by_sample(
    kept: Ragged, bound: np.uint64, max_bucket: int, shared: int = SHARED, common: int = COMMON
) -> Candidates:
    """Pairs of documents that share at least ``shared`` different hashes of ``kept``, 1 or 2, all below ``bound``;
    rows have no gaps.

    A hash of more than ``max_bucket`` documents is hot: it is a row of ``oversized_rows``, of band -1, and its documents are
    paired with the `REPRESENTATIVES` of the lowest numbers only. A hash of more than ``common`` documents brings no
    pair.

    Bounds: time is that of some sorts of the kept hashes, and of ``max_bucket / 2`` pairs a hash that more than one
    document has. Memory is about 3 words for each of these and for each hash, whatever the number of pairs that share a
    single hash: the pairs of one document, that of the lower number, are counted together.

    Where there are many documents, the same is done in parts: `sort_sample`, `sample_buckets`, `without_common`, `pair_sampled`, `pairs_sharing`.
    """
    low = max(1, (len(kept.bounds) - 1).bit_length())
    found = candidates.buckets(_words(kept, bound, low), low)
    codes = pairs_sharing([pair_sampled(without_common(found, common), max_bucket)], shared)
    return Candidates(np.concatenate([np.zeros(0, np.int64), *codes]), oversized_rows(found, max_bucket))


def _words(kept: Ragged, bound: np.uint64, low: int) -> Hashes:
    """The hashes, as far to the left as ``bound`` lets them, with the row of each in place of its ``low`` lowest bits.

    One word for both is sorted by vector instructions. What is cut off a hash leaves some forty bits to tell two apart.
    """
    words = kept.values << np.uint64(64 - int(bound).bit_length())
    words >>= np.uint64(low)
    words <<= np.uint64(low)
    words |= np.repeat(np.arange(len(kept.bounds)), kept.lengths).view(np.uint64)
    return words


def sort_sample(kept: Ragged) -> tuple[Hashes, Indices]:
    """Kept shingles of up to `LOT` documents as they are laid down until all documents are there: words ``(m,)``,
    sorted, that end in the number of the row; and how many words are in each of the `SLICES` of the range of hashes."""
    words = _words(kept, EVERY, _ROW)
    words.sort()
    edges = np.arange(1, SLICES, dtype=np.uint64) << np.uint64(64 - _SLICE)
    return words, np.diff(np.searchsorted(words, edges), prepend=0, append=words.size)


def rows_of(words: Hashes) -> Indices:
    """The row that words which were laid down end in."""
    found: Indices = (words & np.uint64(LOT - 1)).view(np.int64)
    return found


def sample_buckets(words: Hashes, documents: Indices, first: int, last: int) -> Buckets:
    """The documents of each hash that two or more have: ``words`` ``(m,)`` are what was laid down in the slices from
    ``first`` to ``last``, that not included; ``documents`` ``(m,)`` whose they are, negative for none any more."""
    free = _SLICE - (last - first - 1).bit_length()
    low = max(_ROW + free, int(documents.max(initial=0)).bit_length())
    tagged = words - (np.uint64(first) << np.uint64(64 - _SLICE))
    tagged <<= np.uint64(free)
    tagged >>= np.uint64(low)
    tagged <<= np.uint64(low)
    tagged |= documents.view(np.uint64)
    gone = where_set(documents < 0)
    if gone.size == tagged.size:
        tagged = tagged[:0]
    elif gone.size:
        tagged[gone] = tagged[np.argmax(documents >= 0)]  # counts once: to copy all others takes longer
    return candidates.buckets(tagged, low)


def without_common(found: Buckets, common: int = COMMON) -> Buckets:
    """Those of up to ``common`` documents."""
    few = found.sizes <= common
    return Buckets(found.members[np.repeat(few, found.sizes)], found.sizes[few])


def texts_with_common(found: Buckets, common: int = COMMON) -> Indices:
    """The documents of the others, rising: hashes of theirs bring no pair."""
    return np.unique(found.members[np.repeat(found.sizes > common, found.sizes)])


def oversized_rows(found: Buckets, max_bucket: int) -> Oversized:
    """The rows of `core.candidates.buckets.Candidates` for the hot hashes."""
    return candidates.oversized(found, max_bucket, _BAND)


def pair_sampled(found: Buckets, max_bucket: int) -> Sharing:
    """Who is to be paired with whom."""
    after = candidates.partner_counts(found.sizes, max_bucket)
    places = np.flatnonzero(after)
    width = np.uint64(max(1, found.members.size.bit_length()))
    tagged = found.members[places].view(np.uint64) << width
    tagged |= places.view(np.uint64)
    tagged.sort()
    tagged &= (np.uint64(1) << width) - np.uint64(1)
    places = tagged.view(np.int64)
    return Sharing(found.members, places, after[places])


def pairs_sharing(parts: Sequence[Sharing], shared: int = SHARED) -> Iterator[Indices]:
    """The pairs that share at least so many hashes of all parts, 1 or 2, as `core.candidates.buckets.pair_codes` has them; each
    once, in order, some at a time."""
    owners = [part.members[part.places] for part in parts]
    count = max((int(some[-1]) + 1 for some in owners if some.size), default=0)
    pairs = np.zeros(count, np.int64)
    for part, some in zip(parts, owners, strict=True):
        pairs += np.bincount(some, part.after, count).astype(np.int64)
    bounds = [0, *(last for _, last in chunks(pairs, _PAIRS, count))]
    cuts = np.array([np.searchsorted(some, bounds) for some in owners]).reshape(len(parts), len(bounds)).tolist()
    del owners
    for run in range(len(bounds) - 1):
        found = [np.zeros(0, np.int64)]
        for part, cut in zip(parts, cuts, strict=True):
            here = slice(cut[run], cut[run + 1])
            found.append(candidates.pair_codes(part.members, part.places[here], part.after[here]))
        yield _often(np.concatenate(found), shared)


def _often(pairs: Indices, shared: int) -> Indices:
    """The pairs that occur once, or twice, or more often, distinct and sorted."""
    pairs.sort()
    again = np.ones(pairs.size, np.bool_)  # whether the codes before are equal: no more than ``shared`` - 1 may be
    for back in range(1, shared):
        again[:back] = False
        again[back:] &= pairs[back:] == pairs[:-back]
    again[shared:] &= pairs[shared:] != pairs[:-shared]
    often: Indices = pairs[again]
    return often
