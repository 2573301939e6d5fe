"""The slow twin of `core.related.coverage`: days as whole numbers, and the slow twin of clusters."""

from dedup.core.related.numbers import EVENT_DAYS, LATER

DAY = 86_400 * 10**9
"""Nanoseconds of a day."""


def event_share(cosine: int, rewrite: bool, first: int | None, second: int | None) -> int:
    """Return the share with which two texts count as one event.

    Args:
        cosine: the cosine of the texts.
        rewrite: whether one text is a rewrite of the other.
        first: the time of one text, None if it is unknown.
        second: the time of the other text.
    """
    if first is None or second is None or rewrite or cosine >= LATER:
        return cosine
    return 0 if abs(first // DAY - second // DAY) > EVENT_DAYS else cosine
