"""The order of documents that does not depend on the order of input."""

from collections.abc import Sequence

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Indices


def canonical_order(published: Indices, lengths: Indices, by_id: Indices) -> Indices:
    """``(n,)`` rank of each document: the earliest, then the longest, then the first under `id_order`.

    In this order texts are numbered. What a user prefers and what documents say of each other does not come in: who
    leads a story must not change who is in it.

    ``published`` are nanoseconds since 1970, `UNKNOWN_TIME` standing after all that are known. ``by_id`` is from
    `id_order`.
    """
    ranks = np.empty(by_id.size, np.int64)
    ranks[np.lexsort((by_id, -lengths, published, published == UNKNOWN_TIME))] = np.arange(by_id.size)
    return ranks


def id_order(ids: Sequence[str]) -> Indices:
    """``(n,)`` rank of each id: the shortest, then the least. Equal ids, which should not be, rank by place."""
    # Not an array of strings: numpy would give every id the width of the longest, and take "a" and "a\0" for equal.
    least = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    ranks = np.empty(least.size, np.int64)
    ranks[least[np.array([len(id) for id in ids], np.int64)[least].argsort(kind="stable")]] = np.arange(least.size)
    return ranks
