"""The way in: places -> documents, as a stream that no bad input breaks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

from dedup.errors import ReadError
from dedup.formats.record import checked_fields
from dedup.formats.registry import READERS
from dedup.formats.source import Place, Run
from dedup.formats.stream import silent, unpacked
from dedup.types import Document, Note, Skip

__all__ = ["read_all"]


def read_all(
    places: Iterable[Place],
    *,
    fields: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    on_skip: Callable[[Skip], object],
    on_note: Callable[[Note], object],
    on_bytes: Callable[[int], object] = silent,
) -> Iterator[Document]:
    """The documents of the places that `discover` found, in that order, read as a stream.

    An input that cannot be read is told to ``on_skip`` and passed over. ``fields`` maps our names to those of the rows
    (``{"text": "body"}``); raises `dedup.errors.SettingsError` for one that is not ours, and nothing else. ``stdin`` is
    the process's own if none is given. ``on_bytes`` hears of each place's ``size`` in the end.
    """
    run = Run(checked_fields(fields), on_skip, on_note)
    return _documents(places, run, stdin, on_bytes)


def _documents(
    places: Iterable[Place], run: Run, stdin: BinaryIO | None, on_bytes: Callable[[int], object]
) -> Iterator[Document]:
    for place in places:
        pieces = unpacked(place, stdin, on_bytes)
        try:
            yield from READERS[place.suffix](pieces, place, run)
        except ReadError as error:
            run.on_skip(Skip(error.path, error.reason, error.line))
        finally:
            pieces.close()
