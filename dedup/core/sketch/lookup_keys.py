"""Texts without their boilerplate -> lookup keys: the band keys and the sampled shingles of each text."""

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Keys
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch import bands, minhash, sampling
from dedup.core.sketch.contract import contract
from dedup.core.sketch.shingles import shingle
from dedup.core.text.block_hashes import block_hashes
from dedup.settings import Settings

LEDE: Final = 24
"""Number of words at the beginning of a text whose shingles are all in the sample.

So a short text becomes a candidate, and so does an excerpt that begins like its article.
"""

_CELL_BITS: Final = 9
"""Highest bits of a value that are its cell: 512 cells, five times as many as an article has sampled shingles."""

_CELL_WORDS: Final = (1 << _CELL_BITS) // 64
"""Words of 64 bits with a bit for each cell."""


class LookupKeys(NamedTuple):
    """The keys by which ``n`` texts become candidates.

    - ``keys`` ``(n, b) uint32``: the band keys of each text, and in the last column the key of all its tokens. Equal
      texts share the last key, whatever their length.
    - ``sampled``: the sampled shingles of each text (`core.sketch.sampling`).
    - ``rests`` ``(n,) uint64``: the hash of all tokens of each text (`text_hashes`). It is 0 for a text without tokens,
      which has `NO_KEY` in every column.
    """

    keys: Keys
    sampled: Ragged
    rests: Hashes


def key_columns(settings: Settings) -> int:
    """Return the number of keys of a text: one for each band, and one for all its tokens."""
    return contract(settings).plan.bands + 1


def lookup_keys(rows: Ragged, settings: Settings, workspace: Workspace, spare: bool = False) -> LookupKeys:
    """Compute the lookup keys of texts. The signatures take most of the time.

    Args:
        rows: ``n`` rows of tokens, the texts.
        settings: the size of a shingle, the seed, the number of slots, and the settings of `is_long`.
        workspace: scratch memory.
        spare: whether long texts (`is_long`) get no band keys, which saves their signatures.

    Returns:
        `LookupKeys` of the texts, in their order.
    """
    plan, max_hash = contract(settings)
    shingles = shingle(rows, settings.shingle_size, settings.seed, workspace)
    sampled = sampling.sample(shingles, max_hash, _lede_shingles(settings))
    keys = np.full((len(rows.bounds), plan.bands + 1), bands.NO_KEY, np.uint32)
    banded = ~is_long(sampled, settings) if spare else np.ones(len(keys), np.bool_)
    if banded.any():
        subset = shingles if banded.all() else take_rows(shingles, banded.nonzero()[0])
        keys[banded, :-1] = bands.band_keys(minhash.sketch(subset, settings.k), plan)
    hashes = text_hashes(rows, shingles, settings.seed)
    keys[:, -1] = _text_keys(hashes)
    return LookupKeys(keys, sampled, hashes)


def text_hashes(rows: Ragged, shingles: Ragged, seed: int) -> Hashes:
    """Return the ``(n,)`` hash of all tokens of each text. It is 0 for a text without tokens, and only then.

    The hash is the sum of the hashes of all shingles. Shingles overlap, so the sum depends on the order of the tokens.
    A text without a shingle has the hash of its tokens as one block. (A new hash of all tokens takes ten times as
    long.)

    Args:
        rows: ``n`` rows of tokens, the texts.
        shingles: the shingles of the texts, as from `core.sketch.shingles.shingle`.
        seed: the key of the hashes.
    """
    hashes = np.zeros(len(rows.bounds), np.uint64)
    lengths = shingles.lengths
    shingled = lengths.nonzero()[0]
    if shingled.size:
        # Every second edge ends a row. Values between two rows belong to no row. The last row ends with the values.
        edges = shingles.bounds[shingled].reshape(-1)
        sums = np.add.reduceat(shingles.values[: edges[-1]], edges[:-1])[::2]
        hashes[shingled] = np.maximum(sums * multiplier("rest", 0) + lengths[shingled].view(np.uint64), np.uint64(1))
    short = ((lengths == 0) & (rows.lengths > 0)).nonzero()[0]
    if short.size:
        hashes[short] = block_hashes(take_rows(rows, short), seed)
    return hashes


