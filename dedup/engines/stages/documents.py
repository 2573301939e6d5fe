"""Whatever a program hands over, or files hold -> requests to read it; and to what was read, an id of its own each."""

import datetime
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from dedup.engines.tasks.read import AROUND
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.tasks import ReadChunk, Reading, ReadRows
from dedup.errors import InputError, ReadError
from dedup.formats import FIELDS, Inputs, ReadOutcome, to_document
from dedup.types import Document, Note, Skip

Given = Document | Mapping[str, Any] | str
"""What the library takes for a document: a `Document`, a mapping of its fields, or its text."""

LOT_CHARACTERS: Final = 1 << 21
"""Characters handed on at a time, or one document if it has more."""

_LARGEST: Final = 2**63 - 1
"""The largest whole number of a message."""

_NAMES: Final = (*FIELDS, "path")


class _Handed(NamedTuple):
    """What of a lot does not go with it: the numbers of its documents, what was left out, and the times that are of
    Python already, by number."""

    numbers: list[int]
    skips: list[Skip]
    times: dict[int, datetime.datetime]


class DocumentIntake:
    """One reading of documents, with what was left out of it and what was changed."""

    def __init__(self) -> None:
        self.skipped: list[Skip] = []
        self._uses: dict[str, int] = {}
        self._renamed = 0
        self._example = ""
        self._handed: deque[_Handed] = deque()
        self._inputs: Inputs | None = None

    def requests(self, documents: "Iterable[Given] | Inputs") -> Iterator[Reading]:
        """The documents in order, a lot a request; raises `InputError` for what is none."""
        if not isinstance(documents, Inputs):
            yield from self._of_program(documents)
            return
        self._inputs = documents
        for lot in documents.lots():
            yield ReadChunk(lot)

    def taken(self, found: ReadResult) -> tuple[list[str], list[datetime.datetime | None]]:
        """The ids that the documents of the next lot are to have, each its own, and their times."""
        times = [datetime.datetime.fromisoformat(time) if time else None for time in found.published]
        if self._inputs is not None:
            self._inputs.tell(ReadOutcome([], found.skips, found.notes, found.odd))
        else:
            numbers, skips, given = self._handed.popleft()
            self.skipped += sorted((*skips, *found.skips), key=lambda skip: int(skip.path))
            if given:
                out = {int(skip.path) for skip in found.skips}
                read = [number for number in numbers if number not in out]
                times = [given.get(number, time) for number, time in zip(read, times, strict=True)]
        return self._own_ids(found.ids), times

    def end(self) -> None:
        """All lots have been taken."""
        if self._inputs is not None:
            self._inputs.end()

    @property
    def notes(self) -> list[Note]:
        """What was changed."""
        if not self._renamed:
            return []
        what = "1 id was" if self._renamed == 1 else f"{self._renamed:,} ids were"
        reason = f"{what} used before and got a number, such as {self._example!r}; give each document its own id"
        return [Note("ids", reason)]

    def _of_program(self, documents: Iterable[Given]) -> Iterator[ReadRows]:
        """Documents as rows, in lots of about `LOT_CHARACTERS`."""
        skips: list[Skip]
        times: dict[int, datetime.datetime]
        lot, skips, times, size = ReadRows([], []), [], {}, 0
        for number, given in enumerate(documents):
            try:
                row = _row(given, str(number))
            except ReadError as error:
                skips.append(Skip(error.path, error.reason, error.line))
                continue
            if isinstance(row.get("published"), datetime.datetime):
                times[number] = row.pop("published")
            lot.numbers.append(number)
            lot.rows.append(row)
            size += len(row.get("text") or row.get("html") or "") + AROUND
            if size >= LOT_CHARACTERS:
                self._handed.append(_Handed(lot.numbers, skips, times))
                yield lot
                lot, skips, times, size = ReadRows([], []), [], {}, 0
        self._handed.append(_Handed(lot.numbers, skips, times))
        yield lot

    def _own_ids(self, wanted: list[str]) -> list[str]:
        """As `_own_id` makes them, one after another: most are the document's own, and nobody else's."""
        fresh = dict.fromkeys(wanted, 1)
        if len(fresh) < len(wanted) or not self._uses.keys().isdisjoint(fresh):
            return list(map(self._own_id, wanted))
        self._uses |= fresh
        return wanted

    def _own_id(self, wanted: str) -> str:
        """``wanted``, with a number behind it if it is taken."""
        found = wanted
        while found in self._uses:
            self._uses[wanted] += 1
            found = f"{wanted}#{self._uses[wanted]}"
        self._uses[found] = 1
        if found != wanted:
            self._renamed += 1
            self._example = self._example or found
        return found


def fields_of(given: Given, place: str) -> dict[str, Any]:
    """The fields of what was handed over, whatever they hold; raises `InputError` for what is no document at all."""
    if isinstance(given, str):
        return {"text": given}
    if isinstance(given, Document):
        row = {name: value for name in _NAMES if (value := getattr(given, name, None)) is not None}
        row.setdefault("text", None)
        return row
    if isinstance(given, Mapping):
        return {name: given[name] for name in FIELDS if name in given}
    raise InputError(f"{place} is of type {type(given).__name__}: give a Document, a mapping, or its text")


def _row(given: Given, place: str) -> dict[str, Any]:
    """The fields of what was handed over, as plain values and times; raises `ReadError` if it cannot be used."""
    row = fields_of(given, f"document {place}")
    if _is_plain(row):
        return row
    # Whatever it is, what is usable of it is a document, or it is an error that says why not.
    found = to_document(given if isinstance(given, Mapping) else row, place, path=row.get("path", ""))
    return {name: getattr(found, name) for name in _NAMES}


def _is_plain(row: dict[str, Any]) -> bool:
    """Whether all that is in it can go as it is: of a plain type, and Unicode."""
    text = row.get("text")
    if not isinstance(row.get("html") if text is None else text, str):
        return False
    for name, value in row.items():
        if isinstance(value, str):
            if not value.isascii() and not _is_unicode(value):
                return False
            row[name] = str.__str__(value)  # a subclass may be anything
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
