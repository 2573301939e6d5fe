"""Places -> a sample of their bytes before a run: whole files, or pieces of files of many documents.

The sample is spread evenly over all bytes. A place that cannot be read is passed over, for the run itself reports it.
"""

import contextlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from dedup.formats.chunks import Chunk, ColumnChunk, DataChunk, FileChunk, read_in_order
from dedup.formats.columns import DocumentColumns, join_columns
from dedup.formats.cutter import CutContext, cut_chunks
from dedup.formats.files.stream import decompressed, open_file
from dedup.formats.places import STDIN, Place, ReadOptions
from dedup.formats.registry import FORMATS, holds_many

SAMPLE_BYTES: Final = 2 * 1024**2
"""Bytes of a sample, about: a second's work at most."""

_PIECE: Final = 64 * 1024
"""Bytes of a piece of a file of many documents: some ten articles."""

_FILES: Final = 512
"""Files of one document in a sample, at most."""


class SampledChunk(NamedTuple):
    """One chunk of a sample.

    - ``chunk``: the chunk.
    - ``stored``: bytes as stored that the chunk is cut from.
    - ``larger``: the documents in these bytes over the documents in the chunk, for documents at the ends are cut.
    """

    chunk: Chunk
    stored: int
    larger: float = 1.0


def sample_chunks(places: Sequence[Place], options: ReadOptions) -> Iterator[SampledChunk]:
    """Take a sample of about `SAMPLE_BYTES` from places. Each chunk stands for an equal stretch of all bytes.

    A file of many documents that is packed, or cannot be cut after line feeds, is sampled from its beginning. If all
    places have no more bytes than a sample, each place is taken whole. Standard input cannot be sampled.
    """
    files = [place for place in places if place.file != STDIN.file]
    single = [place for place in files if not holds_many(place.suffix)]
    many = [place for place in files if holds_many(place.suffix)]
    total = sum(place.size for place in (*single, *many))
    for group in (single, many):
        size = sum(place.size for place in group)
        goal = SAMPLE_BYTES * size // max(total, SAMPLE_BYTES)
        if size:
            yield from (
                _sample_files(group, size, goal) if group is single else _sample_many(group, size, goal, options)
            )


