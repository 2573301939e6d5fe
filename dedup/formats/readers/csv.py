"""CSV and TSV: each row is one document. The first row names the columns. A bad row costs that row only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.files import decoding
from dedup.formats.places import Place, ReadContext, quoted
from dedup.formats.record import documents_of_rows, keys_of_fields
from dedup.formats.syntax.csv_rows import CsvRow, read_rows
from dedup.formats.syntax.dialects import DELIMITERS, sniff_dialect, split_hint
from dedup.formats.syntax.text_lines import text_lines
from dedup.types import Skip


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the documents in rows of CSV, in their order. Values are as the file has them; an empty cell is no value.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: the names of fields; takes skips and problems.

    Raises:
        ReadError: the bytes break off, or no column holds a text.
    """
    lines = text_lines(_with_line_feeds(decoding.recode(pieces, place.path)), limits.MAX_DOCUMENT_BYTES)
    head = _take_head(lines)
    skipped = len(head)
    delimiter = split_hint(head)
    skipped -= len(head)
    dialect = sniff_dialect(head, delimiter or DELIMITERS)
    rows = read_rows(chain(head, lines), dialect, 1 + skipped)
    first = next(rows, None)
    if first is None:
        return iter(())
    names = column_names(first, context.fields, place)
    data = rows if names else chain([first], rows)
    columns = names or [str(number + 1) for number in range(len(first.cells))]
    return _documents(data, columns, place, context)


def _documents(
    rows: Iterator[CsvRow], columns: Sequence[str], place: Place, context: ReadContext
) -> Iterator[DocumentColumns]:
    """Make the documents of rows. Ids count rows, and skips name lines, for a cell may have line ends."""
    line = 0

    def numbered_rows() -> Iterator[tuple[int, Mapping[str, Any]]]:
        nonlocal line
        for number, row in enumerate(rows, 1):
            line = row.line
            if row.problem:
                context.on_skip(Skip(place.path, row.problem, line))
                continue
            # With equal names the first column counts, so it is written last.
            cells = zip(reversed(columns), reversed(row.cells[: len(columns)]), strict=True)
            yield number, {name: cell or None for name, cell in cells}

    def skip_line(skip: Skip) -> None:
        context.on_skip(replace(skip, line=line))

    return documents_of_rows(numbered_rows(), place, replace(context, on_skip=skip_line))


def column_names(first: CsvRow, fields: Mapping[str, str], place: Place) -> list[str]:
    """The names of the columns in the first row; an empty list for a file without header.

    Args:
        first: the first row.
        fields: our names of fields -> the names of columns. A column of a file without header has its number as name.
        place: the file.

    Raises:
        ReadError: no column holds a text, as far as the names tell.
    """
    if first.problem:
        raise ReadError(place.path, f"the first row {first.problem}", first.line)
    names = [cell.strip() for cell in first.cells]
    numbers = {str(number + 1) for number in range(len(names))}
    named = keys_of_fields(names, fields)
    if not named and numbers.intersection(fields.values()):
        return []
    if named.keys().isdisjoint({"text", "html"}):
        shown = ", ".join(quoted(name, limits.MAX_QUOTED) for name in names[: limits.MAX_NAMED])
        more = ", …" if len(names) > limits.MAX_NAMED else ""
        raise ReadError(
            place.path,
            f"names no column for the text; its first row is {shown}{more}; name the column: --field text=NAME, "
            "or fields={'text': 'NAME'}; if the file has no header, give its number: --field text=2",
        )
    return names


def _with_line_feeds(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Write line feeds for carriage returns in a file that begins with carriage returns alone, as old programs do."""
    first = next(pieces, b"")
    returns = b"\r" in first[:-1] and b"\n" not in first
    return (piece.replace(b"\r", b"\n") if returns else piece for piece in chain([first], pieces))


def _take_head(lines: Iterator[str]) -> list[str]:
    """The first lines, of about ``limits.DIALECT_BYTES``."""
    head: list[str] = []
    size = 0
    for line in lines:
        head.append(line)
        size += len(line)
        if size >= limits.DIALECT_BYTES:
            break
    return head
