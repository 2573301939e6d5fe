"""Places -> documents, as a stream that no bad input stops."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from dedup.formats.chunks import Chunk, ReadOutcome, read_chunk
from dedup.formats.columns import DocumentColumns
from dedup.formats.cutter import CutContext, cut_chunks
from dedup.formats.fields.names import checked_fields
from dedup.formats.messages import ProblemGroups
from dedup.formats.places import Place, ReadOptions, no_events
from dedup.formats.surveys import ByteRange, RangeSurvey, Surveyor, survey_here
from dedup.index_types import IdRule
from dedup.settings import DEFAULT_LIMITS, InputLimits, Settings
from dedup.types import Document, Note, Skip

_LOGGER = logging.getLogger(__name__)


class Inputs:
    """Inputs that can be read once: in this process as an iterable of documents, or in chunks by other processes.

    A caller that reads chunks elsewhere calls `tell` with the outcome of each chunk, in the order of the chunks, and
    then `end`.
    """

    def __init__(
        self,
        chunks: Callable[[ReadOptions, Callable[[Skip], object], Surveyor], Iterator[Chunk]],
        options: ReadOptions,
        on_skip: Callable[[Skip], object],
        on_note: Callable[[Note], object],
        places: Sequence[Place] = (),
    ) -> None:
        """Prepare to read.

        Args:
            chunks: makes the chunks. Its arguments are the options, what takes the inputs that cannot be read before
                the next chunk, and what surveys byte ranges of files.
            options: how rows are read.
            on_skip: takes each input that cannot be read.
            on_note: takes each note on the inputs.
            places: the inputs, as far as they are files.
        """
        self.options = options
        self._places = places
        self._make_chunks, self._on_skip, self._on_note = chunks, on_skip, on_note
        self._skips: list[Skip] = []  # before the chunk that comes next
        self._skips_by_chunk: deque[list[Skip]] = deque()
        self._problems = ProblemGroups()
        self._survey: Surveyor = survey_here

    def for_index(self, _on_skip: Callable[[Skip], object] | None) -> "Inputs":
        """Return these inputs for an index. They have their callbacks for what is skipped."""
        return self

    def places(self) -> Sequence[Place]:
        """Return the files and standard input that the chunks come from."""
        return self._places

    def __iter__(self) -> Iterator[Document]:
        for columns in self.read():
            yield from columns

    def read(
        self, chunks: Iterable[Chunk] | None = None, settings: Settings | None = None
    ) -> Iterator[DocumentColumns]:
        """Read the documents in this process, and yield them batch by batch.

        Args:
            chunks: some of the chunks that the method `chunks` yields; None for all chunks.
            settings: have the extractor of HTML pages and the limits on input; None for those of the options.
        """
        options = self.options if settings is None else self.options.with_settings(settings)
        for chunk in chunks or self.chunks(settings):
            outcome = read_chunk(chunk, options)
            yield from outcome.columns
            self.tell(outcome)
        self.end()

    def chunks(self, settings: Settings | None = None) -> Iterator[Chunk]:
        """Yield the chunks, in their order. ``settings`` are as in `read`: this process reads some of the rows."""
        self._survey = survey_here
        options = self.options if settings is None else self.options.with_settings(settings)
        for chunk in self._make_chunks(options, self._skips.append, self._survey_ranges):
            self._skips_by_chunk.append(self._skips.copy())
            self._skips.clear()
            yield chunk

    def survey_by(self, survey: Surveyor) -> None:
        """Have the byte ranges of files surveyed by ``survey`` from now on, until the last chunk."""
        self._survey = survey

    def _survey_ranges(self, ranges: Iterator[ByteRange]) -> Iterator[RangeSurvey]:
        """Survey the ranges of one file in this process, until `survey_by` says who does."""
        for byte_range in ranges:
            if self._survey is not survey_here:
                yield from self._survey(chain([byte_range], ranges))
                return
            yield from survey_here(iter([byte_range]))

    def tell(self, outcome: ReadOutcome) -> None:
        """Report skips and notes of the next chunk, after the skips before that chunk."""
        for skip in (*self._skips_by_chunk.popleft(), *outcome.skips):
            _LOGGER.debug("skipped %s, line %s: %s", skip.path, skip.line, skip.reason)
            self._on_skip(skip)
        for note in outcome.notes:
            self._on_note(note)
        for problem in outcome.odd:
            self._problems.add(problem)

    def end(self) -> None:
        """Report the skips after the last chunk, and the notes that concern all chunks."""
        for skip in self._skips:
            _LOGGER.debug("skipped %s, line %s: %s", skip.path, skip.line, skip.reason)
            self._on_skip(skip)
        for note in self._problems.notes():
            self._on_note(note)
        self._skips.clear()
        self._problems = ProblemGroups()


def read_all(
    places: Sequence[Place],
    *,
    fields: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    on_skip: Callable[[Skip], object],
    on_note: Callable[[Note], object],
    on_bytes: Callable[[int], object] = no_events,
    prompt: bool = False,
    ids: IdRule | None = None,
    limits: InputLimits = DEFAULT_LIMITS,
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
        limits: the most that one input may have.

    Raises:
        SettingsError: a key of ``fields`` is not a field of a document.
    """
    options = ReadOptions(dict(checked_fields(fields)), ids, limits=limits)

    def chunks(options: ReadOptions, on_skip_before: Callable[[Skip], object], survey: Surveyor) -> Iterator[Chunk]:
        return cut_chunks(places, CutContext(options, on_skip_before, on_note, on_bytes, survey, stdin, prompt))

    return Inputs(chunks, options, on_skip, on_note, places)
