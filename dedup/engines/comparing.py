"""Texts -> verified candidates and their stories, with a given set of blocks left out of every text."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import bands, clusters, minhash, passages, verify
from dedup.core.candidates import candidates
from dedup.core.matches import weigh
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.engines.reading import Texts
from dedup.engines.store import HashStore
from dedup.settings import Settings
from dedup.types import Floats, Hashes, Indices, Pairs

__all__ = ["FEW", "Compared", "Progress", "compare"]

Progress = Callable[[str, int, int], None]
"""Told of progress as ``(stage, done, total)``; a total of 0 is not known."""

FEW: Final = 8
"""Shingles below which a text is not compared: only equal texts are copies then."""

_ROWS: Final = 1 << 10
"""Texts that are worked on at a time."""

_PAIRS: Final = 1 << 16
"""Pairs that are measured between two reports of progress."""


class Compared(NamedTuple):
    """``texts`` ``(c,)``: the texts that are in any candidate, sorted; ``sets``: their shingle sets in that order;
    ``stories`` of them; ``hot`` buckets as `core.candidates.Candidates` has them."""

    texts: Indices
    sets: Ragged
    stories: clusters.Stories
    hot: npt.NDArray[np.int64]


def compare(
    texts: Texts,
    tokens: Ragged,
    dropped: npt.NDArray[np.bool_],
    stores: tuple[HashStore, HashStore],
    settings: Settings,
    tell: Progress,
) -> Compared:
    """Compare the texts, row ``rows[i]`` of ``tokens`` each, without their ``dropped`` blocks."""
    kept, sets = stores
    keys = _keep(texts, tokens, dropped, kept, settings, tell)
    cleaned = kept.ragged()
    tell("candidates", 0, 1)
    found = candidates(keys, settings.max_bucket)
    tell("candidates", 1, 1)
    compared, numbers = np.unique(found.pairs, return_inverse=True)
    pairs = numbers.reshape(found.pairs.shape)
    work = Workspace()
    for part in _parts(compared):
        rows = take(cleaned, part)
        sets.append(verify.sets(shingle(rows, settings.shingle_size, settings.seed, work)))
    judge = _Judge(
        sets.ragged(), Ragged(cleaned.values, cleaned.bounds[compared]), texts.times[texts.first[compared]], settings
    )
    weights = np.empty(len(pairs))
    for first in range(0, len(pairs), _PAIRS):
        tell("verifying", first, len(pairs))
        weights[first : first + _PAIRS] = judge.weights(pairs[first : first + _PAIRS])
    tell("verifying", len(pairs), len(pairs))
    stories = clusters.stories(compared.size, pairs, weights, settings.containment, judge.weights)
    return Compared(compared, judge.sets, stories, found.hot)


class _Judge(NamedTuple):
    """How strongly pairs of compared texts match; see `core.matches.weigh`."""

    sets: Ragged
    tokens: Ragged
    times: Indices
    settings: Settings

    def weights(self, pairs: Pairs) -> Floats:
        """``(p,)`` for pairs ``(p, 2)`` of places among the compared texts."""
        weights = verify.measure(self.sets, pairs)[1]
        close = np.flatnonzero(weights >= self.settings.containment)
        alignment = passages.align(self.tokens, pairs[close], self.settings.shingle_size)
        weights[close] = weigh(weights[close], alignment, self.times, pairs[close])
        return weights


def _keep(
    texts: Texts, tokens: Ragged, dropped: npt.NDArray[np.bool_], kept: HashStore, settings: Settings, tell: Progress
) -> Hashes:
    """Band keys ``(t, b)`` of the texts without their dropped blocks; what is left of their tokens goes to ``kept``."""
    plan = bands.plan(settings.similarity, settings.recall, settings.k)
    keys = np.empty((texts.rows.size, plan.bands), np.uint64)
    edges, words = texts.pages.bounds, texts.pages.words
    work = Workspace()
    for part in _parts(np.arange(texts.rows.size)):
        tell("signatures", int(part[0]), texts.rows.size)
        whole = take(tokens, texts.rows[part])
        span = slice(edges[part[0]], edges[part[-1] + 1])
        stays = ~dropped[span]
        counts = np.concatenate((np.zeros(1, np.int64), np.cumsum(words[span] * stays)))
        bounds = counts[edges[part[0] : part[-1] + 2] - edges[part[0]]]
        rows = Ragged(whole.values[np.repeat(stays, words[span])], np.stack((bounds[:-1], bounds[1:]), axis=1))
        kept.append(rows)
        shingles = shingle(rows, settings.shingle_size, settings.seed, work)
        keys[part] = bands.band_keys(minhash.sketch(shingles, settings.k), plan)
        keys[part[shingles.lengths < FEW]] = bands.NO_KEY
    tell("signatures", texts.rows.size, texts.rows.size)
    return keys


def _parts(numbers: Indices) -> Iterator[Indices]:
    for first in range(0, numbers.size, _ROWS):
        yield numbers[first : first + _ROWS]
