"""Every format by its suffix. A new format is a new file in `dedup.formats.readers` and one line here."""

import os
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from dedup.errors import SettingsError
from dedup.formats.files.compression import PACKINGS
from dedup.formats.places import JSON_LINES, Reader, RowWriter
from dedup.formats.readers import html, jsonl, text
from dedup.formats.writers.records import leave_out_records
from dedup.settings import InputLimits


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
    records: Callable[[Iterator[bytes], InputLimits], Iterator[bytes]] | None = None
    resumes: bool = False
    first_rows: Callable[[bytes], list[Any]] | None = None
    leave_out: RowWriter | None = None
    packed_apart: bool = False


def _on_use(module: str, function: str = "read") -> Callable[..., Any]:
    """The function of a module below this package. The first call imports the module: a run has one format or two."""

    def call(*arguments: Any) -> Any:
        return getattr(import_module(f"dedup.formats.{module}"), function)(*arguments)

    return call


_CSV = Format(_on_use("readers.csv"), many=True, leave_out=_on_use("writers.csv", "leave_out"))
_FEED = Format(_on_use("readers.feeds"), many=True)
_IPC = Format(_on_use("readers.arrow"), many=True, extra="parquet")
_LINES = Format(
    jsonl.read,
    many=True,
    splittable=True,
    first_rows=jsonl.first_rows,
    leave_out=_on_use("writers.jsonl", "leave_out"),
)
_MAIL_RECORDS = _on_use("readers.mbox", "records")
_MHTML = Format(_on_use("readers.mhtml"))
_PAGE = Format(html.read)
_WARC_RECORDS = _on_use("readers.warc", "records")

FORMATS: Mapping[str, Format] = {
    ".txt": Format(text.read),
    ".md": Format(_on_use("readers.markdown")),
    ".html": _PAGE,
    ".htm": _PAGE,
    ".xhtml": _PAGE,
    ".mhtml": _MHTML,
    ".mht": _MHTML,
    ".json": Format(_on_use("readers.json"), many=True),
    JSON_LINES: _LINES,
    ".ndjson": _LINES,
    ".csv": _CSV,
    ".tsv": _CSV,
    ".tab": _CSV,
    ".parquet": Format(
        _on_use("readers.parquet"), many=True, extra="parquet", leave_out=_on_use("writers.parquet", "leave_out")
    ),
    ".arrow": _IPC,
    ".feather": _IPC,
    ".ipc": _IPC,
    ".rss": _FEED,
    ".atom": _FEED,
    ".rdf": _FEED,
    ".xml": _FEED,
    ".warc": Format(
        _on_use("readers.warc"),
        many=True,
        extra="warc",
        records=_WARC_RECORDS,
        resumes=True,
        leave_out=leave_out_records(_WARC_RECORDS),
        packed_apart=True,
    ),
    ".eml": Format(_on_use("readers.eml")),
    ".mbox": Format(
        _on_use("readers.mbox"), many=True, records=_MAIL_RECORDS, leave_out=leave_out_records(_MAIL_RECORDS)
    ),
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
