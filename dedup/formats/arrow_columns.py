"""Record batches of Arrow -> documents as columns. The texts go from Arrow's buffer to ours; none becomes a string.

The fields beside the text are short, and are read as those of any row (`record.documents_of_rows`).
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from dedup.array_types import Bytes, Indices, Offsets
from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns, join_columns
from dedup.formats.guard import check_words, skip_of
from dedup.formats.places import Place, ReadContext
from dedup.formats.record import documents_of_rows, keys_of_fields, no_text_error
from dedup.types import Skip

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 256
"""Rows of Arrow that are decoded together: the library may unpack a small page to large texts."""


def check_columns(schema: "pa.Schema", place: Place, fields: Mapping[str, str]) -> list[str]:
    """The columns that documents are made of.

    Args:
        schema: the columns of the file and their types.
        place: the file.
        fields: our names of fields -> the names of columns.

    Raises:
        ReadError: no column holds texts or pages.
    """
    columns = keys_of_fields(schema.names, fields)
    if "text" not in columns and "html" not in columns:
        names = {"text": "text", "html": "html", **fields}
        raise no_text_error(dict.fromkeys(schema.names), names, place.path)
    for column in columns.values():
        if schema.names.count(column) > 1:
            raise ReadError(place.path, f"has several columns {column!r}: rename all but one")
    if "html" not in columns and not _holds_text(kind := schema.field(columns["text"]).type):
        raise ReadError(
            place.path,
            f"has a column {columns['text']!r} of type {kind}; give one of strings, or name another: --field text=NAME",
        )
    return list(columns.values())


def columns_of_batch(
    batch: "pa.RecordBatch", place: Place, context: ReadContext, first: int = 1
) -> Iterator[DocumentColumns]:
    """Turn the rows of a record batch into documents. A row that is no document is a skip.

    Args:
        batch: the rows. Columns that are no field are passed over.
        place: the file of the rows.
        context: the names of fields; takes skips and problems.
        first: the number of the first row.

    Yields:
        The documents, in one batch; nothing if there are none.
    """
    columns = keys_of_fields(batch.schema.names, context.fields)
    if "text" in columns and _holds_text(batch.schema.field(columns["text"]).type):
        texts, rows = _decodable_texts(batch.column(columns["text"]), columns["text"], place, context, first)
    else:
        texts, rows = None, np.arange(batch.num_rows)
    skipped: set[int | None] = set()

    def on_skip(skip: Skip) -> None:
        skipped.add(skip.line)
        context.on_skip(skip)

    values = _rows_of(batch, columns, texts, rows)
    numbered = zip((rows + first).tolist(), values, strict=True)
    parts = list(documents_of_rows(numbered, place, dataclasses.replace(context, on_skip=on_skip)))
    if not parts:
        return
    documents = join_columns(parts)
    if texts is not None:
        used = np.array([number not in skipped for number in (rows + first).tolist()], np.bool_)
        buffer, offsets = _encode(_used_texts(texts, used, documents))
        documents = structs.replace(documents, buffer=buffer, offsets=offsets)
    yield documents


def _holds_text(kind: "pa.DataType") -> bool:
    """Whether a column of this type holds texts: strings or bytes of any kind, or a dictionary of them."""
    import pyarrow as pa

    kind = getattr(kind, "storage_type", kind)
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    strings = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    binaries = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    return any(test(kind) for test in (*strings, *binaries))


def _decodable_texts(
    column: "pa.Array", name: str, place: Place, context: ReadContext, first: int
) -> tuple["pa.Array", Indices]:
    """The texts of a column that are UTF-8, and their rows from 0. Any other text is a skip.

    Args:
        column: the column.
        name: its name.
        place: the file.
        context: takes the skips.
        first: the number of the first row.
    """
    import pyarrow as pa

    column = getattr(column, "storage", column)
    texts = column if pa.types.is_string(column.type) else _as_strings(column)
    rows = np.arange(len(texts))
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        usable = []
        for row, data in enumerate(texts.view(pa.binary()).to_pylist()):
            try:
                (data or b"").decode()
            except UnicodeDecodeError as error:
                reason = f"{name!r} is not UTF-8: byte 0x{error.object[error.start]:02X} at offset {error.start}"
                context.on_skip(Skip(place.path, f"{reason}; write it as UTF-8", first + row))
                continue
            usable.append(row)
        rows = np.array(usable, np.int64)
        texts = texts.take(_numbers(rows))
    if texts.nbytes > context.limits.tokens:
        fits = np.array(
            [_fits(text.as_py(), first + row, place, context) for text, row in zip(texts, rows.tolist(), strict=True)]
        )
        rows = rows[fits]
        texts = texts.take(_numbers(np.flatnonzero(fits)))
    return texts, rows


def _fits(text: str | None, number: int, place: Place, context: ReadContext) -> bool:
    """Whether a text has no more words than it may have. A text of more words is a skip."""
    try:
        check_words(text or "", place.path, context.limits)
    except ReadError as error:
        context.on_skip(skip_of(error, place.path, number))
        return False
    return True


def _as_strings(column: "pa.Array") -> "pa.Array":
    """A column of strings or bytes as strings with offsets of 32 bits, which the library can join."""
    import pyarrow as pa

    return column.cast(pa.large_binary()).cast(pa.binary()).view(pa.string())


def _rows_of(
    batch: "pa.RecordBatch", columns: Mapping[str, str], texts: "pa.Array | None", rows: np.ndarray[Any, Any]
) -> Iterable[dict[str, Any]]:
    """The ``rows`` as mappings. An empty text stands for each of the ``texts``."""
    values = {name: _python_values(batch.column(name)) for name in columns.values() if name != columns.get("text")}
    if "text" in columns:
        column = batch.column(columns["text"])
        values[columns["text"]] = _python_values(column) if texts is None else [None] * len(column)
    if texts is not None:
        for row, valid in zip(rows.tolist(), texts.is_valid().to_pylist(), strict=True):
            values[columns["text"]][row] = "" if valid else None
    return ({name: of_column[row] for name, of_column in values.items()} for row in rows.tolist())


def _python_values(column: "pa.Array") -> list[Any]:
    """The values of a column. A value that Python cannot hold is text, or else bytes."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)  # a `datetime` has no nanoseconds
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):  # a time after the year 9999, or a text that is not UTF-8
        values = [_python_value(scalar) for scalar in column]
    return values


