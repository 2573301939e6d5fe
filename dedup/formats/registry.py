"""Every format by its suffix. A new format is a new file in `dedup.formats.readers` and one line here."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from dedup.formats.files.compression import PACKINGS
from dedup.formats.files.cuts import LINES, Cut
from dedup.formats.places import JSON_LINES, Reader, RowWriter
from dedup.formats.readers import arrow, csv, feeds, html, json, jsonl, markdown, parquet, text
from dedup.formats.writers import csv as csv_rows
from dedup.formats.writers import jsonl as jsonl_rows
from dedup.formats.writers import parquet as parquet_rows


class Format(NamedTuple):
    """A format of input: its reader, and what the rest of the package has to know of its files.

    - ``read``: the reader.
    - ``many``: whether a file holds many documents, else a file is one document.
    - ``cut``: how a file of ``many`` documents is cut into chunks that several processes read. None for a file that one
      process has to read from its beginning to its end.
    - ``extra``: the extra of the distribution that installs the library of the reader, or ``""``.
    - ``first_rows``: reads rows from the first bytes of a file that is cut.
    - ``leave_out``: makes a file of ``many`` documents without some of its rows, or is None.
    - ``packed_apart``: each record of a packed file is packed alone, as WARC wants it.
    """

    read: Reader
    many: bool = False
    cut: Cut | None = None
    extra: str = ""
    first_rows: Callable[[bytes], list[Any]] | None = None
    leave_out: RowWriter | None = None
    packed_apart: bool = False


FORMATS: Mapping[str, Format] = {
    ".txt": Format(text.read),
    ".md": Format(markdown.read),
    ".html": Format(html.read),
    ".htm": Format(html.read),
    JSON_LINES: Format(jsonl.read, many=True, cut=LINES, first_rows=jsonl.first_rows, leave_out=jsonl_rows.leave_out),
    ".parquet": Format(parquet.read, many=True, extra="parquet", leave_out=parquet_rows.leave_out),
    ".arrow": Format(arrow.read, many=True, extra="parquet"),
    ".feather": Format(arrow.read, many=True, extra="parquet"),
    ".ipc": Format(arrow.read, many=True, extra="parquet"),
    ".json": Format(json.read, many=True),
    ".csv": Format(csv.read, many=True, leave_out=csv_rows.leave_out),
    ".tsv": Format(csv.read, many=True, leave_out=csv_rows.leave_out),
    ".tab": Format(csv.read, many=True, leave_out=csv_rows.leave_out),
    ".rss": Format(feeds.read, many=True),
    ".atom": Format(feeds.read, many=True),
    ".rdf": Format(feeds.read, many=True),
    ".xml": Format(feeds.read, many=True),
}
"""The format of each suffix, in the order in which messages list the suffixes."""

KNOWN = f"{' '.join(FORMATS)}, each also with {' or '.join(PACKINGS)}"
"""The known suffixes, in words."""


def suffixes(path: str) -> tuple[str, str] | None:
    """The suffixes of format and packing in a file's name, in lower case; None if the format is not known."""
    name = PurePath(path.lower())
    packing = name.suffix if name.suffix in PACKINGS else ""
    suffix = PurePath(name.stem).suffix if packing else name.suffix
    return (suffix, packing) if suffix in FORMATS else None
