"""Documents of a program, or inputs in files, to read tasks. Each document that was read gets an id of its own."""

import datetime
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from dedup.engines.tasks.read import AROUND
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.tasks import ReadChunk, Reading, ReadRows
from dedup.errors import InputError, ReadError
from dedup.formats import FIELDS, FieldNames, FieldProblems, Inputs, ProblemGroups, ReadOutcome, SkipGroups, to_document
from dedup.formats.messages import alias_problems
from dedup.types import Document, Note, Skip

Given = Document | Mapping[str, Any] | str
"""A document of a program: a `Document`, a mapping of its fields, or its text."""

TASK_CHARACTERS: Final = 1 << 21
"""Characters of one read task. A larger document is a task of its own."""

_LARGEST: Final = 2**63 - 1
"""The largest whole number of a message."""

_NAMES: Final = (*FIELDS, "path")


class _SentRows(NamedTuple):
    """The data of a task that does not go to the worker.

    - ``numbers``: the numbers of its documents.
    - ``skips``: the documents that were left out before them.
    - ``times``: the times that are Python objects already, by the number of the document.
    """

    numbers: list[int]
    skips: list[Skip]
    times: dict[int, datetime.datetime]


class DocumentIntake:
    """The documents of one job: makes the read tasks, gives ids, and collects skips and notes."""

    def __init__(self) -> None:
        self._skips = SkipGroups(by_file=False)
        self._names = FieldNames()
        self._uses: dict[str, int] = {}
        self._renamed = 0
        self._example = ""
        self._sent: deque[_SentRows] = deque()
        self._inputs: Inputs | None = None
        self._problems, self._unusable = ProblemGroups(), FieldProblems()

    def requests(self, documents: "Iterable[Given] | Inputs") -> Iterator[Reading]:
        """Yield the read tasks for the documents, in order.

        Raises:
            InputError: an item is no document.
        """
        if not isinstance(documents, Inputs):
            yield from self._tasks_of_program(documents)
            return
        self._inputs = documents
        for chunk in documents.chunks():
            yield ReadChunk(chunk)

    def taken(self, result: ReadResult) -> tuple[list[str], list[datetime.datetime | None]]:
        """Take the result of the next task. Return the id and the time of each document; all ids differ."""
        times = [datetime.datetime.fromisoformat(time) if time else None for time in result.published]
        if self._inputs is not None:
            self._inputs.tell(ReadOutcome((), result.skips, result.notes, result.odd))
        else:
            numbers, skips, own_times = self._sent.popleft()
            for skip in sorted((*skips, *result.skips), key=lambda skip: int(skip.path)):
                self._skips.add(skip)
            for problem in result.odd:
                self._problems.add(problem)
            if own_times:
                skipped = {int(skip.path) for skip in result.skips}
                read = [number for number in numbers if number not in skipped]
                times = [own_times.get(number, time) for number, time in zip(read, times, strict=True)]
        return self._make_ids_distinct(result.ids), times

    def end(self) -> None:
        """Report the notes that concern all chunks, after the last chunk."""
        if self._inputs is not None:
            self._inputs.end()

    @property
    def skipped(self) -> list[Skip]:
        """The documents of a program that were left out, one skip a reason."""
        return self._skips.skips()

    @property
    def notes(self) -> list[Note]:
        """Notes on the fields of a program's documents, and on the ids that were changed."""
        self._unusable.tell("documents", self._problems.add)
        for problem in alias_problems(self._names, "documents"):
            self._problems.add(problem)
        return [*self._problems.notes(), *self._note_renamed()]

    def _note_renamed(self) -> list[Note]:
        if not self._renamed:
            return []
        what = "1 id was" if self._renamed == 1 else f"{self._renamed:,} ids were"
        reason = f"{what} used before and got a number, such as {self._example!r}; give each document its own id"
        return [Note("ids", reason)]

    def _tasks_of_program(self, documents: Iterable[Given]) -> Iterator[ReadRows]:
        """Yield tasks of about `TASK_CHARACTERS` for the documents of a program."""
        skips: list[Skip]
        times: dict[int, datetime.datetime]
        task, skips, times, size = ReadRows([], []), [], {}, 0
        for number, document in enumerate(documents):
            try:
                row = _make_row(document, str(number), self._names, self._unusable)
            except ReadError as error:
                skips.append(Skip(error.path, error.reason, error.line))
                continue
            if isinstance(row.get("published"), datetime.datetime):
                times[number] = row.pop("published")
            task.numbers.append(number)
            task.rows.append(row)
            size += len(row.get("text") or row.get("html") or "") + AROUND
            if size >= TASK_CHARACTERS:
                self._sent.append(_SentRows(task.numbers, skips, times))
                yield task
                task, skips, times, size = ReadRows([], []), [], {}, 0
        self._sent.append(_SentRows(task.numbers, skips, times))
        yield task

    def _make_ids_distinct(self, ids: list[str]) -> list[str]:
        """Return the ids, with a number behind each id that is taken. Most ids occur once."""
        fresh = dict.fromkeys(ids, 1)
        if len(fresh) < len(ids) or not self._uses.keys().isdisjoint(fresh):
            return list(map(self._make_distinct, ids))
        self._uses |= fresh
        return ids

    def _make_distinct(self, id: str) -> str:
        """Return the id, with a number behind it if it is taken."""
        free_id = id
        while free_id in self._uses:
            self._uses[id] += 1
            free_id = f"{id}#{self._uses[id]}"
        self._uses[free_id] = 1
        if free_id != id:
            self._renamed += 1
            self._example = self._example or free_id
        return free_id


