"""Texts -> verified candidates and their stories, with a given set of blocks left out of every text."""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dedup.core import clusters, digests, verify
from dedup.core.ordered import find
from dedup.core.spelling import collection_of_scans
from dedup.engines.answers import Weighed
from dedup.engines.metering import Progress, nobody
from dedup.engines.pairing import candidates
from dedup.engines.preparing import Ready
from dedup.engines.sketching import Job, Sketches, same
from dedup.settings import Settings
from dedup.types import Floats, Indices, Look, Pairs

__all__ = ["Comparable", "Compared", "Verified", "clustered", "compare", "verified"]

Flags = npt.NDArray[np.bool_]

_NUMBER: Final = 31
"""Bits for the number of a text."""


class Verdicts(NamedTuple):
    """How strongly pairs match: ``codes`` ``(m,)``, texts ``a << _NUMBER | b``, sorted; ``weights`` ``(m,)``; the
    shingles that the two have in ``common`` ``(m,)``."""

    codes: Indices
    weights: Floats
    common: Indices

    @property
    def pairs(self) -> Pairs:
        """``(m, 2)`` the texts of each pair."""
        pairs = np.empty((self.codes.size, 2), np.int64)
        np.right_shift(self.codes, _NUMBER, out=pairs[:, 0])
        np.bitwise_and(self.codes, (1 << _NUMBER) - 1, out=pairs[:, 1])
        return pairs

    def among(self, texts: npt.NDArray[np.bool_], before: Indices, now: Indices) -> "Verdicts":
        """Those on pairs of which both texts have their flag set, and are of one source now if they were ``before``."""
        first, second = self.pairs.T
        stays = texts[first] & texts[second]
        stays &= (before[first] == before[second]) == (now[first] == now[second])
        return Verdicts(self.codes[stays], self.weights[stays], self.common[stays])


_NOTHING: Final = Verdicts(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))


class Comparable(Protocol):
    """Some ``texts`` ``(c,)``, sorted, that are ready to be compared, and the ``sizes`` ``(c,)`` of their shingle sets:
    on shelves (`engines.preparing`), or in memory (`engines.desk`). Pairs are of places in these."""

    texts: Indices
    sizes: Indices

    def shared(self, pairs: Pairs) -> Indices:
        """``(p,)`` how many shingles pairs ``(p, 2)`` have in common."""
        ...

    def weigh(self, pairs: Pairs, sources: Indices, scans: bool) -> Iterator[tuple[Indices, Weighed]]:
        """How strongly pairs ``(p, 2)`` match, texts being of these ``sources`` ``(c,)``: places among them, and what
        is said of those, until something is said of each."""
        ...


class Verified(NamedTuple):
    """``some`` texts, those that are in any candidate, of all that are ``ready``, if those are on shelves; ``stories``
    of them; ``verdicts`` on all pairs that were looked at, for texts of these ``sources`` ``(t,)`` without the blocks
    that were ``dropped`` ``(m,)``; the counts of this ``look``."""

    some: Comparable
    ready: Ready | None
    stories: clusters.Stories
    verdicts: Verdicts
    sources: Indices
    dropped: npt.NDArray[np.bool_]
    look: Look

    @property
    def texts(self) -> Indices:
        """``(c,)``, sorted."""
        return self.some.texts

    def measure(self, pairs: Pairs) -> tuple[Floats, Floats]:
        """What `core.verify.measure` gives for pairs ``(p, 2)`` of places in ``texts``; most were counted before."""
        places, known = find(self.verdicts.codes, _codes(self.texts, pairs))
        if known.all():
            common = self.verdicts.common[places]
        else:
            common = np.empty(len(pairs), np.int64)
            common[known] = self.verdicts.common[places[known]]
            common[~known] = self.some.shared(pairs[~known])
        return verify.ratios(common, self.some.sizes[pairs])


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
    near = candidates(sketches, dropped, job.tell)
    return Compared(sketches, near.hot, verified(job, near.pairs, sources, dropped, before and before.verified))


