"""Pages of an index whose site is not known: they have no source and few labels, and no other page of their site came.

The first or the last block of the next page of the site finds such a page. Then the site begins with both pages.
"""

from collections import deque
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np

from dedup.core.sites.pages import Pages, take_pages

LONE: Final = 4096
"""Lone pages that an index knows, at most: the last ones."""

Edges = tuple[int, int]
"""The first and the last block of a page, as from `core.sites.learned.find_edges`."""


class LonePage(NamedTuple):
    """The page in a ``row`` of ``pages``, and its edges."""

    pages: Pages
    row: int
    edges: Edges


class LoneRun(NamedTuple):
    """Lone pages that came one after another: their serial numbers rise from ``first``. There are no ``pages`` if all
    of them are too old."""

    first: int
    pages: Pages | None
    edges: list[Edges]


class LonePages:
    """The lone pages of an index. Each has a serial number, which rises from 0."""

    def __init__(self) -> None:
        self._pages: dict[int, LonePage] = {}
        self._by_edge: dict[int, int] = {}
        self._next = self._taken = 0
        self._runs: deque[int] = deque()

    def find(self, edge: int) -> int:
        """The serial number of the page that has an edge, or -1."""
        return self._by_edge.get(edge, -1)

    def page(self, serial: int) -> Pages:
        """The page of a serial number that `find` has returned."""
        pages, row, _ = self._pages[serial]
        return take_pages(pages, np.array([row]))

    def add(self, page: LonePage) -> None:
        """Adds a page whose edges `find` does not find."""
        self._pages[self._next] = page
        for edge in page.edges:
            if edge:
                self._by_edge[edge] = self._next
        self._next += 1

    def keep(self) -> None:
        """Keeps the pages that were added: they are not dropped any more. Of too many pages the first ones go."""
        while len(self._pages) > LONE:
            self._drop(next(iter(self._pages)))

    def drop_last(self) -> None:
        """Drops the last page."""
        self._next -= 1
        self._drop(self._next)

    def _drop(self, serial: int) -> None:
        for edge in self._pages.pop(serial).edges:
            if self._by_edge.get(edge) == serial:
                del self._by_edge[edge]

    def take_runs(self) -> Iterator[LoneRun]:
        """Yields the runs of pages that were added since the last call, and the earlier runs that are too old now.

        `keep` has kept all pages.
        """
        untaken = range(max(self._taken, self._next - len(self._pages)), self._next)
        for _, group in groupby(untaken, lambda serial: id(self._pages[serial].pages)):
            serials = list(group)
            added = [self._pages[serial] for serial in serials]
            rows = np.array([page.row for page in added])
            yield LoneRun(serials[0], take_pages(added[0].pages, rows), [page.edges for page in added])
            self._runs.append(serials[0])
        self._taken = self._next
        while len(self._runs) > 1 and self._runs[1] <= self._next - LONE:
            yield LoneRun(self._runs.popleft(), None, [])

    def load(self, run: LoneRun) -> None:
        """Takes a run that `take_runs` has yielded. Runs come in the order of their serial numbers."""
        if run.pages is None or run.first < self._next:
            return
        self._next = run.first
        self._runs.append(run.first)
        for row, edges in enumerate(run.edges):
            self.add(LonePage(run.pages, row, edges))
        self.keep()
        self._taken = self._next
