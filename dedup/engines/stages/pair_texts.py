"""Pairs of texts on shelves -> what they share, as the processes of a job answer. Most texts are in no pair."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices, Pairs
from dedup.core.arrays.ragged import edges_of, take_rows
from dedup.core.pairs.anchors import pair_batches
from dedup.core.pairs.decision import DecidedPairs
from dedup.core.pairs.rule import PairFacts
from dedup.engines.stages.sketch import SketchStore
from dedup.engines.tasks.results import DecideResult
from dedup.engines.tasks.tasks import DecidePairs

_TOKENS: Final = 1 << 18
"""Tokens of texts that are compared at a time, about."""

_PAIRS: Final = 1 << 16
"""Pairs of them at most."""


class _Asked(NamedTuple):
    """What one request asks: the ``places`` of its pairs, and its ``texts``, both in what the caller gave."""

    places: Indices
    texts: Indices


class StoredTexts:
    """Some ``texts`` ``(c,)``, sorted, that are read from their shelves, without the ``dropped`` ``(m,)`` blocks,
    whenever a pair of theirs is compared: an `engines.stages.verify.ComparableTexts`. Pairs are of places in these."""

    def __init__(self, sketches: SketchStore, texts: Indices, dropped: Flags) -> None:
        pages = sketches.job.texts.pages
        places, counts = pages.places(texts), pages.bounds[texts + 1] - pages.bounds[texts]
        kept = edges_of(pages.words[places] * ~dropped[places])[edges_of(counts)]
        self.texts, self.sizes, self.lengths = texts, np.zeros(texts.size, np.int64), kept[1:] - kept[:-1]
        self._sketches, self._dropped = sketches, dropped

    def weigh(self, pairs: Pairs, facts: PairFacts) -> Iterator[tuple[Indices, DecidedPairs]]:
        """What pairs ``(p, 2)`` share, with these ``facts`` of each, as the processes that are free say it."""
        asked: list[_Asked] = []
        for answer in self._sketches.job.team.ask(self._requests(pairs, facts, asked), DecideResult):
            places, texts = asked.pop(0)
            self.sizes[texts] = answer.sizes
            yield places, answer.decided

    def _requests(self, pairs: Pairs, facts: PairFacts, asked: list[_Asked]) -> Iterator[DecidePairs]:
        """Requests to weigh pairs; what each of them asks goes to ``asked``."""
        for lot in pair_batches(self.lengths, pairs, _TOKENS):
            for first in range(0, lot.places.size, _PAIRS):
                some = slice(first, first + _PAIRS)
                asked.append(_Asked(lot.places[some], lot.texts))
                job, texts = self._sketches.job, self.texts[lot.texts]
                bare, says = job.bare(texts, self._dropped), take_rows(job.texts.says, texts)
                yield DecidePairs(bare, lot.sides[some], facts.of(lot.places[some]), self._sketches.rests[texts], says)
