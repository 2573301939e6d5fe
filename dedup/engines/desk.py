"""Some documents, laid side by side: read lot after lot into memory, and compared there.

What is said of them is what `cluster` says of texts on its shelves, but no file is opened and nobody is asked: of one
document and the few that may be its copies, that would be most of the time.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.core import verify
from dedup.core.blocks import without
from dedup.core.ordered import distinct
from dedup.core.ragged import Ragged, bounds_of, take
from dedup.core.workspace import Workspace
from dedup.engines.answers import Read, Weighed
from dedup.engines.comparing import Verified, clustered
from dedup.engines.reading import Reader
from dedup.engines.texts import KINDS, Collection, Texts
from dedup.engines.weighing import Blocks, Facts, prepare, weigh, within
from dedup.formats import Found
from dedup.settings import Settings
from dedup.types import Document, Hashes, Indices, Pairs

__all__ = ["Desk"]


class Desk:
    """Few enough documents to have their tokens in memory; none of their texts is mended."""

    def __init__(self, settings: Settings, work: Workspace | None = None) -> None:
        self._settings, self._work = settings, work or Workspace()
        self._held: list[Hashes] = []
        self._reads: list[tuple[list[Document], Read]] = []
        self._reader = Reader(0, settings, self, None, self._work)

    def append(self, _file: int, values: Hashes) -> None:
        """Where the reader puts the tokens of new texts."""
        self._held.append(values.copy())

    def read(self, documents: list[Document]) -> Read:
        """Read some more documents."""
        read = self._reader.read(Found(documents))
        self._reads.append((documents, read))
        return read

    def take(self, documents: list[Document], read: Read, tokens: Hashes) -> None:
        """Take some more documents, which somebody has read, with the tokens of those texts that were new to him."""
        self._held.append(tokens)
        self._reads.append((documents, read))

    def tokens(self) -> Hashes:
        """Those of all texts so far."""
        return self._held[0] if len(self._held) == 1 else np.concatenate([np.zeros(0, np.uint64), *self._held])

    def texts(self) -> Texts:
        """All documents so far."""
        collection = Collection([_Memory() for _ in KINDS])
        for documents, read in self._reads:
            ids, times = [document.id for document in documents], [document.published for document in documents]
            collection.add(read, ids, times)
        return collection.texts()

    def compared(self, texts: Texts, near: Pairs, sources: Indices, dropped: npt.NDArray[np.bool_]) -> Verified:
        """What `engines.comparing.verified` says of all ``texts`` of this desk."""
        compared, numbers = distinct(near.reshape(-1))
        pages, places = texts.pages, texts.pages.places(compared)
        lengths = np.concatenate([read.lengths[read.fresh] for _, read in self._reads])
        tokens = take(Ragged(self.tokens(), bounds_of(lengths)), texts.rows[compared])
        counts = pages.bounds[compared + 1] - pages.bounds[compared]
        blocks = Blocks(counts, pages.words[places], texts.closed[places], dropped[places])
        rows = without(tokens.values, blocks.words, blocks.counts, blocks.dropped)
        sets, articles = prepare(rows, blocks, self._settings, self._work)
        times, noise = texts.times[texts.first[compared]], np.zeros(compared.size)
        facts = Facts(sets, rows, within(articles, rows), rows, times, sources[compared], noise)
        some = _Some(compared, facts, self._settings, self._work)
        return clustered(some, numbers.reshape(-1, 2), sources, dropped, self._settings)


class _Some:
    """Texts that are ready, in memory: an `engines.comparing.Comparable`."""

    def __init__(self, texts: Indices, facts: Facts, settings: Settings, work: Workspace) -> None:
        self.texts, self.sizes = texts, facts.sets.lengths
        self._facts, self._settings, self._work = facts, settings, work

    def shared(self, pairs: Pairs) -> Indices:
        """``(p,)`` how many shingles pairs ``(p, 2)`` have in common."""
        return verify.shared(self._facts.sets, pairs)

    def weigh(self, pairs: Pairs, _sources: Indices, scans: bool) -> Iterator[tuple[Indices, Weighed]]:
        """How strongly pairs ``(p, 2)`` match; texts are of the sources that they were made ready with."""
        if len(pairs):
            yield np.arange(len(pairs)), Weighed(*weigh(self._facts, pairs, self._settings, scans, self._work))


class _Memory:
    """Elements in memory: an `engines.texts.Elements`."""

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
