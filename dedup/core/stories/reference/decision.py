"""Slow, obvious twins of functions in `core.stories.decision`."""

from collections.abc import Sequence


def joined_by_text(story: Sequence[int]) -> list[bool]:
    """Say for each document whether another document has its story."""
    return [any(story[other] == story[row] for other in range(len(story)) if other != row) for row in range(len(story))]
