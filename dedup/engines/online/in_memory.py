"""Some documents, laid side by side: read lot after lot into memory, and compared there.

What is said of them is what `cluster` says of texts on its shelves, but no file is opened and nobody is asked: of one
document and the few that may be its copies, that would be most of the time.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import distinct
from dedup.core.arrays.workspace import Workspace
from dedup.core.collection import Collection as Texts
from dedup.core.pairs.decision import DecidedPairs, decide_pairs, no_article_reasons, shingle_sets
from dedup.core.pairs.rule import ComparedTexts, PairFacts
from dedup.core.sketch.lookup_keys import text_hashes
from dedup.core.sketch.shingles import shingle
from dedup.core.text import blocks
from dedup.engines.stages.collection import KINDS, CollectionBuilder
from dedup.engines.stages.meter import no_progress
from dedup.engines.stages.verify import PairDecider, TextFacts, VerifiedPairs, cluster_pairs
from dedup.engines.tasks.profiles import LearnedProfiles
from dedup.engines.tasks.read import Reader, TokensInMemory
from dedup.engines.tasks.results import ReadResult
from dedup.formats import ReadOutcome
from dedup.settings import Settings
from dedup.types import Document


class InMemoryTexts:
    """Few enough documents to have their tokens in memory; none of their texts is mended."""

    def __init__(self, settings: Settings, work: Workspace | None = None) -> None:
        self._settings, self._work = settings, work or Workspace()
        self._held = TokensInMemory()
        self._reads: list[tuple[list[Document], ReadResult]] = []
        self._reader = Reader(0, settings, self._held, None, self._work)

    def read(self, documents: list[Document]) -> ReadResult:
        """Read some more documents."""
        read = self._reader.read(ReadOutcome(documents))
        self._reads.append((documents, read))
        return read

    def take(self, documents: list[Document], read: ReadResult, tokens: Hashes) -> None:
        """Take some more documents, which somebody has read, with the tokens of those texts that were new to him."""
        self._held.append(0, tokens)
        self._reads.append((documents, read))

    def texts(self) -> Texts:
        """All documents so far."""
        collection = CollectionBuilder([_Memory() for _ in KINDS])
        for documents, read in self._reads:
            ids, times = [document.id for document in documents], [document.published for document in documents]
            collection.add(read, ids, times)
        return collection.texts()

    def compared(self, texts: Texts, near: Pairs, known: LearnedProfiles) -> VerifiedPairs:
        """What `engines.stages.verify.verify` says of all ``texts`` of this desk. ``known`` is the known boilerplate."""
        compared, numbers = distinct(near.reshape(-1))
        pages = texts.pages
        names = [texts.members[document].source for document in texts.first.tolist()]
        sites, dropped = known.judged(pages, names)
        every = self._rests(texts, dropped)
        settings = self._settings
        found = text_hashes(every, shingle(every, settings.shingle_size, settings.seed, self._work))
        reasons = no_article_reasons(every, texts.says, found, known.known.walls, settings.seed)
        rows = take_rows(every, compared)
        sets = shingle_sets(rows, settings, self._work)
        bare = ComparedTexts(rows, found[compared], take_rows(texts.says, compared))
        some = _Some(compared, bare, sets, settings.containment)
        said = TextFacts(found, reasons, known.known.walls)
        judge = PairDecider(some, pages, sites, dropped)
        return cluster_pairs(judge, numbers.reshape(-1, 2), said, settings.containment, no_progress)

    def _rests(self, texts: Texts, dropped: Flags) -> Ragged:
        """All texts without their ``dropped`` blocks."""
        pages = texts.pages
        lengths = np.concatenate([read.lengths[read.fresh] for _, read in self._reads])
        tokens = take_rows(Ragged(self._held.tokens(), bounds_of(lengths)), texts.rows)
        return blocks.drop_blocks(tokens.values, pages.words, pages.bounds[1:] - pages.bounds[:-1], dropped)


class _Some:
    """Texts that are ready, in memory: an `engines.stages.verify.ComparableTexts`."""

    def __init__(self, texts: Indices, bare: ComparedTexts, sets: Ragged, threshold: float) -> None:
        self.texts, self.sizes, self.lengths = texts, sets.lengths, bare.tokens.lengths
        self._bare, self._sets, self._threshold = bare, sets, threshold

    def weigh(self, pairs: Pairs, facts: PairFacts) -> Iterator[tuple[Indices, DecidedPairs]]:
        """What pairs ``(p, 2)`` share."""
        if len(pairs):
            yield np.arange(len(pairs)), decide_pairs(self._bare, self._sets, pairs, facts, self._threshold)


class _Memory:
    """Elements in memory: an `engines.stages.collection.ColumnStore`."""

    def __init__(self) -> None:
        self._parts: list[npt.NDArray[Any]] = []

    def append(self, values: npt.NDArray[Any]) -> None:
        """Append some."""
        self._parts.append(values)

    def read(self, start: int, count: int) -> npt.NDArray[Any]:
        """So many, from the element ``start`` on."""
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0][start : start + count]