def fields_of(document: Given, place: str, names: FieldNames | None = None) -> dict[str, Any]:
    """Return the fields of a document of a program. Their values may be of any type.

    Args:
        document: the document.
        place: names the document in errors.
        names: the keys of the fields in mappings, which learns keys that are new; None for a mapping that stands alone.

    Raises:
        InputError: the item is no document.
    """
    if isinstance(document, str):
        return {"text": document}
    if isinstance(document, Document):
        row = {name: value for name in _NAMES if (value := getattr(document, name, None)) is not None}
        row.setdefault("text", None)
        return row
    if isinstance(document, Mapping):
        if names is None:
            names = FieldNames()
        if not document.keys() <= names.seen:
            names.see(document)
        flat = names.flat(document)
        return {name: flat[key] for name, key in names.keys.items() if key in flat}
    raise InputError(f"{place} is of type {type(document).__name__}: give a Document, a mapping, or its text")


def _make_row(document: Given, place: str, names: FieldNames, on_problem: FieldProblems) -> dict[str, Any]:
    """Return the fields of a document as plain values and times. Raises `ReadError` for a document of no use.

    Args:
        document: the document.
        place: names the document in errors.
        names: the keys of the fields in mappings.
        on_problem: takes values that cannot be used.

    Raises:
        ReadError: the text or the id cannot be used.
    """
    row = fields_of(document, f"document {place}", names)
    if _is_plain(row):
        return row
    # The conversion makes a document of all usable values, or raises an error with the reason.
    if isinstance(document, Mapping):
        converted = to_document(document, place, names.keys, on_problem=on_problem)
    else:
        converted = to_document(row, place, path=row.get("path", ""), on_problem=on_problem)
    return fields_of(converted, place, names)


def _is_plain(row: dict[str, Any]) -> bool:
    """Return whether all values can go into a message as they are: of a plain type, and Unicode."""
    text = row.get("text")
    if not isinstance(row.get("html") if text is None else text, str):
        return False
    for name, value in row.items():
        if isinstance(value, str):
            if not value.isascii() and not _is_unicode(value):
                return False
            row[name] = str.__str__(value)  # a value of a subclass becomes a plain string
        elif isinstance(value, int):
            if abs(value) > _LARGEST:
                return False
        elif not (
            value is None or isinstance(value, float) or (name == "published" and isinstance(value, datetime.datetime))
        ):
            return False
    return True


def _is_unicode(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False
