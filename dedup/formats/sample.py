"""Places -> a sample of their bytes before a run: whole files, or pieces of files of many documents.

The sample is spread evenly over all bytes. A place that cannot be read is passed over, for the run itself reports it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from dedup.errors import ReadError
from dedup.formats.chunks import Chunk, FileChunk, LineChunk, cut_chunks
from dedup.formats.files.stream import decompressed
from dedup.formats.places import STDIN, Place
from dedup.formats.registry import ARCHIVES, FORMATS, holds_many

SAMPLE_BYTES: Final = 2 * 1024**2
"""Bytes of a sample, about: a second's work at most."""

_PIECE: Final = 64 * 1024
"""Bytes of a piece of a file of many documents: some ten articles."""

_FILES: Final = 512
"""Files of one document in a sample, at most."""


class SampledChunk(NamedTuple):
    """One chunk of a sample.

    ``chunk`` is the chunk. ``stored`` is the number of its bytes as stored. ``lines`` is the number of line feeds in
    these bytes, and 0 for a file of one document. ``whole`` says that the chunk is all of its place.
    """

    chunk: Chunk
    stored: int
    lines: int
    whole: bool


def sample_chunks(places: Sequence[Place]) -> Iterator[SampledChunk]:
    """Take a sample of about `SAMPLE_BYTES` from places. Each chunk stands for an equal stretch of all bytes.

    A file of many documents that is packed, or not splittable, is sampled from its beginning. If all places have no
    more bytes than a sample, each place is taken whole. Standard input cannot be sampled.
    """
    files = [place for place in places if place.file != STDIN.file]
    single = [place for place in files if not holds_many(place.suffix)]
    many = [place for place in files if holds_many(place.suffix)]
    total = sum(place.size for place in (*single, *many))
    for group, sample_group in ((single, _sample_files), (many, _sample_pieces)):
        size = sum(place.size for place in group)
        if size:
            yield from sample_group(group, size, SAMPLE_BYTES * size // max(total, SAMPLE_BYTES))


def _sample_files(places: Sequence[Place], size: int, goal: int) -> Iterator[SampledChunk]:
    """Take about ``goal`` of ``size`` bytes: the files that hold evenly spread bytes."""
    hits = min(_FILES, max(1, len(places) * goal // size))
    chosen = places if hits >= len(places) else [place for place, _ in _spread(places, size, hits)]
    for place in dict.fromkeys(chosen):
        yield SampledChunk(FileChunk((place,)), place.size, 0, True)


def _sample_pieces(places: Sequence[Place], size: int, goal: int) -> Iterator[SampledChunk]:
    """Take about ``goal`` of ``size`` bytes: pieces of files of many documents, at evenly spread bytes."""
    hits = max(1, goal // _PIECE)
    starts_by_place: dict[Place, list[int]] = {}
    for place, start in _spread(places, size, hits):
        starts_by_place.setdefault(place, []).append(start)
    if size <= goal:
        starts_by_place |= {place: [0] * -(-place.size // _PIECE) for place in places}
    for place, starts in starts_by_place.items():
        try:
            if place.suffix in ARCHIVES:
                yield from _take_members(place, len(starts) * _PIECE)
            elif place.packing or not FORMATS[place.suffix].splittable:
                yield from _take_beginning(place, len(starts) * _PIECE)
            elif len(starts) * _PIECE >= place.size:
                yield from _take_piece(place, 0, place.size)
            else:
                for start in starts:
                    yield from _take_piece(place, min(start, place.size - _PIECE), _PIECE)
        except (OSError, ReadError):
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
    with Path(place.file).open("rb") as file:
        file.seek(start)
        data = file.read(size)
    whole = start == 0 and len(data) >= place.size
    first = 0 if start == 0 else data.find(b"\n") + 1
    last = len(data) if start + len(data) >= place.size else data.rfind(b"\n") + 1
    if last > first:
        yield SampledChunk(LineChunk(place, 1, data[first:last]), len(data), data.count(b"\n"), whole)


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
        yield SampledChunk(LineChunk(place, 1, data[:last]), stored, data.count(b"\n"), whole)


def _take_members(place: Place, goal: int) -> Iterator[SampledChunk]:
    """The first members of an archive, until ``goal`` bytes as stored are read, or all members."""
    counts: list[int] = []
    stored = 0
    for chunk in cut_chunks([place], None, counts.append, False, _ignore, _ignore):
        size, stored = sum(counts) - stored, sum(counts)
        lines = chunk.data.count(b"\n") if isinstance(chunk, LineChunk) else 0
        yield SampledChunk(chunk, size or place.size, lines, False)
        if stored >= goal or not size:
            break


def _ignore(_report: object) -> None:
    """Leave reports to the run itself."""
