"""Spellings of scanned texts -> the words that other copies have in the same contexts.

A scanner misreads a letter here and there. If one word in five is misread, no two copies share a run of five words. But
no two copies are misread in the same places. So a word is read as the word that stands elsewhere beside the same three
words: before it, behind it, or on both sides. This is done only if one misprint explains the difference. A figure is
never read as another figure, because no text tells what it was.

A word is a spelling here: a weighted sum of its bytes (`core.misprints.spelling`). A letter that changes at position
``p`` adds a multiple of ``W[p]``. So misprints are recognised without the letters.

Clean texts have such pairs of words too: "say" and "says". So a collection is corrected only if it is scanned. Two
words that stand between the same two words on both sides are equal, one misprint apart, or different words. In a
collection of scans, the share of misprints among the first two kinds is about the share of misread words. In clean
collections of twenty kinds the share is about one in two hundred at most.
"""

import functools
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, counts_of
from dedup.core.arrays.sorting import distinct, find, first_of_equals, rising
from dedup.core.misprints.spelling import byte_weights
from dedup.core.text.figures import is_figure

SCANNED: Final = 0.007
"""Share of misprints from which on a collection is scanned: more than in clean texts, less than one word in a
hundred."""

ENOUGH: Final = 10
"""Number of misprints from which on a collection is scanned."""

AROUND: Final = (-2, -1, 1, 2)
"""Distances of the words of a context where misprints are counted."""

SIDES: Final = ((-2, -1, 1), (-1, 1, 2), (-3, -2, -1), (1, 2, 3))
"""Distances of the words of the contexts in which a word is read: three words beside it."""

TURNS: Final = 3
"""How often all texts are read by all of `SIDES`: corrected words help to read the words beside them."""

_LETTERS: Final = 26
_SHIFT: Final = np.uint64(31)


class Contexts(NamedTuple):
    """``m`` positions of words in texts.

    - ``contexts`` ``(m,) uint64``: a hash of the words around each position.
    - ``words`` ``(m,) uint64``: the word at each position.
    - ``at`` ``(m,) int64``: the position among all words of the texts.
    """

    contexts: Hashes
    words: Hashes
    at: Indices

    def take(self, rows: Indices | npt.NDArray[np.bool_]) -> "Contexts":
        """Return the positions of a mask ``(m,)``, or at places ``(r,)``."""
        return Contexts(self.contexts[rows], self.words[rows], self.at[rows])


class SeenWords(NamedTuple):
    """Pairs of neighbouring words of one context: how many are ``equal``, and how many are ``misprinted``, which means
    one misprint apart."""

    equal: int
    misprinted: int

    @property
    def scanned(self) -> bool:
        """Whether the collection is scanned."""
        return self.misprinted >= max(ENOUGH, SCANNED * (self.equal + self.misprinted))


def contexts(texts: Ragged, around: tuple[int, ...]) -> Contexts:
    """Return the contexts of the words of ``texts``.

    Figures are left out. So is a word whose text has no word at one of the distances ``around``.

    Args:
        texts: the spellings of texts, one text behind the other without gaps.
        around: the distances of the words of a context, rising.
    """
    starts, ends = texts.bounds.repeat(texts.lengths, axis=0).T
    positions = np.arange(texts.values.size)
    complete = (positions + around[0] >= starts) & (positions + around[-1] < ends)
    at = np.flatnonzero(complete & ~is_figure(texts.values))
    hashes = np.zeros(at.size, np.uint64)
    for step in around:
        hashes ^= texts.values[at + step]
        hashes *= multiplier("mix", 0)
        hashes ^= hashes >> _SHIFT
    return Contexts(hashes, texts.values[at], at)


def seen_words(observed: Contexts, seed: int) -> SeenWords:
    """Count equal and misprinted words in the order of their spellings, among neighbours of one context."""
    order = np.lexsort((observed.words, observed.contexts))
    same_context = ~first_of_equals(observed.contexts[order])[1:]
    distances = np.diff(observed.words[order])[same_context]
    return SeenWords(int(np.count_nonzero(distances == 0)), int(np.count_nonzero(_are_misprints(distances, seed))))


