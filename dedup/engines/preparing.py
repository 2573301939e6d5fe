"""Texts made ready to be compared: on shelves, without chrome, and made again only for what has lost something else.

Most texts never are.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.core import verify
from dedup.core.anchors import lots
from dedup.engines.answers import Prepared, Weighed
from dedup.engines.requests import Prepare, Weigh
from dedup.engines.sketching import Job, parts
from dedup.types import Indices, Pairs

__all__ = ["Ready", "Some"]

_TOKENS: Final = 1 << 18
"""Tokens of texts that are compared at a time, about."""

_PAIRS: Final = 1 << 16
"""Pairs of them at most."""


class Ready:
    """The texts of a ``job`` that are ready."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._rows = np.full(len(job.texts.rows), -1)  # which row of the shelves is that of a text
        self._articles = [np.zeros((0, 2), np.int32)]
        self._made = 0

    def some(
        self, texts: Indices, stories: Indices, same: npt.NDArray[np.bool_], dropped: npt.NDArray[np.bool_]
    ) -> "Some":
        """Some ``texts``, sorted, without the ``dropped`` ``(m,)`` blocks; of those that are the ``same`` ``(t,)`` as
        before, what is ready stays. Those of one of the ``stories`` ``(c,)`` are laid side by side, for they are
        compared together."""
        self._rows[~same] = -1
        new = np.flatnonzero(self._rows[texts] < 0)
        fresh = texts[new[np.argsort(stories[new], kind="stable")]]
        shelves = self._job.shelves
        for found in self._job.team.ask(self._requests(fresh, dropped), Prepared):
            shelves.sets.came(found.number, found.sets)
            shelves.bare.came(found.number, found.tokens)
            if self._job.noisy:
                shelves.bare_printed.came(found.number, found.tokens)
            self._articles.append(found.articles.reshape(-1, 2))
        self._rows[fresh] = np.arange(self._made, self._made + fresh.size)
        self._made += fresh.size
        self._articles = [np.concatenate(self._articles)]
        rows = self._rows[texts]
        return Some(self._job, texts, rows, self._articles[0][rows], shelves.sets.lengths[rows])

    def _requests(self, texts: Indices, dropped: npt.NDArray[np.bool_]) -> Iterator[Prepare]:
        job = self._job
        for part in parts(texts):
            printed = job.bare(part, dropped, printed=True) if job.noisy else None
            yield Prepare(job.bare(part, dropped), job.texts.closed[job.texts.pages.places(part)], printed)


class Some:
    """Some ``texts`` ``(c,)`` that are ready, with what is known of each: the ``rows`` ``(c,)`` where they are, the
    ``articles`` ``(c, 2)`` in them, and the ``sizes`` ``(c,)`` of their shingle sets. Pairs are of places in these."""

    def __init__(
        self, job: Job, texts: Indices, rows: Indices, articles: npt.NDArray[np.int32], sizes: Indices
    ) -> None:
        self.texts, self.sizes = texts, sizes
        self._job, self._rows, self._articles = job, rows, articles

    def shared(self, pairs: Pairs) -> Indices:
        """``(p,)`` how many shingles pairs ``(p, 2)`` have in common."""
        common = np.empty(len(pairs), np.int64)
        for lot in lots(self.sizes, pairs, _TOKENS):
            common[lot.places] = verify.shared(self._job.shelves.sets.take(self._rows[lot.texts]), lot.sides)
        return common

    def weigh(self, pairs: Pairs, sources: Indices, scans: bool) -> Iterator[tuple[Indices, Weighed]]:
        """How strongly pairs ``(p, 2)`` match, by whoever of the team is free, as `engines.comparing.Comparable` has
        it."""
        asked: list[Indices] = []
        for answer in self._job.team.ask(self._weighings(pairs, sources, scans, asked), Weighed):
            yield asked.pop(0), answer

    def _weighings(self, pairs: Pairs, sources: Indices, scans: bool, asked: list[Indices]) -> Iterator[Weigh]:
        """Requests to weigh pairs; which places among them each is for goes to ``asked``."""
        shelves, texts = self._job.shelves, self._job.texts
        for lot in lots(shelves.bare.lengths[self._rows], pairs, _TOKENS):
            rows, numbers = self._rows[lot.texts], self.texts[lot.texts]
            facts = (
                shelves.sets.rows(rows),
                shelves.bare.rows(rows),
                shelves.bare_printed.rows(rows) if self._job.noisy else None,
                self._articles[lot.texts].reshape(-1),
                texts.times[texts.first[numbers]],
                sources[lot.texts],
                self._job.noise[numbers],
                scans,
            )
            for first in range(0, lot.places.size, _PAIRS):
                some = slice(first, first + _PAIRS)
                asked.append(lot.places[some])
                yield Weigh(lot.sides[some].reshape(-1), *facts)
