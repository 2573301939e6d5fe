"""Documents that arrive at an index to their lookup keys and tokens: all that can be made without the index.

Another process can therefore do this work: where many documents come, it reads, sketches and packs them.
"""

import numpy as np

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays.ragged import Ragged, edges_of
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates import buckets
from dedup.core.candidates import sampled as sampled_
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

    def receive(
        self, outcome: ReadOutcome, learned: LearnedProfiles, workspace: Workspace | None = None
    ) -> ArrivalResult:
        """Read documents, and make their lookup keys.

        Args:
            outcome: the documents.
            learned: the site profiles of the index.
            workspace: scratch memory.

        Returns:
            The documents with their lookup keys, not packed.
        """
        workspace, in_memory = workspace or Workspace(), TokensInMemory()
        read = Reader(0, self._settings, in_memory, None, None, workspace).read(outcome)
        tokens = in_memory.tokens()
        found_by, reasons, page_counts = self._make_keys(tokens, read, learned, workspace)
        pairs = pairs_of_batch(found_by, self._settings.max_bucket)
        return ArrivalResult(
            read, tokens, found_by.keys, short_hashes(found_by.sampled), pairs, reasons, page_counts, [], []
        )

    def _make_keys(
        self, tokens: Hashes, read: ReadResult, learned: LearnedProfiles, workspace: Workspace
    ) -> tuple[LookupKeys, Reasons, Indices]:
        """Return the lookup keys of the new texts, why each is no article, and the known pages of the site of each."""
        rows = np.flatnonzero(read.fresh)
        sources = read.members.source_names(rows)
        pages = Pages.marked(
            read.hashes,
            read.words,
            read.marks,
            edges_of(read.blocks),
            np.full(read.blocks.size, -1, np.int64),
            read.headlines,
            read.contents[rows],
        )
        sites, dropped = learned.judged(pages, sources)
        without_boilerplate = drop_blocks(tokens, pages.words, read.blocks, dropped)
        found_by = lookup_keys(without_boilerplate, self._settings, workspace, spare=True)
        walls, seed = learned.site_profiles.walls, self._settings.seed
        reasons = no_article_reasons(without_boilerplate, read.says, found_by.rests, walls, seed)
        return found_by, reasons, learned.known_pages(pages, sites, sources)


def pairs_of_batch(found_by: LookupKeys, max_bucket: int) -> Pairs:
    """Return the pairs of new texts of one batch that may match.

    Args:
        found_by: the lookup keys of the texts.
        max_bucket: the largest bucket of which all pairs are compared.
    """
    if len(found_by.keys) < 2:
        return np.zeros((0, 2), np.int64)
    keyed = np.flatnonzero((found_by.keys != bands.NO_KEY).any(axis=1))
    keys = found_by.keys[keyed]
    by_bands = buckets.candidate_pairs(keys[:, _bands_with_equal_keys(keys)], max_bucket, keyed)
    by_sample = sampled_.pairs_by_sample(found_by.sampled, sampling.EVERY, max_bucket)
    return np.concatenate((by_bands.pairs, by_sample.pairs))


def _bands_with_equal_keys(keys: Keys) -> Indices:
    """Return ``(s,)`` the bands in which two of the ``keys`` ``(n, b)`` are equal. A batch has very few such bands."""
    ordered = np.sort(keys, axis=0)
    return np.flatnonzero(((ordered[1:] == ordered[:-1]) & (ordered[1:] != bands.NO_KEY)).any(axis=0))


def short_hashes(sampled_shingles: Ragged) -> Ragged:
    """Return the highest 32 bits of each sampled shingle."""
    return Ragged((sampled_shingles.values >> np.uint64(32)).astype(np.uint32), sampled_shingles.bounds)
