"""Texts -> verified candidates and their stories, with a given set of blocks left out of every text."""

from contextlib import ExitStack
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import clusters, overlaps, passages, verify
from dedup.core.candidates import Candidates, candidates, either
from dedup.core.matches import mended, weigh
from dedup.core.ordered import find
from dedup.core.ragged import Ragged
from dedup.core.shingles import shingle
from dedup.core.spelling import collection_of_scans, steps
from dedup.core.workspace import Workspace
from dedup.engines.metering import Progress
from dedup.engines.sketching import Job, Sketches, parts
from dedup.engines.store import HashStore
from dedup.settings import Settings
from dedup.types import Floats, Indices, Look, Pairs

__all__ = ["Compared", "compare"]

_NUMBER: Final = 31
"""Bits for the number of a text."""

_PAIRS: Final = 1 << 16
"""Pairs that are measured between two reports of progress."""


class Verdicts(NamedTuple):
    """How strongly pairs match: ``codes`` ``(m,)``, texts ``a << _NUMBER | b``, sorted; ``weights`` ``(m,)``."""

    codes: Indices
    weights: Floats

    def of(self, codes: Indices) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Which of the pairs are known, and the weights of those."""
        places, known = find(self.codes, codes)
        return known, self.weights[places[known]]

    def among(self, texts: npt.NDArray[np.bool_], before: Indices, now: Indices) -> "Verdicts":
        """Those on pairs of which both texts have their flag set, and are of one source now if they were ``before``."""
        first, second = self.codes >> _NUMBER, self.codes & ((1 << _NUMBER) - 1)
        stays = texts[first] & texts[second]
        stays &= (before[first] == before[second]) == (now[first] == now[second])
        return Verdicts(self.codes[stays], self.weights[stays])


_NOTHING: Final = Verdicts(np.zeros(0, np.int64), np.zeros(0))


class Compared(NamedTuple):
    """``texts`` ``(c,)``: the texts that are in any candidate, sorted; ``sets``: their shingle sets in that order;
    ``stories`` of them; ``hot`` buckets as `core.candidates.Candidates` has them; ``sketches`` of all texts;
    ``verdicts`` on all pairs that were looked at, for the ``sources`` ``(t,)`` of all texts; the counts of this
    ``look``."""

    texts: Indices
    sets: Ragged
    stories: clusters.Stories
    hot: npt.NDArray[np.int64]
    sketches: Sketches
    verdicts: Verdicts
    sources: Indices
    look: Look


def compare(
    job: Job, sources: Indices, dropped: npt.NDArray[np.bool_], open_stores: ExitStack, before: Compared | None = None
) -> Compared:
    """Compare the texts, of these ``sources`` ``(t,)``, without their ``dropped`` blocks, ``(m,)`` flags.

    Texts that lose what they lost ``before`` are not sketched again, and pairs of them not looked at again unless their
    sources are others. The stores that are used are closed with ``open_stores``.
    """
    texts, settings, tell = job.texts, job.settings, job.tell
    same = np.zeros(len(texts.rows), np.bool_) if before is None else before.sketches.same(dropped)
    sketches = Sketches(job) if before is None else before.sketches
    sketches.make(np.flatnonzero(~same), dropped, tell)
    found = _candidates(sketches, settings, tell)
    tell("verifying", 0, 0)
    compared, numbers = np.unique(found.pairs, return_inverse=True)
    pairs = numbers.reshape(found.pairs.shape)
    stores = [open_stores.enter_context(HashStore()) for _ in range(2 + job.noisy)]
    sets, cleaned, printed = stores[0], stores[1], stores[-1]
    work = Workspace()
    for part in parts(compared):
        rows = sketches.cleaned(part)
        cleaned.append(rows)
        sets.append(verify.sets(shingle(rows, settings.shingle_size, settings.seed, work)))
        if job.noisy:
            printed.append(sketches.cleaned(part, printed=True))
    times = texts.times[texts.first[compared]]
    facts = _Facts(sets.ragged(), cleaned.ragged(), printed.ragged(), times, sources[compared], job.noise[compared])
    known = before.verdicts.among(same, before.sources, sources) if before else _NOTHING
    judge = _Judge(compared, facts, settings, collection_of_scans(job.noise > 0), known)
    weights = np.empty(len(pairs))
    for first in range(0, len(pairs), _PAIRS):
        tell("verifying", first, len(pairs))
        weights[first : first + _PAIRS] = judge.weights(pairs[first : first + _PAIRS])
    tell("verifying", len(pairs), len(pairs))
    tell("clustering", 0, 0)
    stories = clusters.stories(compared.size, pairs, weights, settings.containment, judge.weights)
    tell("clustering", len(compared), len(compared))
    verdicts = judge.verdicts()
    look = _look(len(pairs), judge.measured, verdicts, settings.containment)
    return Compared(compared, facts.sets, stories, found.hot, sketches, verdicts, sources, look)


def _look(candidates: int, measured: int, verdicts: Verdicts, threshold: float) -> Look:
    verified, matches = verdicts.codes.size, int((verdicts.weights >= threshold).sum())
    return Look(candidates, verified, measured, verified - matches, matches)


class _Facts(NamedTuple):
    """What is known of each compared text; a row or an element each."""

    sets: Ragged
    tokens: Ragged
    printed: Ragged
    times: Indices
    sources: Indices
    noise: Floats


class _Judge:
    """How strongly pairs of compared texts match (see `core.matches.weigh`), and what was said of which.

    Misprints are looked for in the pairs of a text that has noise, and in a collection of ``scans`` in all.
    """

    def __init__(self, texts: Indices, facts: _Facts, settings: Settings, scans: bool, known: Verdicts) -> None:
        self._texts, self._facts, self._settings, self._scans, self._known = texts, facts, settings, scans, known
        self._codes: list[Indices] = []
        self._weights: list[Floats] = []
        self.measured = 0

    def weights(self, pairs: Pairs) -> Floats:
        """``(p,)`` for pairs ``(p, 2)`` of places among the compared texts."""
        first, second = self._texts[pairs].T
        codes = first << _NUMBER | second
        found, known = self._known.of(codes)
        weights = np.empty(len(pairs))
        weights[found] = known
        weights[~found] = self._measured(pairs[~found])
        self.measured += len(pairs) - known.size
        self._codes.append(codes)
        self._weights.append(weights)
        return weights

    def _measured(self, pairs: Pairs) -> Floats:
        facts, size, threshold = self._facts, self._settings.shingle_size, self._settings.containment
        weights = verify.measure(facts.sets, pairs)[1]
        noisy = self._scans | facts.noise[pairs].any(axis=1)
        # Where all shingles of one are in the other, nothing is replaced.
        close = np.flatnonzero((weights >= threshold) & (weights < 1) & ~noisy)
        alignment = passages.align(facts.tokens, pairs[close], size)
        weights[close] = weigh(weights[close], alignment, facts.times, facts.sources, pairs[close])
        if noisy.any():
            least = threshold * (1 - facts.noise[pairs]).prod(axis=1) ** size
            close = np.flatnonzero((weights >= least) & noisy)
            misprints = passages.Misprints(facts.printed, steps(self._settings.seed))
            alignment = passages.align(facts.tokens, pairs[close], size, misprints)
            smaller = facts.sets.lengths[pairs[close]].min(axis=1)
            readable = mended(weights[close], alignment, smaller, facts.sources, pairs[close])
            weights[close] = weigh(readable, alignment, facts.times, facts.sources, pairs[close])
        return weights

    def verdicts(self) -> Verdicts:
        """All that was said."""
        codes, first = np.unique(np.concatenate([np.zeros(0, np.int64), *self._codes]), return_index=True)
        return Verdicts(codes, np.concatenate([np.zeros(0), *self._weights])[first])


def _candidates(sketches: Sketches, settings: Settings, tell: Progress) -> Candidates:
    """From bands the pairs that resemble each other, from kept shingles those that overlap."""
    bound = overlaps.bound(settings.overlap, settings.recall)
    tell("candidates", 0, 0)
    alike = candidates(sketches.keys, settings.max_bucket)
    tell("candidates", len(alike.pairs), len(alike.pairs))
    tell("overlaps", 0, 0)
    found = either(alike, overlaps.overlapping(sketches.kept(), bound, settings.max_bucket))
    tell("overlaps", len(found.pairs), len(found.pairs))
    return found
