"""Texts -> verified candidates and their stories, with a given set of blocks left out of every text."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import clusters, digests, passages, verify
from dedup.core.matches import WHOLE, mended, weigh
from dedup.core.ordered import find
from dedup.core.ragged import Ragged, chunks, take
from dedup.core.shingles import shingle
from dedup.core.spelling import collection_of_scans, steps
from dedup.core.workspace import Workspace
from dedup.engines.pairing import candidates
from dedup.engines.preparing import Facts, Ready
from dedup.engines.sketching import Job, Sketches, same
from dedup.settings import Settings
from dedup.types import Floats, Indices, Look, Pairs

__all__ = ["Compared", "Verified", "compare", "verified"]

_NUMBER: Final = 31
"""Bits for the number of a text."""

_PAIRS: Final = 1 << 16
"""Pairs that are measured between two reports of progress."""

_TOKENS: Final = 1 << 20
"""Tokens of articles that are made sets of at a time."""


class Verdicts(NamedTuple):
    """How strongly pairs match: ``codes`` ``(m,)``, texts ``a << _NUMBER | b``, sorted; ``weights`` ``(m,)``; the
    shingles that the two have in ``common`` ``(m,)``."""

    codes: Indices
    weights: Floats
    common: Indices

    @property
    def pairs(self) -> Pairs:
        """``(m, 2)`` the texts of each pair."""
        return np.stack((self.codes >> _NUMBER, self.codes & ((1 << _NUMBER) - 1)), axis=1)

    def among(self, texts: npt.NDArray[np.bool_], before: Indices, now: Indices) -> "Verdicts":
        """Those on pairs of which both texts have their flag set, and are of one source now if they were ``before``."""
        first, second = self.pairs.T
        stays = texts[first] & texts[second]
        stays &= (before[first] == before[second]) == (now[first] == now[second])
        return Verdicts(self.codes[stays], self.weights[stays], self.common[stays])


_NOTHING: Final = Verdicts(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))


class Verified(NamedTuple):
    """``texts`` ``(c,)``: the texts that are in any candidate, sorted; ``sets``: their shingle sets in that order, of
    those that are ``ready``; ``stories`` of them; ``verdicts`` on all pairs that were looked at, for texts of these
    ``sources`` ``(t,)`` without the blocks that were ``dropped`` ``(m,)``; the counts of this ``look``."""

    texts: Indices
    sets: Ragged
    ready: Ready
    stories: clusters.Stories
    verdicts: Verdicts
    sources: Indices
    dropped: npt.NDArray[np.bool_]
    look: Look

    def measure(self, pairs: Pairs) -> tuple[Floats, Floats]:
        """What `core.verify.measure` gives for pairs ``(p, 2)`` of places in ``texts``; most were counted before."""
        places, known = find(self.verdicts.codes, _codes(self.texts, pairs))
        common = np.empty(len(pairs), np.int64)
        common[known] = self.verdicts.common[places[known]]
        common[~known] = verify.shared(self.sets, pairs[~known])
        return verify.ratios(common, self.sets.lengths[pairs])


def _codes(texts: Indices, pairs: Pairs) -> Indices:
    """The codes of pairs of places in ``texts``, as `Verdicts` has them."""
    first, second = texts[pairs].T
    codes: Indices = first << _NUMBER | second
    return codes


class Compared(NamedTuple):
    """Candidates found by ``sketches`` of all texts, with ``hot`` buckets as `core.candidates.Candidates` has them, and
    ``verified``."""

    sketches: Sketches
    hot: npt.NDArray[np.int64]
    verified: Verified


def compare(job: Job, sources: Indices, dropped: npt.NDArray[np.bool_], before: Compared | None = None) -> Compared:
    """Compare the texts, of these ``sources`` ``(t,)``, without their ``dropped`` blocks, ``(m,)`` flags.

    Texts that lose what they lost ``before`` are not sketched again.
    """
    sketches = before.sketches if before else Sketches(job)
    fresh = np.ones(len(job.texts.rows), np.bool_) if before is None else ~same(job, dropped, before.verified.dropped)
    sketches.make(np.flatnonzero(fresh), dropped, job.tell)
    near = candidates(sketches, job.tell)
    return Compared(sketches, near.hot, verified(job, near.pairs, sources, dropped, before and before.verified))


def verified(
    job: Job, near: Pairs, sources: Indices, dropped: npt.NDArray[np.bool_], before: Verified | None = None
) -> Verified:
    """Which of the candidates ``near`` ``(p, 2)``, pairs ``a < b`` of texts, distinct and sorted, match, and the
    stories that they make; ``sources`` and ``dropped`` are as in `compare`.

    Pairs of texts that lose what they lost ``before`` are not looked at again unless their sources are others.
    """
    settings, tell = job.settings, job.tell
    tell("verifying", 0, 0)
    unchanged = same(job, dropped, before.dropped) if before else np.zeros(len(job.texts.rows), np.bool_)
    compared, numbers = np.unique(near, return_inverse=True)
    pairs = numbers.reshape(-1, 2)
    ready = before.ready if before else Ready.of(job)
    facts = ready.facts(compared, unchanged, dropped, sources)
    known = before.verdicts.among(unchanged, before.sources, sources) if before else _NOTHING
    judge = _Judge(compared, facts, settings, collection_of_scans(job.noise > 0), known)
    weights = np.empty(len(pairs))
    for first in range(0, len(pairs), _PAIRS):
        tell("verifying", first, len(pairs))
        weights[first : first + _PAIRS] = judge.weights(pairs[first : first + _PAIRS])
    tell("verifying", len(pairs), len(pairs))
    tell("clustering", 0, 0)
    several = digests.digests(facts.sets, pairs, weights, settings.containment)
    weights = several.without(pairs, weights)
    stories = clusters.stories(
        compared.size, pairs, weights, settings.containment, lambda pairs: several.without(pairs, judge.weights(pairs))
    )
    tell("clustering", len(compared), len(compared))
    verdicts = judge.verdicts()
    look = _look(len(pairs), judge.measured, verdicts, settings.containment)
    return Verified(compared, facts.sets, ready, stories, verdicts, sources, dropped, look)


def _look(candidates: int, measured: int, verdicts: Verdicts, threshold: float) -> Look:
    verified, matches = verdicts.codes.size, int((verdicts.weights >= threshold).sum())
    return Look(candidates, verified, measured, verified - matches, matches)


class _Judge:
    """How strongly pairs of compared texts match (see `core.matches.weigh`), and what was said of which.

    Misprints are looked for in the pairs of a text that has noise, and in a collection of ``scans`` in all.
    """

    def __init__(self, texts: Indices, facts: Facts, settings: Settings, scans: bool, known: Verdicts) -> None:
        self._texts, self._facts, self._settings, self._scans, self._known = texts, facts, settings, scans, known
        self._said = [_NOTHING]
        self.measured = 0
        self._work = Workspace()

    def weights(self, pairs: Pairs) -> Floats:
        """``(p,)`` for pairs ``(p, 2)`` of places among the compared texts."""
        codes = _codes(self._texts, pairs)
        places, found = find(self._known.codes, codes)
        weights, common = np.empty(len(pairs)), np.empty(len(pairs), np.int64)
        weights[found], common[found] = self._known.weights[places[found]], self._known.common[places[found]]
        weights[~found], common[~found] = self._measured(pairs[~found])
        self.measured += len(pairs) - int(found.sum())
        self._said.append(Verdicts(codes, weights, common))
        return weights

    def _measured(self, pairs: Pairs) -> tuple[Floats, Indices]:
        facts, size, threshold = self._facts, self._settings.shingle_size, self._settings.containment
        common = verify.shared(facts.sets, pairs)
        weights = verify.ratios(common, facts.sets.lengths[pairs])[1]
        self._without_frames(pairs, weights)
        noisy = self._scans | facts.noise[pairs].any(axis=1)
        # Where all shingles of one are in the other, nothing is replaced.
        close = np.flatnonzero((weights >= threshold) & (weights < 1) & ~noisy)
        alignment = passages.align(facts.tokens, pairs[close], size)
        weights[close] = weigh(weights[close], alignment, facts.times, facts.sources, pairs[close], threshold)
        if noisy.any():
            least = threshold * (1 - facts.noise[pairs]).prod(axis=1) ** size
            close = np.flatnonzero((weights >= least) & noisy)
            misprints = passages.Misprints(facts.printed, steps(self._settings.seed))
            alignment = passages.align(facts.tokens, pairs[close], size, misprints)
            smaller = facts.sets.lengths[pairs[close]].min(axis=1)
            readable = mended(weights[close], alignment, smaller, facts.sources, pairs[close])
            weights[close] = weigh(readable, alignment, facts.times, facts.sources, pairs[close], threshold)
        return weights, common

    def _without_frames(self, pairs: Pairs, weights: Floats) -> None:
        """Raise the containments ``weights`` ``(p,)`` that are below `WHOLE` to those of the articles of both texts.

        What two pages of one source share is told by the source, and not by looks. A text in which no article is found
        may be a frame, or an article of which nothing may be lost: its pairs stay as they are.
        """
        facts, size = self._facts, self._settings.shingle_size
        lengths = (facts.articles[:, 1] - facts.articles[:, 0])[pairs]
        framed = (facts.articles[pairs, 0] >= 0).all(axis=1) & (lengths < facts.tokens.lengths[pairs]).any(axis=1)
        framed &= (weights < WHOLE) & (facts.sources[pairs[:, 0]] != facts.sources[pairs[:, 1]])
        # Articles share no more than their texts do: most pairs are too far from a match to be looked at again.
        shared = weights * facts.sets.lengths[pairs].min(axis=1)
        framed &= 2 * shared >= self._settings.containment * (lengths.min(axis=1) - size + 1)
        places = np.flatnonzero(framed)
        for first, last in chunks(lengths[places].sum(axis=1), _TOKENS, _PAIRS):
            part = places[first:last]
            texts, numbers = np.unique(pairs[part], return_inverse=True)
            rows = take(Ragged(facts.tokens.values, facts.articles[texts]), np.arange(texts.size))
            sets = verify.sets(shingle(rows, size, self._settings.seed, self._work))
            weights[part] = np.maximum(weights[part], verify.measure(sets, numbers.reshape(-1, 2))[1])

    def verdicts(self) -> Verdicts:
        """All that was said."""
        codes, weights, common = map(np.concatenate, zip(*self._said, strict=True))
        codes, first = np.unique(codes, return_index=True)
        return Verdicts(codes, weights[first], common[first])
