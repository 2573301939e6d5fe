"""Pairs of texts in spill files to decided pairs, as the workers answer. Most texts are in no pair."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.ragged import take_rows
from dedup.core.pairs.anchors import pair_batches
from dedup.core.pairs.decision import DecidedPairs
from dedup.core.pairs.rule import PairFacts
from dedup.core.text.block_hashes import TokenRuns
from dedup.engines.stages.sketch import SketchStore
from dedup.engines.tasks.results import DecideResult
from dedup.engines.tasks.tasks import DecidePairs

_TOKENS: Final = 1 << 18
"""Tokens of the texts of one task, about."""

_PAIRS: Final = 1 << 16
"""Pairs of one task at most."""


class _SentTask(NamedTuple):
    """A task under way: the ``rows`` of its pairs in the caller's pairs, and its ``texts`` in the caller's texts."""

    rows: Indices
    texts: Indices


class StoredTexts:
    """Texts in spill files, without their boilerplate: an `engines.stages.verify.ComparableTexts`.

    A worker reads a text each time it compares a pair of it. Pairs are pairs of positions in ``texts``.
    """

    def __init__(self, sketches: SketchStore, texts: Indices, runs: TokenRuns) -> None:
        """Take texts.

        Args:
            sketches: the sketches of the job.
            texts: ``(c,)`` the texts, sorted.
            runs: the tokens that all texts of the job lose.
        """
        self.texts, self.sizes = texts, np.zeros(texts.size, np.int64)
        self.lengths = sketches.job.without_boilerplate(texts, runs).lengths
        self._sketches, self._runs = sketches, runs

    def weigh(self, pairs: Pairs, facts: PairFacts) -> Iterator[tuple[Indices, DecidedPairs]]:
        """Decide pairs.

        Args:
            pairs: ``(p, 2)`` positions in ``texts``.
            facts: the facts of the pairs.

        Yields:
            ``(q,)`` positions in ``pairs``, and the decisions on the pairs there. Each pair comes once.
        """
        sent: list[_SentTask] = []
        for result in self._sketches.job.team.ask(self._make_tasks(pairs, facts, sent), DecideResult):
            rows, texts = sent.pop(0)
            self.sizes[texts] = result.sizes
            yield rows, result.decided

    def _make_tasks(self, pairs: Pairs, facts: PairFacts, sent: list[_SentTask]) -> Iterator[DecidePairs]:
        """Yield the tasks that decide pairs. Each task goes to ``sent`` too."""
        for pair_batch in pair_batches(self.lengths, pairs, _TOKENS):
            for first in range(0, pair_batch.places.size, _PAIRS):
                span = slice(first, first + _PAIRS)
                rows = pair_batch.places[span]
                sent.append(_SentTask(rows, pair_batch.texts))
                job, texts = self._sketches.job, self.texts[pair_batch.texts]
                yield DecidePairs(
                    job.without_boilerplate(texts, self._runs),
                    pair_batch.sides[span],
                    facts.of(rows),
                    self._sketches.text_hashes[texts],
                    take_rows(job.texts.says, texts),
                )
