"""The slow twin of `core.related.candidates`: a list for each term."""

from collections import Counter
from collections.abc import Sequence

from dedup.core.related.candidates import LOOKUP_TERMS, MEETINGS, WINDOW
from dedup.core.related.reference.vectors import SlowVector


def find_candidates(vectors: Sequence[SlowVector]) -> list[tuple[int, int]]:
    """Return the sorted pairs of texts that meet often enough in the lists of their heaviest terms."""
    lists: dict[int, list[int]] = {}
    for number, vector in enumerate(vectors):
        heaviest = sorted(vector, key=lambda term: (-vector[term][0], term))
        for term in heaviest[:LOOKUP_TERMS]:
            lists.setdefault(term, []).append(number)
    times = Counter(
        (first, second)
        for members in lists.values()
        for place, first in enumerate(members)
        for second in members[place + 1 : place + 1 + WINDOW]
    )
    return sorted(pair for pair, count in times.items() if count >= MEETINGS)
