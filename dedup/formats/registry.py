"""Every format by its suffix. A new format is a new file and one line here."""

from collections.abc import Mapping
from pathlib import PurePath

from dedup.formats.files.compression import PACKINGS
from dedup.formats.places import ROWS, Reader
from dedup.formats.readers import html, jsonl, markdown, text

READERS: Mapping[str, Reader] = {
    ".txt": text.read,
    ".md": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ROWS: jsonl.read,
}
"""The reader of each suffix, in the order in which messages list them."""

KNOWN = f"{' '.join(READERS)}, each also with {' or '.join(PACKINGS)}"
"""The known suffixes, in words."""


def suffixes(path: str) -> tuple[str, str] | None:
    """The format and the packing that a file's name tells, in lower case; None if there is no reader for it."""
    name = PurePath(path.lower())
    packing = name.suffix if name.suffix in PACKINGS else ""
    suffix = PurePath(name.stem).suffix if packing else name.suffix
    return (suffix, packing) if suffix in READERS else None