def _lede_shingles(settings: Settings) -> int:
    """Return the number of shingles in the first `LEDE` words of a text."""
    return max(0, LEDE - settings.shingle_size + 1)


def _text_keys(hashes: Hashes) -> npt.NDArray[np.uint32]:
    """Return the ``(n,)`` key of all tokens of each text from the ``hashes`` ``(n,)`` of the texts."""
    keys = np.minimum((hashes >> np.uint64(32)).astype(np.uint32), np.uint32(bands.NO_KEY - 1))
    keys[hashes == 0] = bands.NO_KEY
    return keys


def is_long(sampled: Ragged, settings: Settings) -> npt.NDArray[np.bool_]:
    """Return ``(n,)`` flags: whether a text becomes a candidate with the promised recall without band keys.

    Take two texts of resemblance ``similarity``. If one text has more than ``overlap / similarity`` distinct shingles,
    the two texts share more than ``overlap`` shingles. Then their sampled shingles find the pair with the same recall,
    unless all of these shingles are common (`core.candidates.sampled`).

    The function knows only the sampled shingles of a text. A text of ``overlap / similarity`` distinct shingles has
    about ``max_hash / 2**64`` of these in its sample, and the shingles of its first words besides. The standard
    deviation of that number is its square root. A text is long if its sample has three standard deviations more than
    that. Repeated shingles count once.

    Args:
        sampled: the sampled shingles of ``n`` texts, or 32 bits of each.
        settings: ``overlap``, ``similarity``, ``recall`` and the size of a shingle.
    """
    least = settings.overlap / settings.similarity * int(contract(settings).max_hash) / 2**64
    least += 3 * math.sqrt(least) + _lede_shingles(settings)
    long = sampled.lengths > least
    rows = long.nonzero()[0]
    rows = rows[_count_cells(sampled, rows) <= least]  # most texts have more cells than that, and surely more values
    if rows.size:
        long[rows] = _count_distinct(take_rows(sampled, rows)) > least
    return long


def _count_cells(ragged: Ragged, rows: Indices) -> Indices:
    """Return the ``(r,)`` numbers of different cells of the values of some rows. The highest bits are the cell.

    A row has at least as many distinct values. To sort the values takes four times as long.
    """
    chosen = take_rows(ragged, rows)
    values = chosen.values
    cells = (values >> values.dtype.type(8 * values.itemsize - _CELL_BITS)).astype(np.uint64, copy=False)
    cells = cells.view(np.int64)
    cells += (np.arange(rows.size) << _CELL_BITS).repeat(chosen.lengths)
    flags = np.zeros(rows.size << _CELL_BITS, np.bool_)
    flags[cells] = True
    counts: Indices = np.bitwise_count(np.packbits(flags).view(np.uint64)).reshape(-1, _CELL_WORDS).sum(1, np.int64)
    return counts


def _count_distinct(rows: Ragged) -> Indices:
    """Return the ``(n,)`` numbers of distinct values of rows without gaps. One in some 2**50 texts has one less."""
    count = len(rows.bounds)
    if count == 1:
        return np.array([np.count_nonzero(first_of_equals(np.sort(rows.values)))])
    mask = np.uint64((1 << count.bit_length()) - 1)
    tagged = rows.values.astype(np.uint64) * multiplier("mix", 0)  # The product differs in its highest bits.
    tagged &= ~mask
    tagged |= np.arange(count).repeat(rows.lengths).view(np.uint64)
    tagged.sort()
    owners = (tagged[first_of_equals(tagged)] & mask).view(np.int64)
    return np.bincount(owners, minlength=count)
