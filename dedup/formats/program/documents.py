"""Documents of a program -> their fields, or documents that can be used. Any other argument raises one clear error."""

import datetime
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import filterfalse
from operator import attrgetter
from os import PathLike
from pathlib import Path
from typing import Any, Final, NamedTuple

from dedup.errors import InputError
from dedup.formats import limits
from dedup.formats.fields.dates import checked_time
from dedup.formats.fields.names import FIELDS, OF_PAGES, FieldNames
from dedup.formats.fields.values import is_unicode, plain
from dedup.formats.messages import list_names
from dedup.formats.places import quoted
from dedup.formats.program.tables import ArrowStream, LazyTable, is_table, table_rows
from dedup.formats.registry import suffixes
from dedup.types import Document, Note

Given = Document | Mapping[str, Any] | str
"""A document of a program: a `Document`, a mapping of its fields, or its text."""

Documents = Iterable[Given] | ArrowStream | LazyTable
"""Documents of a program: an iterable of them, or a table."""

Fields = Mapping[str, str] | None
"""Our names of fields -> the keys of mappings, or the columns of a table. None if they have our names."""

_NAMES: Final = (*FIELDS, "path", *OF_PAGES)
_TIMES: Final = ("published", "modified")
_TEXTS: Final = tuple(name for name in Document.__struct_fields__ if name not in ("path", *_TIMES))
_values_of: Final = attrgetter(*_TEXTS, "path", *_TIMES)
_PLAIN: Final = {
    (*[str] * len(_TEXTS), str, published, modified)
    for published in (datetime.datetime, type(None))
    for modified in (datetime.datetime, type(None))
}
"""The types of the values of a document that can be used without a mapping of its fields."""

_LONGEST_PATH: Final = 4096
"""Characters of a name of a file, at most."""

_FILES: Final = "to read files, give dedup.read('PATH')"


class NumberedDocuments(NamedTuple):
    """Documents of a program.

    - ``rows``: the documents in their order, each with its id as the caller has it.
    - ``names``: the keys of mappings, or the columns of the table, that hold the fields.
    - ``row_names``: the keys of the ``rows``. Rows of a table have our names.
    - ``columns``: the columns of the table that the documents are rows of.
    - ``notes``: notes on the table.
    """

    rows: Iterable[tuple[Hashable, Given]]
    names: FieldNames
    row_names: FieldNames
    columns: Collection[Hashable] = ()
    notes: Sequence[Note] = ()


def numbered_documents(documents: Documents, fields: Mapping[str, str], own_ids: bool = False) -> NumberedDocuments:
    """Turn documents of a program into a stream.

    Args:
        documents: documents, or a table of another library.
        fields: our names of fields -> the keys of mappings, or the columns of a table.
        own_ids: take no row number for an id.

    Raises:
        InputError: the argument is not many documents, or a table that cannot be read.
    """
    table = table_rows(documents, fields, own_ids)
    if table is not None:
        return NumberedDocuments(table, table.names, FieldNames(), table.columns, table.notes)
    names = FieldNames(fields)
    return NumberedDocuments(_with_ids(_check_many(documents), names), names, names)


def _with_ids(documents: Iterable[Given], names: FieldNames) -> Iterator[tuple[Hashable, Given]]:
    """Yield each document with the id that it gives, or else with its number, from 0."""
    for number, document in enumerate(documents):
        if not number and isinstance(document, str) and _is_file(document):
            raise InputError(f"document 0 names a file or folder, {quoted(document, limits.MAX_QUOTED)}: {_FILES}")
        if isinstance(document, Mapping):
            try:
                id = _flat(document, names).get(names.keys["id"])
            except Exception:  # a mapping of the caller that raises when it is read is skipped later, with its reason
                id = None
            yield _caller_id(id, number), document
        else:
            yield _caller_id(getattr(document, "id", None), number), document


def _flat(document: Mapping[Any, Any], names: FieldNames) -> Mapping[Any, Any]:
    """Return a mapping with the values of nested names, after the names have seen its keys."""
    if not document.keys() <= names.seen:
        names.see(document)
    return names.flat(document)


