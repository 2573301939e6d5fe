"""Settings -> the recall contract: the bands and the sample by which pairs become candidates.

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
    """The recall contract.

    ``plan`` has the bands and rows of signatures. The sample has the shingles whose hash is below ``max_hash``.
    """

    plan: Plan
    max_hash: np.uint64


@functools.lru_cache(64)
def contract(settings: Settings) -> Contract:
    """Return the contract of these settings. No other module computes a contract.

    Raises:
        SettingsError: ``k`` slots are too few for the ``recall``.
    """
    return Contract(plan(settings.similarity, settings.recall, settings.k), max_hash(settings.overlap, settings.recall))
