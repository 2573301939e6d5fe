"""Texts without their chrome -> what both lanes find candidates by: the keys of bands, and kept shingles."""

from typing import Final, NamedTuple

import numpy as np

from dedup.core import bands, minhash, overlaps
from dedup.core.ragged import Ragged
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.settings import Settings
from dedup.types import Keys

__all__ = ["FEW", "Lanes", "lanes"]

FEW: Final = 12
"""Shingles below which a text is not compared: only equal texts are copies then. What a form of a dozen words shares
with the next one is the form."""


class Lanes(NamedTuple):
    """Of ``n`` texts, the ``keys`` ``(n, b) uint32`` of their bands, and the ``kept`` shingles of each (`overlaps`).

    A text of less than `FEW` shingles has neither.
    """

    keys: Keys
    kept: Ragged


def lanes(rows: Ragged, settings: Settings, plan: bands.Plan, bound: np.uint64, work: Workspace) -> Lanes:
    """Both lanes of texts, which are the tokens in ``rows``; time is that of their sketches."""
    shingles = shingle(rows, settings.shingle_size, settings.seed, work)
    few = shingles.lengths < FEW
    keys = bands.band_keys(minhash.sketch(shingles, settings.k), plan)
    keys[few] = bands.NO_KEY
    shingles.bounds[few, 1] = shingles.bounds[few, 0]
    return Lanes(keys, overlaps.keep(shingles, bound))
