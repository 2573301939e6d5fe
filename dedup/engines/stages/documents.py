"""Documents of a program, or inputs in files, to read tasks. Each document that was read gets an id of its own."""

import datetime
from collections import deque
from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes
from dedup.core.stories.distinct_ids import rename_doubles
from dedup.engines.notes import note_new_ids
from dedup.engines.stages.collection import NO_TIMES
from dedup.engines.tasks.read import AROUND
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.tasks import ReadChunk, Reading, ReadRows
from dedup.errors import InputError
from dedup.formats import FieldNames, FieldProblems, Inputs, ProblemGroups, ReadOutcome, SkipGroups, to_document
from dedup.formats.fields.dates import plain_time
from dedup.formats.fields.names import OF_PAGES, checked_fields
from dedup.formats.fields.values import is_missing, is_unicode
from dedup.formats.guard import skip_of
from dedup.formats.messages import alias_problems, list_names
from dedup.formats.program.documents import Documents, Given, fields_of, numbered_documents
from dedup.formats.program.paths import FileInputs
from dedup.settings import Settings
from dedup.strings import StringColumn
from dedup.types import Note, Skip

TASK_CHARACTERS: Final = 1 << 21
"""Characters of one read task. A larger document is a task of its own."""

_LARGEST: Final = 2**63 - 1
"""The largest whole number of a message."""


class _SentRows(NamedTuple):
    """The data of a task that does not go to the worker.

    - ``numbers``: the numbers of its documents.
    - ``ids``: the ids of its documents as the caller has them.
    - ``skips``: the documents that were left out before them.
    - ``times``: the times that are Python objects already, by the number of the document.
    """

    numbers: list[int]
    ids: list[Hashable]
    skips: list[Skip]
    times: dict[int, datetime.datetime]


