"""A report and the files of its job to the rows that are nobody's copies. Nothing here opens a file to write.

The files are read twice: once for the ids of their rows, as the job read them, and once for their bytes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.stories.distinct_ids import DistinctIds
from dedup.engines.report_copies import ReportCopies, is_file_of_one
from dedup.errors import SettingsError
from dedup.formats import Place
from dedup.formats.chunks import read_numbered
from dedup.formats.fields.names import checked_fields
from dedup.formats.files.stream import decompressed
from dedup.formats.places import STDIN, ReadContext, ReadOptions, no_events
from dedup.formats.registry import FORMATS
from dedup.types import Skip

_NOTHING: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class KeptRows:
    """One input without the rows that are copies.

    ``place`` is the input. ``numbers`` ``(n,)`` are the rows to leave out, from 1, ascending. ``documents`` is the
    number of rows that are documents.
    """

    place: Place
    numbers: Indices = field(default_factory=_NOTHING.copy)
    documents: int = 1

    @property
    def is_of_rows(self) -> bool:
        """Whether the input has many documents."""
        return not is_file_of_one(self.place)

    @property
    def packed_apart(self) -> bool:
        """Whether each piece of `read` is packed alone."""
        return FORMATS[self.place.suffix].packed_apart

    def read(self) -> Iterator[bytes]:
        """Yield the decompressed bytes of the input without the rows. Raises `ReadError` where they break off."""
        leave_out = FORMATS[self.place.suffix].leave_out
        pieces = decompressed(self.place)
        return pieces if leave_out is None else leave_out(pieces, self.place, self.numbers)


def find_kept_rows(
    copies: ReportCopies,
    places: Sequence[Place],
    fields: Mapping[str, str],
    whole: bool,
    on_skip: Callable[[Skip], object],
    on_bytes: Callable[[int], object] = no_events,
) -> list[KeptRows]:
    """Find the rows that are copies. A file of one document that is a copy is not in the result.

    Args:
        copies: the copies of a report.
        places: the inputs of its job, or some of them, in their order.
        fields: our names of fields -> the names in the rows, as the job had them.
        whole: whether the places are all inputs of the job.
        on_skip: takes what cannot be read. It is nobody's copy, so that it stays.
        on_bytes: takes numbers of bytes that are read.

    Returns:
        The inputs, in their order.

    Raises:
        SettingsError: the inputs are not those of the report, or rows of their format cannot be written.
    """
    fields = checked_fields(fields)
    unwritable = {place: reason for place in places if (reason := _why_not_written(place))}
    for place, reason in unwritable.items():
        if len(unwritable) == len(places):
            raise SettingsError(f"{place.path}: {reason}")
        on_skip(Skip(place.path, reason))
    copies.check_inputs(places, whole)
    places = [place for place in places if place not in unwritable]
    distinct = DistinctIds()
    results = []
    for place in places:
        if is_file_of_one(place):
            distinct.make([place.id])
            on_bytes(place.size)
            results += [] if copies.of(place) else [KeptRows(place)]
        else:
            batches = _ids_of_rows(place, fields, on_skip, on_bytes)
            results.append(_leave_out(place, copies, batches, distinct))
    if whole and not unwritable and not any(map(is_file_of_one, places)):
        copies.check_documents(sum(result.documents for result in results))
    return results


def _leave_out(
    place: Place, copies: ReportCopies, batches: Iterator[tuple[list[str], list[int]]], distinct: DistinctIds
) -> KeptRows:
    """Find the rows of one file that are copies.

    Args:
        place: the file.
        copies: the copies of the report.
        batches: the ids of the documents of the file, and the numbers of their rows.
        distinct: makes the ids distinct, as the job did.

    Raises:
        SettingsError: a document of a story is not in the file, or the file is newer than a report that has no other
            ids than the numbers of its rows.
    """
    of_place = copies.of(place)
    missing, numbers, documents, by_number = of_place | copies.originals(place), [], 0, False
    for ids, rows in batches:
        documents += len(ids)
        for id, row in zip(distinct.make(ids), rows, strict=True):
            missing.discard(id)
            if id in of_place:
                numbers.append(row)
                by_number = by_number or id == f"{place.id}:{row}"
    if missing:
        raise _wrong_rows(place, missing)
    if by_number:
        copies.check_age(place)
    return KeptRows(place, np.array(numbers, np.int64), documents)


def _ids_of_rows(
    place: Place, fields: Mapping[str, str], on_skip: Callable[[Skip], object], on_bytes: Callable[[int], object]
) -> Iterator[tuple[list[str], list[int]]]:
    """The ids of the documents of a file, and the numbers of their rows, batch by batch."""
    context = ReadContext(ReadOptions(fields), on_skip, _ignore, _ignore, numbers=[])
    return read_numbered(place, context, on_bytes)


def _ignore(_message: object) -> None:
    """Report nothing: the run of the report has told it."""


def _why_not_written(place: Place) -> str:
    """The reason why the rows of an input cannot be written; an empty string if they can."""
    if place.file == STDIN.file:
        return "standard input cannot be read again; save it as a file, and run dedup cluster on it"
    if is_file_of_one(place) or (place.suffix in FORMATS and FORMATS[place.suffix].leave_out is not None):
        return ""
    writable = " ".join(suffix for suffix, format in FORMATS.items() if format.leave_out is not None)
    reason = f"rows of {place.suffix} cannot be written; those of {writable} can, and unpacked files"
    return f"{reason}. dedup cluster --drop FILE writes the ids of the copies"


def _wrong_rows(place: Place, missing: set[str]) -> SettingsError:
    example = min(missing)
    return SettingsError(
        f"{place.path}: {len(missing):,} documents of the report are not in it, such as {example!r}: it changed, or "
        "was read with another --field or after other inputs; give all that dedup cluster was given, in the same order"
    )
