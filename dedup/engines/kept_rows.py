"""A report and the files of its job to the rows that are nobody's copies. Nothing here opens a file to write.

The files are read twice: once for the ids of their rows, as the job read them, and once for their bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec
import numpy as np

from dedup.array_types import Indices
from dedup.core.stories.distinct_ids import hash_ids, rename_doubles
from dedup.engines.report_copies import ReportCopies, is_file_of_one
from dedup.errors import SettingsError
from dedup.formats import Place
from dedup.formats.chunks import read_numbered
from dedup.formats.fields.names import checked_fields
from dedup.formats.files.stream import decompressed
from dedup.formats.places import STDIN, ReadContext, ReadOptions, no_events
from dedup.formats.registry import FORMATS
from dedup.settings import DEFAULT_LIMITS, InputLimits
from dedup.strings import StringColumn, join_strings, pack_strings
from dedup.types import Skip

_NOTHING: Final = np.zeros(0, np.int64)

_ROWS: Final = 1 << 12
"""Ids that are strings at a time."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """One input without the rows that are copies.

    ``place`` is the input. ``numbers`` ``(n,)`` are the rows to leave out, from 1, ascending. ``documents`` is the
    number of rows that are documents. ``limits`` are the limits on input.
    """

    place: Place
    numbers: Indices = field(default_factory=_NOTHING.copy)
    documents: int = 1
    limits: InputLimits = DEFAULT_LIMITS

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
        pieces = decompressed(self.place, bounds=self.limits)
        return pieces if leave_out is None else leave_out(pieces, self.place, self.numbers, self.limits)


def find_kept_rows(
    copies: ReportCopies,
    places: Sequence[Place],
    options: ReadOptions,
    whole: bool,
    on_skip: Callable[[Skip], object],
    on_bytes: Callable[[int], object] = no_events,
) -> list[KeptRows]:
    """Find the rows that are copies. A file of one document that is a copy is not in the result.

    Args:
        copies: the copies of a report.
        places: the inputs of its job, or some of them, in their order.
        options: how the job read rows.
        whole: whether the places are all inputs of the job.
        on_skip: takes what cannot be read. It is nobody's copy, so that it stays.
        on_bytes: takes numbers of bytes that are read.

    Returns:
        The inputs, in their order.

    Raises:
        SettingsError: the inputs are not those of the report, or rows of their format cannot be written.
    """
    options = msgspec.structs.replace(options, fields=checked_fields(options.fields))
    unwritable = {place: reason for place in places if (reason := _why_not_written(place))}
    for place, reason in unwritable.items():
        if len(unwritable) == len(places):
            raise SettingsError(f"{place.path}: {reason}")
        on_skip(Skip(place.path, reason))
    copies.check_inputs(places, whole)
    places = [place for place in places if place not in unwritable]
    results = []
    for ids in _read_ids(places, options, on_skip, on_bytes):
        if not is_file_of_one(ids.place):
            results.append(_leave_out(ids, copies, options.limits))
        elif not copies.of(ids.place):
            results.append(KeptRows(ids.place, limits=options.limits))
    if whole and not unwritable and not any(map(is_file_of_one, places)):
        copies.check_documents(sum(result.documents for result in results))
    return results


class _PlaceIds(NamedTuple):
    """The ids of the documents of one input, as the job had them, and the numbers of their rows.

    - ``place``: the input.
    - ``ids``: the ids of ``n`` documents.
    - ``rows`` ``(n,) int64``: the numbers of their rows.
    """

    place: Place
    ids: StringColumn
    rows: Indices


def _read_ids(
    places: Sequence[Place],
    options: ReadOptions,
    on_skip: Callable[[Skip], object],
    on_bytes: Callable[[int], object],
) -> list[_PlaceIds]:
    """Read the ids of all inputs, and make them differ as the job did. A file of one document is not read."""
    read = []
    for place in places:
        if is_file_of_one(place):
            on_bytes(place.size)
            read.append(_PlaceIds(place, pack_strings([place.id]), np.ones(1, np.int64)))
        else:
            read.append(_read_rows(place, options, on_skip, on_bytes))
    ids = join_strings([of_place.ids for of_place in read])
    new_ids = rename_doubles(ids, hash_ids(ids))
    ids, last = ids.with_new(new_ids) if new_ids else ids, 0
    results = []
    for of_place in read:
        first, last = last, last + of_place.ids.size
        results.append(of_place._replace(ids=ids._replace(offsets=ids.offsets[first : last + 1])))
    return results


def _read_rows(
    place: Place, options: ReadOptions, on_skip: Callable[[Skip], object], on_bytes: Callable[[int], object]
) -> _PlaceIds:
    """Read the ids of the documents of a file, and the numbers of their rows."""
    context = ReadContext(options, on_skip, _ignore, _ignore, numbers=[])
    ids, rows = [pack_strings([])], [_NOTHING]
    for batch_ids, batch_rows in read_numbered(place, context, on_bytes):
        ids.append(pack_strings(batch_ids))
        rows.append(np.array(batch_rows, np.int64))
    return _PlaceIds(place, join_strings(ids), np.concatenate(rows))


def _leave_out(ids: _PlaceIds, copies: ReportCopies, bounds: InputLimits) -> KeptRows:
    """Find the rows of one file that are copies.

    Args:
        ids: the ids of the file.
        copies: the copies of the report.
        bounds: the limits on input.

    Raises:
        SettingsError: a document of a story is not in the file, or the file is newer than a report that has no other
            ids than the numbers of its rows.
    """
    place, of_place = ids.place, copies.of(ids.place)
    missing, numbers, by_number = of_place | copies.originals(place), [], False
    for first in range(0, ids.ids.size, _ROWS):
        rows = slice(first, first + _ROWS)
        for id, row in zip(ids.ids.decoded(rows), ids.rows[rows].tolist(), strict=True):
            missing.discard(id)
            if id in of_place:
                numbers.append(row)
                by_number = by_number or id == f"{place.id}:{row}"
    if missing:
        raise _wrong_rows(place, missing)
    if by_number:
        copies.check_age(place)
    return KeptRows(place, np.array(numbers, np.int64), ids.ids.size, bounds)


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
