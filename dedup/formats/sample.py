"""Places -> a look into some of them before a run: whole files, or pieces of JSON Lines, evenly spread over all bytes.

Whatever cannot be read is passed over: the run itself says so.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from dedup.errors import ReadError
from dedup.formats.chunks import FileChunk, LineChunk
from dedup.formats.files.stream import decompressed
from dedup.formats.places import ROWS, STDIN, Place

SAMPLE_BYTES: Final = 2 * 1024**2
"""Bytes that are looked at, about: a second's work at most."""

_PIECE: Final = 64 * 1024
"""Bytes of JSON Lines looked at in one place: some ten articles."""

_FILES: Final = 512
"""Files looked at, at most."""


class SampledChunk(NamedTuple):
    """What was looked at: a ``lot`` to read, which ``stored`` so many bytes, and in JSON Lines how many ``lines`` end
    in these; ``whole`` if that is all there is in its places."""

    lot: FileChunk | LineChunk
    stored: int
    lines: int
    whole: bool


def sample_chunks(places: Sequence[Place]) -> Iterator[SampledChunk]:
    """Parts of places, about `SAMPLE_BYTES` of them in all, each from a stretch of bytes as long as any other's.

    A packed file of JSON Lines is looked at from its beginning, and so is what is as small as the sample. Standard
    input cannot be looked at.
    """
    files = [place for place in places if place.suffix != ROWS]
    rows = [place for place in places if place.suffix == ROWS and place.file != STDIN.file]
    total = sum(place.size for place in (*files, *rows))
    for kind, parts in ((files, _files), (rows, _rows)):
        size = sum(place.size for place in kind)
        if size:
            yield from parts(kind, size, SAMPLE_BYTES * size // max(total, SAMPLE_BYTES))


def _files(places: Sequence[Place], size: int, wanted: int) -> Iterator[SampledChunk]:
    """Of ``size`` bytes about those ``wanted``: the files in which evenly spread bytes are."""
    hits = min(_FILES, max(1, len(places) * wanted // size))
    chosen = places if hits >= len(places) else [place for place, _ in _spread(places, size, hits)]
    for place in dict.fromkeys(chosen):
        yield SampledChunk(FileChunk((place,)), place.size, 0, True)


def _rows(places: Sequence[Place], size: int, wanted: int) -> Iterator[SampledChunk]:
    hits = max(1, wanted // _PIECE)
    starts: dict[Place, list[int]] = {}
    for place, start in _spread(places, size, hits):
        starts.setdefault(place, []).append(start)
    if size <= wanted:
        starts |= {place: [0] * -(-place.size // _PIECE) for place in places}
    for place, mine in starts.items():
        try:
            if place.packing:
                yield from _beginning(place, len(mine) * _PIECE)
            elif len(mine) * _PIECE >= place.size:
                yield from _piece(place, 0, place.size)
            else:
                for start in mine:
                    yield from _piece(place, min(start, place.size - _PIECE), _PIECE)
        except (OSError, ReadError):
            continue


def _spread(places: Sequence[Place], size: int, hits: int) -> Iterator[tuple[Place, int]]:
    """So many bytes, evenly spread over all: the place of each, and where in it."""
    ends = list(accumulate(place.size for place in places))
    for number in range(hits):
        byte = (2 * number + 1) * size // (2 * hits)
        at = bisect_right(ends, byte)
        yield places[at], byte - (ends[at] - places[at].size)


def _piece(place: Place, start: int, size: int) -> Iterator[SampledChunk]:
    """The whole lines among ``size`` bytes; none if there is no whole line."""
    with Path(place.file).open("rb") as file:
        file.seek(start)
        data = file.read(size)
    whole = start == 0 and len(data) >= place.size
    first = 0 if start == 0 else data.find(b"\n") + 1
    last = len(data) if start + len(data) >= place.size else data.rfind(b"\n") + 1
    if last > first:
        yield SampledChunk(LineChunk(place, 1, data[first:last]), len(data), data.count(b"\n"), whole)


def _beginning(place: Place, wanted: int) -> Iterator[SampledChunk]:
    """The whole lines of a packed file, until there are as many bytes as are wanted, or none are left."""
    heard: list[int] = []
    held: list[bytes] = []
    size = stored = 0
    whole = False
    pieces = decompressed(place, on_bytes=heard.append)
    try:
        for piece in pieces:
            if sum(heard) > stored:  # what was heard of before has come out by now
                if size >= wanted:
                    break
                stored = sum(heard)
            held.append(piece)
            size += len(piece)
        else:
            whole, stored = True, place.size
    finally:
        pieces.close()
    data = b"".join(held)
    last = len(data) if whole else data.rfind(b"\n") + 1
    if last:
        yield SampledChunk(LineChunk(place, 1, data[:last]), stored, data.count(b"\n"), whole)
