"""Every format by its suffix. A new format is a new file in `dedup.formats.readers` and one line here."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from dedup.errors import SettingsError
from dedup.formats.files.compression import PACKINGS
from dedup.formats.places import JSON_LINES, Reader, RowWriter
from dedup.formats.readers import (
    arrow,
    csv,
    eml,
    feeds,
    html,
    json,
    jsonl,
    markdown,
    mbox,
    mhtml,
    parquet,
    text,
    warc,
)
from dedup.formats.writers import csv as csv_rows
from dedup.formats.writers import jsonl as jsonl_rows
from dedup.formats.writers import parquet as parquet_rows
from dedup.formats.writers.records import leave_out_records


class Format(NamedTuple):
    """A format of input: its reader, and what the rest of the package has to know of its files.

    - ``read``: the reader.
    - ``many``: whether a file holds many documents, else a file is one document.
    - ``splittable``: whether a file of many documents can be cut after any line feed, and each piece can be read alone.
    - ``extra``: the extra of the distribution that installs the library of the reader, or ``""``.
    - ``records``: splits the bytes of a file into records, each of which can be read alone; None for no such format.
    - ``resumes``: whether the reader can go on after damage of a packed file.
    - ``first_rows``: reads rows from the first bytes of a splittable file, to decide the names of its fields.
    - ``leave_out``: makes a file of many documents without some of its rows; None where that cannot be done.
    - ``packed_apart``: whether each record of a packed file is packed alone, as WARC wants it.
    """

    read: Reader
    many: bool = False
    splittable: bool = False
    extra: str = ""
    records: Callable[[Iterator[bytes]], Iterator[bytes]] | None = None
    resumes: bool = False
    first_rows: Callable[[bytes], list[Any]] | None = None
    leave_out: RowWriter | None = None
    packed_apart: bool = False


_CSV = Format(csv.read, many=True, leave_out=csv_rows.leave_out)
_FEED = Format(feeds.read, many=True)
_IPC = Format(arrow.read, many=True, extra="parquet")
_LINES = Format(jsonl.read, many=True, splittable=True, first_rows=jsonl.first_rows, leave_out=jsonl_rows.leave_out)
_MHTML = Format(mhtml.read)
_PAGE = Format(html.read)


FORMATS: Mapping[str, Format] = {
    ".txt": Format(text.read),
    ".md": Format(markdown.read),
    ".html": _PAGE,
    ".htm": _PAGE,
    ".xhtml": _PAGE,
    ".mhtml": _MHTML,
    ".mht": _MHTML,
    ".json": Format(json.read, many=True),
    JSON_LINES: _LINES,
    ".ndjson": _LINES,
    ".csv": _CSV,
    ".tsv": _CSV,
    ".tab": _CSV,
    ".parquet": Format(parquet.read, many=True, extra="parquet", leave_out=parquet_rows.leave_out),
    ".arrow": _IPC,
    ".feather": _IPC,
    ".ipc": _IPC,
    ".rss": _FEED,
    ".atom": _FEED,
    ".rdf": _FEED,
    ".xml": _FEED,
    ".warc": Format(
        warc.read,
        many=True,
        extra="warc",
        records=warc.records,
        resumes=True,
        leave_out=leave_out_records(warc.records),
        packed_apart=True,
    ),
    ".eml": Format(eml.read),
    ".mbox": Format(mbox.read, many=True, records=mbox.records, leave_out=leave_out_records(mbox.records)),
}
"""The format of each suffix, in the order in which messages list the suffixes."""

ARCHIVES = (".tar", ".zip")
"""The suffixes of archives: files that hold files. `dedup.formats.members` reads an archive."""

_SHORT: Mapping[str, tuple[str, str]] = {
    ".tgz": (".tar", ".gz"),
    ".tbz": (".tar", ".bz2"),
    ".tbz2": (".tar", ".bz2"),
    ".txz": (".tar", ".xz"),
    ".tzst": (".tar", ".zst"),
}
"""One suffix for an archive and its packing."""

_SEPARATORS = ("/", os.sep)

KNOWN = f"{' '.join((*FORMATS, *ARCHIVES))}, each also with {' or '.join(PACKINGS)}"
"""The known suffixes, in words."""

UNKNOWN = (
    f"has no known format; known are {KNOWN}; convert it, or name its format: --input-format NAME, or format='NAME'"
)
"""The reason why a file is passed over whose name and first bytes tell no format."""


def suffixes(path: str) -> tuple[str, str] | None:
    """The suffixes of format and packing in a file's name, in lower case; None if the format is not known."""
    stem, suffix = _split_suffix(path)
    packing = ""
    if suffix in PACKINGS:
        packing, suffix = suffix, _split_suffix(stem)[1]
    elif suffix in _SHORT:
        return _SHORT[suffix]
    return (suffix, packing) if suffix in FORMATS or suffix in ARCHIVES else None


def holds_many(suffix: str) -> bool:
    """Whether a file of this suffix can hold many documents."""
    return suffix in ARCHIVES or FORMATS[suffix].many


def packing_of(path: str) -> str:
    """The suffix of the packing in a file's name, in lower case; empty if the file is not packed."""
    suffix = _split_suffix(path)[1]
    return suffix if suffix in PACKINGS else ""


def _split_suffix(path: str) -> tuple[str, str]:
    """A path without its suffix, and the suffix in lower case: empty for a name without dot, or with one dot first."""
    dot = path.rfind(".")
    if dot < 1 or path[dot - 1] in _SEPARATORS:
        return path, ""
    return path[:dot], path[dot:].lower()


def suffix_of_format(name: str | None) -> str:
    """The suffix of a format that a user names, as ``.csv`` of ``csv``; empty for None.

    Raises `SettingsError` for a name that no format has.
    """
    if name is None:
        return ""
    suffix = f".{name.lower().removeprefix('.')}"
    if suffix not in FORMATS and suffix not in ARCHIVES:
        names = ", ".join(suffix.removeprefix(".") for suffix in (*FORMATS, *ARCHIVES))
        raise SettingsError(f"input format {name!r} is none; there are {names}")
    return suffix
