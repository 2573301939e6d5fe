"""Headlines of items of feeds -> pairs of items that one headline joins, and the stories of these items.

An item has at most `URL_WORDS` words, or none, so its text says little. A headline of `HEADLINE_WORDS` words or more
joins two items of two sites. A shorter headline joins them only if their texts share a shingle. A headline that one
site prints at two addresses is recurring, as "The evening in brief", and joins nothing.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Flags, Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.graph import components
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import find, first_of_equals, rising
from dedup.core.stories.url_versions import is_long_text, join_stories
from dedup.core.text.headlines import is_long_headline
from dedup.core.thresholds import HEADLINE_HOURS

_LIMIT: Final = HEADLINE_HOURS * int(np.timedelta64(1, "h") / np.timedelta64(1, "ns"))
"""`HEADLINE_HOURS` in nanoseconds."""


class Items(NamedTuple):
    """Facts of ``n`` documents for `join_items`, ``(n,)`` each.

    - ``headlines`` ``uint64``: the key of the headline (`core.text.headlines.headline_keys`), 0 for a document that is
      no item or has no headline.
    - ``sites`` ``uint64``: the key of the site that prints the document.
    - ``urls`` ``uint64``: the key of the address, 0 for none.
    - ``times`` ``int64``: the time in nanoseconds, or `UNKNOWN_TIME`.
    - ``text`` ``int64``: the number of the text, negative for a document without a word.
    - ``joins`` ``bool``: whether the document may join others. A notice may not, and its headline counts all the same.
    """

    headlines: Hashes
    sites: Hashes
    urls: Hashes
    times: Indices
    text: Indices
    joins: Flags


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
    if not items.headlines.any():
        return np.zeros((0, 2), np.int64)
    rows, sizes, recurs = _group_by_headline(items, most)
    starts, usable = sizes.cumsum() - sizes, (sizes > 1) & ~recurs
    starts, sizes = starts[usable], sizes[usable]
    first = ranges(starts, sizes)
    after = (starts + sizes).repeat(sizes) - first - 1
    item, other_item = rows[first.repeat(after)], rows[ranges(first + 1, after)]
    joined = items.joins[item] & items.joins[other_item] & (items.sites[item] != items.sites[other_item])
    joined &= _are_near(items.times[item], items.times[other_item])
    codes = pair_codes.encode(np.minimum(item, other_item)[joined], np.maximum(item, other_item)[joined])
    return pair_codes.decode(np.sort(codes))


def find_recurring(items: Items, most: int) -> Flags:
    """Return ``(n,)`` whether the headline of each document is recurring, or has more than ``most`` items."""
    rows, sizes, recurs = _group_by_headline(items, most)
    recurring = np.zeros(items.headlines.size, np.bool_)
    recurring[rows] = recurs.repeat(sizes)
    return recurring


def _group_by_headline(items: Items, most: int) -> tuple[Indices, Indices, Flags]:
    """Group items by headline.

    Returns:
        ``(r,)`` the rows of the items, headline after headline; ``(h,)`` the number of items of each headline; ``(h,)``
        whether the headline is recurring, or has more than ``most`` items.
    """
    rows = items.headlines.nonzero()[0]
    rows = rows[np.lexsort((items.urls[rows], items.sites[rows], items.headlines[rows]))]
    starts = first_of_equals(items.headlines[rows]).nonzero()[0]
    sizes = counts_of(starts, rows.size)
    repeats = np.append(0, _repeat_headlines(items, rows).cumsum())
    return rows, sizes, (repeats[starts + sizes] > repeats[starts]) | (sizes > most)


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
    are_near: Flags = (times == UNKNOWN_TIME) | (others == UNKNOWN_TIME)
    dated = ~are_near
    are_near[dated] = np.abs(times[dated] - others[dated]) <= _LIMIT
    return are_near


def text_pairs(items: Items, pairs: Pairs) -> Pairs:
    """Return the pairs of texts that a headline may join, so that they are compared.

    Args:
        items: the documents.
        pairs: ``(p, 2)`` pairs of items from `join_items`.

    Returns:
        ``(q, 2) int64`` pairs of different texts, the lower text first, sorted and distinct.
    """
    if not len(pairs):
        return pairs
    texts = np.sort(items.text[pairs], axis=1)
    texts = texts[(texts[:, 0] >= 0) & (texts[:, 0] != texts[:, 1])]
    return pair_codes.decode(rising(pair_codes.encode(*texts.T)))


def with_evidence(items: Items, pairs: Pairs, sharing: Indices) -> Pairs:
    """Return the pairs of items under a long headline, and those whose texts share a shingle.

    Args:
        items: the documents.
        pairs: ``(p, 2)`` pairs of items from `join_items`.
        sharing: the codes of pairs of texts that share a shingle, sorted.
    """
    if not len(pairs):
        return pairs
    texts = np.sort(items.text[pairs], axis=1)
    share = np.zeros(len(pairs), np.bool_)
    worded = texts[:, 0] >= 0
    share[worded] = find(sharing, pair_codes.encode(*texts[worded].T))[1]
    return pairs[share | is_long_headline(items.headlines[pairs[:, 0]])]


def join_headlines(story: Indices, pairs: Pairs, words: Indices) -> Indices:
    """Joins the stories of items that one headline joins.

    A headline joins no two stories that each have a text that is not short: the texts say that they differ.

    Args:
        story: ``(n,) int64`` the story of each document, by text and address.
        pairs: ``(p, 2)`` the documents that headlines join, from `with_evidence`.
        words: ``(n,)`` the words of each text without boilerplate.

    Returns:
        ``(n,) int64`` the story of each document. A joined story has the lowest number of its parts.
    """
    if not len(pairs):
        return story
    edges, count = story[pairs], int(story.max()) + 1
    part = components(count, edges)
    long_stories = rising(story[is_long_text(words)])
    return join_stories(story, count, edges[np.bincount(part[long_stories], minlength=count)[part[edges[:, 0]]] <= 1])
