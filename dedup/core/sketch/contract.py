"""The recall contract: settings -> the bands and the sample by which pairs become candidates.

A pair at ``similarity`` shares a band with probability ``recall`` (`core.sketch.bands`), and a pair that shares
``overlap`` shingles shares enough of the sample with the same probability (`core.sketch.sampling`).
"""

import functools
from typing import NamedTuple

import numpy as np

from dedup.core.sketch.bands import Plan, plan
from dedup.core.sketch.sampling import max_hash
from dedup.settings import Settings


class Contract(NamedTuple):
    """``plan`` says how signatures are cut into bands. Shingles whose hash is below ``max_hash`` are in the sample."""

    plan: Plan
    max_hash: np.uint64


@functools.lru_cache(64)
def contract(settings: Settings) -> Contract:
    """Return the contract of these settings. It is computed here and nowhere else.

    Raises:
        SettingsError: ``k`` slots are too few for the ``recall``.
    """
    return Contract(plan(settings.similarity, settings.recall, settings.k), max_hash(settings.overlap, settings.recall))
