"""Texts without their boilerplate -> what candidates are found by: the keys of bands, and kept shingles."""

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
"""Words at the beginning of a text of which every shingle is kept: a short text is found, and an excerpt that begins
like its article."""


class LookupKeys(NamedTuple):
    """What ``n`` texts are found by.

    - ``keys`` ``(n, b) uint32``: the keys of the bands of each text, and at last the key of all its tokens. Equal texts
      are found by the last key, however short and however long they are.
    - ``kept``: the kept shingles of each text (`overlaps`).

    - ``text_hashes`` ``(n,) uint64``: the hash of all tokens of each text, 0 for a text without tokens, which has `NO_KEY` in
      every column.
    """

    keys: Keys
    kept: Ragged
    rests: Hashes


def key_columns(settings: Settings) -> int:
    """How many columns of keys a text has: those of its bands, and that of all its tokens."""
    return contract(settings).plan.bands + 1


def lookup_keys(rows: Ragged, settings: Settings, work: Workspace, spare: bool = False) -> LookupKeys:
    """What texts are found by; time is that of their sketches.

    Args:
        rows: ``n`` rows of tokens, the texts.
        settings: the size of a shingle, the seed and the slots of a sketch; what `is_long` asks for.
        work: scratch memory.
        spare: whether long texts have no keys of bands, to save their sketches.

    Returns:
        `LookupKeys` of the texts, in their order.
    """
    plan, max_hash = contract(settings)
    shingles = shingle(rows, settings.shingle_size, settings.seed, work)
    kept = sampling.sample(shingles, max_hash, _lede(settings))
    keys = np.full((len(rows.bounds), plan.bands + 1), bands.NO_KEY, np.uint32)
    wanted = ~is_long(kept, settings) if spare else np.ones(len(keys), np.bool_)
    if wanted.any():
        some = shingles if wanted.all() else take_rows(shingles, np.flatnonzero(wanted))
        keys[wanted, :-1] = bands.band_keys(minhash.sketch(some, settings.k), plan)
    hashes = text_hashes(rows, shingles)
    keys[:, -1] = _whole(hashes)
    return LookupKeys(keys, kept, hashes)


def text_hashes(rows: Ragged, shingles: Ragged) -> Hashes:
    """``(n,)`` a hash of all tokens of each text, 0 for a text without tokens and for no other.

    It is the sum of the hashes of all shingles, which overlap and so tell the order of the tokens. A text too short
    for a shingle has the hash of its tokens as one block. (To hash all tokens anew takes ten times as long.)

    Args:
        rows: ``n`` rows of tokens, the texts.
        shingles: their shingles, as from `core.sketch.shingles.shingle`.
    """
    found = np.zeros(len(rows.bounds), np.uint64)
    lengths = shingles.lengths
    some = lengths.nonzero()[0]
    if some.size:
        # Every second edge ends a row; what stands between two rows is of none. The last row ends with the values.
        edges = shingles.bounds[some].reshape(-1)
        sums = np.add.reduceat(shingles.values[: edges[-1]], edges[:-1])[::2]
        found[some] = np.maximum(sums * multiplier("rest", 0) + lengths[some].view(np.uint64), np.uint64(1))
    short = ((lengths == 0) & (rows.lengths > 0)).nonzero()[0]
    if short.size:
        found[short] = block_hashes(take_rows(rows, short))
    return found


def _lede(settings: Settings) -> int:
    """Shingles of the first words of a text."""
    return max(0, LEDE - settings.shingle_size + 1)


def _whole(hashes: Hashes) -> npt.NDArray[np.uint32]:
    """``(n,)`` the key of all tokens of each text, whose hashes are given."""
    keys = np.minimum((hashes >> np.uint64(32)).astype(np.uint32), np.uint32(bands.NO_KEY - 1))
    keys[hashes == 0] = bands.NO_KEY
    return keys


def is_long(kept: Ragged, settings: Settings) -> npt.NDArray[np.bool_]:
    """``(n,)`` whether texts with these ``kept`` shingles, or 32 bits of each, are found as promised without bands.

    If two texts have a resemblance of ``similarity``, and one has more than ``overlap / similarity`` different
    shingles, so has their union, and they share more than ``overlap``: then their kept shingles find them with the same
    recall, if not all of these are a crowd's (`core.candidates.sampled`). Of as many shingles so many different ones are kept as
    ``max_hash`` says, beside those of the first words. A text must have kept three standard deviations more, for what it
    says time and again counts once.
    """
    least = settings.overlap / settings.similarity * int(contract(settings).max_hash) / 2**64
    least += 3 * math.sqrt(least) + _lede(settings)
    found = kept.lengths > least
    rows = found.nonzero()[0]
    if rows.size:
        every = rows.size == found.size and kept.lengths.sum() == kept.values.size
        found[rows] = _different(kept if every else take_rows(kept, rows)) > least
    return found


def _different(rows: Ragged) -> Indices:
    """``(n,)`` the different values of each row, in rows without gaps; in some 2 ** 50 texts, one less."""
    count = len(rows.bounds)
    if count == 1:
        return np.array([np.count_nonzero(first_of_equals(np.sort(rows.values)))])
    mask = np.uint64((1 << count.bit_length()) - 1)
    tagged = rows.values.astype(np.uint64) * multiplier("mix", 0)  # which makes all highest bits differ
    tagged &= ~mask
    tagged |= np.arange(count).repeat(rows.lengths).view(np.uint64)
    tagged.sort()
    owners = (tagged[first_of_equals(tagged)] & mask).view(np.int64)
    return np.bincount(owners, minlength=count)
