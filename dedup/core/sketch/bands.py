"""Similarity and recall -> bands and rows; signatures -> band keys.

Bands cut a signature into groups of rows. Documents that agree on all rows of a band share its key and become
candidates (Broder 1997; Indyk and Motwani, STOC 1998). The formula is that of Leskovec, Rajaraman, Ullman, "Mining of
Massive Datasets" (MMDS), section 3.4.2.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Keys, Signatures
from dedup.core.arrays.hashing import multiplier
from dedup.core.sketch.rounds import EMPTY
from dedup.errors import SettingsError

NO_KEY: Final = 2**32 - 1
"""The key, in every band, of a document without shingles. No other document has this key.

`core.candidates.buckets` ignores the key.
"""

_ROWS_AT_A_TIME: Final = 1 << 10
"""Documents whose keys are computed at a time, so that the keys stay in the second-level cache."""

_NEVER: Final = 1e-15
"""A band that agrees with less than this probability is useless: no number of bands is enough."""


class Plan(NamedTuple):
    """``bands`` bands of ``rows`` slots each. Slots of a signature beyond ``bands * rows`` are not used."""

    bands: int
    rows: int


def plan(similarity: float, recall: float, k: int) -> Plan:
    """Return the most selective plan that keeps the promised recall.

    The most selective plan has the most rows, then the fewest bands, with `probability` at least ``recall``. Longer
    bands let fewer dissimilar pairs pass. A lower similarity or a higher recall shortens the bands. A larger ``k``
    lengthens the bands. The table shows k = 256 and a recall of 0.99. Its last columns are the shares of the pairs at a
    half and at a quarter of the similarity that become candidates too:

        similarity   bands x rows   at a half   at a quarter
        0.90         18 x 14         0.0003      0.00000002
        0.80         26 x 8          0.02        0.00007
        0.70         37 x 6          0.07        0.001
        0.50         35 x 3          0.42        0.07
        0.25         72 x 2          0.68        0.25

    The formula assumes independent slots. Slots of `core.sketch.minhash` are not independent: a shingle that has one
    slot of the first round has no other. This fact lowers the chance that a whole band agrees. It also makes bands
    agree less often together, and this effect is larger. The simulated recall (tests, sets of 10 to 1,000) is never
    below the recall of the formula, so there is no margin.

    Args:
        similarity: the resemblance of the pairs that the contract is about.
        recall: the share of these pairs that becomes candidates.
        k: the number of slots of a signature.

    Raises:
        SettingsError: even bands of one row are too few. The message names the least power of two that is enough.
    """
    for rows in range(k, 0, -1):
        bands = _fewest_bands(similarity, recall, rows)
        if bands * rows <= k:
            return Plan(int(bands), rows)
    needed = _fewest_bands(similarity, recall, 1)
    enough = f"; k = {1 << math.ceil(math.log2(needed))} is enough" if math.isfinite(needed) else ""
    raise SettingsError(
        f"k = {k} slots cannot find pairs of similarity {similarity:g} with a recall of {recall:g}{enough}"
    )


def _fewest_bands(similarity: float, recall: float, rows: int) -> float:
    """Return the fewest bands of ``rows`` rows that fulfil the contract, or infinity if no number does."""
    agreement = similarity**rows
    if agreement >= 1:
        return 1
    if agreement < _NEVER or recall >= 1:
        return math.inf
    # The slack is for rounding: two bands of one row at 0.3 do have a recall of 0.51.
    return max(1, math.ceil(math.log1p(-recall) / math.log1p(-agreement) - 1e-9))


def probability(plan: Plan, resemblance: float) -> float:
    """Return the probability that a pair of this resemblance shares a band: ``1 - (1 - s**r)**b`` (MMDS)."""
    return 1 - (1 - resemblance**plan.rows) ** plan.bands


def band_keys(signatures: Signatures, plan: Plan) -> Keys:
    """Return ``(n, bands) uint32`` keys of ``(n, k) uint32`` signatures, ``k`` at least ``bands * rows``.

    A key is 32 bits of ``h = h * M + slot`` over the rows of a band, after a mixer. A document without shingles, whose
    slots are all `EMPTY`, has `NO_KEY` in every band.

    Unequal bands have equal keys once in 2**32 pairs of documents. 10**6 documents with 64 bands so get 7,500
    candidates that share nothing, one for 130 documents; 10**7 documents get 750,000, one for 13 documents. The
    verification rejects such candidates. Keys of 64 bits would avoid them, but take twice the room and the time to
    sort.
    """
    keys = np.empty((len(signatures), plan.bands), np.uint32)
    for first in range(0, len(signatures), _ROWS_AT_A_TIME):
        batch = signatures[first : first + _ROWS_AT_A_TIME]
        keys[first : first + _ROWS_AT_A_TIME] = _hash_bands(batch, plan)
    np.minimum(keys, NO_KEY - 1, out=keys)
    empty = np.flatnonzero(signatures[:, 0] == EMPTY)
    keys[empty[(signatures[empty] == EMPTY).all(axis=1)]] = NO_KEY
    return keys


def _hash_bands(signatures: Signatures, plan: Plan) -> Keys:
    """Return the ``(n, bands)`` hashes of the bands of signatures, `NO_KEY` not avoided."""
    slots = signatures[:, : plan.bands * plan.rows].reshape(len(signatures), plan.bands, plan.rows)
    keys = slots[:, :, 0].astype(np.uint64)
    for row in range(1, plan.rows):
        keys *= multiplier("band", 0)
        keys += slots[:, :, row]
    keys ^= keys >> np.uint64(32)
    keys *= multiplier("mix", 0)
    keys ^= keys >> np.uint64(29)
    return keys.astype(np.uint32)
