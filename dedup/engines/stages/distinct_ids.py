"""Ids of documents in the order of input to ids that all differ."""

from dedup.types import Note


class DistinctIds:
    """Puts a number behind each id that an earlier document has: the second ``a`` becomes ``a#2``."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}
        self._renamed = 0
        self._example = ""

    def make(self, ids: list[str]) -> list[str]:
        """Return the ids of the next documents, with a number behind each id that is taken. Most ids occur once."""
        fresh = dict.fromkeys(ids, 1)
        if len(fresh) < len(ids) or not self._uses.keys().isdisjoint(fresh):
            return list(map(self._make_distinct, ids))
        self._uses |= fresh
        return ids

    @property
    def notes(self) -> list[Note]:
        """A note on the ids that were changed."""
        if not self._renamed:
            return []
        what = "1 id was" if self._renamed == 1 else f"{self._renamed:,} ids were"
        reason = f"{what} used before and got a number, such as {self._example!r}; give each document its own id"
        return [Note("ids", reason)]

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
