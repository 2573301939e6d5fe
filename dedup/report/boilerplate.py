"""Boilerplate to a table for people, or to JSON Lines of schema ``dedup.boilerplate/1``.

The JSON Lines are a header, a row for each block, and a footer, as in a report. A user edits ``chrome`` in the rows and
gives the file back. The table is made for 80 columns and more: blocks are cut to fit, names are never cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal

import msgspec
from rich.text import Text

from dedup.formats.typed.overrides import SCHEMA
from dedup.json_rows import encode
from dedup.report.schema import NoteRow, SkipRow, note_rows, skip_rows
from dedup.report.summary import no_documents, troubles
from dedup.report.terminal import Utf8Stream, count, harmless, one_line, terminal_width
from dedup.version import version

if TYPE_CHECKING:
    from dedup.types import Block, Boilerplate, Source


SHOWN = 20
"""Blocks of each kind that the table shows for a source without ``all``."""

_NARROWEST = 60
_HEAD = "  pages  stories  words  block"
_BLOCK_COLUMN = _HEAD.index("block")


class BoilerplateHeader(msgspec.Struct, frozen=True):
    """The first row: the version of dedup, the settings and the inputs."""

    schema: Annotated[str, msgspec.Meta(extra_json_schema={"const": SCHEMA})]
    type: Literal["header"]
    version: str
    settings: dict[str, Any]
    inputs: list[str]


class BlockRow(msgspec.Struct, frozen=True):
    """A block of a source with ``pages`` pages. The other keys are those of `dedup.types.Block`."""

    type: Literal["block"]
    source: str
    pages: int
    block: str
    on_pages: int
    stories: int
    words: int
    chrome: bool
    ruled: bool


class BoilerplateFooter(msgspec.Struct, frozen=True):
    """The last row. A file without it comes from a run that was cut short.

    ``blocks`` counts the rows of blocks; ``left_out`` counts the blocks that are boilerplate.
    """

    type: Literal["footer"]
    documents: int
    sources: int
    blocks: int
    left_out: int
    skipped: list[SkipRow]
    notes: list[NoteRow]
    seconds: float
    complete: bool


def write(result: Boilerplate, stream: BinaryIO, format: str, *, retained: bool = False, all: bool = False) -> None:
    """Write ``result`` to ``stream``. JSON Lines have every block; the options concern the table only.

    Args:
        result: the blocks of each source
        stream: a binary stream
        format: one of `FORMATS`
        retained: whether to list blocks that recur and are no boilerplate too
        all: whether to list all blocks of a source, not only the `SHOWN` most frequent of each kind
    """
    FORMATS[format](result, stream, retained, all)


def summary(result: Boilerplate) -> Iterator[str]:
    """Yield the counts in one line, then the skipped inputs and the notes."""
    if not result.documents and result.inputs:
        yield no_documents(result.inputs)
        yield from troubles(result)
        return
    documents = count(result.documents, "document", "documents")
    chrome = sum(block.chrome for block in result.blocks)
    sources = sum(any(block.chrome for block in source.blocks) for source in result.sources)
    blocks = f"{count(chrome, 'block', 'blocks')} of boilerplate in {count(sources, 'source', 'sources')}"
    yield f"{documents}, {blocks}; {count(len(result.blocks) - chrome, 'other recurs', 'others recur')}"
    yield from troubles(result)


def _write_jsonl(result: Boilerplate, stream: BinaryIO, _retained: bool, _all: bool) -> None:
    header = BoilerplateHeader(SCHEMA, "header", version(), dict(result.settings), list(result.inputs))
    stream.write(encode(header) + b"\n")
    for source in result.sources:
        for block in source.blocks:
            stream.write(encode(_block_row(source, block)) + b"\n")
    footer = BoilerplateFooter(
        type="footer",
        documents=result.documents,
        sources=len(result.sources),
        blocks=len(result.blocks),
        left_out=sum(block.chrome for block in result.blocks),
        skipped=skip_rows(result.skipped),
        notes=note_rows(result.notes),
        seconds=round(result.seconds, 4),
        complete=True,
    )
    stream.write(encode(footer) + b"\n")


def _block_row(source: Source, block: Block) -> BlockRow:
    return BlockRow(
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


def _write_table(result: Boilerplate, stream: BinaryIO, retained: bool, all: bool) -> None:
    width = max(_NARROWEST, terminal_width())
    lines = Utf8Stream(stream)
    for source in result.sources:
        lines.writelines(f"{line}\n" for line in _source_lines(source, width, retained, None if all else SHOWN))
    lines.writelines(f"{line}\n" for line in summary(result))


def _source_lines(source: Source, width: int, retained: bool, limit: int | None) -> Iterator[str]:
    """Yield the name of the source, its boilerplate, and with ``retained`` its other blocks. Yield nothing if there is
    no block to show."""
    chrome = [block for block in source.blocks if block.chrome]
    articles = [block for block in source.blocks if not block.chrome] if retained else []
    if not chrome and not articles:
        return
    yield f"{harmless(source.name)}: {count(source.pages, 'page', 'pages')}"
    for title, blocks in (("chrome", chrome), ("kept", articles)):
        if blocks:
            yield f"{_HEAD} ({title})"
            yield from (_block_line(block, width) for block in blocks[:limit])
            if len(blocks) > len(blocks[:limit]):
                yield f"{'':<{_BLOCK_COLUMN}}and {len(blocks) - len(blocks[:limit])} more: --all"
    yield ""


def _block_line(block: Block, width: int) -> str:
    text = Text(("[ruled] " if block.ruled else "") + one_line(block.block))
    text.truncate(width - _BLOCK_COLUMN, overflow="ellipsis")
    return f"{block.on_pages:>7}{block.stories:>9}{block.words:>7}  {text.plain}"


FORMATS: Mapping[str, Callable[[Boilerplate, BinaryIO, bool, bool], None]] = {
    "table": _write_table,
    "jsonl": _write_jsonl,
}
"""Each format and the function that writes it."""
