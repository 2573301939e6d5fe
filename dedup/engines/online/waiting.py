"""Documents that wait for `Index.add` and `Index.aadd`: all that wait are one batch, and one commit.

A caller puts its document at the end of a list. The caller that gets the lock of the index takes the documents from the
list, adds them, and gives each its decision. A caller that is alone waits for nobody.
"""

from collections import deque
from concurrent.futures import Future
from typing import Final

from dedup.engines.online.batches import to_document
from dedup.engines.online.ingest import Ingest
from dedup.errors import IndexProblem, InputError
from dedup.formats.program.documents import Given
from dedup.index_types import Decision
from dedup.types import Document

_DOCUMENTS: Final = 256
"""Documents of a batch, at most."""

_CHARACTERS: Final = 1 << 23
"""Characters of texts from which on a batch takes no more documents."""

_Waiting = tuple[Document, "Future[Decision]"]


class WaitingDocuments:
    """The documents that wait for one index.

    Args:
        ingest: adds documents to the index.
        extractor: the extractor of HTML pages.
    """

    def __init__(self, ingest: Ingest, extractor: str) -> None:
        self._ingest, self._extractor = ingest, extractor
        self._waiting: deque[tuple[Given, Future[Decision]]] = deque()

    def put(self, document: Given) -> "Future[Decision]":
        """Puts a document into the list, and returns the future of its decision.

        The future cannot be cancelled: a document that waits is added, also if nobody takes its decision.
        """
        future: Future[Decision] = Future()
        future.set_running_or_notify_cancel()
        self._waiting.append((document, future))
        return future

    def add(self) -> None:
        """Adds the documents that wait. The caller holds the lock of the index."""
        batch: dict[str, _Waiting] = {}
        size = 0
        while self._waiting and len(batch) < _DOCUMENTS and size < _CHARACTERS:
            given, future = self._waiting[0]
            try:
                document = to_document(given, "the document", self._extractor)
            except Exception as error:
                self._waiting.popleft()
                future.set_exception(error)
                continue
            if document.id in batch:  # the second document of an id comes after the first is in the index
                break
            self._waiting.popleft()
            batch[document.id] = document, future
            size += len(document.text)
        if batch:
            self._add_batch(list(batch.values()))

    def _add_batch(self, batch: list[_Waiting]) -> None:
        """Adds a batch. If a document of the batch cannot be stored, each document is added alone."""
        try:
            decisions = self._ingest.add(self._ingest.judge.read([document for document, _ in batch]))
        except InputError as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
            for waiting in batch if len(batch) > 1 else ():
                self._add_batch([waiting])
        except Exception as error:
            for _, future in batch:
                future.set_exception(error)
        except BaseException:
            for _, future in batch:
                future.set_exception(IndexProblem("adding the document was interrupted: add it again"))
            raise
        else:
            for (_, future), decision in zip(batch, decisions, strict=True):
                future.set_result(decision)