class Readings(NamedTuple):
    """The words of ``m`` positions, as their contexts read them.

    - ``changed`` ``(c,) int64``: positions whose word is read as another one.
    - ``words`` ``(c,) uint64``: the words as which they are read.
    - ``undecided`` ``(u,) int64``: positions in contexts that have several most frequent words.
    - ``tied_contexts``, ``tied_words`` ``(t,) uint64``: the most frequent words of these contexts.
    - ``uses``: how often each word stands in contexts that occur several times.
    """

    changed: Indices
    words: Hashes
    undecided: Indices
    tied_contexts: Hashes
    tied_words: Hashes
    uses: "WordUses"


class WordUses(NamedTuple):
    """``w`` words: ``words`` ``(w,) uint64``, rising, and their ``counts`` ``(w,) int64``."""

    words: Hashes
    counts: Indices

    @classmethod
    def joined(cls, uses: "Sequence[WordUses]") -> "WordUses":
        """Add counts of words."""
        words, word = distinct(np.concatenate([part.words for part in uses]))
        counts = np.bincount(word, np.concatenate([part.counts for part in uses]), words.size)
        return cls(words, counts.astype(np.int64))

    def of(self, words: Hashes) -> Indices:
        """Return ``(n,)`` the counts of ``words`` ``(n,)``, all of which are there."""
        counts: Indices = self.counts[self.words.searchsorted(words)]
        return counts


def read_as(observed: Contexts, printed: Hashes, seed: int) -> Hashes:
    """Read the word at each position as the best word of its context.

    The best word is the most frequent word of the context. Of equally frequent words it is the one that stands at most
    of the positions whose contexts occur several times, then the one with the least spelling. The word changes only if
    the best word is the printed word or one misprint from the printed word.

    Args:
        observed: the contexts of ``m`` words.
        printed: ``(m,) uint64`` the words as they were printed.
        seed: the key of the spellings.

    Returns:
        ``(m,) uint64`` the words as they are read.
    """
    readings = read_contexts(observed, printed, seed)
    undecided = readings.undecided
    read = observed.words.copy()
    read[readings.changed] = readings.words
    rows, words = decide_ties(
        observed.take(undecided),
        printed[undecided],
        readings.tied_contexts,
        readings.tied_words,
        readings.uses.of(readings.tied_words),
        seed,
    )
    read[undecided[rows]] = words
    return read


def read_contexts(observed: Contexts, printed: Hashes, seed: int) -> Readings:
    """Read words as `read_as` does, but for contexts with several most frequent words.

    Args:
        observed: the contexts of ``m`` words, all words of each context.
        printed: ``(m,) uint64`` the words as they were printed.
        seed: the key of the spellings.

    Returns:
        The words that are read as other ones, and what `decide_ties` needs for the rest.
    """
    order = observed.contexts.argsort()
    order = order[_occur_again(observed.contexts[order])]  # most contexts occur once
    order = order[np.lexsort((observed.words[order], observed.contexts[order]))]
    contexts, words = observed.contexts[order], observed.words[order]
    starts = np.flatnonzero(first_of_equals(contexts) | first_of_equals(words))
    counts, word, is_first = counts_of(starts, words.size), words[starts], first_of_equals(contexts[starts])
    context = np.cumsum(is_first) - 1
    most = np.maximum.reduceat(counts, np.flatnonzero(is_first)) if counts.size else counts
    best = np.flatnonzero(counts == most[context])
    tied = np.bincount(context[best]) > 1
    chosen = np.zeros(tied.size, np.uint64)
    chosen[context[best]] = word[best]
    context_of_row = context.repeat(counts)
    rows = np.flatnonzero(~tied[context_of_row] & (chosen[context_of_row] != words))
    rows = rows[_explains(chosen[context_of_row[rows]], printed[order[rows]], seed)]
    undecided = _find_open(word[best], context[best], context_of_row, words, printed[order], seed)
    tied_best = best[undecided[context[best]]]
    return Readings(
        order[rows],
        chosen[context_of_row[rows]],
        order[undecided[context_of_row]],
        contexts[starts[tied_best]],
        word[tied_best],
        WordUses.joined([WordUses(word, counts)]),
    )


