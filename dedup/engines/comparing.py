"""Texts -> verified candidates and their stories, with a given set of blocks left out of every text."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import bands, clusters, minhash, overlaps, passages, verify
from dedup.core.candidates import Candidates, candidates, either
from dedup.core.matches import weigh
from dedup.core.ragged import Ragged, ranges, take
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.engines.reading import Texts
from dedup.engines.store import HashStore
from dedup.settings import Settings
from dedup.types import Floats, Indices, Pairs

__all__ = ["FEW", "Compared", "Job", "Progress", "Sketches", "compare"]

Progress = Callable[[str, int, int], None]
"""Told of progress as ``(stage, done, total)``; a total of 0 is not known."""

FEW: Final = 12
"""Shingles below which a text is not compared: only equal texts are copies then. What a form of a dozen words shares
with the next one is the form."""

_NUMBER: Final = 31
"""Bits for the number of a text."""

_ROWS: Final = 1 << 10
"""Texts that are worked on at a time."""

_PAIRS: Final = 1 << 16
"""Pairs that are measured between two reports of progress."""


class Job(NamedTuple):
    """What is compared, whatever is left out of it: row ``rows[i]`` of ``tokens`` is text ``i`` of ``texts``."""

    texts: Texts
    tokens: Ragged
    settings: Settings
    tell: Progress


class Verdicts(NamedTuple):
    """How strongly pairs match: ``codes`` ``(m,)``, texts ``a << _NUMBER | b``, sorted; ``weights`` ``(m,)``."""

    codes: Indices
    weights: Floats

    def of(self, codes: Indices) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Which of the pairs are known, and the weights of those."""
        places = np.searchsorted(self.codes, codes)
        known = np.append(self.codes, -1)[places] == codes
        return known, self.weights[places[known]]

    def among(self, texts: npt.NDArray[np.bool_]) -> "Verdicts":
        """Those on pairs of which both texts have their flag set."""
        stays = texts[self.codes >> _NUMBER] & texts[self.codes & ((1 << _NUMBER) - 1)]
        return Verdicts(self.codes[stays], self.weights[stays])


_NOTHING: Final = Verdicts(np.zeros(0, np.int64), np.zeros(0))


class Compared(NamedTuple):
    """``texts`` ``(c,)``: the texts that are in any candidate, sorted; ``sets``: their shingle sets in that order;
    ``stories`` of them; ``hot`` buckets as `core.candidates.Candidates` has them; ``sketches`` of all texts;
    ``verdicts`` on all pairs that were looked at."""

    texts: Indices
    sets: Ragged
    stories: clusters.Stories
    hot: npt.NDArray[np.int64]
    sketches: "Sketches"
    verdicts: Verdicts


def compare(
    job: Job, sources: Indices, dropped: npt.NDArray[np.bool_], open_stores: ExitStack, before: Compared | None = None
) -> Compared:
    """Compare the texts, of these ``sources`` ``(t,)``, without their ``dropped`` blocks, ``(m,)`` flags.

    Texts that lose what they lost ``before`` are not sketched again, and pairs of them not looked at again. The stores
    that are used are closed with ``open_stores``.
    """
    texts, settings, tell = job.texts, job.settings, job.tell
    same = np.zeros(len(texts.rows), np.bool_) if before is None else before.sketches.same(dropped)
    sketches = Sketches(job, open_stores) if before is None else before.sketches
    sketches.make(np.flatnonzero(~same), dropped, tell)
    cleaned, found = sketches.cleaned(), _candidates(sketches, settings, tell)
    compared, numbers = np.unique(found.pairs, return_inverse=True)
    pairs = numbers.reshape(found.pairs.shape)
    sets, work = open_stores.enter_context(HashStore()), Workspace()
    for part in _parts(compared):
        rows = take(cleaned, part)
        sets.append(verify.sets(shingle(rows, settings.shingle_size, settings.seed, work)))
    cleaned = Ragged(cleaned.values, cleaned.bounds[compared])
    facts = _Facts(sets.ragged(), cleaned, texts.times[texts.first[compared]], sources[compared])
    judge = _Judge(compared, facts, settings, before.verdicts.among(same) if before else _NOTHING)
    weights = np.empty(len(pairs))
    for first in range(0, len(pairs), _PAIRS):
        tell("verifying", first, len(pairs))
        weights[first : first + _PAIRS] = judge.weights(pairs[first : first + _PAIRS])
    tell("verifying", len(pairs), len(pairs))
    stories = clusters.stories(compared.size, pairs, weights, settings.containment, judge.weights)
    return Compared(compared, facts.sets, stories, found.hot, sketches, judge.verdicts())


class _Facts(NamedTuple):
    """What is known of each compared text; a row or an element each."""

    sets: Ragged
    tokens: Ragged
    times: Indices
    sources: Indices


