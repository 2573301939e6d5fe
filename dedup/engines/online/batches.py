"""Documents of a program -> batches of documents: batches of a stream, and a batch of all documents that wait.

Callers of `Index.add` and `Index.aadd` put their documents at the end of a list. The caller that gets the lock of the
index takes the documents from the list, adds them in one commit, and gives each its decision. A caller that is alone
waits for nobody.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from typing import Final

from dedup import formats
from dedup.engines.online.ingest import Ingest
from dedup.errors import IndexProblem, InputError, ReadError
from dedup.formats.fields.names import FieldNames
from dedup.formats.fields.values import is_missing
from dedup.formats.guard import check_words, skip_of
from dedup.formats.places import ReadOptions
from dedup.formats.program.documents import Documents, Given, fields_of, numbered_documents, to_plain_document
from dedup.index_types import Decision
from dedup.settings import Settings
from dedup.types import Document, Skip

_DOCUMENTS: Final = 1024
"""Documents of a batch, at most."""

_TOGETHER: Final = 256
"""Documents that wait and are added together, at most."""

_CHARACTERS: Final = 1 << 23
"""Characters of texts from which on a batch takes no more documents."""

_Waiting = tuple[Document, "Future[Decision]"]


def make_batches(
    documents: Documents, fields: Mapping[str, str], on_skip: Callable[[Skip], object] | None, options: ReadOptions
) -> Iterator[list[Document]]:
    """Converts the documents of a program, and yields them in batches.

    Args:
        documents: documents, or a table of another library.
        fields: our names of fields -> the keys of mappings, or the columns of a table.
        on_skip: is called with each document that cannot be used.
        options: have the extractor of HTML pages and the limits on input.

    Raises:
        InputError: the argument is not many documents.
        ReadError: a document cannot be used, and there is no ``on_skip``. The batch before it comes first.
    """
    rows, _, names, *_ = numbered_documents(documents, fields, own_ids=True)
    return split_batches(_usable_documents((document for _, document in rows), names, on_skip, options))


def _usable_documents(
    documents: Iterable[Given], names: FieldNames, on_skip: Callable[[Skip], object] | None, options: ReadOptions
) -> Iterator[Document]:
    """Yields the documents that can be used, as `make_batches` takes them."""
    for position, document in enumerate(documents):
        try:
            yield to_document(document, f"document {position}", options, names=names)
        except InputError:
            raise
        except Exception as error:
            skip = skip_of(error, f"document {position}")
            if on_skip is None:
                raise ReadError(skip.path, skip.reason, skip.line) from error
            on_skip(skip)


def split_batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yields batches of documents. No id is in a batch twice. The documents before an error come before the error."""
    batch: dict[str, Document] = {}
    size = 0
    try:
        for document in documents:
            if batch and (document.id in batch or len(batch) >= _DOCUMENTS or size >= _CHARACTERS):
                yield list(batch.values())
                batch, size = {}, 0
            batch[document.id] = document
            size += len(document.text)
    except ReadError:
        if batch:
            yield list(batch.values())
        raise
    if batch:
        yield list(batch.values())


def to_document(
    document: Given,
    place: str,
    options: ReadOptions,
    needs_id: bool = True,
    names: FieldNames | None = None,
    whole: bool = False,
) -> Document:
    """Converts a document that a program gives.

    Args:
        document: a text, a mapping or a `Document`.
        place: the name of the document in errors.
        options: have the extractor of HTML pages and the limits on input.
        needs_id: whether the document must have an id.
        names: the keys of the fields in mappings; None for a mapping that stands alone.
        whole: as in `formats.to_document`, for a mapping.

    Raises:
        InputError: the value is no document.
        ReadError: the document cannot be used.
    """
    plain = to_plain_document(document) if isinstance(document, Document) else None
    if plain is not None and (plain.id or not needs_id):
        check_words(plain.text, place, options.limits)
        return plain
    names = names or FieldNames()
    usual = type(document) is dict and (names.keys["id"], names.keys["text"]) == ("id", "text")
    if usual and isinstance(document, dict) and document.get("id") and isinstance(document.get("text"), str):
        return formats.to_document(document, place, names.given, whole=whole, options=options)
    row = fields_of(document, place, names)
    if needs_id and (is_missing(id := row.get("id")) or id == ""):
        raise ReadError(place, "has no id; give each document of an index its own, by which it is known again")
    if isinstance(document, Mapping):
        return formats.to_document(document, place if needs_id else "", names.keys, whole=whole, options=options)
    return formats.to_document(row, place if needs_id else "", whole=True, options=options)


class WaitingDocuments:
    """The documents that wait for one index.

    Args:
        ingest: adds documents to the index.
        settings: the settings of the index.
    """

    def __init__(self, ingest: Ingest, settings: Settings) -> None:
        self._ingest, self._options = ingest, ReadOptions().with_settings(settings)
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
        while self._waiting and len(batch) < _TOGETHER and size < _CHARACTERS:
            value, future = self._waiting[0]
            try:
                document = to_document(value, "the document", self._options)
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
