"""Documents of a program -> their fields. What is not many documents is one clear error."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from operator import index
from os import PathLike
from pathlib import Path
from typing import Any, Final, NamedTuple, SupportsIndex

from dedup.errors import InputError
from dedup.formats import limits
from dedup.formats.places import quoted
from dedup.formats.program.tables import ArrowStream, LazyTable, is_table, list_names, table_rows
from dedup.formats.record import FIELDS
from dedup.formats.registry import suffixes
from dedup.types import Document, Note

Given = Document | Mapping[str, Any] | str
"""A document of a program: a `Document`, a mapping of its fields, or its text."""

Documents = Iterable[Given] | ArrowStream | LazyTable
"""Documents of a program: an iterable of them, or a table."""

Fields = Mapping[str, str] | None
"""Our names of fields -> the keys of mappings, or the columns of a table. None if they have our names."""

_NAMES: Final = (*FIELDS, "path")
_LONGEST_PATH: Final = 4096
"""Characters of a name of a file, at most."""

_FILES: Final = "to read files, give dedup.read('PATH')"


class NumberedDocuments(NamedTuple):
    """Documents of a program.

    - ``rows``: the documents in their order, each with its id as the caller has it.
    - ``fields``: our names of fields -> the keys of their mappings.
    - ``columns``: the columns of the table that they are rows of.
    - ``notes``: notes on the table.
    """

    rows: Iterable[tuple[Hashable, Given]]
    fields: Mapping[str, str]
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
        return NumberedDocuments(table, {}, table.columns, table.notes)
    many = _check_many(documents)
    return NumberedDocuments(_with_ids(many, fields.get("id", "id")), fields)


def _with_ids(documents: Iterable[Given], key: str) -> Iterator[tuple[Hashable, Given]]:
    """Yield each document with the id that it gives, or else with its number, from 0."""
    for number, document in enumerate(documents):
        if not number and isinstance(document, str) and _is_file(document):
            raise InputError(f"document 0 is the name of a file, {quoted(document, limits.MAX_QUOTED)}: {_FILES}")
        id = document.get(key) if isinstance(document, Mapping) else getattr(document, "id", None)
        yield _caller_id(id, number), document


def _caller_id(id: object, number: int) -> Hashable:
    """Return an id as a plain value; the number of the document if the id is none that can be used."""
    if isinstance(id, str):
        return id or number
    if isinstance(id, SupportsIndex) and not isinstance(id, bool):
        return index(id)
    return id if isinstance(id, float) and id.is_integer() else number


def fields_of(document: Given, place: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a document of a program. Their values may be of any type.

    Args:
        document: the document.
        place: names the document in errors.
        fields: our names of fields -> the keys of a mapping.

    Raises:
        InputError: the item is no document.
    """
    if isinstance(document, str):
        return {"text": document}
    if isinstance(document, Document):
        row = {name: value for name in _NAMES if (value := getattr(document, name, None)) is not None}
        row.setdefault("text", None)
        return row
    if isinstance(document, Mapping):
        if not fields:
            return {name: document[name] for name in FIELDS if name in document}
        return {name: document[key] for name in FIELDS if (key := fields.get(name, name)) in document}
    cure = f"; {_FILES}" if isinstance(document, PathLike) else ""
    raise InputError(f"{place} is of type {type(document).__name__}: give a Document, a mapping, or its text{cure}")


def _is_file(text: str) -> bool:
    """Return whether a text is the name of a file that can be read."""
    try:
        return len(text) < _LONGEST_PATH and suffixes(text) is not None and Path(text).is_file()
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
