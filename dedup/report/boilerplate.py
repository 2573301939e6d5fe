"""What was judged to be boilerplate as a table for people, or as JSON Lines, schema ``dedup.boilerplate/1``.

The JSON Lines are a header, a row a block, and a footer, as those of a report; a user edits ``chrome`` in them and
gives them back. The table is made for 80 columns and up: blocks are cut to fit, names never.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from rich.text import Text

from dedup.formats.overrides import SCHEMA
from dedup.report.schema import NoteRow, SkipRow, encode, remarks, skips
from dedup.report.summary import troubles
from dedup.report.terminal import Utf8Stream, count, harmless, one_line
from dedup.version import version

if TYPE_CHECKING:
    from dedup.types import Block, Boilerplate, Source


SHOWN = 20
"""Blocks of a source that the table shows of each kind, unless it is to show all."""

_NARROWEST = 60
_HEAD = "  pages  stories  words  block"
_BLOCK_COLUMN = _HEAD.index("block")


class _Header(msgspec.Struct, frozen=True):
    """The first row: what wrote the rows, with which settings, from which inputs."""

    schema: str
    type: str
    version: str
    settings: dict[str, Any]
    inputs: list[str]


class _BlockRow(msgspec.Struct, frozen=True):
    """A block of a source of so many ``pages``; the other keys are those of `dedup.types.Block`."""

    type: str
    source: str
    pages: int
    block: str
    on_pages: int
    stories: int
    words: int
    chrome: bool
    ruled: bool


class _Footer(msgspec.Struct, frozen=True):
    """The last row; without it the run was cut short. ``blocks`` counts the rows between, ``left_out`` those of them
    that are boilerplate."""

    type: str
    documents: int
    sources: int
    blocks: int
    left_out: int
    skipped: list[SkipRow]
    notes: list[NoteRow]
    seconds: float
    complete: bool


def write(found: Boilerplate, stream: BinaryIO, format: str, *, kept: bool = False, all: bool = False) -> None:
    """Write ``found`` to ``stream`` in one of `FORMATS`.

    JSON Lines have every block. The table has the boilerplate of each source, with ``kept`` also what recurs and was
    not judged to be boilerplate, of each the `SHOWN` most frequent, or with ``all`` all.
    """
    FORMATS[format](found, stream, kept, all)


def summary(found: Boilerplate) -> Iterator[str]:
    """The counts in one line, then the skipped inputs and the notes."""
    documents = count(found.documents, "document", "documents")
    chrome = sum(block.chrome for block in found.blocks)
    sources = sum(any(block.chrome for block in source.blocks) for source in found.sources)
    blocks = f"{count(chrome, 'block', 'blocks')} of boilerplate in {count(sources, 'source', 'sources')}"
    yield f"{documents}, {blocks}; {count(len(found.blocks) - chrome, 'other recurs', 'others recur')}"
    yield from troubles(found)


def _jsonl(found: Boilerplate, stream: BinaryIO, _kept: bool, _all: bool) -> None:
    header = _Header(SCHEMA, "header", version(), dict(found.settings), list(found.inputs))
    stream.write(encode(header) + b"\n")
    for source in found.sources:
        for block in source.blocks:
            stream.write(encode(_row(source, block)) + b"\n")
    footer = _Footer(
        type="footer",
        documents=found.documents,
        sources=len(found.sources),
        blocks=len(found.blocks),
        left_out=sum(block.chrome for block in found.blocks),
        skipped=skips(found.skipped),
        notes=remarks(found.notes),
        seconds=round(found.seconds, 4),
        complete=True,
    )
    stream.write(encode(footer) + b"\n")


def _row(source: Source, block: Block) -> _BlockRow:
    return _BlockRow(
        type="block",
        source=source.name,
        pages=source.pages,
        block=block.block,
        on_pages=block.on_pages,
        stories=block.stories,
        words=block.words,
        chrome=block.chrome,
        ruled=block.ruled,
    )


def _table(found: Boilerplate, stream: BinaryIO, kept: bool, all: bool) -> None:
    width = max(_NARROWEST, shutil.get_terminal_size((80, 24)).columns)
    lines = Utf8Stream(stream)
    for source in found.sources:
        lines.writelines(f"{line}\n" for line in _source(source, width, kept, None if all else SHOWN))
    lines.writelines(f"{line}\n" for line in summary(found))


def _source(source: Source, width: int, kept: bool, limit: int | None) -> Iterator[str]:
    """The source, its boilerplate, and what was kept of it if that is wanted; nothing if it has neither."""
    chrome = [block for block in source.blocks if block.chrome]
    others = [block for block in source.blocks if not block.chrome] if kept else []
    if not chrome and not others:
        return
    yield f"{harmless(source.name)}: {count(source.pages, 'page', 'pages')}"
    for title, blocks in (("chrome", chrome), ("kept", others)):
        if blocks:
            yield f"{_HEAD} ({title})"
            yield from (_block(block, width) for block in blocks[:limit])
            if len(blocks) > len(blocks[:limit]):
                yield f"{'':<{_BLOCK_COLUMN}}and {len(blocks) - len(blocks[:limit])} more: --all"
    yield ""


def _block(block: Block, width: int) -> str:
    text = Text(("[ruled] " if block.ruled else "") + one_line(block.block))
    text.truncate(width - _BLOCK_COLUMN, overflow="ellipsis")
    return f"{block.on_pages:>7}{block.stories:>9}{block.words:>7}  {text.plain}"


FORMATS: Mapping[str, Callable[[Boilerplate, BinaryIO, bool, bool], None]] = {"table": _table, "jsonl": _jsonl}
"""Each format and the function that writes it."""