class DocumentIntake:
    """The documents of one job: makes the read tasks, gives ids, and collects skips and notes."""

    def __init__(self, fields: Mapping[str, str] | None = None, settings: Settings | None = None) -> None:
        """Begin without documents.

        Args:
            fields: our names of fields -> the keys of mappings, or the columns of a table.
            settings: have the extractor of HTML pages and the limits on input; None for those of the inputs.
        """
        self._fields, self._settings = checked_fields(fields), settings
        self._names = FieldNames()
        self._skips = SkipGroups(by_file=False)
        self.caller_ids: dict[str, Hashable] = {}
        self.skipped_ids: set[Hashable] = set()
        self._documents = 0
        self._given_ids: dict[int, Hashable] = {}
        self._id_notes: list[Note] = []
        self._sent: deque[_SentRows] = deque()
        self._inputs: Inputs | None = None
        self._input_notes: list[Note] = []
        self._keys: Collection[Hashable] = ()
        self._problems, self._unusable = ProblemGroups(), FieldProblems()

    def requests(self, documents: Documents | Inputs) -> Iterator[Reading]:
        """Yield the read tasks for the documents, in order.

        Raises:
            InputError: an item is no document, or ``documents`` are not many documents.
        """
        if not isinstance(documents, Inputs):
            yield from self._tasks_of_program(documents)
            return
        self._inputs = documents
        for chunk in documents.chunks(self._settings):
            yield ReadChunk(chunk)

    def taken(self, result: ReadResult) -> Mapping[int, datetime.datetime]:
        """Take the result of the next task. Return the times that were not sent to the worker, by row."""
        first = self._documents
        self._documents += result.members.size
        if self._inputs is not None:
            self._inputs.tell(ReadOutcome((), result.skips, result.notes, result.odd))
            return NO_TIMES
        sent = self._sent.popleft()
        for skip in sorted((*sent.skips, *result.skips), key=lambda skip: int(skip.path)):
            self._skips.add(skip)
        for problem in result.odd:
            self._problems.add(problem)
        skipped = {int(skip.path) for skip in result.skips}
        documents = list(zip(sent.numbers, sent.ids, strict=True))
        self.skipped_ids.update(id for number, id in documents if number in skipped)
        read = [document for document in documents if document[0] not in skipped] if skipped else documents
        ids = zip(result.members.ids.decoded(), read, strict=True)
        self._given_ids |= {row: by_caller for row, (id, (_, by_caller)) in enumerate(ids, first) if id != by_caller}
        return {row: sent.times[number] for row, (number, _) in enumerate(read) if number in sent.times}

    def end(self, ids: StringColumn, hashes: Hashes) -> Mapping[int, str]:
        """Take the ids of all documents, and report the notes that concern all chunks. Return new ids by document."""
        new_ids = rename_doubles(ids, hashes)
        given_ids, self._given_ids = self._given_ids, {}
        self._id_notes = note_new_ids(len(new_ids), next(iter(new_ids.values()), ""))
        rows = np.array(sorted(new_ids.keys() | given_ids.keys()), np.int64)
        for row, id in zip(rows.tolist(), ids.decoded(rows), strict=True):
            self.caller_ids[new_ids.get(row, id)] = given_ids.get(row, id)
        self._unusable.tell("documents", self._problems.add)
        for problem in alias_problems(self._names, "documents"):
            self._problems.add(problem)
        if self._inputs is not None:
            self._inputs.end()
        if isinstance(self._inputs, FileInputs):
            self._input_notes += self._inputs.notes
        return new_ids

    def check_read(self, documents: int) -> None:
        """Raise `InputError` with the first reason if a program gave documents and none of them could be read."""
        if documents or not (self.skipped or isinstance(self._inputs, FileInputs)):
            return
        place = "document " if self._inputs is None else ""
        reasons = [f"{place}{skip.path}: {skip.reason}" for skip in self.skipped]
        reasons += [f"{note.about}: {note.reason}" for note in self._input_notes]
        count = sum(skip.count for skip in self.skipped)
        more = f", {count:,} were skipped" if count > 1 else ""
        fields = f"; the fields are {list_names(self._keys)}" if self._keys else ""
        raise InputError(f"no document can be read{more}{fields}; {reasons[0] if reasons else 'the inputs are empty'}")

    @property
    def skipped(self) -> list[Skip]:
        """The documents and files of a program that were left out, one skip a reason."""
        return self._inputs.skipped if isinstance(self._inputs, FileInputs) else self._skips.skips()

    @property
    def notes(self) -> list[Note]:
        """Notes on files and tables, on values that cannot be used, and on ids that were changed."""
        return [*self._input_notes, *self._problems.notes(), *self._id_notes]

    def _tasks_of_program(self, documents: Documents) -> Iterator[ReadRows]:
        """Yield tasks of about `TASK_CHARACTERS` for the documents of a program."""
        ids: list[Hashable]
        skips: list[Skip]
        times: dict[int, datetime.datetime]
        task, ids, skips, times, size = ReadRows([], []), [], [], {}, 0
        rows, self._names, row_names, self._keys, notes = numbered_documents(documents, self._fields)
        self._input_notes += notes
        for number, (id, document) in enumerate(rows):
            try:
                row = _make_row(document, str(number), row_names, self._unusable)
            except InputError:
                raise
            except Exception as error:
                skips.append(skip_of(error, str(number)))
                self.skipped_ids.add(id)
                if not self._keys and isinstance(document, Mapping):
                    self._keys = tuple(document)
                continue
            if isinstance(row.get("published"), datetime.datetime):
                times[number] = row.pop("published")
            task.numbers.append(number)
            ids.append(id)
            task.rows.append(row)
            size += len(row.get("text") or row.get("html") or "") + AROUND
            if size >= TASK_CHARACTERS:
                self._sent.append(_SentRows(task.numbers, ids, skips, times))
                yield task
                task, ids, skips, times, size = ReadRows([], []), [], [], {}, 0
        self._sent.append(_SentRows(task.numbers, ids, skips, times))
        yield task


def _make_row(document: Given, place: str, names: FieldNames, on_problem: FieldProblems) -> dict[str, Any]:
    """Return the fields of a document as plain values and times.

    Args:
        document: the document.
        place: names the document in errors.
        names: the keys of the fields in mappings.
        on_problem: takes values that cannot be used.

    Raises:
        InputError: the item is no document.
        ReadError: the document cannot be used.
    """
    row = _job_fields(document, f"document {place}", names)
    if _is_plain(row):
        return row
    # The conversion makes a document of all usable values, or raises an error with the reason.
    if isinstance(document, Mapping):
        converted = to_document(document, place, names.keys, on_problem=on_problem)
    else:
        converted = to_document(row, place, whole=True, on_problem=on_problem)
    return _job_fields(converted, place, names)


def _job_fields(document: Given, place: str, names: FieldNames) -> dict[str, Any]:
    """Return the fields of a document but those that no job uses, as in `fields_of`."""
    row = fields_of(document, place, names)
    for name in OF_PAGES:
        row.pop(name, None)
    return row


def _is_plain(row: dict[str, Any]) -> bool:
    """Return whether all values can go into a message as they are: of a plain type, and Unicode."""
    text = row.get("text")
    if not isinstance(row.get("html") if text is None else text, str):
        return False
    for name, value in row.items():
        if isinstance(value, str):
            if not value.isascii() and not is_unicode(value):
                return False
            row[name] = str.__str__(value)  # a value of a subclass becomes a plain string
        elif isinstance(value, int):
            if abs(value) > _LARGEST:
                return False
        elif is_missing(value):
            row[name] = None
        elif name == "published" and isinstance(value, datetime.datetime):
            row[name] = plain_time(value)
        elif not isinstance(value, float):
            return False
    return True
