"""The recall contract -> bands and rows; signatures -> band keys.

A signature is cut into bands of some rows; documents that agree on all rows of a band share its key and become
candidates (Broder 1997; Indyk and Motwani, STOC 1998; the formula is that of Leskovec, Rajaraman, Ullman, "Mining of
Massive Datasets", section 3.4.2).
"""

import math
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Keys, Signatures
from dedup.core.arrays.hashing import multiplier
from dedup.core.sketch.minhash import EMPTY
from dedup.errors import SettingsError

NO_KEY: Final = 2**32 - 1
"""The key, in every band, of a document without shingles: no other has it, and `core.candidates.buckets` passes over it."""

_ROWS_AT_A_TIME: Final = 1 << 10
"""Documents whose keys are made at a time, so that they stay in the second-level cache."""


_NEVER: Final = 1e-15
"""A probability that no number of bands makes up for."""


class Plan(NamedTuple):
    """``bands`` bands of ``rows`` slots each; the slots of a signature beyond ``bands * rows`` are not used."""

    bands: int
    rows: int


def plan(similarity: float, recall: float, k: int) -> Plan:
    """The most selective plan of at most ``k`` slots that keeps ``recall`` of the pairs of resemblance ``similarity``.

    Most selective: most rows, then fewest bands, with `probability` at least ``recall``. Longer bands let fewer
    dissimilar pairs pass; a lower similarity or a higher recall shortens them, a larger ``k`` lengthens them. With
    k = 256 and a recall of 0.99, of the pairs at half and at a quarter of the similarity these become candidates too:

        similarity   bands x rows   at a half   at a quarter
        0.90         18 x 14         0.0003      0.00000002
        0.80         26 x 8          0.02        0.00007
        0.70         37 x 6          0.07        0.001
        0.50         35 x 3          0.42        0.07
        0.25         72 x 2          0.68        0.25

    The formula takes slots as independent. Those of `core.sketch.minhash` are not: a shingle that has one slot of the first
    round has no other. That lowers the chance of a whole band to agree, but it also makes bands agree less often
    together, and the second outweighs the first: simulated recall (tests, sets of 10 to 1,000) is never below the
    formula's, so there is no margin.

    Raises `SettingsError`, naming the least power of two that would do, if even bands of one row are too few.
    """
    for rows in range(k, 0, -1):
        bands = _bands(similarity, recall, rows)
        if bands * rows <= k:
            return Plan(int(bands), rows)
    needed = _bands(similarity, recall, 1)
    enough = f"; k = {1 << math.ceil(math.log2(needed))} is enough" if math.isfinite(needed) else ""
    raise SettingsError(
        f"k = {k} slots cannot find pairs of similarity {similarity:g} with a recall of {recall:g}{enough}"
    )


def _bands(similarity: float, recall: float, rows: int) -> float:
    """The fewest bands of ``rows`` rows that fulfil the contract, infinite if there is none."""
    together = similarity**rows
    if together >= 1:
        return 1
    if together < _NEVER or recall >= 1:
        return math.inf
    # The slack is for rounding: two bands of one row at 0.3 do have a recall of 0.51.
    return max(1, math.ceil(math.log1p(-recall) / math.log1p(-together) - 1e-9))


def probability(plan: Plan, resemblance: float) -> float:
    """The probability that a pair of this resemblance shares a band: ``1 - (1 - s**r)**b`` (MMDS, section 3.4.2)."""
    return 1 - (1 - resemblance**plan.rows) ** plan.bands


def band_keys(signatures: Signatures, plan: Plan) -> Keys:
    """``(n, bands) uint32`` keys of ``(n, k) uint32`` signatures, ``k`` at least ``bands * rows``.

    ``h = h * M + slot`` over the rows of a band, then a mixer, of which 32 bits are taken. A document without shingles,
    whose slots are all `EMPTY`, has `NO_KEY` in every band.

    Bands that differ have equal keys once in 2**32 pairs of documents: 64 bands make candidates of 7,500 pairs that
    share nothing among 10**6 documents, one for 130 documents, and of 750,000 among 10**7, one for 13. They are
    measured as all candidates are. Keys of 64 bits would save that, and take twice the room and the time to sort.
    """
    keys = np.empty((len(signatures), plan.bands), np.uint32)
    for first in range(0, len(signatures), _ROWS_AT_A_TIME):
        part = signatures[first : first + _ROWS_AT_A_TIME]
        keys[first : first + _ROWS_AT_A_TIME] = _keys(part, plan)
    np.minimum(keys, NO_KEY - 1, out=keys)
    empty = np.flatnonzero(signatures[:, 0] == EMPTY)
    keys[empty[(signatures[empty] == EMPTY).all(axis=1)]] = NO_KEY
    return keys


def _keys(signatures: Signatures, plan: Plan) -> Keys:
    slots = signatures[:, : plan.bands * plan.rows].reshape(len(signatures), plan.bands, plan.rows)
    keys = slots[:, :, 0].astype(np.uint64)
    for row in range(1, plan.rows):
        keys *= multiplier("band", 0)
        keys += slots[:, :, row]
    keys ^= keys >> np.uint64(32)
    keys *= multiplier("mix", 0)
    keys ^= keys >> np.uint64(29)
    return keys.astype(np.uint32)
