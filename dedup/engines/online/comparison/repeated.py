"""Documents of a batch that change nothing: the index has their texts, or later texts."""

from typing import NamedTuple

import numpy as np

from dedup.core.stories.arrivals.versions import are_stale
from dedup.engines.tasks.results import ReadResult
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Stored
from dedup.members import pack_times


class Repeated(NamedTuple):
    """A document of the index that comes again, and whether its text is an older version."""

    stored: Stored
    is_stale: bool


def find_repeated(ids: list[str], read: ReadResult, stored_by_id: dict[str, Stored]) -> dict[str, Repeated]:
    """Finds the documents of a batch that change nothing, by id.

    Args:
        ids: the ids of the documents.
        read: the result of reading the documents.
        stored_by_id: the documents of the index with these ids.
    """
    if not stored_by_id:
        return {}
    rows = [row for row, id in enumerate(ids) if id in stored_by_id]
    stored = [stored_by_id[ids[row]] for row in rows]
    prints = read.fingerprints[rows].tolist()
    is_former = [StoredDecision.read(old.decision).had(new) for old, new in zip(stored, prints, strict=True)]
    before = pack_times([old.document.published for old in stored]).nanoseconds
    stale = are_stale(read.members.times.nanoseconds[rows], before, np.array(is_former)).tolist()
    return {
        old.document.id: Repeated(old, old.fingerprint != fingerprint)
        for old, fingerprint, is_stale in zip(stored, prints, stale, strict=True)
        if is_stale or old.fingerprint == fingerprint
    }
