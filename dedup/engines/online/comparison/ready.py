"""Documents -> the results of reading them. The results of the last documents that were compared stay in memory.

Copies come in bursts: the documents near to a new document are often those that came just before it. Reading them again
takes a tenth of the time of an add.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.workspace import Workspace
from dedup.engines.online.comparison.batch import number_texts
from dedup.engines.tasks.read import Reader, TokensInMemory, select_read
from dedup.engines.tasks.results import ReadResult
from dedup.formats import ReadOutcome, columns_of_documents
from dedup.settings import Settings
from dedup.types import Document

_DOCUMENTS: Final = 256
"""Documents that are ready, at most."""

_CHARACTERS: Final = 1 << 20
"""Characters of their texts, at most. Text, tokens and blocks take some five bytes for each: 5 MB."""

_SPLIT: Final = 16
"""Documents that are read together and made ready, at most. More of them would soon push each other out.

Of more ready documents, joining their results takes as long as comparing them. So they are read together when they are
asked for again, and the result is kept until other documents are asked for.
"""


class ReadDocument(NamedTuple):
    """A document, the result of reading it alone, and its tokens."""

    document: Document
    read: ReadResult
    tokens: Hashes


class ReadyTexts:
    """The last documents that were compared, by id. A document is ready if it equals the kept one in all fields."""

    def __init__(self) -> None:
        self.clear()

    def put(self, ready: ReadDocument) -> None:
        """Keep a document. If there are too many, the document goes that was asked for the longest time ago."""
        self.drop(ready.document.id)
        self._ready[ready.document.id] = ready
        self._characters += len(ready.document.text)
        while len(self._ready) > _DOCUMENTS or self._characters > _CHARACTERS:
            self.drop(next(iter(self._ready)))

    def find(self, document: Document) -> ReadDocument | None:
        """Return a document that is ready, or None."""
        ready = self._ready.get(document.id)
        if ready is None or ready.document != document:
            return None
        self._ready[document.id] = self._ready.pop(document.id)
        return ready

    def drop(self, id: str) -> None:
        """Drop the document of an id, if there is one."""
        if id in self._ready:
            self._characters -= len(self._ready.pop(id).document.text)

    def clear(self) -> None:
        """Drop all documents."""
        self._ready: dict[str, ReadDocument] = {}
        self._characters = 0
        self._last: list[Document] = []
        self._together: tuple[ReadResult, Hashes] | None = None

    def read(
        self, documents: Sequence[Document], settings: Settings, workspace: Workspace
    ) -> list[tuple[ReadResult, Hashes]]:
        """Read documents, unless they are ready.

        Args:
            documents: the documents.
            settings: the settings of the index.
            workspace: scratch memory.

        Returns:
            The documents in their order: one or several in each result of reading, with the tokens of the texts that
            are new in this result, one text after another.
        """
        is_again = len(documents) > _SPLIT and documents == self._last
        self._last = [*documents] if sum(len(document.text) for document in documents) <= _CHARACTERS else []
        if is_again:
            self._together = self._together or _read(documents, settings, workspace)
            return [self._together]
        self._together = None
        results = [self.find(document) for document in documents]
        missing = [document for document, ready in zip(documents, results, strict=True) if ready is None]
        if len(missing) > _SPLIT:
            return [_read(documents, settings, workspace)]
        new = iter(_split(missing, *_read(missing, settings, workspace)) if missing else ())
        parts = [ready or next(new) for ready in results]
        for part in parts if missing else ():
            self.put(part)
        return [(part.read, part.tokens) for part in parts]


def _read(documents: Sequence[Document], settings: Settings, workspace: Workspace) -> tuple[ReadResult, Hashes]:
    """Read documents together."""
    tokens = TokensInMemory()
    reader = Reader(0, settings, tokens, None, None, workspace)
    return reader.read(ReadOutcome([columns_of_documents(documents)])), tokens.tokens()


def _split(documents: Sequence[Document], read: ReadResult, tokens: Hashes) -> list[ReadDocument]:
    """Return each document of a result of reading alone."""
    if len(documents) == 1:
        return [ReadDocument(documents[0], read, tokens)]
    edges, parts = edges_of(read.lengths[read.fresh]), []
    for row, text in enumerate(number_texts(read).tolist()):
        texts = np.array([text] if text >= 0 else [], np.int64)
        alone = select_read(read, np.array([row]), texts)
        alone.fresh = np.array([text >= 0])
        of_text = tokens[edges[text] : edges[text + 1]].copy() if text >= 0 else tokens[:0].copy()
        parts.append(ReadDocument(documents[row], alone, of_text))
    return parts
