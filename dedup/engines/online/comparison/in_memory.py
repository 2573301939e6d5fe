"""A few documents in memory -> what `engines.stages.verify` says of texts in spill files.

No file is opened and no worker is asked. For one document and its few candidates, files and workers would take most of
the time.
"""

from collections.abc import Iterator

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import distinct
from dedup.core.arrays.workspace import Workspace
from dedup.core.collection import Collection as Texts
from dedup.core.pairs.decision import DecidedPairs, no_article_reasons, shingle_sets
from dedup.core.pairs.rule import ComparedTexts, PairFacts
from dedup.core.sites.lone_blocks import Columns
from dedup.core.sketch.lookup_keys import text_hashes
from dedup.core.sketch.shingles import shingle
from dedup.core.text.block_hashes import drop_blocks
from dedup.engines.online.comparison.kept_pairs import KeptPairs
from dedup.engines.online.comparison.ready import ReadyTexts
from dedup.engines.online.learning.sites import Learning
from dedup.engines.stages.collection import CollectionBuilder
from dedup.engines.stages.meter import no_progress
from dedup.engines.stages.verify import (
    PairDecider,
    TextFacts,
    VerifiedPairs,
    add_pairs,
    cluster_pairs,
    evident_pairs,
)
from dedup.engines.tasks.read import TokensInMemory
from dedup.engines.tasks.results import ReadResult
from dedup.settings import Settings
from dedup.types import Document


class InMemoryTexts:
    """Documents whose tokens are in memory. Misprints are not corrected.

    Args:
        settings: the settings of the index.
        workspace: scratch memory.
        ready: the results of reading the last documents.
        kept_pairs: the decisions on the last pairs.
    """

    def __init__(
        self,
        settings: Settings,
        workspace: Workspace | None = None,
        ready: ReadyTexts | None = None,
        kept_pairs: KeptPairs | None = None,
    ) -> None:
        self._settings, self._workspace = settings, workspace or Workspace()
        self._ready, self._kept = ready or ReadyTexts(), kept_pairs or KeptPairs(settings.containment)
        self._tokens = TokensInMemory()
        self._reads: list[ReadResult] = []

    def read(self, documents: list[Document]) -> None:
        """Reads further ``documents``, unless they are ready."""
        for read, tokens in self._ready.read(documents, self._settings, self._workspace):
            self.take(read, tokens)

    def take(self, read: ReadResult, tokens: Hashes) -> None:
        """Takes further documents that another reader has read.

        Args:
            read: the result of reading them.
            tokens: the tokens of the texts that were new to the other reader, one text after another.
        """
        self._tokens.append(0, tokens)
        self._reads.append(read)

    def texts(self) -> Texts:
        """The collection of all documents so far."""
        collection = CollectionBuilder(_MemoryBlocks())
        for read in self._reads:
            collection.add(read)
        return collection.texts(collection.members())

    def compare(
        self, texts: Texts, candidates: Pairs, digests: Flags, groups: Indices, learning: Learning
    ) -> VerifiedPairs:
        """Compares texts as `engines.stages.verify.verify` does.

        Args:
            texts: the collection from `texts`.
            candidates: ``(p, 2)`` pairs of texts, distinct and sorted.
            digests: ``(t,) bool`` whether each text is known as a digest.
            groups: ``(t,)`` the group of each text, from 0. What texts teach holds for texts of their group.
            learning: the sites of the index, which say what is boilerplate, and learn from the comparison.

        Returns:
            The decisions on the pairs, and the stories.
        """
        pages = texts.pages
        sites, dropped = learning.judged_together(pages, texts.members.columns.source_names(texts.first), groups)
        without_boilerplate = self._drop_boilerplate(texts, dropped)
        settings, walls = self._settings, learning.walls
        shingles = shingle(without_boilerplate, settings.shingle_size, settings.seed, self._workspace)
        hashes = text_hashes(without_boilerplate, shingles, settings.seed)
        reasons = no_article_reasons(without_boilerplate, texts.says, hashes, walls, settings.seed)
        candidates = add_pairs(candidates, evident_pairs(texts, reasons, dropped, settings.max_bucket))
        compared, numbers = distinct(candidates.reshape(-1))
        tokens = take_rows(without_boilerplate, compared)
        sets = shingle_sets(tokens, settings, self._workspace)
        contents = ComparedTexts(tokens, hashes[compared], take_rows(texts.says, compared))
        first = texts.first[compared]
        words = texts.contents[first], texts.contents_high[first]
        comparable = _TextsInMemory(compared, words, contents, sets, self._kept)
        facts = TextFacts(hashes, reasons, digests, walls)
        decider = PairDecider(comparable, pages, sites, dropped)
        verified = cluster_pairs(decider, numbers.reshape(-1, 2), facts, settings.containment, no_progress)
        learning.learn_walls(verified.walls)
        return verified

    def _drop_boilerplate(self, texts: Texts, dropped: Flags) -> Ragged:
        """The tokens of all texts, without the ``dropped`` blocks."""
        pages = texts.pages
        lengths = np.concatenate([read.lengths[read.fresh] for read in self._reads])
        tokens = take_rows(Ragged(self._tokens.tokens(), bounds_of(lengths)), texts.rows)
        return drop_blocks(tokens.values, pages.words, pages.bounds[1:] - pages.bounds[:-1], dropped)


class _TextsInMemory:
    """Prepared texts in memory: an `engines.stages.verify.ComparableTexts`.

    Args:
        texts: ``(c,) int64`` numbers of the texts, sorted.
        words: ``(c,)`` and ``(c,)`` the halves of the fingerprint of the words of each text with its boilerplate.
        contents: the texts without boilerplate.
        sets: the shingle set of each text.
        kept_pairs: decides the pairs.
    """

    def __init__(
        self,
        texts: Indices,
        words: tuple[Hashes, Hashes],
        contents: ComparedTexts,
        sets: Ragged,
        kept_pairs: KeptPairs,
    ) -> None:
        self.texts, self.sizes, self.lengths = texts, sets.lengths, contents.tokens.lengths
        self._words, self._contents, self._sets, self._kept = words, contents, sets, kept_pairs

    def weigh(self, pairs: Pairs, facts: PairFacts) -> Iterator[tuple[Indices, DecidedPairs]]:
        """Decides pairs ``(p, 2)`` of positions in ``texts``, all at once."""
        if len(pairs):
            yield np.arange(len(pairs)), self._kept.decide(self._words, self._contents, self._sets, pairs, facts)


class _MemoryBlocks:
    """The blocks of texts in memory: an `engines.stages.page_blocks.BlockStore`."""

    def __init__(self) -> None:
        self._results: list[ReadResult] = []
        self.counts: list[Indices] = []

    def add(self, result: ReadResult) -> None:
        self._results.append(result)
        self.counts.append(result.blocks)

    def columns(self) -> Iterator[Columns]:
        return ((result.hashes, result.words, result.marks) for result in self._results)
