"""Texts made ready to be compared: on shelves, without boilerplate. Most texts never are."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.core import verify
from dedup.core.anchors import lots
from dedup.core.copies import PairFacts
from dedup.core.ragged import take
from dedup.engines.answers import Prepared, Weighed
from dedup.engines.requests import Prepare, Weigh
from dedup.engines.sketching import Job, Sketches, parts
from dedup.types import Flags, Indices, Pairs

__all__ = ["Ready", "ready"]

_TOKENS: Final = 1 << 18
"""Tokens of texts that are compared at a time, about."""

_PAIRS: Final = 1 << 16
"""Pairs of them at most."""


class Ready:
    """Some ``texts`` ``(c,)`` that are ready, in the rows ``(c,)`` of their shelves, with the ``sizes`` ``(c,)`` of
    their shingle sets. Pairs are of places in these."""

    def __init__(self, sketches: Sketches, texts: Indices, rows: Indices) -> None:
        self.texts, self.sizes = texts, sketches.job.shelves.sets.lengths[rows]
        self.lengths = sketches.job.shelves.bare.lengths[rows]
        self._sketches, self._rows = sketches, rows

    def shared(self, pairs: Pairs) -> Indices:
        """``(p,)`` how many shingles pairs ``(p, 2)`` have in common."""
        common = np.empty(len(pairs), np.int64)
        sets = self._sketches.job.shelves.sets
        for lot in lots(self.sizes, pairs, _TOKENS):
            common[lot.places] = verify.shared(sets.take(self._rows[lot.texts]), lot.sides)
        return common

    def weigh(self, pairs: Pairs, facts: PairFacts) -> Iterator[tuple[Indices, Weighed]]:
        """What pairs ``(p, 2)`` share, by the processes that are free, as `engines.comparing.Comparable` has it."""
        asked: list[Indices] = []
        for answer in self._sketches.job.team.ask(self._weighings(pairs, facts, asked), Weighed):
            yield asked.pop(0), answer

    def _weighings(self, pairs: Pairs, facts: PairFacts, asked: list[Indices]) -> Iterator[Weigh]:
        """Requests to weigh pairs; which places among them each is for goes to ``asked``."""
        job = self._sketches.job
        columns = np.array(facts)
        for lot in lots(self.lengths, pairs, _TOKENS):
            rows, numbers = self._rows[lot.texts], self.texts[lot.texts]
            says = take(job.texts.says, numbers)
            for first in range(0, lot.places.size, _PAIRS):
                some = slice(first, first + _PAIRS)
                asked.append(lot.places[some])
                yield Weigh(
                    lot.sides[some].reshape(-1),
                    columns[:, lot.places[some]].reshape(-1),
                    job.shelves.sets.rows(rows),
                    job.shelves.bare.rows(rows),
                    self._sketches.rests[numbers],
                    says.values,
                    says.lengths,
                )


def ready(sketches: Sketches, texts: Indices, stories: Indices, dropped: Flags) -> Ready:
    """Make ``texts`` ``(c,)``, sorted, ready without the ``dropped`` ``(m,)`` blocks; texts of one of the ``stories``
    ``(c,)`` are laid side by side, for they are compared together."""
    job, order = sketches.job, np.argsort(stories, kind="stable")
    requests = (Prepare(job.bare(part, dropped)) for part in parts(texts[order]))
    for found in job.team.ask(requests, Prepared):
        job.shelves.sets.came(found.number, found.sets)
        job.shelves.bare.came(found.number, found.tokens)
    rows = np.empty_like(order)
    rows[order] = np.arange(order.size)
    return Ready(sketches, texts, rows)
