"""The way in: places -> documents, as a stream that no bad input breaks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from dedup.formats.lots import Files, Found, Lines, cut, read
from dedup.formats.record import checked_fields, told
from dedup.formats.source import Odd, Place
from dedup.formats.stream import silent
from dedup.types import Document, Note, Skip

__all__ = ["Inputs", "read_all"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Inputs that can be read once: here, as an iterable of documents; or in lots by whoever tells what is in each.

    ``fields`` are the caller's names for our fields.
    """

    fields: Mapping[str, str]
    _places: Iterable[Place]
    _stdin: BinaryIO | None
    _on_skip: Callable[[Skip], object]
    _on_note: Callable[[Note], object]
    _on_bytes: Callable[[int], object]
    _odd: list[Odd] = field(default_factory=list)

    def __iter__(self) -> Iterator[Document]:
        for lot in self.lots():
            found = read(lot, self.fields)
            self.tell(found)
            yield from found.documents

    def lots(self) -> Iterator[Files | Lines]:
        """All lots; what was odd in them is told at their end."""
        yield from cut(self._places, self._stdin, self._on_skip, self._on_bytes)
        for note in told(self._odd):
            self._on_note(note)

    def tell(self, found: Found) -> None:
        """Hand on what was told of a lot, before the next one is asked for."""
        for skip in found.skips:
            self._on_skip(skip)
        for note in found.notes:
            self._on_note(note)
        self._odd.extend(found.odd)


def read_all(
    places: Iterable[Place],
    *,
    fields: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    on_skip: Callable[[Skip], object],
    on_note: Callable[[Note], object],
    on_bytes: Callable[[int], object] = silent,
) -> Inputs:
    """The documents of the places that `discover` found, in that order, read as a stream.

    An input that cannot be read is told to ``on_skip`` and passed over. ``fields`` maps our names to those of the rows
    (``{"text": "body"}``); raises `dedup.errors.SettingsError` for one that is not ours, and nothing else. ``stdin`` is
    the process's own if none is given. ``on_bytes`` hears of each place's ``size`` in the end.
    """
    return Inputs(checked_fields(fields), places, stdin, on_skip, on_note, on_bytes)
