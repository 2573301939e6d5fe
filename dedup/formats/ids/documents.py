"""The id of a document that has none of its own: its place, its address, or a hash of its text."""

import msgspec
import xxhash

from dedup.errors import ReadError
from dedup.formats.columns import DocumentColumns
from dedup.formats.places import Place, RowIds


def name_row(ids: RowIds | None, place: Place, number: int, text: str, url: str) -> str:
    """Name a row without an id.

    Args:
        ids: the names of rows, as the index that the row goes to has them; None for the place of the row.
        place: the file of the row.
        number: the number of the row.
        text: the text of the row.
        url: the address of the row.

    Raises:
        ReadError: another row can be in this place later, so that the row needs another name.
    """
    if ids == "own":
        raise ReadError(place.path, "has no id; give each row its own, for the place of a row changes")
    if ids == "hash":
        return hash_of(text.encode())
    if ids == "url" and url:
        return url
    if ids is not None:
        missing = "neither id nor url" if ids == "url" else "no id"
        cure = "give each row its own, by which an index knows it again, or make the index with --id url or --id hash"
        raise ReadError(place.path, f"has {missing}; {cure}")
    return f"{place.id}:{number}"


def name_file(ids: RowIds | None, place: Place, columns: DocumentColumns) -> DocumentColumns:
    """Name the document of a file of one document, if the path of the file is its id.

    Args:
        ids: the rule of the index that the document goes to; None outside an index.
        place: the file.
        columns: the document.

    Returns:
        The document with its id. A document without an address keeps its path.
    """
    if ids not in ("url", "hash") or columns.ids != [place.id]:
        return columns
    id = hash_of(columns.text(0).encode()) if ids == "hash" else columns.urls[0] or place.id
    return msgspec.structs.replace(columns, ids=[id])


def hash_of(data: bytes) -> str:
    """Return 128 bits of xxh3 of a text as 32 hexadecimal digits."""
    return xxhash.xxh3_128_hexdigest(data)