def _find_open(
    best: Hashes, context_of_best: Indices, context_of_row: Indices, words: Hashes, printed: Hashes, seed: int
) -> npt.NDArray[np.bool_]:
    """Return ``(c,)`` whether a word of each context may be read as another one of the best words of the context.

    Args:
        best: ``(b,)`` the best words of contexts, context after context.
        context_of_best: ``(b,)`` their contexts, numbered from 0.
        context_of_row: ``(r,)`` the contexts of positions, rising.
        words: ``(r,)`` the words at these positions.
        printed: ``(r,)`` the words as they were printed.
        seed: the key of the spellings.
    """
    of_context = np.bincount(context_of_best)
    first = np.cumsum(of_context) - of_context
    is_open = np.zeros(of_context.size, np.bool_)
    rows = np.flatnonzero((of_context > 1)[context_of_row])
    for turn in range(int(of_context.max(initial=0))):
        context = context_of_row[rows]
        rows = rows[(of_context[context] > turn) & ~is_open[context]]
        candidate = best[first[context_of_row[rows]] + turn]
        may_change = (candidate != words[rows]) & _explains(candidate, printed[rows], seed)
        is_open[context_of_row[rows[may_change]]] = True
    return is_open


def decide_ties(
    observed: Contexts, printed: Hashes, contexts: Hashes, words: Hashes, uses: Indices, seed: int
) -> tuple[Indices, Hashes]:
    """Read words in contexts that have several most frequent words.

    Args:
        observed: the contexts of ``u`` words.
        printed: ``(u,) uint64`` the words as they were printed.
        contexts: ``(t,) uint64`` each context once for each of its most frequent words.
        words: ``(t,) uint64`` these words.
        uses: ``(t,) int64`` how often each of these words stands in contexts that occur several times.
        seed: the key of the spellings.

    Returns:
        The positions whose word changes, and ``uint64`` the words as which they are read.
    """
    best = np.lexsort((words, -uses, contexts))
    best = best[first_of_equals(contexts[best])]
    position, is_there = find(contexts[best], observed.contexts)
    rows = np.flatnonzero(is_there)
    chosen = words[best[position[rows]]]
    rows, chosen = rows[chosen != observed.words[rows]], chosen[chosen != observed.words[rows]]
    explained = _explains(chosen, printed[rows], seed)
    return rows[explained], chosen[explained]


def _explains(words: Hashes, printed: Hashes, seed: int) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether each word is the printed word, or one misprint from it."""
    distances = printed - words
    explained: npt.NDArray[np.bool_] = (distances == 0) | _are_misprints(distances, seed)
    return explained


def _occur_again(ordered: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether each of the ``ordered`` values stands beside an equal one."""
    new = first_of_equals(ordered)
    again: npt.NDArray[np.bool_] = ~(new & np.append(new[1:], True))
    return again


def _are_misprints(distances: Hashes, seed: int) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether one misprint makes such a difference between two spellings."""
    return find(steps(seed), distances)[1]


@functools.cache
def steps(seed: int) -> Hashes:
    """Return the numbers that one misprint adds to the spelling of a token or subtracts from it, rising.

    A misprint is another letter, or one more letter at the end.
    """
    letters = {*range(1, _LETTERS), *range(ord("a"), ord("a") + _LETTERS)}
    differences = [
        sign * letter * weight % 2**64
        for weight in byte_weights(seed).tolist()
        for letter in letters
        for sign in (1, -1)
    ]
    return rising(np.array(differences, np.uint64))
