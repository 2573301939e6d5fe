"""Signatures from dictionaries of bins."""

from collections.abc import Iterable

from dedup.core.arrays.hashing import multiplier
from dedup.core.sketch.minhash import BORROWED, EMPTY, ROUNDS, lender

_MASK = 2**64 - 1


def signature(shingles: Iterable[int], k: int) -> list[int]:
    """The signature of one document: dictionaries of bins, loops over rounds."""
    values = set(shingles)
    slots: dict[int, int] = {}
    for number in range(ROUNDS):
        factor = int(multiplier(f"round {number}", 0)) if number else 1
        bins: dict[int, int] = {}
        for value in values:
            thrown = value * factor & _MASK
            place, low = thrown * k >> 64, thrown & EMPTY
            bins[place] = min(low, bins.get(place, EMPTY))
        for slot in range(k):
            others = [lender(slot, k, number, turn) for turn in range(BORROWED[min(number, 1)])]
            asked = [bins.get(place, EMPTY) for place in (slot, *others)]
            slots.setdefault(slot, next((found for found in asked if found != EMPTY), EMPTY))
            if slots[slot] == EMPTY:
                del slots[slot]
    for slot in set(range(k)) - set(slots):
        factor = int(multiplier(f"slot {slot}", 0))
        slots[slot] = min(((value * factor & _MASK) >> 32 for value in values), default=EMPTY)
    return [slots[slot] for slot in range(k)]
