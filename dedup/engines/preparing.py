"""Compared texts made ready for it: their tokens without chrome, shingle sets and articles. Most texts never are."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import looks, verify
from dedup.core.ragged import Ragged
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.engines.sketching import Job, parts
from dedup.engines.store import HashStore
from dedup.types import Floats, Indices

__all__ = ["Facts", "Ready"]


class Facts(NamedTuple):
    """What is known of each compared text; a row or an element each.

    ``articles`` ``(c, 2)``: the bounds of its article among its tokens, or -1 if none is found (`core.looks`).
    """

    sets: Ragged
    tokens: Ragged
    articles: Indices
    printed: Ragged
    times: Indices
    sources: Indices
    noise: Floats


class Ready(NamedTuple):
    """Texts of a ``job`` in stores: shingle ``sets``, ``tokens``, and these as they were ``printed``, which is the same
    store if no text had misprints; ``rows`` ``(t,)``: which row is that of a text, negative for none."""

    job: Job
    sets: HashStore
    tokens: HashStore
    printed: HashStore
    rows: Indices

    @classmethod
    def of(cls, job: Job) -> "Ready":
        """No texts at all, yet."""
        stores = job.shelves.ready
        return cls(job, stores[0], stores[1], stores[1 + job.noisy], np.full(len(job.texts.rows), -1))

    def facts(
        self, texts: Indices, same: npt.NDArray[np.bool_], dropped: npt.NDArray[np.bool_], sources: Indices
    ) -> Facts:
        """What is known of some ``texts``, of these ``sources`` ``(t,)`` and without the ``dropped`` ``(m,)`` blocks;
        of those that are the ``same`` ``(t,)`` as before, what is ready stays."""
        self.rows[~same] = -1
        self._prepare(texts[self.rows[texts] < 0], dropped)
        rows = self.rows[texts]
        sets, tokens, printed = (
            Ragged(found.values, found.bounds[rows])
            for found in (self.sets.ragged(), self.tokens.ragged(), self.printed.ragged())
        )
        times = self.job.texts.times[self.job.texts.first[texts]]
        articles = self._articles(texts, dropped, tokens)
        return Facts(sets, tokens, articles, printed, times, sources[texts], self.job.noise[texts])

    def _prepare(self, texts: Indices, dropped: npt.NDArray[np.bool_]) -> None:
        settings, work = self.job.settings, Workspace()
        made = len(self.tokens.ragged().bounds)
        for part in parts(texts):
            rows = self.job.cleaned(part, dropped)
            self.tokens.append(rows)
            self.sets.append(verify.sets(shingle(rows, settings.shingle_size, settings.seed, work)))
            if self.job.noisy:
                self.printed.append(self.job.cleaned(part, dropped, printed=True))
        self.rows[texts] = np.arange(made, made + texts.size)

    def _articles(self, texts: Indices, dropped: npt.NDArray[np.bool_], tokens: Ragged) -> Indices:
        pages, around, found = self.job.texts.pages, [np.zeros((0, 2), np.int64)], [np.zeros(0, np.bool_)]
        for part in parts(texts):
            places = pages.places(part)
            some = looks.articles(pages.of(part), self.job.texts.closed[places], dropped[places])
            around.append(some.around)
            found.append(some.found)
        inside = tokens.bounds + np.concatenate(around) * (1, -1)
        return np.where(np.concatenate(found)[:, np.newaxis], inside, -1)
