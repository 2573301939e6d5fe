"""Times, lengths and ids of documents -> an order that does not depend on the order of input."""

from collections.abc import Sequence

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Indices


def canonical_order(published: Indices, lengths: Indices, by_id: Indices) -> Indices:
    """Ranks documents: the earliest first, then the longest, then the first under `id_order`.

    Texts are numbered in this order. The order does not use the preferences of a user or the credits of documents: the
    choice of the canonical document must not change which documents are in a story.

    Args:
        published: ``(n,) int64`` nanoseconds since 1970. `UNKNOWN_TIME` stands after all known times.
        lengths: ``(n,) int64`` length of each document.
        by_id: ``(n,) int64`` ranks from `id_order`.

    Returns:
        ``(n,) int64`` rank of each document.
    """
    ranks = np.empty(by_id.size, np.int64)
    ranks[np.lexsort((by_id, -lengths, published, published == UNKNOWN_TIME))] = np.arange(by_id.size)
    return ranks


def id_order(ids: Sequence[str]) -> Indices:
    """``(n,) int64`` rank of each id: the shortest first, then the least. Equal ids, an error, rank by position."""
    # An array of strings would give every id the width of the longest, and "a" and "a\0" would be equal.
    least = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    ranks = np.empty(least.size, np.int64)
    ranks[least[np.array([len(id) for id in ids], np.int64)[least].argsort(kind="stable")]] = np.arange(least.size)
    return ranks
