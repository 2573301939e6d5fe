"""The reasons of a report: why each document is in its story, and the comparisons that show it."""

import tempfile
import weakref
from collections.abc import Iterable

import msgspec

from dedup.comparison_types import LeadReason, MemberReason, ToldPair, ToldText

_Evidence = tuple[tuple[ToldText, ...], tuple[ToldPair, ...]]


class Explanation:
    """The reasons of a report. Texts and comparisons lie in a temporary file, which goes with the explanation.

    - ``members``: why a document is in its story, by its id, for copies.
    - ``leads``: why a document leads its story, by its id.
    """

    def __init__(self) -> None:
        self.members: dict[str, MemberReason] = {}
        self.leads: dict[str, LeadReason] = {}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the explanation)
        self._close = weakref.finalize(self, self._file.close)
        self._places: dict[str, tuple[int, int]] = {}

    def add(self, story: str, texts: Iterable[ToldText], pairs: Iterable[ToldPair]) -> None:
        """Add the texts and the comparisons of a story.

        Args:
            story: the id of the document that leads it; empty for the pairs that are told apart.
            texts: the texts, each once.
            pairs: the comparisons.
        """
        data = msgspec.msgpack.encode((tuple(texts), tuple(pairs)))
        self._places[story] = self._file.seek(0, 2), len(data)
        self._file.write(data)

    def evidence(self, story: str = "") -> _Evidence:
        """Return the texts and the comparisons of a story; without a name, those of the pairs that are told apart."""
        if story not in self._places:
            return (), ()
        start, size = self._places[story]
        self._file.seek(start)
        return msgspec.msgpack.decode(self._file.read(size), type=_Evidence)
