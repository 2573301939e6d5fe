"""Every format by its suffix. A new format is a new file in `dedup.formats.readers` and one line here."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import NamedTuple

from dedup.formats.files.compression import PACKINGS
from dedup.formats.places import JSON_LINES, Reader, RowWriter
from dedup.formats.readers import html, jsonl, markdown, text
from dedup.formats.writers import jsonl as jsonl_rows


class Format(NamedTuple):
    """A format of input: its reader, and what the rest of the package has to know of its files.

    ``many``: a file holds many documents, else a file is one document. ``splittable``: a file of ``many`` documents can
    be cut after any line feed, and each piece can be read alone. ``extra``: the extra of the distribution that installs
    the library of the reader, or ``""``. ``leave_out``: makes a file of ``many`` documents without some of its rows, or
    is None. ``packed_apart``: each record of a packed file is packed alone, as WARC wants it.
    """

    read: Reader
    many: bool = False
    splittable: bool = False
    extra: str = ""
    leave_out: RowWriter | None = None
    packed_apart: bool = False


FORMATS: Mapping[str, Format] = {
    ".txt": Format(text.read),
    ".md": Format(markdown.read),
    ".html": Format(html.read),
    ".htm": Format(html.read),
    JSON_LINES: Format(jsonl.read, many=True, splittable=True, leave_out=jsonl_rows.leave_out),
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