def _sample_files(places: Sequence[Place], size: int, goal: int) -> Iterator[SampledChunk]:
    """Take about ``goal`` of ``size`` bytes: the files that hold evenly spread bytes."""
    hits = min(_FILES, max(1, len(places) * goal // size))
    chosen = places if hits >= len(places) else [place for place, _ in _spread(places, size, hits)]
    for place in dict.fromkeys(chosen):
        yield SampledChunk(FileChunk((place,)), place.size)


def _sample_many(places: Sequence[Place], size: int, goal: int, options: ReadOptions) -> Iterator[SampledChunk]:
    """Take about ``goal`` of ``size`` bytes: pieces of files of many documents, at evenly spread bytes."""
    hits = max(1, goal // _PIECE)
    starts_by_place: dict[Place, list[int]] = {}
    for place, start in _spread(places, size, hits):
        starts_by_place.setdefault(place, []).append(start)
    if size <= goal:
        starts_by_place |= {place: [0] * -(-place.size // _PIECE) for place in places}
    for place, starts in starts_by_place.items():
        try:
            form = FORMATS.get(place.suffix)
            if form is None or form.records is not None:
                yield from _take_chunks(place, len(starts) * _PIECE, options)
            elif not form.splittable:
                yield from _take_columns(place, len(starts) * _PIECE, options)
            elif place.packing:
                yield from _take_beginning(place, len(starts) * _PIECE)
            elif len(starts) * _PIECE >= place.size:
                yield from _take_piece(place, 0, place.size)
            else:
                for start in starts:
                    yield from _take_piece(place, min(start, place.size - _PIECE), _PIECE)
        except Exception:
            continue


def _spread(places: Sequence[Place], size: int, hits: int) -> Iterator[tuple[Place, int]]:
    """Choose ``hits`` bytes, evenly spread over all ``size`` bytes: the place of each byte, and its offset there."""
    ends = list(accumulate(place.size for place in places))
    for number in range(hits):
        byte = (2 * number + 1) * size // (2 * hits)
        position = bisect_right(ends, byte)
        yield places[position], byte - (ends[position] - places[position].size)


def _take_piece(place: Place, start: int, size: int) -> Iterator[SampledChunk]:
    """The whole lines in ``size`` bytes from byte ``start``; nothing if there is no whole line."""
    with open_file(place) as file:
        file.seek(start)
        data = file.read(size)
    whole = start == 0 and len(data) >= place.size
    first = 0 if start == 0 else data.find(b"\n") + 1
    last = len(data) if start + len(data) >= place.size else data.rfind(b"\n") + 1
    if last > first:
        lines = data[first:last]
        larger = 1.0 if whole else data.count(b"\n") / max(1, lines.count(b"\n"))
        yield SampledChunk(DataChunk(place, 1, lines), len(data), larger)


def _take_columns(place: Place, goal: int, options: ReadOptions) -> Iterator[SampledChunk]:
    """The documents in the first bytes of a file that cannot be cut, up to a text of ``goal`` bytes about.

    A reader may read all bytes before it gives the first document. Then all documents are read, so that their texts
    tell how many of the bytes are those of the sample.
    """
    counts: list[int] = []
    parts: list[DocumentColumns] = []
    taken = total = read = 0
    for chunk in _read_columns(place, options, counts.append):
        total += chunk.columns.size
        if taken < goal:
            last = max(1, int(chunk.columns.offsets.searchsorted(goal - taken)))
            parts.append(chunk.columns.select(0, min(len(chunk.columns), last)))
            taken += parts[-1].size
        read = sum(counts)  # before a break closes the file, which counts all other bytes
        if taken >= goal and read < place.size:
            break
    parts = [part for part in parts if len(part)]
    if parts:
        stored = read * taken // max(1, total)
        yield SampledChunk(ColumnChunk(place, join_columns(parts), [], [], []), max(1, stored))


def _take_beginning(place: Place, goal: int) -> Iterator[SampledChunk]:
    """The whole lines in the first ``goal`` decompressed bytes of a file, or all of a file that has fewer bytes."""
    counts: list[int] = []
    taken: list[bytes] = []
    size = stored = 0
    whole = False
    pieces = decompressed(place, on_bytes=counts.append)
    try:
        for piece in pieces:
            if sum(counts) > stored:  # all bytes that were counted before are decompressed by now
                if size >= goal:
                    break
                stored = sum(counts)
            taken.append(piece)
            size += len(piece)
        else:
            whole, stored = True, place.size
    finally:
        pieces.close()
    data = b"".join(taken)
    last = len(data) if whole else data.rfind(b"\n") + 1
    if last:
        yield SampledChunk(DataChunk(place, 1, data[:last]), stored, len(data) / last)


def _read_columns(place: Place, options: ReadOptions, on_bytes: Callable[[int], object]) -> Iterator[ColumnChunk]:
    """The documents of a file that cannot be cut, batch by batch. In the end, all bytes of the file are reported."""
    with contextlib.closing(decompressed(place, on_bytes=on_bytes)) as pieces:
        yield from read_in_order(place, pieces, options, on_bytes)


def _take_chunks(place: Place, goal: int, options: ReadOptions) -> Iterator[SampledChunk]:
    """The first members of an archive, or the first records, until ``goal`` bytes as stored are read, or all."""
    counts: list[int] = []
    stored = 0
    for chunk in cut_chunks([place], CutContext(options, _ignore, _ignore, counts.append)):
        size, stored = sum(counts) - stored, sum(counts)
        yield SampledChunk(chunk, size or place.size)
        if stored >= goal or not size:
            break


def _ignore(_report: object) -> None:
    """Leave reports to the run itself."""
