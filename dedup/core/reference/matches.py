"""The rule for one pair of plain numbers, word by word."""

from dedup.core.clusters import UNKNOWN_TIME
from dedup.core.matches import FIGURES, LONG, PASSAGE, PLACES, PRINTED, SAME, SHORT, SOON, WHOLE

__all__ = ["mended", "too_many", "weigh"]


def mended(containment: float, misread: int, size: int, one_source: bool) -> float:
    """The containment of a pair with the shingles that only misprints keep from being shared."""
    return containment if one_source and containment < PRINTED else min(1.0, containment + misread / max(size, 1))


def weigh(
    containment: float,
    alignment: tuple[int, int, int, int, int, int],
    first: int,
    second: int,
    one_source: bool,
    threshold: float,
) -> float:
    """The weight of a pair, with the fields of its `Alignment` in their order and the times of both documents."""
    kept_words, kept_figures, replaced_gaps, replaced_figures, longest, _ = alignment
    soon = UNKNOWN_TIME not in (first, second) and abs(first - second) <= SOON
    factor = 2 if soon else 1
    if too_many(replaced_figures, kept_figures, FIGURES * factor):
        return 0.0
    if containment < WHOLE and one_source:
        return 0.0
    if kept_words >= LONG and kept_figures >= SAME and replaced_figures == 0:
        return containment
    if too_many(replaced_gaps, kept_words, PLACES * factor):
        return 0.0
    if containment < WHOLE and longest < PASSAGE:
        return min(containment, threshold - SHORT)
    return containment


def too_many(replaced: int, kept: int, share: float) -> bool:
    """Whether two replacements more would make this share of all."""
    return replaced > 0 and replaced + 2 >= share * (replaced + kept)
