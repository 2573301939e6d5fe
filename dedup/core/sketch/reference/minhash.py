"""The slow twin of `core.sketch.minhash`: signatures from dictionaries of bins."""

from collections.abc import Iterable

from dedup.core.arrays.hashing import multiplier
from dedup.core.sketch.rounds import BORROWED, EMPTY, ROUNDS, lender

_MASK = 2**64 - 1


def signature(shingles: Iterable[int], k: int) -> list[int]:
    """Return the signature of ``k`` slots of one document."""
    values = set(shingles)
    slots: dict[int, int] = {}
    for number in range(ROUNDS):
        factor = int(multiplier(f"round {number}", 0)) if number else 1
        bins: dict[int, int] = {}
        for value in values:
            thrown = value * factor & _MASK
            position, low = thrown * k >> 64, thrown & EMPTY
            bins[position] = min(low, bins.get(position, EMPTY))
        for slot in range(k):
            lenders = [lender(slot, k, number, turn) for turn in range(BORROWED[min(number, 1)])]
            offers = [bins.get(position, EMPTY) for position in (slot, *lenders)]
            slots.setdefault(slot, next((offer for offer in offers if offer != EMPTY), EMPTY))
            if slots[slot] == EMPTY:
                del slots[slot]
    for slot in set(range(k)) - set(slots):
        factor = int(multiplier(f"slot {slot}", 0))
        slots[slot] = min(((value * factor & _MASK) >> 32 for value in values), default=EMPTY)
    return [slots[slot] for slot in range(k)]
