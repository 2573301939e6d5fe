"""Pairs of texts -> their decisions. The decisions of the last comparisons stay in memory.

A story that grows is compared with each document that joins it, and average link asks for all pairs of the story. All
but those of the new document were decided with the documents before it.
"""

from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.pair_codes import encode
from dedup.core.arrays.ragged import Ragged, ranges
from dedup.core.arrays.sorting import find
from dedup.core.pairs.decision import DecidedPairs, decide_pairs
from dedup.core.pairs.rule import ComparedTexts, PairFacts

_FEW: Final = 64
"""Pairs that are decided together and not kept, at most: deciding them again takes about as long as finding them."""

_PAIRS: Final = 1 << 14
"""Kept pairs from which on the next pairs take the place of all: half a megabyte."""

_TEXTS: Final = 1 << 12
"""Texts of kept pairs from which on the same happens."""

_FACTS: Final = np.array([1, 2, 4, 8], np.int64)
"""The bits of the facts of a pair in its code."""


class KeptPairs:
    """Decides pairs of texts, and keeps the decisions by all that they depend on: texts, headlines, facts.

    Args:
        threshold: the share from which two texts are copies.
    """

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self.clear()

    def clear(self) -> None:
        """Drop all decisions."""
        self._numbers: dict[tuple[object, ...], int] = {}
        self._codes, none = np.zeros(0, np.int64), np.zeros(0, np.int64)
        flags, rules, places = np.zeros(0, np.bool_), np.zeros(0, np.int8), np.zeros((0, 2), np.int64)
        self._decided = DecidedPairs(none, none, flags, rules, none, places)

    def decide(
        self, words: tuple[Hashes, Hashes], texts: ComparedTexts, sets: Ragged, pairs: Pairs, facts: PairFacts
    ) -> DecidedPairs:
        """Decide pairs as `decide_pairs` does.

        Args:
            words: ``(c,)`` and ``(c,)`` the halves of the fingerprint of the words of each text with its boilerplate.
            texts: the texts without boilerplate.
            sets: their shingle sets.
            pairs: ``(p, 2)`` positions in ``texts``.
            facts: the facts of the pairs.
        """
        if len(pairs) <= _FEW:
            return decide_pairs(texts, sets, pairs, facts, self._threshold)
        if self._codes.size > _PAIRS or len(self._numbers) > _TEXTS:
            self.clear()
        codes, order = self._codes_of(words, texts, pairs, facts), self._codes.argsort(kind="stable")
        positions, is_kept = find(self._codes[order], codes)
        rows, new = np.empty(len(pairs), np.int64), (~is_kept).nonzero()[0]
        rows[is_kept], rows[new] = order[positions[is_kept]], self._codes.size + np.arange(new.size)
        decided = decide_pairs(texts, sets, pairs[new], facts.of(new), self._threshold)
        self._codes = np.concatenate((self._codes, codes[new]))
        self._decided = _join(self._decided, decided)
        return _take(self._decided, rows)

    def _codes_of(self, words: tuple[Hashes, Hashes], texts: ComparedTexts, pairs: Pairs, facts: PairFacts) -> Indices:
        """``(p,)`` a number of each pair with its facts, by the numbers of its texts."""
        numbers, says = self._numbers, texts.says
        headlines = [says.values[start:end].tobytes() for start, end in says.bounds.tolist()]
        keys = zip(*(column.tolist() for column in (*words, texts.rests)), headlines, strict=True)
        of_text = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
        first, second = of_text[pairs].T
        return encode(first, (second << _FACTS.size) | _FACTS @ np.array(facts))


def _join(first: DecidedPairs, second: DecidedPairs) -> DecidedPairs:
    """The ``first`` decisions, then the ``second``."""
    parts = first, second._replace(pair=second.pair + first.shares.size)
    columns = ([getattr(part, name) for part in parts] for name in DecidedPairs._fields)
    return DecidedPairs._make(map(np.concatenate, columns))


def _take(decided: DecidedPairs, rows: Indices) -> DecidedPairs:
    """The decisions in ``rows``, in this order."""
    starts, ends = (decided.pair.searchsorted(rows, side) for side in ("left", "right"))
    pair, places = np.arange(rows.size).repeat(ends - starts), decided.places[ranges(starts, ends - starts)]
    shares, common, walls, rules = decided.shares[rows], decided.common[rows], decided.walls[rows], decided.rules[rows]
    return DecidedPairs(shares, common, walls, rules, pair, places)
