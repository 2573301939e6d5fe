"""A report and the files of its job to the rows that are nobody's copies. Nothing here opens a file to write.

The files are read twice: once for the ids of their rows, as the job read them, and once for their bytes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.engines.report_copies import ReportCopies, is_file_of_one
from dedup.engines.stages.distinct_ids import DistinctIds
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
    _check_formats(places)
    copies.check_inputs(places, whole)
    distinct = DistinctIds()
    results = []
    for place in places:
        if is_file_of_one(place):
            distinct.make([place.id])
            on_bytes(place.size)
            results += [] if copies.of(place) else [KeptRows(place)]
        else:
            batches = _ids_of_rows(place, fields, on_skip, on_bytes)
            results.append(_leave_out(place, copies.of(place), batches, distinct))
    if whole and not any(map(is_file_of_one, places)):
        copies.check_documents(sum(result.documents for result in results))
    return results


def _leave_out(
    place: Place, copy_ids: Collection[str], batches: Iterable[tuple[list[str], list[int]]], distinct: DistinctIds
) -> KeptRows:
    """One file without the rows that are copies.

    Args:
        place: the file.
        copy_ids: the ids of the copies in the file.
        batches: the ids of the documents of the file, and the numbers of their rows.
        distinct: makes the ids of the report.

    Raises:
        SettingsError: a copy is not in the file.
    """
    missing, numbers, documents = set(copy_ids), [], 0
    for ids, rows in batches:
        documents += len(ids)
        for id, row in zip(distinct.make(ids), rows, strict=True):
            if id in missing:
                missing.remove(id)
                numbers.append(row)
    if missing:
        raise _wrong_rows(place, missing)
    return KeptRows(place, np.array(numbers, np.int64), documents)


def _ids_of_rows(
    place: Place, fields: Mapping[str, str], on_skip: Callable[[Skip], object], on_bytes: Callable[[int], object]
) -> Iterator[tuple[list[str], list[int]]]:
    """The ids of the documents of a file, and the numbers of their rows, batch by batch."""
    context = ReadContext(ReadOptions(fields), on_skip, _ignore, _ignore, numbers=[])
    return read_numbered(place, context, on_bytes)


def _ignore(_message: object) -> None:
    """Report nothing: the run of the report has told it."""


def _check_formats(places: Sequence[Place]) -> None:
    writable = " ".join(suffix for suffix, format in FORMATS.items() if format.leave_out is not None)
    for place in places:
        if place.file == STDIN.file:
            raise SettingsError(
                "-: standard input cannot be read again; save it as a file, and run dedup cluster on it"
            )
        if not is_file_of_one(place) and (place.suffix not in FORMATS or FORMATS[place.suffix].leave_out is None):
            reason = f"rows of {place.suffix} cannot be written; those of {writable} can, and unpacked files"
            raise SettingsError(f"{place.path}: {reason}. dedup cluster --drop FILE writes the ids of the copies")


def _wrong_rows(place: Place, missing: set[str]) -> SettingsError:
    example = min(missing)
    return SettingsError(
        f"{place.path}: {len(missing):,} copies of the report are not in it, such as {example!r}: the file changed, or "
        "was read with another --field or after other inputs; give all that dedup cluster was given, in the same order"
    )
