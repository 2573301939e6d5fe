"""What an index keeps -> requests to read it again, for whoever looks at all of it. Processes unpack what they read."""

import datetime
from collections.abc import Iterator
from typing import Final

from dedup.engines.tasks.read import AROUND
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.tasks import ReadStored
from dedup.index.error_mapping import raise_corrupt
from dedup.index.store import Store

_LOT: Final = 1 << 20
"""Packed bytes handed on at a time, or one document if it has more: texts of twice as many characters."""


class StoredDocuments:
    """One reading of all that there is in a ``store``, in the order of numbers; ``stories``, ``decisions``
    and ``fingerprints`` are those of the documents so far."""

    def __init__(self, store: Store) -> None:
        self.stories: list[int] = []
        self.decisions: list[bytes] = []
        self.fingerprints: list[int] = []
        self._store = store

    def requests(self, store: Store) -> Iterator[ReadStored]:
        """The documents in order, a lot a request."""
        lot, size = ReadStored([], [], {}), 0
        known: dict[bytes, bytes] = {}  # most decisions are equal: of these one is held
        for head, packed, number in store.all_packed():
            self.stories.append(head.story)
            self.fingerprints.append(head.fingerprint)
            self.decisions.append(known.setdefault(head.decision, head.decision))
            lot.ids.append(head.id)
            lot.packed.append(packed)
            if number and number not in lot.dictionaries:
                lot.dictionaries[number] = store.dictionary(number)
            size += len(packed) + AROUND
            if size >= _LOT:
                yield lot
                lot, size = ReadStored([], [], {}), 0
        yield lot

    def taken(self, found: ReadResult) -> tuple[list[str], list[datetime.datetime | None]]:
        """The ids of the documents of the next lot, and their times. Raises `IndexCorrupt` if one could not be read."""
        for skip in found.skips:
            raise_corrupt(self._store.path, f"the text of document {skip.path!r} is damaged ({skip.reason})")
        return found.ids, [datetime.datetime.fromisoformat(time) if time else None for time in found.published]

    def end(self) -> None:
        """All lots have been taken."""
