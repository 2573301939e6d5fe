"""Documents of readers -> the table of documents with which the plan begins. Each document keeps a text of its own."""

from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from dedup.array_types import UNKNOWN_TIME, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.sorting import number_rows
from dedup.core.arrays.tables import Column, Lists, Table
from dedup.core.arrays.workspace import Workspace
from dedup.core.stages.schemas import DOCUMENTS
from dedup.core.stages.texts import hash_sources
from dedup.engines.tasks.read import Reader, TokensInMemory
from dedup.engines.tasks.results import ReadResult
from dedup.formats import ReadOutcome
from dedup.members import Times
from dedup.settings import Settings

ROW_BITS: Final = 24
"""Bits of the row of a document in its chunk."""


def read_documents(
    outcome: ReadOutcome, chunk: int, settings: Settings, workspace: Workspace | None = None
) -> tuple[Table, ReadResult]:
    """Read the documents of a chunk.

    Args:
        outcome: the documents.
        chunk: the number of the chunk in the order of input.
        settings: the settings of the job.
        workspace: scratch memory.

    Returns:
        The table `core.stages.schemas.DOCUMENTS`, and what was read, which has the reports of the chunk.
    """
    in_memory, spelled = TokensInMemory(), TokensInMemory() if settings.scanned else None
    openings = TokensInMemory(np.uint8)
    read = Reader(0, settings, in_memory, None, spelled, workspace, openings).read(outcome)
    table = _make_documents(read, in_memory.tokens(), spelled.tokens() if spelled else None, chunk)
    return table.using(opening=Lists.of_lengths(openings.tokens(), read.openings)).select(DOCUMENTS), read


def _make_documents(read: ReadResult, tokens: Hashes, spellings: Hashes | None, chunk: int) -> Table:
    """Make the table of documents of what one process has read of one chunk, without openings.

    Args:
        read: the documents. A text that occurs twice in the chunk is new once.
        tokens: the tokens of the new texts.
        spellings: the spellings of these tokens, if misprints may be corrected.
        chunk: the number of the chunk in the order of input.
    """
    members, count = read.members, read.members.size
    place = (chunk << ROW_BITS) + np.arange(count)
    worded = read.lengths > 0
    text = np.where(worded, read.texts, (place + 1).view(np.uint64) * multiplier("place", 0))
    names = Lists.of_texts(members.names)
    columns: dict[str, Column] = {
        "place": place,
        "id": Lists(*members.ids),
        "title": Lists(*members.titles),
        "source": names.take(members.source),
        "path": Lists(*members.paths).take(members.path),
        "published": _write_times(members.times),
        "time": members.times.nanoseconds,
        "name": names.take(members.origin),
        "home": names.take(members.home),
        "credits": _encode_credits(read),
        "url": read.urls,
        "item_headline": read.item_headlines,
        "item_site": read.item_sites,
        "length": read.lengths,
        "contents": read.contents,
        "contents_high": read.contents_high,
        "id_hash": read.id_hashes,
        "text": text,
        "source_key": hash_sources(members.names)[members.source],
    }
    return Table(columns | _text_columns(read, tokens, spellings))


def _text_columns(read: ReadResult, tokens: Hashes, spellings: Hashes | None) -> dict[str, Column]:
    """Return the columns of texts, with each text at each of its documents. A document without a word has none."""
    fresh = np.flatnonzero(read.fresh)
    worded = np.flatnonzero(read.lengths > 0)
    row = np.full(read.members.size, fresh.size)
    text = number_rows(read.texts, read.contents, read.contents_high)
    row[worded] = positions_of(text[fresh], text[worded])
    spelled = np.zeros_like(read.lengths) if spellings is None else read.lengths

    def repeated(values: npt.NDArray[Any], lengths: Indices) -> Lists:
        return Lists.of_lengths(values, np.append(lengths, 0)).take(row)

    blocks = read.blocks
    return {
        "headline": np.append(read.headlines, np.uint64(0))[row],
        "says": repeated(_flat(read.says), read.says.lengths),
        "tokens": repeated(tokens, read.lengths[fresh]),
        "spellings": repeated(tokens[:0] if spellings is None else spellings, spelled[fresh]),
        "hashes": repeated(read.hashes, blocks),
        "words": repeated(read.words, blocks),
        "marks": repeated(read.marks, blocks),
    }


def _flat(rows: Ragged) -> Hashes:
    """Return the values of rows without the gaps between them."""
    values: Hashes = Lists.of_ragged(rows).values
    return values


def _encode_credits(read: ReadResult) -> Lists:
    """Return the credits of each document as JSON, nothing for a document without credits."""
    encoded = {row: msgspec.json.encode(credits) for row, credits in read.credits.items()}
    parts = [encoded.get(row, b"") for row in range(read.members.size)]
    lengths = np.fromiter(map(len, parts), np.int64, len(parts))
    return Lists.of_lengths(np.frombuffer(b"".join(parts), np.uint8), lengths)


def _write_times(times: Times) -> Lists:
    """Return times in ISO 8601, nothing for an unknown time."""
    dated = (times.nanoseconds != UNKNOWN_TIME).nonzero()[0]
    written = [""] * times.zone.size
    for row, time in zip(dated.tolist(), times.made(dated), strict=True):
        written[row] = time.isoformat() if time else ""
    return Lists.of_texts(written)
