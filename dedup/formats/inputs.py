"""The way in: places -> documents, as a stream that no bad input breaks."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import BinaryIO

from dedup.formats.chunks import Chunk, ReadOutcome, cut_chunks, read_chunk
from dedup.formats.files.stream import no_events
from dedup.formats.places import FieldProblem, Place
from dedup.formats.record import checked_fields, problem_notes
from dedup.types import Document, Note, Skip

_LOGGER = logging.getLogger(__name__)


class Inputs:
    """Inputs that can be read once: here, as an iterable of documents; or in lots, elsewhere.

    Whoever reads a lot says what was found in it, lot after lot in their order, and then that it was the last one.
    """

    def __init__(
        self,
        lots: Callable[[Callable[[Skip], object]], Iterator[Chunk]],
        fields: Mapping[str, str],
        on_skip: Callable[[Skip], object],
        on_note: Callable[[Note], object],
        own_ids: bool = False,
    ) -> None:
        self.fields, self._own_ids = fields, own_ids
        self._lots, self._on_skip, self._on_note = lots, on_skip, on_note
        self._unread: list[Skip] = []  # what could not be read before the lot that comes next
        self._before: deque[list[Skip]] = deque()
        self._odd: list[FieldProblem] = []

    def __iter__(self) -> Iterator[Document]:
        for documents in self.read():
            yield from documents

    def read(self, lots: Iterable[Chunk] | None = None) -> Iterator[list[Document]]:
        """The documents, those of a lot together: of all ``lots``, which are given if they have been asked for."""
        for lot in lots or self.lots():
            found = read_chunk(lot, self.fields, self._own_ids)
            self.tell(found)
            yield found.documents
        self.end()

    def lots(self) -> Iterator[Chunk]:
        """The lots in their order."""
        for lot in self._lots(self._unread.append):
            self._before.append(self._unread.copy())
            self._unread.clear()
            yield lot

    def tell(self, found: ReadOutcome) -> None:
        """Hand on what was told of the next lot, after what could not be read before it."""
        for skip in (*self._before.popleft(), *found.skips):
            _LOGGER.debug("skipped %s, line %s: %s", skip.path, skip.line, skip.reason)
            self._on_skip(skip)
        for note in found.notes:
            self._on_note(note)
        self._odd += found.odd

    def end(self) -> None:
        """Hand on what is told of all lots together."""
        for skip in self._unread:
            _LOGGER.debug("skipped %s, line %s: %s", skip.path, skip.line, skip.reason)
            self._on_skip(skip)
        for note in problem_notes(self._odd):
            self._on_note(note)


def read_all(
    places: Iterable[Place],
    *,
    fields: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    on_skip: Callable[[Skip], object],
    on_note: Callable[[Note], object],
    on_bytes: Callable[[int], object] = no_events,
    prompt: bool = False,
    own_ids: bool = False,
) -> Inputs:
    """The documents of the places that `discover` found, in that order, read as a stream.

    An input that cannot be read is told to ``on_skip`` and passed over. ``fields`` maps our names to those of the rows
    (``{"text": "body"}``); raises `dedup.errors.SettingsError` for one that is not ours, and nothing else. ``stdin`` is
    the process's own if none is given. ``on_bytes`` hears of each place's ``size`` in the end.

    For whoever cannot wait for the end of standard input, ``prompt`` gives its rows as they come. For whoever must know
    documents again another day, a row without an id is skipped with ``own_ids``; as is usual it is named by its place.
    """
    return Inputs(
        partial(cut_chunks, places, stdin, on_bytes, prompt), checked_fields(fields), on_skip, on_note, own_ids
    )
