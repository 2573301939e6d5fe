"""Texts without their chrome -> what both lanes find candidates by: the keys of bands, and kept shingles."""

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import bands, minhash, overlaps
from dedup.core.ordered import first_of_equals
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import multiplier, shingle
from dedup.core.workspace import Workspace
from dedup.settings import Settings
from dedup.types import Indices, Keys

__all__ = ["FEW", "Lanes", "lanes", "long"]

FEW: Final = 12
"""Shingles below which a text is not compared: only equal texts are copies then. What a form of a dozen words shares
with the next one is the form."""


class Lanes(NamedTuple):
    """Of ``n`` texts, the ``keys`` ``(n, b) uint32`` of their bands, and the ``kept`` shingles of each (`overlaps`).

    A text of less than `FEW` shingles has neither.
    """

    keys: Keys
    kept: Ragged


def lanes(
    rows: Ragged, settings: Settings, plan: bands.Plan, bound: np.uint64, work: Workspace, spare: bool = False
) -> Lanes:
    """Both lanes of texts, which are the tokens in ``rows``; time is that of their sketches. To ``spare`` those, long
    texts have no keys (`long`)."""
    shingles = shingle(rows, settings.shingle_size, settings.seed, work)
    wanted = shingles.lengths >= FEW
    shingles.bounds[~wanted, 1] = shingles.bounds[~wanted, 0]
    kept = overlaps.keep(shingles, bound)
    if spare:
        wanted &= ~long(kept, settings, bound)
    keys = np.full((len(rows.bounds), plan.bands), bands.NO_KEY, np.uint32)
    if wanted.any():
        some = shingles if wanted.all() else take(shingles, np.flatnonzero(wanted))
        keys[wanted] = bands.band_keys(minhash.sketch(some, settings.k), plan)
    return Lanes(keys, kept)


def long(kept: Ragged, settings: Settings, bound: np.uint64) -> npt.NDArray[np.bool_]:
    """``(n,)`` whether texts with these ``kept`` shingles, or 32 bits of each, are found as promised without bands.

    If two texts have a resemblance of ``similarity``, and one has more than ``overlap / similarity`` different
    shingles, so has their union, and they share more than ``overlap``: then their kept shingles find them with the same
    recall, if not all of these are a crowd's (`core.overlaps`). Of as many shingles so many different ones are kept as
    ``bound`` says; a text must have kept three standard deviations more, for what it says time and again counts once.
    """
    least = settings.overlap / settings.similarity * int(bound) / 2**64
    least += 3 * math.sqrt(least)
    found = kept.lengths > least
    rows = found.nonzero()[0]
    if rows.size:
        every = rows.size == found.size and kept.lengths.sum() == kept.values.size
        found[rows] = _different(kept if every else take(kept, rows)) > least
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
