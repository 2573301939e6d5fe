"""Texts -> verified candidates and their stories, with a given set of blocks left out of every text."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import bands, clusters, minhash, overlaps, passages, verify
from dedup.core.candidates import Candidates, candidates, either
from dedup.core.matches import weigh
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.engines.reading import Texts
from dedup.engines.store import HashStore
from dedup.settings import Settings
from dedup.types import Floats, Indices, Offsets, Pairs

__all__ = ["FEW", "Compared", "Job", "Progress", "compare"]

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


class Compared(NamedTuple):
    """``texts`` ``(c,)``: the texts that are in any candidate, sorted; ``sets``: their shingle sets in that order;
    ``stories`` of them; ``hot`` buckets as `core.candidates.Candidates` has them; ``dropped`` ``(m,)``, the blocks that
    were left out; ``verdicts`` on all pairs that were looked at."""

    texts: Indices
    sets: Ragged
    stories: clusters.Stories
    hot: npt.NDArray[np.int64]
    dropped: npt.NDArray[np.bool_]
    verdicts: Verdicts


def compare(
    job: Job, sources: Indices, dropped: npt.NDArray[np.bool_], open_stores: ExitStack, before: Compared | None = None
) -> Compared:
    """Compare the texts, of these ``sources`` ``(t,)``, without their ``dropped`` blocks, ``(m,)`` flags.

    Pairs of texts that lose what they lost ``before`` are not looked at again. The stores that are used are closed with
    ``open_stores``.
    """
    texts, settings, tell = job.texts, job.settings, job.tell
    cleaned, found = _candidates(job, dropped, open_stores)
    compared, numbers = np.unique(found.pairs, return_inverse=True)
    pairs = numbers.reshape(found.pairs.shape)
    sets, work = open_stores.enter_context(HashStore()), Workspace()
    for part in _parts(compared):
        rows = take(cleaned, part)
        sets.append(verify.sets(shingle(rows, settings.shingle_size, settings.seed, work)))
    cleaned = Ragged(cleaned.values, cleaned.bounds[compared])
    facts = _Facts(sets.ragged(), cleaned, texts.times[texts.first[compared]], sources[compared])
    judge = _Judge(compared, facts, settings, _still(texts.pages.bounds, dropped, before))
    weights = np.empty(len(pairs))
    for first in range(0, len(pairs), _PAIRS):
        tell("verifying", first, len(pairs))
        weights[first : first + _PAIRS] = judge.weights(pairs[first : first + _PAIRS])
    tell("verifying", len(pairs), len(pairs))
    stories = clusters.stories(compared.size, pairs, weights, settings.containment, judge.weights)
    return Compared(compared, facts.sets, stories, found.hot, dropped, judge.verdicts())


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


def _still(bounds: Offsets, dropped: npt.NDArray[np.bool_], before: Compared | None) -> Verdicts:
    """The verdicts of ``before`` on texts, whose blocks ``bounds`` bounds, that lose the same blocks again."""
    if before is None:
        return Verdicts(np.zeros(0, np.int64), np.zeros(0))
    different = np.append(0, np.cumsum(dropped != before.dropped))
    same = different[bounds[1:]] == different[bounds[:-1]]
    codes, weights = before.verdicts
    stays = same[codes >> _NUMBER] & same[codes & ((1 << _NUMBER) - 1)]
    return Verdicts(codes[stays], weights[stays])


def _candidates(job: Job, dropped: npt.NDArray[np.bool_], open_stores: ExitStack) -> tuple[Ragged, Candidates]:
    """The tokens of the texts without their dropped blocks, and their candidates: from bands those that resemble each
    other, from kept shingles those that overlap."""
    settings, tell, count = job.settings, job.tell, job.texts.rows.size
    plan = bands.plan(settings.similarity, settings.recall, settings.k)
    bound = overlaps.bound(settings.overlap, settings.recall)
    keys, work = np.empty((count, plan.bands), np.uint64), Workspace()
    cleaned, kept = open_stores.enter_context(HashStore()), open_stores.enter_context(HashStore())
    for part in _parts(np.arange(count)):
        tell("signatures", int(part[0]), count)
        rows = _without(job, dropped, part)
        cleaned.append(rows)
        shingles = shingle(rows, settings.shingle_size, settings.seed, work)
        few = shingles.lengths < FEW
        keys[part] = bands.band_keys(minhash.sketch(shingles, settings.k), plan)
        keys[part[few]] = bands.NO_KEY
        shingles.bounds[few, 1] = shingles.bounds[few, 0]
        kept.append(overlaps.keep(shingles, bound))
    tell("signatures", count, count)
    tell("candidates", 0, 2)
    alike = candidates(keys, settings.max_bucket)
    tell("candidates", 1, 2)
    found = either(alike, overlaps.overlapping(kept.ragged(), bound, settings.max_bucket))
    tell("candidates", 2, 2)
    return cleaned.ragged(), found


def _without(job: Job, dropped: npt.NDArray[np.bool_], part: Indices) -> Ragged:
    """The tokens of a run of texts without their dropped blocks."""
    edges, words = job.texts.pages.bounds, job.texts.pages.words
    span = slice(edges[part[0]], edges[part[-1] + 1])
    stays = ~dropped[span]
    counts = np.append(0, np.cumsum(words[span] * stays))
    bounds = counts[edges[part[0] : part[-1] + 2] - edges[part[0]]]
    whole = take(job.tokens, job.texts.rows[part])
    return Ragged(whole.values[np.repeat(stays, words[span])], np.stack((bounds[:-1], bounds[1:]), axis=1))


def _parts(numbers: Indices) -> Iterator[Indices]:
    for first in range(0, numbers.size, _ROWS):
        yield numbers[first : first + _ROWS]
