"""The slow twin of `core.related.terms`: a counter for each text."""

from collections import Counter
from collections.abc import Sequence


def find_terms(texts: Sequence[Sequence[int]]) -> list[tuple[int, int, int, int]]:
    """Return sorted ``(text, term, times, place)`` of the tokens of each text."""
    return sorted(
        (text, term, times, tokens.index(term))
        for text, tokens in enumerate(texts)
        for term, times in Counter(tokens).items()
    )
