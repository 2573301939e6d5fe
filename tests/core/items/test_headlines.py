"""Headlines of items: which items one headline joins, and which stories."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.array_types import UNKNOWN_TIME
from dedup.core.arrays import pair_codes
from dedup.core.items import headlines
from dedup.core.items.headlines import Items
from dedup.core.items.reference import headlines as reference
from dedup.core.items.reference.headlines import Item
from dedup.core.thresholds import HEADLINE_HOURS, URL_WORDS

HOUR, MOST, LONG, SHORT = 3600 * 10**9, 4, 3, 2
"""Nanoseconds, items of a headline, and the keys of a long and of a short headline."""


def columns(items):
    """Return items as arrays. An item has its time in hours."""
    rows = [item if item.hours == UNKNOWN_TIME else item._replace(hours=item.hours * HOUR) for item in items]
    keys = [np.array([row[place] for row in rows], np.uint64) for place in range(3)]
    numbers = [np.array([row[place] for row in rows], np.int64) for place in (3, 4)]
    return Items(*keys, *numbers, np.array([row.joins for row in rows], np.bool_))


def joined(*items, sharing=()):
    """Return the pairs of items that headlines join."""
    arrays = columns(items)
    codes = np.sort(pair_codes.encode(*np.array(sorted(sharing), np.int64).reshape(-1, 2).T))
    pairs = headlines.with_evidence(arrays, headlines.join_items(arrays, MOST), codes)
    return [*map(tuple, pairs.tolist())]


def test_a_long_headline_joins_two_sites():
    """Two sites under one long headline are joined, one site or two headlines are not."""
    assert [(0, 1)] == joined(Item(LONG, 1, 7, 0, -1), Item(LONG, 2, 8, 0, -1))
    assert [] == joined(Item(LONG, 1, 7, 0, -1), Item(LONG, 1, 7, 0, -1))
    assert [] == joined(Item(LONG, 1, 7, 0, -1), Item(LONG + 2, 2, 8, 0, -1))
    assert [] == joined(Item(0, 1, 7, 0, -1), Item(0, 2, 8, 0, -1))


def test_a_short_headline_needs_texts_that_share_a_shingle():
    """Items under a short headline are joined if their texts share a shingle; an item without a text never is."""
    items = Item(SHORT, 1, 7, 0, 4), Item(SHORT, 2, 8, 0, 2)
    assert [] == joined(*items)
    assert [(0, 1)] == joined(*items, sharing=[(2, 4)])
    assert [] == joined(items[0], items[1]._replace(text=-1), sharing=[(2, 4)])


def test_a_headline_joins_for_three_days():
    """Items that are farther apart are not joined. An item without a time is joined to any."""
    first, last = Item(LONG, 1, 7, 0, -1), Item(LONG, 2, 8, HEADLINE_HOURS, -1)
    assert [(0, 1)] == joined(first, last)
    assert [] == joined(first, last._replace(hours=HEADLINE_HOURS + 1))
    assert [(0, 2), (1, 2)] == joined(
        first, last._replace(hours=HEADLINE_HOURS + 1), Item(LONG, 3, 9, UNKNOWN_TIME, -1)
    )


def test_a_recurring_headline_joins_nobody():
    """A headline that one site prints at two addresses, or twice without one, joins no items of any sites."""
    others = Item(LONG, 1, 7, 0, -1), Item(LONG, 2, 8, 0, -1)
    assert [] == joined(*others, Item(LONG, 3, 9, 900, -1), Item(LONG, 3, 10, 0, -1))
    assert [] == joined(*others, Item(LONG, 3, 0, 900, -1), Item(LONG, 3, 0, 0, -1))
    assert [(0, 1)] == joined(*others, Item(LONG, 3, 9, 900, -1), Item(LONG, 3, 9, 900, -1))


def test_a_notice_joins_nobody_but_makes_its_headline_recur():
    """An item that may not join others counts where its site prints the headline twice."""
    others = Item(LONG, 1, 7, 0, -1), Item(LONG, 2, 8, 0, -1)
    assert [(0, 1)] == joined(*others, Item(LONG, 3, 9, 0, 4, joins=False))
    assert [] == joined(*others, Item(LONG, 1, 9, 0, 4, joins=False))


def test_texts_under_one_headline_are_compared():
    """The texts of joined items are compared, each pair once; an item without a text is not."""
    items = columns([Item(LONG, 1, 7, 0, 5), Item(LONG, 2, 8, 0, 3), Item(SHORT, 1, 9, 0, -1), Item(SHORT, 2, 6, 0, 1)])
    assert [[3, 5]] == headlines.text_pairs(items, headlines.join_items(items, MOST)).tolist()


def test_two_long_texts_are_not_joined():
    """Headlines join no two stories that each have a long text, nor what hangs between them."""
    pairs = np.array([(0, 1), (1, 2)])
    short, long = URL_WORDS, URL_WORDS + 1
    assert [4, 4, 4] == headlines.join_headlines(np.array([4, 5, 6]), pairs, np.array([short, short, long])).tolist()
    assert [4, 5, 6] == headlines.join_headlines(np.array([4, 5, 6]), pairs, np.array([long, short, long])).tolist()


ITEMS = st.lists(
    st.builds(
        Item,
        st.integers(0, 3),
        st.integers(1, 4),
        st.integers(0, 3),
        st.sampled_from([0, 1, HEADLINE_HOURS, HEADLINE_HOURS + 1, UNKNOWN_TIME]),
        st.integers(-1, 5),
        st.booleans(),
    ),
    max_size=12,
)


@given(ITEMS, st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1])))
def test_the_slow_twin_agrees_on_pairs(items, sharing):
    """The same items are recurring, and the same are joined, as the slow twin finds."""
    arrays = columns(items)
    assert reference.find_recurring(items, MOST) == headlines.find_recurring(arrays, MOST).tolist()
    pairs = reference.join_items(items, MOST)
    assert pairs == [*map(tuple, headlines.join_items(arrays, MOST).tolist())]
    assert reference.with_evidence(items, pairs, sharing) == joined(*items, sharing=sharing)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2 * URL_WORDS)), min_size=1), st.data())
def test_the_slow_twin_agrees_on_stories(documents, data):
    """Headlines join the same stories as the slow twin finds."""
    story, words = map(list, zip(*documents, strict=True))
    number = st.integers(0, len(story) - 1)
    pairs = data.draw(st.lists(st.tuples(number, number).filter(lambda pair: pair[0] < pair[1]), unique=True))
    found = headlines.join_headlines(np.array(story), np.array(pairs, np.int64).reshape(-1, 2), np.array(words))
    assert reference.join_headlines(story, pairs, words) == found.tolist()
