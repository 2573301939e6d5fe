"""Texts without their chrome -> what both lanes find candidates by: the keys of bands, and kept shingles."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import bands, minhash, overlaps
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import shingle
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
    few = shingles.lengths < FEW
    if spare:
        chosen = np.flatnonzero(~(few | long(shingles.lengths, settings)))
        keys = np.full((len(rows.bounds), plan.bands), bands.NO_KEY, np.uint32)
        if chosen.size:
            keys[chosen] = bands.band_keys(minhash.sketch(take(shingles, chosen), settings.k), plan)
    else:
        keys = bands.band_keys(minhash.sketch(shingles, settings.k), plan)
        keys[few] = bands.NO_KEY
    shingles.bounds[few, 1] = shingles.bounds[few, 0]
    return Lanes(keys, overlaps.keep(shingles, bound))


def long(shingles: Indices, settings: Settings) -> npt.NDArray[np.bool_]:
    """``(n,)`` whether texts of so many shingles are found as promised without their bands.

    If two texts have a resemblance of ``similarity``, and one has more than ``overlap / similarity`` shingles, so has
    their union, and they share more than ``overlap``: then their kept shingles find them with the same recall, if not
    all of these are a crowd's (`core.overlaps`).
    """
    found: npt.NDArray[np.bool_] = shingles > settings.overlap / settings.similarity
    return found
