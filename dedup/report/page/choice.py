"""The first pass over the rows: the order of the stories, and the texts that the page has room for."""

from __future__ import annotations

from array import array
from typing import Final

from dedup.report.page.rows import ApartText, PageComparison, PageCoverage, PageStory, PageText, RowFile, minutes

APART, NEAREST = "apart", "nearest"

PAIRS: Final = {APART: 60, NEAREST: 20}
"""The most pairs on the page that are told apart, and that come nearest."""


COVERAGE: Final = 60
"""The most coverage on the page."""


class TextChoice:
    """The order of the stories, and the texts of the page.

    - ``ranks``: the place of each story of two and more on the page, in the order of the rows. The largest is first.
    - ``shown``: whether the page has each text of a story, in the order of the rows.
    - ``shown_apart``: the ids of the texts of pairs told apart that the page has.
    - ``counts``: how many pairs there are of each kind in `PAIRS`.
    - ``first``, ``last``: the first and the last time of publication in minutes, or None.
    - ``covered``: the ids of the stories of coverage on the page.
    - ``texts``, ``all_texts``: how many texts the page has, and how many the rows have.
    """

    def __init__(self, file: RowFile, texts_limit: int) -> None:
        """Read the rows, and choose texts of at most ``texts_limit`` characters. Raises `ReadError` as the rows do."""
        self.first: int | None = None
        self.last: int | None = None
        self.counts = dict.fromkeys(PAIRS, 0)
        self.covered: set[str] = set()
        self._sizes = array("q")
        self._owners, self._lengths = array("q"), array("q")
        self._apart: dict[str, tuple[int, str]] = {}
        self._told: list[str] = []
        several, coverage = False, 0
        for _line, row in file.rows():
            if isinstance(row, PageStory):
                several = len(row.members) > 1
                self._add_story(row)
            elif isinstance(row, ApartText) or (isinstance(row, PageText) and not several):
                self._apart.update((id, (len(row.text), row.ids[0])) for id in row.ids)
            elif isinstance(row, PageText):
                self._owners.append(len(self._sizes) - 1)
                self._lengths.append(len(row.text))
            elif isinstance(row, PageComparison) and row.why in PAIRS:
                self.counts[row.why] += 1
                if self.counts[row.why] <= PAIRS[row.why]:
                    self._told += (row.a.id, row.b.id)
            elif isinstance(row, PageCoverage):
                coverage += 1
                if coverage <= COVERAGE:
                    self.covered.update(row.stories)
        self._choose(texts_limit)

    def _add_story(self, row: PageStory) -> None:
        if len(row.members) > 1:
            self._sizes.append(len(row.members))
        times = [time for member in row.members if (time := minutes(member.published)) is not None]
        if times:
            self.first = min(times) if self.first is None else min(*times, self.first)
            self.last = max(times) if self.last is None else max(*times, self.last)

    def _choose(self, limit: int) -> None:
        """Choose the texts of the largest stories, then those of pairs. A text that does not fit is left out whole."""
        order = sorted(range(len(self._sizes)), key=lambda story: -self._sizes[story])
        self.ranks = array("q", bytes(8 * len(order)))
        for rank, story in enumerate(order):
            self.ranks[story] = rank
        self.shown = bytearray(len(self._lengths))
        for text in sorted(range(len(self._owners)), key=lambda text: self.ranks[self._owners[text]]):
            if self._lengths[text] <= limit:
                limit -= self._lengths[text]
                self.shown[text] = 1
        self.shown_apart: set[str] = set()
        chosen: set[str] = set()
        pairs = {id: self._apart[id] for id in self._told if id in self._apart}
        for id, (length, first_id) in pairs.items():
            if first_id not in chosen and length <= limit:
                limit -= length
                chosen.add(first_id)
            if first_id in chosen:
                self.shown_apart.add(id)
        self.texts = sum(self.shown) + len(chosen)
        self.all_texts = len(self.shown) + len({text for _length, text in pairs.values()})
        del self._sizes, self._owners, self._lengths, self._apart, self._told
