"""Slow, obvious twins of functions in `core.stories.decision`."""

from collections.abc import Sequence


def choose_evidence(by_text: Sequence[int], by_address: Sequence[int]) -> list[str]:
    """Say for each document what puts it into its story."""
    return [
        "text" if _has_other(by_text, row) else "address" if _has_other(by_address, row) else "headline"
        for row in range(len(by_text))
    ]


def _has_other(story: Sequence[int], row: int) -> bool:
    """Say whether another document has the story of the document ``row``."""
    return any(story[other] == story[row] for other in range(len(story)) if other != row)
