"""Misprints of scanned texts -> the words that other copies have in the same places.

A scanner reads one letter for another, here and there: at one word in five no two copies share a run of five words. But
no two copies are misread in the same places. So a word is read as the word that stands elsewhere beside the same three
words, before them, behind them or among them, if one misprint tells the two apart. The hash of a token is a weighted
sum of its bytes (`core.text.tokens.byte_weights`): one letter changed at place ``p`` adds a multiple of ``W[p]``, so that
misprints are told without the letters. A figure is never read as another one, for no text tells what it was.

Clean texts have such words too: "say" and "says". So it is told first whether a collection is scanned. Two words that
stand between the same two words on both sides are equal, or one misprint apart, or quite different. In a collection of
scans the share of misprints among the first two kinds is about the share of words that are misread. In clean
collections of twenty kinds it is about one in two hundred at most.
"""

import functools
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, counts_of
from dedup.core.arrays.sorting import distinct, find, first_of_equals
from dedup.core.text.figures import is_figure
from dedup.core.text.tokens import byte_weights

SCANNED: Final = 0.007
"""Share of misprints from which a collection is scanned: between a clean one and one word in a hundred."""

ENOUGH: Final = 10
"""Misprints from which a collection is scanned."""

AROUND: Final = (-2, -1, 1, 2)
"""Places of the words by which misprints are counted, from a word on."""

SIDES: Final = ((-2, -1, 1), (-1, 1, 2), (-3, -2, -1), (1, 2, 3))
"""Places of the words by which a word is read: three that stand beside it."""

TURNS: Final = 3
"""How often all texts are read by all sides: words that are read well help to read the words beside them."""

_LETTERS: Final = 26
_SHIFT: Final = np.uint64(31)


class Contexts(NamedTuple):
    """Places of texts, all ``(m,)``: ``contexts`` ``uint64``, a hash of the words around each place; ``words``
    ``uint64``, the word there; ``at`` ``int64``, where it is among all words of the texts."""

    contexts: Hashes
    words: Hashes
    at: Indices


class SeenWords(NamedTuple):
    """Neighbours of one context that are ``equal``, and neighbours that are ``misprinted``: one misprint apart."""

    equal: int
    misprinted: int

    @property
    def scanned(self) -> bool:
        """Whether the collection is scanned."""
        return self.misprinted >= max(ENOUGH, SCANNED * (self.equal + self.misprinted))


def contexts(texts: Ragged, around: tuple[int, ...]) -> Contexts:
    """The places of ``texts``, between which there are no gaps, that have words at all places ``around`` in their text.

    Figures are left out.
    """
    starts, ends = texts.bounds.repeat(texts.lengths, axis=0).T
    every = np.arange(texts.values.size)
    at = np.flatnonzero((every + around[0] >= starts) & (every + around[-1] < ends) & ~is_figure(texts.values))
    contexts = np.zeros(at.size, np.uint64)
    for step in around:
        contexts ^= texts.values[at + step]
        contexts *= multiplier("mix", 0)
        contexts ^= contexts >> _SHIFT
    return Contexts(contexts, texts.values[at], at)


def seen_words(found: Contexts, seed: int) -> SeenWords:
    """What the places ``found`` say of their texts: pairs of words that are neighbours in the order of their hashes."""
    order = np.lexsort((found.words, found.contexts))
    same = ~first_of_equals(found.contexts[order])[1:]
    distances = np.diff(found.words[order])[same]
    return SeenWords(int(np.count_nonzero(distances == 0)), int(np.count_nonzero(_misprint(distances, seed))))


def read_as(found: Contexts, printed: Hashes, seed: int) -> Hashes:
    """``(m,)`` what the word at each of the places ``found`` is read as.

    It is the most frequent word of its context, of equals the word that stands at most of the places whose contexts
    are not their own, then that of the lowest hash; if this is the word that was ``printed`` ``(m,)``, or one misprint
    from it. Else it stays as it is.
    """
    read, order = found.words.copy(), found.contexts.argsort()
    order = order[_several(found.contexts[order])]  # most places have a context of their own
    order = order[np.lexsort((found.words[order], found.contexts[order]))]
    contexts, words = found.contexts[order], found.words[order]
    starts = np.flatnonzero(first_of_equals(contexts) | first_of_equals(words))
    counts, word, context = counts_of(starts, words.size), words[starts], contexts[starts]
    number = distinct(word)[1]
    everywhere = np.bincount(number, counts)[number]
    best = np.lexsort((word, -everywhere, -counts, context))
    best = best[first_of_equals(context[best])]
    chosen = word[best].repeat(counts_of(np.flatnonzero(first_of_equals(contexts)), words.size))
    odd = np.flatnonzero(chosen != words)
    order, chosen = order[odd], chosen[odd]
    distances = printed[order] - chosen
    near = (distances == 0) | _misprint(distances, seed)
    read[order[near]] = chosen[near]
    return read


def _several(ordered: Hashes) -> npt.NDArray[np.bool_]:
    """Which values stand beside an equal one."""
    new = first_of_equals(ordered)
    several: npt.NDArray[np.bool_] = ~(new & np.append(new[1:], True))
    return several


def _misprint(distances: Hashes, seed: int) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether one misprint makes such a difference."""
    return find(steps(seed), distances)[1]


@functools.cache
def steps(seed: int) -> Hashes:
    """What one misprint adds to the hash of a token or takes from it, sorted: another letter, a letter behind."""
    letters = {*range(1, _LETTERS), *range(ord("a"), ord("a") + _LETTERS)}
    found = [
        sign * letter * weight % 2**64
        for weight in byte_weights(seed).tolist()
        for letter in letters
        for sign in (1, -1)
    ]
    return np.unique(np.array(found, np.uint64))
