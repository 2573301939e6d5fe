"""The word of a person on pairs of documents -> stories by text: average link again, with the pairs held.

Documents that are one story by the word of a person count as one document, which shares with another one what the
nearest of them shares. Two documents that are apart never come into one story.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Floats, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.graph import by_first, components
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.sorting import distinct, find, rising
from dedup.core.stories.by_hand.pairs import HandPairs
from dedup.core.stories.clustering import MAX_COMPONENT, Stories, make_stories
from dedup.core.stories.shares import APART
from dedup.core.thresholds import ONE


class HandStories(NamedTuple):
    """The stories of the ``k`` documents that the word of a person may move.

    - ``documents`` ``(k,)``: the documents, rising.
    - ``labels`` ``(k,)``: the story of each, from 0.
    - ``weakest``: the least average share of a text of each story with its other texts, as in `clustering.Stories`.
    """

    documents: Indices
    labels: Indices
    weakest: Floats


def group_by_hand(
    hand: HandPairs, texts: Indices, matches: Pairs, threshold: int, share_of: Callable[[Pairs], Indices]
) -> HandStories:
    """Group documents by average link, with the pairs of a person held.

    The documents are those that matches join with a document of a pair, in any number of steps.

    Args:
        hand: the word of a person on ``n`` documents.
        texts: ``(n,)`` the number of the text of each document. A document that joins nobody by its text has a number
            of its own.
        matches: ``(m, 2)`` pairs of texts that reach the threshold.
        threshold: the share from which two texts are copies, in units of 1 / `ONE`.
        share_of: returns the shares of pairs of different texts, ``(q, 2)``, the lower text first, distinct.

    Returns:
        The stories of these documents.
    """
    documents = _find_documents(hand, texts, matches)
    groups, apart = documents.searchsorted(hand.groups[documents]), documents.searchsorted(hand.apart)
    units = _make_units(texts[documents], groups, apart, hand.are_named()[documents])
    contents = _UnitTexts(units, texts[documents], share_of)
    apart_codes = pair_codes.encode(*np.sort(units[apart], axis=1).T)
    codes = rising(np.concatenate((contents.find_linked(matches), apart_codes)))
    pairs = pair_codes.decode(codes)
    weights = contents.measure(pairs)
    weights[find(rising(apart_codes), codes)[1]] = APART
    stories = make_stories(int(units.max(initial=-1)) + 1, pairs, weights, threshold, contents.measure)
    return HandStories(documents, stories.labels[units], contents.find_weakest(stories))


def _find_documents(hand: HandPairs, texts: Indices, matches: Pairs) -> Indices:
    """Return the documents that matches and groups join with a document of a pair."""
    named = hand.are_named().nonzero()[0]
    in_groups = pair_up(texts[hand.groups[named]], texts[named])
    part = components(int(texts.max(initial=-1)) + 1, np.concatenate((matches, in_groups)))
    documents: Indices = np.isin(part[texts], part[texts[named]]).nonzero()[0]
    return documents


def _make_units(texts: Indices, groups: Indices, apart: Pairs, named: Flags) -> Indices:
    """Return ``(k,)`` the unit of each document: documents of one text or of one group.

    Where that would make one unit of two documents that are apart, a unit is a group, or a text of documents of no
    pair. Units are numbered by their lowest texts.
    """
    documents = np.arange(texts.size)
    edges = np.concatenate((pair_up(documents, groups), pair_up(documents, texts.size + texts)))
    units = components(texts.size + int(texts.max(initial=-1)) + 1, edges)[: texts.size]
    mixed = units[apart[units[apart[:, 0]] == units[apart[:, 1]], 0]]
    first = int(units.max(initial=-1)) + 1
    keys = np.where(named, first + groups, first + texts.size + texts)
    keys = np.where(np.isin(units, mixed), keys, units)
    order = np.lexsort((documents, texts))
    numbered = np.empty_like(units)
    numbered[order] = by_first(keys[order])
    return numbered


class _UnitTexts:
    """The texts of units: pairs ``(t, 2)`` of a unit and a text, distinct, sorted by unit and sorted by text.

    Args:
        units: ``(k,)`` the unit of each document.
        texts: ``(k,)`` its text.
        share_of: as for `group_by_hand`.
    """

    def __init__(self, units: Indices, texts: Indices, share_of: Callable[[Pairs], Indices]) -> None:
        self._by_unit = pair_codes.decode(rising(pair_codes.encode(units, texts)))
        self._by_text = self._by_unit[self._by_unit[:, 1].argsort(kind="stable")]
        self._share_of = share_of

    def find_linked(self, matches: Pairs) -> Indices:
        """Return the codes of the pairs of units that a match joins, or a text that both have."""
        texts = rising(self._by_text[:, 1])
        inside = find(texts, matches.reshape(-1))[1].reshape(-1, 2).all(axis=1)
        linked = np.concatenate((matches[inside], pair_up(texts, texts)))
        _, rows = _spread(self._by_text[:, 1], linked)
        units = np.sort(self._by_text[:, 0][rows], axis=1)
        return pair_codes.encode(*units[units[:, 0] != units[:, 1]].T)

    def measure(self, pairs: Pairs) -> Indices:
        """Return ``(p,)`` the share of each pair of units: that of their nearest texts."""
        owner, rows = _spread(self._by_unit[:, 0], pairs)
        texts = np.sort(self._by_unit[:, 1][rows], axis=1)
        shares, differ = np.full(owner.size, ONE, np.int64), texts[:, 0] != texts[:, 1]
        codes, position = distinct(pair_codes.encode(*texts[differ].T))
        shares[differ] = self._share_of(pair_codes.decode(codes))[position]
        nearest = np.zeros(len(pairs), np.int64)
        np.maximum.at(nearest, owner, shares)
        return nearest

    def find_weakest(self, stories: Stories) -> Floats:
        """Return the least average share of a text of each story with its other texts.

        Where each unit is one text, that is known. A story of more than `MAX_COMPONENT` texts keeps the least average
        of its units: not all its pairs are compared.
        """
        weakest, of_unit = stories.weakest.copy(), stories.labels[self._by_unit[:, 0]]
        label, text = pair_codes.decode(rising(pair_codes.encode(of_unit, self._by_unit[:, 1]))).T
        units, rows_of_units, counts = (np.bincount(labels) for labels in (stories.labels, of_unit, label))
        several = (((rows_of_units != units) | (counts != units)) & (counts <= MAX_COMPONENT)).nonzero()[0]
        _, rows = _spread(label, pair_up(several, several))
        rows = rows[rows[:, 0] < rows[:, 1]]
        codes, position = distinct(pair_codes.encode(*text[rows].T))
        shares = self._share_of(pair_codes.decode(codes))[position]
        sums = np.bincount(rows[:, 0], shares, label.size) + np.bincount(rows[:, 1], shares, label.size)
        weakest[several] = 1.0
        averages = sums / np.maximum(counts[label] - 1, 1) / ONE
        members = (np.isin(label, several) & (counts[label] > 1)).nonzero()[0]
        np.minimum.at(weakest, label[members], averages[members])
        return weakest


def _spread(keys: Indices, pairs: Pairs) -> tuple[Indices, Pairs]:
    """Return the rows of the keys of each pair, each row of the first key with each row of the second.

    Args:
        keys: ``(t,)`` the key of each row, rising.
        pairs: ``(p, 2)`` pairs of keys.

    Returns:
        ``(q,)`` the pair, and ``(q, 2)`` the two rows.
    """
    first, last = keys.searchsorted(pairs), keys.searchsorted(pairs, "right")
    counts = last - first
    sizes = counts.prod(axis=1)
    owner, place = np.arange(len(pairs)).repeat(sizes), ranges(np.zeros_like(sizes), sizes)
    width = counts[owner, 1]
    return owner, pair_up(first[owner, 0] + place // width, first[owner, 1] + place % width)
