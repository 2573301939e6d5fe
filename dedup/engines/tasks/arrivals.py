"""Documents that arrive at an index -> what they are looked up by, and compared by: all that can be made without it.

So it can be made anywhere: where many documents come, another process reads them, sketches them and packs them.
"""

import numpy as np

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays.ragged import Ragged, edges_of
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates import buckets, sampled
from dedup.core.pairs.decision import Reasons, no_article_reasons
from dedup.core.sites.pages import Pages
from dedup.core.sketch import bands, sampling
from dedup.core.sketch.lookup_keys import LookupKeys, lookup_keys
from dedup.core.text.block_hashes import drop_blocks
from dedup.engines.tasks.profiles import LearnedProfiles
from dedup.engines.tasks.read import Reader, TokensInMemory
from dedup.engines.tasks.results import ArrivalResult, ReadResult
from dedup.formats import ReadOutcome
from dedup.settings import Settings


class ArrivalReader:
    """Reads documents that arrive at an index of these ``settings``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def receive(self, found: ReadOutcome, learned: LearnedProfiles, work: Workspace | None = None) -> ArrivalResult:
        """Read documents, and make what they are looked up by, with what was ``learned``."""
        work, held = work or Workspace(), TokensInMemory()
        read = Reader(0, self._settings, held, None, work).read(found)
        tokens = held.tokens()
        made, reasons = self._lanes(found, tokens, read, learned, work)
        return ArrivalResult(read, tokens, made.keys, short_hashes(made.kept), self._inner(made), reasons, [], [])

    def _lanes(
        self, found: ReadOutcome, tokens: Hashes, read: ReadResult, learned: LearnedProfiles, work: Workspace
    ) -> tuple[LookupKeys, Reasons]:
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
        rests = drop_blocks(tokens.copy(), pages.words, read.blocks, learned.judged(pages, names)[1])
        made = lookup_keys(rests, self._settings, work, spare=True)
        return made, no_article_reasons(rests, read.says, made.rests, learned.known.walls, self._settings.seed)

    def _inner(self, made: LookupKeys) -> Pairs:
        """Pairs of new texts that may match."""
        if len(made.keys) < 2:
            return np.zeros((0, 2), np.int64)
        keyed = np.flatnonzero((made.keys != bands.NO_KEY).any(axis=1))
        keys = made.keys[keyed]
        alike = buckets.candidate_pairs(keys[:, _shared(keys)], self._settings.max_bucket, keyed)
        sharing = sampled.pairs_by_sample(made.kept, sampling.EVERY, self._settings.max_bucket)
        return np.concatenate((alike.pairs, sharing.pairs))


def _shared(keys: Keys) -> Indices:
    """``(s,)`` the bands in which some of these ``keys`` ``(n, b)`` are equal: of a lot, hardly any."""
    ordered = np.sort(keys, axis=0)
    return np.flatnonzero(((ordered[1:] == ordered[:-1]) & (ordered[1:] != bands.NO_KEY)).any(axis=0))


def short_hashes(kept: Ragged) -> Ragged:
    """Kept shingles in 32 bits each, the highest."""
    return Ragged((kept.values >> np.uint64(32)).astype(np.uint32), kept.bounds)