def verified(
    job: Job, near: Pairs, sources: Indices, dropped: npt.NDArray[np.bool_], before: Verified | None = None
) -> Verified:
    """Which of the candidates ``near`` ``(p, 2)``, pairs ``a < b`` of texts, distinct and sorted, match, and the
    stories that they make; ``sources`` and ``dropped`` are as in `compare`.

    Pairs of texts that lose what they lost ``before`` are not looked at again unless their sources are others.
    """
    job.tell("verifying", 0, 0)
    unchanged = same(job, dropped, before.dropped) if before else np.zeros(len(job.texts.rows), np.bool_)
    compared, numbers = np.unique(near, return_inverse=True)
    ready = (before and before.ready) or Ready(job)
    pairs = numbers.reshape(-1, 2)
    some = ready.some(compared, clusters.components(compared.size, pairs), unchanged, dropped)
    known = before.verdicts.among(unchanged, before.sources, sources) if before else _NOTHING
    judge = _Judge(some, sources, collection_of_scans(job.noise > 0), known)
    return _clustered(judge, pairs, dropped, job.settings, job.tell)._replace(ready=ready)


def clustered(some: Comparable, pairs: Pairs, sources: Indices, dropped: Flags, settings: Settings) -> Verified:
    """The same of ``some`` texts, none of them mended, that are ready without their ``dropped`` blocks; ``pairs`` are
    of places in these, distinct and sorted."""
    return _clustered(_Judge(some, sources, False, _NOTHING), pairs, dropped, settings, nobody)


def _clustered(judge: "_Judge", pairs: Pairs, dropped: Flags, settings: Settings, tell: Progress) -> Verified:
    """What the ``judge`` says of pairs, and the stories that they make."""
    some = judge.some
    weights = judge.weights(pairs, tell)
    tell("clustering", 0, 0)
    several = digests.digests(some.sizes, some.shared, pairs, weights, settings.containment)
    weights = several.without(pairs, weights)
    stories = clusters.stories(
        some.texts.size,
        pairs,
        weights,
        settings.containment,
        lambda pairs: several.without(pairs, judge.weights(pairs, nobody)),
    )
    tell("clustering", some.texts.size, some.texts.size)
    verdicts = judge.verdicts()
    look = _look(len(pairs), judge.measured, verdicts, settings.containment)
    return Verified(some, None, stories, verdicts, judge.sources, dropped, look)


def _look(candidates: int, measured: int, verdicts: Verdicts, threshold: float) -> Look:
    verified, matches = verdicts.codes.size, int((verdicts.weights >= threshold).sum())
    return Look(candidates, verified, measured, verified - matches, matches)


class _Judge:
    """How strongly pairs of ``some`` texts, of these ``sources`` ``(t,)``, match, and what was said of which; whether
    misprints are looked for in all, as in a collection of ``scans``."""

    def __init__(self, some: Comparable, sources: Indices, scans: bool, known: Verdicts) -> None:
        self.some, self.sources = some, sources
        self._scans, self._known, self._said = scans, known, [_NOTHING]
        self.measured = 0

    def weights(self, pairs: Pairs, tell: Progress) -> Floats:
        """``(p,)`` for pairs ``(p, 2)`` of places among the texts; ``tell`` is told how many there are so far."""
        codes = _codes(self.some.texts, pairs)
        places, found = find(self._known.codes, codes)
        weights, common = np.empty(len(pairs)), np.empty(len(pairs), np.int64)
        if self._known.codes.size:
            weights[found], common[found] = self._known.weights[places[found]], self._known.common[places[found]]
        new = (~found).nonzero()[0]
        done = len(pairs) - new.size
        self.measured += new.size
        tell("verifying", done, len(pairs))
        for some, answer in self.some.weigh(pairs[new], self.sources[self.some.texts], self._scans):
            part = new[some]
            weights[part], common[part] = answer.weights, answer.common
            done += part.size
            tell("verifying", done, len(pairs))
        self._said.append(Verdicts(codes, weights, common))
        return weights

    def verdicts(self) -> Verdicts:
        """All that was said."""
        if len(self._said) == 2:  # once: of pairs that are distinct and sorted
            return self._said[1]
        codes, weights, common = map(np.concatenate, zip(*self._said, strict=True))
        codes, first = np.unique(codes, return_index=True)
        return Verdicts(codes, weights[first], common[first])
