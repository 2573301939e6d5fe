"""Some documents, laid side by side: read lot after lot into memory, and made a job of when they are to be compared."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from dedup.core.workspace import Workspace
from dedup.engines.crew import Alone
from dedup.engines.gathering import ordered
from dedup.engines.messages import Read
from dedup.engines.metering import nobody
from dedup.engines.reading import Reader
from dedup.engines.sketching import Job, Shelves
from dedup.engines.store import Spool, Stores
from dedup.engines.texts import Collection
from dedup.formats import Found
from dedup.settings import Settings
from dedup.types import Document, Hashes

__all__ = ["Desk"]


class Desk:
    """Few enough documents to have their tokens in memory; files are opened when they are compared."""

    def __init__(self, settings: Settings, work: Workspace | None = None) -> None:
        self._settings = settings
        self._held: list[Hashes] = []
        self._reads: list[tuple[list[Document], Read]] = []
        self._reader = Reader(0, settings, self, None, work)

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

    @contextmanager
    def job(self) -> Iterator[Job]:
        """All documents so far, as a job for this process: none of their texts is mended."""
        with Stores() as open_stores:
            shelves = Shelves.opened(1, False, open_stores)
            Spool(shelves.printed.descriptors, np.uint64).append(0, self.tokens())
            collection = Collection(shelves.printed, None, open_stores)
            for documents, read in self._reads:
                ids, times = [document.id for document in documents], [document.published for document in documents]
                collection.add(read, ids, times)
            texts = collection.texts()
            team = Alone(ordered(0, self._settings, {}, shelves))
            yield Job(texts, shelves, np.zeros(len(texts.rows)), False, self._settings, team, nobody)