def _caller_id(id: object, number: int) -> Hashable:
    """Return an id as a plain value; the number of the document if the id is none that can be used."""
    id = id if isinstance(id, (str, list)) else plain(id)
    if isinstance(id, str):
        return id or number
    whole = (isinstance(id, int) and not isinstance(id, bool)) or (isinstance(id, float) and id.is_integer())
    return id if whole and isinstance(id, Hashable) else number


def fields_of(document: Given, place: str, names: FieldNames | None = None) -> dict[str, Any]:
    """Return the fields of a document of a program. Their values may be of any type.

    Args:
        document: the document.
        place: names the document in errors.
        names: the keys of the fields in mappings, which learns keys that are new; None for a mapping that stands alone.

    Raises:
        InputError: the item is no document.
    """
    if isinstance(document, str):
        return {"text": document}
    if isinstance(document, Document):
        row = {name: value for name in _NAMES if (value := getattr(document, name, None)) is not None}
        row.setdefault("text", None)
        if "path" in row:
            row["path"] = str(row["path"])
        return row
    if isinstance(document, Mapping):
        names = names or FieldNames()
        flat = _flat(document, names)
        return {name: flat[key] for name, key in names.keys.items() if key in flat}
    cure = f"; {_FILES}" if isinstance(document, PathLike) else ""
    raise InputError(f"{place} is of type {type(document).__name__}: give a Document, a mapping, or its text{cure}")


def to_plain_document(document: Document) -> Document | None:
    """Return what `formats.to_document` makes of the fields of a document, without a mapping of them.

    Args:
        document: the document. Its id may be empty.

    Returns:
        The document with usable times. None says that `formats.to_document` has to convert or to refuse a value.
    """
    values = _values_of(document)
    if tuple(map(type, values)) not in _PLAIN:
        return None
    texts, times = values[: len(_TEXTS)], values[-len(_TIMES) :]  # a path may be no Unicode
    if not all(map(is_unicode, filterfalse(str.isascii, texts))):
        return None
    usable_times = tuple(map(checked_time, times)) if any(times) else times
    if type(document) is Document and usable_times == times:
        return document
    fields = dict(zip(_TEXTS, texts, strict=True)) | dict(zip(_TIMES, usable_times, strict=True))
    return Document(**fields, path=document.path)


def _is_file(text: str) -> bool:
    """Return whether a text is the name of a folder, or of a file that can be read."""
    try:
        path = Path(text)
        return 0 < len(text) < _LONGEST_PATH and (path.is_dir() or (suffixes(text) is not None and path.is_file()))
    except (OSError, ValueError):  # a name that no file can have
        return False


def _check_many(documents: Any) -> Iterable[Given]:
    """Return the documents. Raise `InputError` with the cure for an argument that is not many documents."""
    kind = type(documents).__name__
    match documents:
        case str():
            reason = f"is one text: give a list of texts; {_FILES}"
        case PathLike():
            reason = f"is a path: {_FILES}"
        case bytes() | bytearray() | memoryview():
            reason = f"is no text: decode it, and give a list of texts; {_FILES}"
        case Document():
            reason = "is one document: give a list of documents"
        case Mapping():
            reason = _describe_mapping(documents)
        case _ if hasattr(documents, "readline"):
            reason = f"is an open file: {_FILES}"
        case _ if hasattr(documents, "columns") or not isinstance(documents, Iterable):
            reason = "is no list of documents, and no table that can be read: give a list, or a DataFrame of pandas"
        case _:
            try:
                return iter(documents)
            except TypeError as error:  # an array of numpy without a dimension
                reason = f"is no list of documents: {error}"
    raise InputError(f"an argument of type {kind} {reason}")


def _describe_mapping(documents: Mapping[Any, Any]) -> str:
    """Return what is wrong with a mapping in place of documents: it is one row, its columns, or several tables."""
    keys = list(documents)
    if keys and all(is_table(table) or hasattr(table, "column_names") for table in documents.values()):
        return f"holds several tables: choose one of them, as [{keys[0]!r}]; there are {list_names(keys)}"
    texts = documents.get("text")
    if isinstance(texts, Collection) and not isinstance(texts, str):
        return "holds columns: give a DataFrame of them, as pandas.DataFrame(...)"
    return "is one mapping: give [mapping] if it is a document, or list(mapping.values()) if its values are documents"
