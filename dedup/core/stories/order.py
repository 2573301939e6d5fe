"""Times, lengths and ids of documents -> an order that does not depend on the order of input."""

from typing import Final

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Bytes, Hashes, Indices
from dedup.core.arrays.sorting import first_of_equals
from dedup.strings import StringColumn

_WORD: Final = 8
"""Bytes of ids that are compared together."""

_FEW: Final = 32
"""Ids up to which the calls of numpy take longer than to sort strings."""


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


def id_order(ids: StringColumn) -> Indices:
    """Ranks ids: the shortest in code points first, then the least in the order of code points.

    UTF-8 keeps the order of code points. So ids of one length are compared by words of eight bytes, highest byte first:
    by their first words, then by the second words where the first are equal, and so on.

    Args:
        ids: ``n`` ids.

    Returns:
        ``(n,) int64`` rank of each id. Equal ids, an error, rank by position.
    """
    if ids.size <= _FEW:
        names = ids.decoded()
        order = np.array(sorted(range(ids.size), key=lambda row: (len(names[row]), names[row])), np.int64)
    else:
        order = _sort_ids(ids)
    ranks = np.empty(order.size, np.int64)
    ranks[order] = np.arange(order.size)
    return ranks


def _sort_ids(ids: StringColumn) -> Indices:
    """``(n,) int64`` the rows of the ids in their order."""
    lengths, sizes = _code_points(ids), np.diff(ids.offsets)
    order: Indices = lengths.argsort(kind="stable")
    tie = lengths[order]  # Equal numbers: the ids are equal so far.
    padded = np.concatenate((ids.buffer, np.zeros(_WORD, np.uint8)))
    words = np.lib.stride_tricks.sliding_window_view(padded, _WORD)
    places = np.arange(order.size)  # The places whose order is not known yet.
    for first in range(0, int(sizes.max(initial=0)), _WORD):
        begins = first_of_equals(tie[places])
        places = places[~(begins & np.append(begins[1:], True))]
        if not places.size:
            break
        rows = order[places]
        keys = _read_words(words, ids.offsets[rows] + first, sizes[rows] - first)
        if (keys == keys[0]).all():
            continue
        by_key = np.lexsort((keys, tie[places]))
        order[places], keys = rows[by_key], keys[by_key]
        tie[places] = (first_of_equals(keys) | first_of_equals(tie[places])).cumsum()
    return order


def _code_points(ids: StringColumn) -> Indices:
    """``(n,) int64`` code points of each id: its bytes without the bytes that continue a code point."""
    sizes = np.diff(ids.offsets)
    continuing = (ids.buffer & 0xC0) == 0x80
    if not continuing.any():
        return sizes
    before = np.zeros(continuing.size + 1, np.int64)
    continuing.cumsum(out=before[1:])
    return sizes - np.diff(before[ids.offsets])


def _read_words(words: Bytes, starts: Indices, sizes: Indices) -> Hashes:
    """``(r,) uint64`` the word at each of the ``starts``, of which the first ``sizes`` bytes count; 0 for none.

    Args:
        words: ``(bytes + 1, 8)`` the bytes from each byte on.
        starts: ``(r,)`` the place of each word.
        sizes: ``(r,)`` the bytes of each id from there on.
    """
    keys: Hashes = words[np.minimum(starts, len(words) - 1)].view(">u8").reshape(-1).astype(np.uint64)
    unused = ((_WORD - sizes.clip(0, _WORD)) << 3).astype(np.uint64)  # bits
    unused_half = unused >> np.uint64(1)  # A shift by 64 bits is not defined.
    keys >>= unused_half
    keys >>= unused - unused_half
    keys <<= unused - unused_half
    keys <<= unused_half
    return keys
