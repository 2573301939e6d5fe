"""Places -> documents, as a stream that no bad input stops."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import BinaryIO

from dedup.formats.chunks import Chunk, ReadOutcome, cut_chunks, read_chunk
from dedup.formats.columns import DocumentColumns
from dedup.formats.files.stream import no_events
from dedup.formats.places import FieldProblem, Place
from dedup.formats.record import checked_fields, problem_notes
from dedup.types import Document, IdRule, Note, Skip

_LOGGER = logging.getLogger(__name__)


class Inputs:
    """Inputs that can be read once: in this process as an iterable of documents, or in chunks by other processes.

    A caller that reads chunks elsewhere calls `tell` with the outcome of each chunk, in the order of the chunks, and
    then `end`.
    """

    def __init__(
        self,
        chunks: Callable[[Callable[[Skip], object]], Iterator[Chunk]],
        fields: Mapping[str, str],
        on_skip: Callable[[Skip], object],
        on_note: Callable[[Note], object],
        ids: IdRule | None = None,
    ) -> None:
        """Prepare to read.

        Args:
            chunks: makes the chunks; its argument takes what cannot be read before the next chunk.
            fields: our names of fields -> the names in the rows.
            on_skip: takes each input that cannot be read.
            on_note: takes each note on the inputs.
            ids: how the index that the documents go to names a document without an id; None outside an index.
        """
        self.fields, self.ids = fields, ids
        self._make_chunks, self._on_skip, self._on_note = chunks, on_skip, on_note
        self._skips: list[Skip] = []  # before the chunk that comes next
        self._skips_by_chunk: deque[list[Skip]] = deque()
        self._problems: list[FieldProblem] = []

    def __iter__(self) -> Iterator[Document]:
        for columns in self.read():
            yield from columns

    def read(self, chunks: Iterable[Chunk] | None = None) -> Iterator[DocumentColumns]:
        """Read the documents in this process, and yield them batch by batch.

        Args:
            chunks: some of the chunks that the method `chunks` yields; None for all chunks.
        """
        for chunk in chunks or self.chunks():
            outcome = read_chunk(chunk, self.fields, self.ids)
            yield from outcome.columns
            self.tell(outcome)
        self.end()

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks, in their order."""
        for chunk in self._make_chunks(self._skips.append):
            self._skips_by_chunk.append(self._skips.copy())
            self._skips.clear()
            yield chunk

    def tell(self, outcome: ReadOutcome) -> None:
        """Report skips and notes of the next chunk, after the skips before that chunk."""
        for skip in (*self._skips_by_chunk.popleft(), *outcome.skips):
            _LOGGER.debug("skipped %s, line %s: %s", skip.path, skip.line, skip.reason)
            self._on_skip(skip)
        for note in outcome.notes:
            self._on_note(note)
        self._problems += outcome.odd

    def end(self) -> None:
        """Report the skips after the last chunk, and the notes that concern all chunks."""
        for skip in self._skips:
            _LOGGER.debug("skipped %s, line %s: %s", skip.path, skip.line, skip.reason)
            self._on_skip(skip)
        for note in problem_notes(self._problems):
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
    ids: IdRule | None = None,
) -> Inputs:
    """Read the documents of places as a stream, in the order of the places.

    Args:
        places: the inputs, as `discover` gives them.
        fields: our names of fields -> the names in the rows, as in ``{"text": "body"}``.
        stdin: standard input; None for the process's own.
        on_skip: takes each input that cannot be read; reading goes on.
        on_note: takes each note on the inputs.
        on_bytes: takes numbers of bytes; in the end it has the ``size`` of each place.
        prompt: give the rows of standard input as they come, without waiting for its end.
        ids: how the index that the documents go to names a document without an id of its own. A row that this rule does
            not name is skipped. Outside an index, the place of such a row is its id.

    Raises:
        SettingsError: a key of ``fields`` is not a field of a document.
    """
    return Inputs(partial(cut_chunks, places, stdin, on_bytes, prompt), checked_fields(fields), on_skip, on_note, ids)
