"""Documents that arrive -> the sites of an index, which grow with each document, and the boilerplate of these sites.

`core.sites.learned` learns from one page of one site. Here are all sites of an index, and how the site of a page is
found: by the name of its source, by its labels, or by its first and last block.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.names import number_names
from dedup.core.arrays.sorting import distinct, firsts, rising
from dedup.core.sites import learned
from dedup.core.sites.decision import leave_out
from dedup.core.sites.learned import LearnedSite
from dedup.core.sites.pages import Pages
from dedup.core.sites.profiles import SiteProfiles, block_codes
from dedup.core.stories.arrivals.reasons import known_pages
from dedup.core.stories.newsrooms import plain
from dedup.engines.online.learning import site_codec
from dedup.engines.online.learning.lone_pages import LonePage, LonePages
from dedup.engines.online.learning.new_pages import NO_LESSON, Lesson, NewPages
from dedup.engines.online.learning.site_codec import NamedSite
from dedup.engines.online.learning.site_labels import SiteLabels
from dedup.engines.online.learning.steps import Step, Steps
from dedup.engines.tasks.profiles import LearnedProfiles
from dedup.index.records import SiteRow

SITES: Final = 4096
"""Sites that an index knows, at most. The sites from which no page has come for the longest time go."""

_NO_HASH: Final = np.zeros(0, np.uint64)

_ANYWHERE: Final = SITES
"""The number of the row of what holds for all sites."""

_FIRST_LONE: Final = SITES + 1
"""The number of the row of the first lone page. Pages that were written together have one row."""


class Learning:
    """The sites of an index. A site has a number below `SITES`, which another site may get later.

    All changes are steps. `move_to` goes back to an earlier ``mark``, and forward again. `keep` keeps the changes for
    good, and `undo` takes back all changes since.

    ``version`` rises when what is known of any site changes. A new site does not count: it holds for its own page, and
    for pages that teach it. ``labels_version`` rises when labels of sites change.
    """

    def __init__(self) -> None:
        self.version = 0
        self._sites: dict[int, NamedSite] = {}
        self._by_name: dict[str, int] = {}
        self._by_edge: dict[int, tuple[int, ...]] = {}
        self._lone_pages = LonePages()
        self._anywhere = self.walls = _NO_HASH
        self._labels = SiteLabels(SITES)
        self._unlike, self._is_framed = np.zeros(SITES, np.int64), np.zeros(SITES, np.bool_)
        self._steps = Steps(self._put)
        self._unwritten: set[int] = set()

    def judged(self, pages: Pages, sources: list[str]) -> tuple[Indices, Flags]:
        """Decides what is boilerplate on pages, as it is known now.

        Args:
            pages: ``n`` pages of ``m`` blocks.
            sources: the sources that the documents of the pages give.

        Returns:
            ``(n,)`` the site of each page, from 0, below `SITES` for a known site; and ``(m,)`` which blocks are left
            out.
        """
        return self._judge(pages, list(map(plain, sources)))[1:]

    def _judge(self, pages: Pages, names: list[str]) -> tuple[Indices, Indices, Flags]:
        """The result of `_locate`, and that of `judged`. Pages with the edges of one lone page are of one site."""
        pages = pages._replace(sources=number_names(names))
        located = self._locate(pages, names)
        sites, left_out = leave_out(self._profiles_of(rising(located[located >= 0])), pages, located)
        are_lone = located < -1
        if are_lone.any():
            first, position = firsts(located), distinct(located)[1]
            sites = np.where(are_lone, sites[first[position]], sites)
        return located, sites, left_out

    def judged_together(self, pages: Pages, sources: list[str], groups: Indices) -> tuple[Indices, Flags]:
        """Decides what is boilerplate on pages that are compared, and learns what they show of any sites.

        Args:
            pages: ``n`` pages of ``m`` blocks.
            sources: the sources that the documents of the pages give.
            groups: ``(n,)`` the group of each page, from 0. The pages of each group are compared.

        Returns:
            As `judged`.
        """
        names = list(map(plain, sources))
        located, sites, left_out = self._judge(pages, names)
        more = learned.learn_together(pages._replace(sources=number_names(names)), sites, left_out, groups)
        if not (more.site.any() or more.anywhere.any()):
            return sites, left_out
        self.learn_anywhere(pages.hashes[more.anywhere], self.walls)
        place = located[pages.of_blocks()]
        for code in rising(place[more.site & (place != -1)]).tolist():
            number = code if code >= 0 else self._begin_site(self._lone_pages.page(-2 - code), "")
            before = self._sites[number]
            blocks = pages.hashes[more.site & (place == code)]
            boilerplate = learned.add_blocks(before.learned.boilerplate, blocks, before.learned.pages.hashes)
            self.set_site(number, before.name, before.learned._replace(boilerplate=boilerplate))
        return sites, left_out | more.site | more.anywhere

    def learn_walls(self, walls: Hashes) -> None:
        """Learns hashes of texts that pages have in common under different headlines."""
        if walls.size > self.walls.size:
            self.learn_anywhere(_NO_HASH, learned.add_blocks(self.walls, walls, walls))

    def known_pages(self, pages: Pages, sites: Indices, sources: list[str]) -> Indices:
        """Counts the unlike pages that are known of the site of each page, `core.thresholds.SITE_PAGES` at most.

        Args:
            pages: ``n`` pages.
            sites: ``(n,)`` the site of each page, as from `judged`.
            sources: the sources that the documents of the pages give.

        Returns:
            ``(n,)``, as `core.stories.arrivals.reasons.known_pages` does.
        """
        is_framed = np.append(self._is_framed, False)[np.minimum(sites, SITES)]
        return known_pages(
            pages, np.array([*map(bool, sources)], np.bool_), np.where(is_framed, sites, SITES), self._unlike
        )

    def learn(self, pages: NewPages, row: int) -> Lesson:
        """Learns from the page of a row.

        Args:
            pages: the pages.
            row: the row of the page that teaches.
        """
        name, edges = pages.names[row], pages.edges[row]
        number, has_edges, is_second = self._by_name.get(name, -1), any(edges), False
        if number < 0 and not name and has_edges:
            number = self._by_edges(edges)
            if number == -1:
                self.add_lone_page(pages, row)
                return NO_LESSON
            if is_second := number < 0:
                number = self._begin_site(self._lone_pages.page(-2 - number), name)
        page = pages.article(row)
        if number < 0 and not has_edges:
            located = page._replace(sources=np.zeros(1, np.int64)) if name else page
            number = int(self._labels.sites_of(located)[0])
        if number < 0:
            return NO_LESSON._replace(changed=self._begin_site(page, name))
        has_changed = self._learn_page(number, page, name, not name and has_edges) or is_second
        return Lesson(number, number if has_changed else -1, bool(self._is_framed[number]))

    def _learn_page(self, number: int, page: Pages, name: str, by_edges: bool) -> bool:
        """Learns from a page of a known site, and returns whether other things are known of the site now.

        Args:
            number: the number of the site.
            page: the page.
            name: the name of its source, empty for none.
            by_edges: whether only the first or the last block says that the page is of this site.
        """
        site, version = self._sites[number], self.version
        frame = learned.frames_with(site.learned, page, by_edges)
        now = learned.learn_page(site.learned, page, frame)
        if now is not site.learned or (name and not site.name):
            self.set_site(number, site.name or name, now)
        return self.version > version

    def add_lone_page(self, pages: NewPages, row: int) -> None:
        """Adds the page of a row to the pages whose site is not known."""
        self._steps.take(Step(_FIRST_LONE, None, LonePage(pages.articles, row, pages.edges[row])))

    def _begin_site(self, page: Pages, name: str) -> int:
        """Begins a site and returns its number, -1 if nothing would find the site.

        Of too many sites the one goes that was changed first, and one of a single page before the others.
        """
        site, number = learned.begin_site(page), len(self._sites)
        if not (name or site.marks.size or site.edges.any()):
            return -1
        if number == SITES:
            number = min(self._sites, key=self._age)
        elif number in self._sites:  # a repair has left a gap
            number = min(set(range(SITES)) - self._sites.keys())
        self.set_site(number, name, site)
        return number

    def _age(self, number: int) -> tuple[bool, int]:
        """The order in which sites go: sites of one page first, and of these the site that was changed first."""
        site = self._sites[number]
        return site.learned.pages.sources.size > 1, site.changed

    def _locate(self, pages: Pages, names: list[str]) -> Indices:
        """``(n,)`` the site of each page, -1 for none that is known, less for a lone page that has its edges."""
        named = np.array([self._by_name.get(name, -1) for name in names], np.int64)
        if (named >= 0).all():
            return named
        sites = np.where(named < 0, self._labels.sites_of(pages), named)
        unknown = (sites < 0) & (pages.sources < 0)
        if unknown.any():
            pairs = learned.find_edges(learned.article_pages(pages)).reshape(2, -1).T.tolist()
            sites = np.where(unknown, np.array(list(map(self._by_edges, pairs)), np.int64), sites)
        return sites

    def _by_edges(self, edges: Sequence[int]) -> int:
        """The site that has the first or else the last block of a page, of several the one that was changed last.

        A number below -1 is of such a lone page. -1 stands for none.
        """
        for edge in edges:
            if numbers := self._by_edge.get(edge):
                return max(numbers, key=lambda number: self._sites[number].changed)
            if (serial := self._lone_pages.find(edge)) >= 0:
                return -2 - serial
        return -1

    def _profiles_of(self, numbers: Indices) -> SiteProfiles:
        """The boilerplate of some sites, and of all sites."""
        sites = [self._sites[number].learned.boilerplate for number in numbers.tolist()]
        codes = [block_codes(blocks, np.full(blocks.size, n)) for n, blocks in zip(numbers, sites, strict=True)]
        boilerplate = np.sort(np.concatenate([_NO_HASH, *codes]))
        return self._labels.profiles(boilerplate)._replace(anywhere=self._anywhere, walls=self.walls)

    def snapshot(self) -> LearnedProfiles:
        """The profiles of all sites, for a process that reads ahead."""
        profiles = self._profiles_of(np.array(sorted(self._sites), np.int64))
        return LearnedProfiles(profiles, dict(self._by_name))

    def learn_anywhere(self, blocks: Hashes, walls: Hashes) -> None:
        """Learns blocks that are boilerplate on pages of any site, and sets the walls.

        Args:
            blocks: ``(b,)`` the blocks, in any order.
            walls: ``(w,)`` the hashes of texts that stand under many headlines, rising.
        """
        after = learned.add_blocks(self._anywhere, blocks, blocks), walls
        self.version += 1
        self._steps.take(Step(_ANYWHERE, (self._anywhere, self.walls), after))

    def set_site(self, number: int, name: str, site: LearnedSite) -> None:
        """Changes the site of a number below `SITES`.

        Args:
            number: the number.
            name: the name of its source, empty for none.
            site: the site.
        """
        before, after = self._sites.get(number), NamedSite(name, site, self.mark + 1)
        self.version += before is not None and after.decides_otherwise(before)
        self._steps.take(Step(number, before, after))

    def _put(self, number: int, value: Any) -> None:
        """Puts a value in the place of a number. None takes away the site, or the last lone page."""
        if number == _ANYWHERE:
            self._anywhere, self.walls = value
        elif number < SITES:
            self._place(number, value)
        elif value is None:
            self._lone_pages.drop_last()
        else:
            self._lone_pages.add(value)

    @property
    def mark(self) -> int:
        """The number of changes so far."""
        return self._steps.mark

    @property
    def labels_version(self) -> int:
        """The version of the labels of all sites."""
        return self._labels.version

    def move_to(self, mark: int) -> None:
        """Goes back or forward to what was known at a ``mark``."""
        self._steps.move_to(mark)

    def _place(self, number: int, site: NamedSite | None) -> None:
        """Puts a site, or none, in the place of a number."""
        before = self._sites.pop(number, None)
        if before is not None:
            if before.name:
                del self._by_name[before.name]
            self._set_edges(number, before, ())
        marks_before = _NO_HASH if before is None else before.learned.marks
        marks = _NO_HASH if site is None else site.learned.marks
        if marks is not marks_before and (marks.size or marks_before.size):
            self._labels.replace(number, marks)
        if site is None:
            return
        self._sites[number], page = site, site.learned
        self._labels.describe(number, page.labels, bool(site.name))
        self._unlike[number] = page.unlike
        self._is_framed[number] = bool(site.name) or page.marks.size > 0 or page.boilerplate.size > 0
        if site.name:
            self._by_name[site.name] = number
        self._set_edges(number, site, (number,))

    def _set_edges(self, number: int, site: NamedSite, numbers: tuple[int, ...]) -> None:
        """Puts ``numbers`` in the place of a number at the first and last blocks of a site that is found by them."""
        if site.name or site.learned.marks.size:
            return
        for edge in {*site.learned.edges.tolist()} - {0}:
            others = tuple(other for other in self._by_edge.pop(edge, ()) if other != number)
            if others or numbers:
                self._by_edge[edge] = (*others, *numbers)

    def keep(self) -> None:
        """Keeps the changes up to the present mark. The changes after it stay, to go forward."""
        self._unwritten |= self._steps.keep()
        self._lone_pages.keep()

    def take_rows(self) -> list[SiteRow]:
        """The rows of all changes that were kept since the last call, to write them."""
        self.keep()
        rows = [SiteRow(number, *self._pack(number)) for number in sorted(self._unwritten - {_FIRST_LONE})]
        self._unwritten.clear()
        runs = self._lone_pages.take_runs()
        return rows + [SiteRow(_FIRST_LONE + run.first, self.mark, site_codec.pack_run(run)) for run in runs]

    def _pack(self, number: int) -> tuple[int, bytes]:
        """When a row has changed, and its bytes."""
        if number == _ANYWHERE:
            return self.mark, site_codec.pack_anywhere(self._anywhere, self.walls)
        return self._sites[number].changed, site_codec.pack_site(self._sites[number])

    def undo(self) -> None:
        """Takes back the changes since the last `keep`."""
        self._steps.undo()

    def load(self, rows: list[SiteRow]) -> None:
        """Takes rows that `take_rows` has returned. A row of a number replaces an older one."""
        for row in rows:
            if row.number == _ANYWHERE:
                self._anywhere, self.walls = site_codec.unpack_anywhere(row.value)
                self.version += 1
            elif row.number >= _FIRST_LONE:
                self._lone_pages.load(site_codec.unpack_run(row.number - _FIRST_LONE, row.value))
            else:
                self._place(row.number, site_codec.unpack_site(row.value, row.changed))
        if rows:
            self._steps.begin_at(max(self.mark, *(row.changed for row in rows)))
