"""The rule for one pair of plain numbers, word by word."""

from dedup.core.clusters import UNKNOWN_TIME
from dedup.core.matches import FIGURES, LONG, PASSAGE, PLACES, SAME, SOON, WHOLE

__all__ = ["weigh"]


def weigh(containment: float, alignment: tuple[int, int, int, int, int], first: int, second: int) -> float:
    """The weight of a pair, with the fields of its `Alignment` in their order and the times of both documents."""
    kept_words, kept_figures, replaced_gaps, replaced_figures, longest = alignment
    soon = UNKNOWN_TIME not in (first, second) and abs(first - second) <= SOON
    factor = 2 if soon else 1
    if replaced_figures > FIGURES * factor * (replaced_figures + kept_figures):
        return 0.0
    if kept_words >= LONG and kept_figures >= SAME and replaced_figures == 0:
        return containment
    if replaced_gaps > PLACES * factor * (replaced_gaps + kept_words):
        return 0.0
    if containment < WHOLE and longest < PASSAGE:
        return 0.0
    return containment