def _python_value(scalar: "pa.Scalar") -> Any:
    """The value of a scalar; its bytes or a text that stands for it if Python cannot hold it."""
    import pyarrow as pa

    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return scalar.cast(pa.binary()).as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return f"{scalar.type} {scalar.cast(pa.int64()).as_py()}"


def _used_texts(texts: "pa.Array", used: np.ndarray[Any, Any], documents: DocumentColumns) -> "pa.Array":
    """The texts of the rows that are documents. The text of a page stands in place of a missing text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = texts if used.all() else texts.take(_numbers(np.flatnonzero(used)))
    if texts.null_count:
        missing = texts.is_null()
        pages = [documents.text(row) for row in np.flatnonzero(missing.to_numpy(zero_copy_only=False)).tolist()]
        texts = pc.replace_with_mask(texts, missing, pa.array(pages, pa.string()))
    return texts


def _encode(texts: "pa.Array") -> tuple[Bytes, Offsets]:
    """The ``n`` texts of a column without nulls, encoded as `core.text.batches.encode` does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pa.LargeListArray.from_arrays(_numbers(np.array((0, len(texts)), np.int64)), texts)
    edges = pa.py_buffer(np.array((0, 1), np.int32))
    line_feed = pa.Array.from_buffers(pa.string(), 1, [None, edges, pa.py_buffer(b"\n")])[0]
    joined = pc.binary_join(whole, line_feed)
    buffer = np.frombuffer(joined[0].as_buffer(), np.uint8)
    offsets = np.arange(len(texts) + 1)
    offsets[1:] += np.frombuffer(pc.binary_length(texts).buffers()[1], np.int32, len(texts)).cumsum()
    offsets[-1] = buffer.size
    return buffer, offsets


def _numbers(values: Indices) -> "pa.Array":
    """Numbers as an array of Arrow. A Python value would make pyarrow import pandas, which takes 60 MB and .4 s."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), values.size, [None, pa.py_buffer(np.ascontiguousarray(values))])


def rows_together(rows: int, size: int) -> int:
    """The rows that are decoded together, of ``rows`` that have ``size`` bytes in all."""
    return max(1, min(BATCH_ROWS, limits.BATCH_BYTES * rows // max(1, size)))