class _Judge:
    """How strongly pairs of compared texts match (see `core.matches.weigh`), and what was said of which."""

    def __init__(self, texts: Indices, facts: _Facts, settings: Settings, known: Verdicts) -> None:
        self._texts, self._facts, self._settings, self._known = texts, facts, settings, known
        self._codes: list[Indices] = []
        self._weights: list[Floats] = []

    def weights(self, pairs: Pairs) -> Floats:
        """``(p,)`` for pairs ``(p, 2)`` of places among the compared texts."""
        first, second = self._texts[pairs].T
        codes = first << _NUMBER | second
        found, known = self._known.of(codes)
        weights = np.empty(len(pairs))
        weights[found] = known
        weights[~found] = self._measured(pairs[~found])
        self._codes.append(codes)
        self._weights.append(weights)
        return weights

    def _measured(self, pairs: Pairs) -> Floats:
        facts = self._facts
        weights = verify.measure(facts.sets, pairs)[1]
        # Where all shingles of one are in the other, nothing is replaced.
        close = np.flatnonzero((weights >= self._settings.containment) & (weights < 1))
        alignment = passages.align(facts.tokens, pairs[close], self._settings.shingle_size)
        weights[close] = weigh(weights[close], alignment, facts.times, facts.sources, pairs[close])
        return weights

    def verdicts(self) -> Verdicts:
        """All that was said."""
        codes, first = np.unique(np.concatenate([np.zeros(0, np.int64), *self._codes]), return_index=True)
        return Verdicts(codes, np.concatenate([np.zeros(0), *self._weights])[first])


class Sketches:
    """All texts without their chrome, in stores: their tokens, band keys, and kept shingles (`core.overlaps`)."""

    def __init__(self, job: Job, open_stores: ExitStack) -> None:
        settings, count = job.settings, len(job.texts.rows)
        self._job = job
        self._plan = bands.plan(settings.similarity, settings.recall, settings.k)
        self.bound = overlaps.bound(settings.overlap, settings.recall)
        self.keys = np.empty((count, self._plan.bands), np.uint64)
        self.dropped = np.zeros(len(job.texts.pages.hashes), np.bool_)
        self._cleaned, self._kept = open_stores.enter_context(HashStore()), open_stores.enter_context(HashStore())
        self._rows, self._made = np.zeros(count, np.int64), 0  # which row of the stores is of a text

    def same(self, dropped: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """``(t,)`` whether a text loses what it lost when it was sketched."""
        bounds = self._job.texts.pages.bounds
        different = np.append(0, np.cumsum(dropped != self.dropped))
        same: npt.NDArray[np.bool_] = different[bounds[1:]] == different[bounds[:-1]]
        return same

    def make(self, texts: Indices, dropped: npt.NDArray[np.bool_], tell: Progress) -> None:
        """Sketch some texts, for the first time or again."""
        settings, work = self._job.settings, Workspace()
        for part in _parts(texts):
            tell("signatures", int(part[0]), len(self._rows))
            rows = self._without(part, dropped)
            self._cleaned.append(rows)
            shingles = shingle(rows, settings.shingle_size, settings.seed, work)
            few = shingles.lengths < FEW
            self.keys[part] = bands.band_keys(minhash.sketch(shingles, settings.k), self._plan)
            self.keys[part[few]] = bands.NO_KEY
            shingles.bounds[few, 1] = shingles.bounds[few, 0]
            self._kept.append(overlaps.keep(shingles, self.bound))
            self._rows[part] = np.arange(self._made, self._made + part.size)
            self._made += part.size
        self.dropped = dropped
        tell("signatures", len(self._rows), len(self._rows))

    def cleaned(self) -> Ragged:
        """The tokens of each text; rows may lie in any order."""
        rows = self._cleaned.ragged()
        return Ragged(rows.values, rows.bounds[self._rows])

    def kept(self) -> Ragged:
        """The kept shingles of each text."""
        return take(self._kept.ragged(), self._rows)

    def _without(self, part: Indices, dropped: npt.NDArray[np.bool_]) -> Ragged:
        """The tokens of some texts without their dropped blocks."""
        texts = self._job.texts
        edges = texts.pages.bounds[part]
        blocks = texts.pages.bounds[part + 1] - edges
        places = ranges(edges, blocks)
        words, stays = texts.pages.words[places], ~dropped[places]
        counts = np.append(0, np.cumsum(words * stays))
        ends = np.cumsum(blocks)
        whole = take(self._job.tokens, texts.rows[part])
        bounds = np.stack((counts[ends - blocks], counts[ends]), axis=1)
        return Ragged(whole.values[np.repeat(stays, words)], bounds)


def _candidates(sketches: Sketches, settings: Settings, tell: Progress) -> Candidates:
    """From bands the pairs that resemble each other, from kept shingles those that overlap."""
    tell("candidates", 0, 2)
    alike = candidates(sketches.keys, settings.max_bucket)
    tell("candidates", 1, 2)
    found = either(alike, overlaps.overlapping(sketches.kept(), sketches.bound, settings.max_bucket))
    tell("candidates", 2, 2)
    return found


def _parts(numbers: Indices) -> Iterator[Indices]:
    for first in range(0, numbers.size, _ROWS):
        yield numbers[first : first + _ROWS]
