"""Headlines of items of feeds -> pairs of items that one headline joins.

An item has at most `URL_WORDS` words, or none, so its text says little. A headline of `HEADLINE_WORDS` words or more
joins two items of two sites. A shorter headline joins them only if their texts share a shingle. A headline that one
site prints at two addresses is recurring, as "The evening in brief", and joins nothing.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Flags, Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.text.headlines import is_long_headline
from dedup.core.thresholds import HEADLINE_HOURS

_LIMIT: Final = HEADLINE_HOURS * 3600 * 10**9
"""`HEADLINE_HOURS` in nanoseconds."""

_NO_PAIRS: Final = np.zeros((0, 2), np.int64)


class Items(NamedTuple):
    """Facts of ``n`` documents for `join_items`, ``(n,)`` each.

    - ``headlines`` ``uint64``: the key of the headline (`core.text.headlines.headline_keys`), 0 for a document that is
      no item or has no headline.
    - ``sites`` ``uint64``: the key of the site that prints the document.
    - ``urls`` ``uint64``: the key of the address, 0 for none.
    - ``times`` ``int64``: the time in nanoseconds, or `UNKNOWN_TIME`.
    - ``text`` ``int64``: the number of the text, negative for a document without a word.
    """

    headlines: Hashes
    sites: Hashes
    urls: Hashes
    times: Indices
    text: Indices


def join_items(items: Items, most: int) -> Pairs:
    """Pair the items of two sites that have one headline, and are at most `HEADLINE_HOURS` apart.

    A recurring headline, and a headline of more than ``most`` items, joins nothing. An unknown time is near each time.
    `with_evidence` then leaves out items under a short headline whose texts share nothing.

    Args:
        items: the documents.
        most: the most items of one headline.

    Returns:
        ``(p, 2) int64`` positions of items, the lower first, sorted and distinct.
    """
    rows = items.headlines.nonzero()[0]
    if rows.size < 2:
        return _NO_PAIRS
    rows = rows[np.lexsort((items.urls[rows], items.sites[rows], items.headlines[rows]))]
    starts = first_of_equals(items.headlines[rows]).nonzero()[0]
    sizes = counts_of(starts, rows.size)
    usable = (sizes > 1) & (sizes <= most) & ~np.logical_or.reduceat(_repeat_headlines(items, rows), starts)
    starts, sizes = starts[usable], sizes[usable]
    first = ranges(starts, sizes)
    after = (starts + sizes).repeat(sizes) - first - 1
    one, other = rows[first.repeat(after)], rows[ranges(first + 1, after)]
    joined = (items.sites[one] != items.sites[other]) & _are_near(items.times[one], items.times[other])
    codes = pair_codes.encode(np.minimum(one, other)[joined], np.maximum(one, other)[joined])
    return pair_codes.decode(np.sort(codes))


def _repeat_headlines(items: Items, rows: Indices) -> Flags:
    """Return whether each row has the headline and the site, but not the address, of the row before.

    ``rows`` ``(r,)`` are sorted by headline, site and address. An item without an address has one of its own.
    """
    repeats = np.zeros(rows.size, np.bool_)
    headlines, sites, urls = items.headlines[rows], items.sites[rows], items.urls[rows]
    repeats[1:] = (headlines[1:] == headlines[:-1]) & (sites[1:] == sites[:-1])
    repeats[1:] &= (urls[1:] != urls[:-1]) | (urls[1:] == 0)
    return repeats


def _are_near(times: Indices, others: Indices) -> Flags:
    """Return whether each two times are at most `HEADLINE_HOURS` apart, or one of them is unknown."""
    near: Flags = (times == UNKNOWN_TIME) | (others == UNKNOWN_TIME)
    known = ~near
    near[known] = np.abs(times[known] - others[known]) <= _LIMIT
    return near


def text_pairs(items: Items, pairs: Pairs) -> Pairs:
    """Return the pairs of texts that a headline may join, so that they are compared.

    Args:
        items: the documents.
        pairs: ``(p, 2)`` pairs of items from `join_items`.

    Returns:
        ``(q, 2) int64`` pairs of different texts, the lower text first, sorted and distinct.
    """
    texts = np.sort(items.text[pairs], axis=1)
    texts = texts[(texts[:, 0] >= 0) & (texts[:, 0] != texts[:, 1])]
    return pair_codes.decode(np.unique(pair_codes.encode(*texts.T)))


def with_evidence(items: Items, pairs: Pairs, sharing: Indices) -> Pairs:
    """Return the pairs of items under a long headline, and those whose texts share a shingle.

    Args:
        items: the documents.
        pairs: ``(p, 2)`` pairs of items from `join_items`.
        sharing: the codes of pairs of texts that share a shingle, sorted.
    """
    texts = np.sort(items.text[pairs], axis=1)
    share = np.zeros(len(pairs), np.bool_)
    worded = texts[:, 0] >= 0
    share[worded] = find(sharing, pair_codes.encode(*texts[worded].T))[1]
    return pairs[share | is_long_headline(items.headlines[pairs[:, 0]])]
