"""Documents as columns: what readers give and engines take. The texts of a batch are one buffer of UTF-8.

No Python object stands for a document. A text in the buffer becomes a string only where a caller asks for it.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import astuple

from dedup.array_types import Bytes, Offsets
from dedup.core.text.batches import encode
from dedup.formats import limits
from dedup.types import Document


class PageFields(msgspec.Struct, frozen=True):
    """The data that a document declares of its page. `Document` explains the fields."""

    canonical_url: str = ""
    syndicated_from: str = ""
    publisher: str = ""
    author: str = ""
    language: str = ""
    modified: datetime.datetime | None = None


NO_PAGE_FIELDS = PageFields()
"""The fields of a document that declares nothing of a page."""

_Plain = tuple[str, str, str, str, str, datetime.datetime | None, str]
Row = _Plain | tuple[str, str, str, str, str, datetime.datetime | None, str, PageFields | None]
"""The fields of one document, in the order of `Document`, and what it declares of its page."""


class DocumentColumns(msgspec.Struct, frozen=True):
    """``n`` documents as columns. They can be part of a message.

    - ``ids``, ``titles``, ``sources``, ``urls``, ``published``, ``paths``: the fields of `Document`, ``n`` of each.
    - ``buffer`` ``(bytes,) uint8``, ``offsets`` ``(n + 1,) int64``: the texts, as `core.text.batches.encode` encodes
      them. A line feed stands behind each text but the last.
    - ``declared``: what documents declare of their pages, by row. Most documents declare nothing.
    """

    ids: list[str]
    titles: list[str]
    sources: list[str]
    urls: list[str]
    published: list[datetime.datetime | None]
    paths: list[str]
    buffer: np.ndarray[Any, Any]
    offsets: np.ndarray[Any, Any]
    declared: dict[int, PageFields] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Document]:
        return map(self.document, range(len(self.ids)))

    @property
    def size(self) -> int:
        """The bytes of the texts."""
        return self.buffer.size - max(0, len(self.ids) - 1)

    def text(self, row: int) -> str:
        """Decode the text of a row."""
        end = int(self.offsets[row + 1]) - (row + 1 < len(self.ids))
        return self.buffer[self.offsets[row] : end].tobytes().decode()

    def document(self, row: int) -> Document:
        """Make the document of a row."""
        return Document(
            self.text(row),
            self.ids[row],
            self.titles[row],
            self.sources[row],
            self.urls[row],
            self.published[row],
            self.paths[row],
            *astuple(self.declared.get(row, NO_PAGE_FIELDS)),
        )

    def select(self, first: int, last: int) -> "DocumentColumns":
        """Return the documents from ``first`` up to ``last``, which is not included. The bytes are not copied."""
        if first == 0 and last == len(self.ids):
            return self
        offsets = self.offsets[first : last + 1] - self.offsets[first]
        offsets[-1] -= first < last < len(self.ids)  # the line feed behind the last text
        begin = int(self.offsets[first])
        return DocumentColumns(
            self.ids[first:last],
            self.titles[first:last],
            self.sources[first:last],
            self.urls[first:last],
            self.published[first:last],
            self.paths[first:last],
            self.buffer[begin : begin + int(offsets[-1])],
            offsets,
            {row - first: fields for row, fields in self.declared.items() if first <= row < last},
        )


def columns_of_rows(rows: Sequence[Row]) -> DocumentColumns:
    """Turn rows, all of one length, into columns. Raises `InputError` for a text that is not Unicode."""
    texts, ids, titles, sources, urls, published, paths, *others = (
        map(list, zip(*rows, strict=True)) if rows else ([] for _ in range(7))
    )
    declared = {row: fields for row, fields in enumerate(others[0]) if fields is not None} if others else {}
    return DocumentColumns(ids, titles, sources, urls, published, paths, *encode(texts), declared)


def columns_of_documents(documents: Sequence[Document]) -> DocumentColumns:
    """Turn documents into columns. Raises `InputError` for a text that is not Unicode."""
    return DocumentColumns(
        [document.id for document in documents],
        [document.title for document in documents],
        [document.source for document in documents],
        [document.url for document in documents],
        [document.published for document in documents],
        [document.path for document in documents],
        *encode([document.text for document in documents]),
        {row: fields for row, document in enumerate(documents) if (fields := page_fields(document)) is not None},
    )


def page_fields(document: Any) -> PageFields | None:
    """Return what a `Document` or an extracted page declares, or None if it declares nothing."""
    fields = PageFields(
        document.canonical_url,
        document.syndicated_from,
        document.publisher,
        document.author,
        document.language,
        document.modified,
    )
    return None if fields == NO_PAGE_FIELDS else fields


def batches_of_rows(rows: Iterable[Row]) -> Iterator[DocumentColumns]:
    """Collect rows into columns of about `limits.BATCH_BYTES`. The rows before an error come before the error."""
    batch: list[Row] = []
    size = 0
    try:
        for row in rows:
            batch.append(row)
            size += len(row[0]) + limits.ROW_BYTES
            if size >= limits.BATCH_BYTES:
                yield columns_of_rows(batch)
                batch, size = [], 0
    except Exception:
        if batch:
            yield columns_of_rows(batch)
        raise
    if batch:
        yield columns_of_rows(batch)


def merge_columns(parts: Iterable[DocumentColumns]) -> Iterator[DocumentColumns]:
    """Join columns that follow each other into columns of about `limits.BATCH_BYTES`, so that small files share one."""
    pending: list[DocumentColumns] = []
    size = 0
    for part in parts:
        if not part.ids:
            continue
        pending.append(part)
        size += part.buffer.size + limits.ROW_BYTES * len(part.ids)
        if size >= limits.BATCH_BYTES:
            yield join_columns(pending)
            pending, size = [], 0
    if pending:
        yield join_columns(pending)


def join_columns(parts: Sequence[DocumentColumns]) -> DocumentColumns:
    """Join columns, each of one document or more, in their order."""
    if len(parts) == 1:
        return parts[0]
    return DocumentColumns(
        [id for part in parts for id in part.ids],
        [title for part in parts for title in part.titles],
        [source for part in parts for source in part.sources],
        [url for part in parts for url in part.urls],
        [time for part in parts for time in part.published],
        [path for part in parts for path in part.paths],
        *_join_texts(parts),
        {
            first + row: fields
            for first, part in zip(accumulate((len(part.ids) for part in parts), initial=0), parts, strict=False)
            for row, fields in part.declared.items()
        },
    )


def _join_texts(parts: Sequence[DocumentColumns]) -> tuple[Bytes, Offsets]:
    """Return the buffer and the offsets of the texts of all parts."""
    buffer = np.frombuffer(b"\n".join([part.buffer.data for part in parts]), np.uint8)
    begins = np.cumsum([0, *(part.buffer.size + 1 for part in parts)])
    counts = [len(part.ids) for part in parts]
    offsets = np.empty(sum(counts) + 1, np.int64)
    np.concatenate([part.offsets[:-1] for part in parts], out=offsets[:-1])
    offsets[:-1] += begins[:-1].repeat(counts)
    offsets[-1] = buffer.size
    return buffer, offsets
