"""Documents that arrive at an index -> what they are looked up by, and compared by: all that can be made without it.

So it can be made anywhere: where many documents come, another process reads them, sketches them and packs them.
"""

import numpy as np

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays.ragged import Ragged, edges_of
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates import buckets, sampled
from dedup.core.pairs.decision import Reasons, set_aside
from dedup.core.sites.pages import Pages
from dedup.core.sketch import bands, sampling
from dedup.core.sketch.lookup_keys import Lanes, lanes
from dedup.core.text.blocks import without
from dedup.engines.tasks.profiles import Learned
from dedup.engines.tasks.read import Held, Reader
from dedup.engines.tasks.results import Read, Received
from dedup.formats import ReadOutcome
from dedup.settings import Settings


class Receiver:
    """Receives documents, with some ``settings``, by which shingles below a ``bound`` are kept (`core.candidates.sampled`)."""

    def __init__(self, settings: Settings, bound: np.uint64) -> None:
        self._settings, self._bound = settings, bound
        self._plan = bands.plan(settings.similarity, settings.recall, settings.k)

    def receive(self, found: ReadOutcome, learned: Learned, work: Workspace | None = None) -> Received:
        """Read documents, and make what they are looked up by, with what was ``learned``."""
        work, held = work or Workspace(), Held()
        read = Reader(0, self._settings, held, None, work).read(found)
        tokens = held.tokens()
        made, reasons = self._lanes(found, tokens, read, learned, work)
        return Received(read, tokens, made.keys, codes(made.kept), self._inner(made), reasons, [], [])

    def _lanes(
        self, found: ReadOutcome, tokens: Hashes, read: Read, learned: Learned, work: Workspace
    ) -> tuple[Lanes, Reasons]:
        """What the new texts are found by, and why a text is no article."""
        rows = np.flatnonzero(read.fresh)
        names = [found.documents[row].source for row in rows.tolist()]
        pages = Pages.marked(
            read.hashes,
            read.words,
            read.marks,
            edges_of(read.blocks),
            np.full(read.blocks.size, -1, np.int64),
            read.headlines,
            read.contents[rows],
        )
        rests = without(tokens.copy(), pages.words, read.blocks, learned.judged(pages, names)[1])
        made = lanes(rests, self._settings, self._plan, self._bound, work, spare=True)
        return made, set_aside(rests, read.says, made.rests, learned.known.walls, self._settings.seed)

    def _inner(self, made: Lanes) -> Pairs:
        """Pairs of new texts that may match."""
        if len(made.keys) < 2:
            return np.zeros((0, 2), np.int64)
        keyed = np.flatnonzero((made.keys != bands.NO_KEY).any(axis=1))
        keys = made.keys[keyed]
        alike = buckets.candidates(keys[:, _shared(keys)], self._settings.max_bucket, keyed)
        sharing = sampled.overlapping(made.kept, sampling.EVERY, self._settings.max_bucket)
        return np.concatenate((alike.pairs, sharing.pairs))


def _shared(keys: Keys) -> Indices:
    """``(s,)`` the bands in which some of these ``keys`` ``(n, b)`` are equal: of a lot, hardly any."""
    ordered = np.sort(keys, axis=0)
    return np.flatnonzero(((ordered[1:] == ordered[:-1]) & (ordered[1:] != bands.NO_KEY)).any(axis=0))


def codes(kept: Ragged) -> Ragged:
    """Kept shingles in 32 bits each, the highest."""
    return Ragged((kept.values >> np.uint64(32)).astype(np.uint32), kept.bounds)
