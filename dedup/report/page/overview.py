"""The sums of the first view: relations, sizes, sources, who prints whose articles, and times of publication."""

from __future__ import annotations

import statistics
from array import array
from collections import Counter
from typing import Any, Final

from dedup.report.page.choice import TextChoice
from dedup.report.page.rows import PageMember, PageStory, cut, minutes, source_of

RELATIONS: Final = ("exact", "reprint", "excerpt", "revision")
"""The relations of copies, in the order of the page."""

_SIZES: Final = (2, 3, 4, 6, 11, 21, 101)
"""The smallest sizes of stories that are counted together."""

_BARS: Final = 80
_UNITS: Final = (("hour", 60), ("day", 1440), ("week", 10_080), ("30 days", 43_200), ("year", 525_600))
_SOURCES: Final = 200
_CROSSING: Final = 14
"""Rows and columns of the table of who prints whose articles."""

NAME: Final = 300
"""Characters of a name."""


class Tally:
    """The counts of one source: its name, documents, documents that lead, copies, delays of copies in minutes."""

    def __init__(self, name: str) -> None:
        self.name = cut(name, NAME)
        self.documents = self.leads = self.copies = 0
        self.delays = array("q")


class Overview:
    """The sums, which grow with each story."""

    def __init__(self, choice: TextChoice) -> None:
        self._relations: Counter[str] = Counter()
        self._sizes = [0] * len(_SIZES)
        self._sources: dict[str, Tally] = {}
        self._crossing: Counter[tuple[str, str]] = Counter()
        self._undated = 0
        self._start, self._minutes, self._unit, bars = _bars(choice.first, choice.last)
        self._bars = [[0, 0] for _ in range(bars)]

    def add(self, story: PageStory) -> None:
        """Count the documents of a story, or a document alone."""
        lead, *copies = story.members
        leader, begun = self._tally(lead), minutes(lead.published)
        self._count(lead, leader, 0)
        if not copies:
            return
        leader.leads += 1
        self._sizes[sum(len(story.members) >= size for size in _SIZES) - 1] += 1
        for member in copies:
            tally, time = self._tally(member), minutes(member.published)
            self._count(member, tally, 1)
            self._relations[member.relation] += 1
            tally.copies += 1
            self._crossing[_key(lead), _key(member)] += 1
            if time is not None and begun is not None and time >= begun:
                tally.delays.append(time - begun)

    def _tally(self, member: PageMember) -> Tally:
        key = _key(member)
        if key not in self._sources:
            self._sources[key] = Tally(source_of(member))
        return self._sources[key]

    def _count(self, member: PageMember, tally: Tally, copy: int) -> None:
        tally.documents += 1
        time = minutes(member.published)
        if time is None:
            self._undated += 1
        else:
            self._bars[(time - self._start) // self._minutes][copy] += 1

    def sums(self) -> dict[str, Any]:
        """Return the sums by name."""
        sources = sorted(self._sources.values(), key=lambda tally: (-tally.documents, tally.name))
        counts = [self._relations[relation] for relation in RELATIONS]
        return {
            "relations": counts,
            "others": self._relations.total() - sum(counts),
            "sizes": list(zip(_labels(), self._sizes, strict=True)),
            "sources": [_source_row(tally) for tally in sources[:_SOURCES]],
            "more_sources": max(0, len(sources) - _SOURCES),
            "crossing": self._table(),
            "time": None
            if not self._bars
            else {"unit": self._unit, "minutes": self._minutes, "start": self._start, "bars": self._bars},
            "undated": self._undated,
        }

    def _table(self) -> dict[str, Any]:
        """Return who prints whose articles: the sources with most copies across, those with most leads down."""
        across = sorted(
            (key for key, tally in self._sources.items() if tally.copies), key=lambda key: -self._sources[key].copies
        )[:_CROSSING]
        down = sorted(
            (key for key, tally in self._sources.items() if any((key, taker) in self._crossing for taker in across)),
            key=lambda key: -self._sources[key].leads,
        )[:_CROSSING]
        return {
            "from": [self._sources[key].name for key in down],
            "to": [self._sources[key].name for key in across],
            "cells": [[self._crossing[key, taker] for taker in across] for key in down],
        }


def source_key(name: str) -> str:
    """Return a source by which two spellings are one, as `dedup.Story.sources` counts them."""
    return name.strip().casefold().removeprefix("www.")


def _key(member: PageMember) -> str:
    return source_key(source_of(member))


def _source_row(tally: Tally) -> list[Any]:
    delay = int(statistics.median(tally.delays)) if tally.delays else None
    return [tally.name, tally.documents, tally.leads, tally.copies, delay]


def _labels() -> list[str]:
    """Return the words for sizes of stories."""
    ends = (*(size - 1 for size in _SIZES[1:]), None)
    return [
        f"{low}+" if high is None else str(low) if low == high else f"{low}–{high}"
        for low, high in zip(_SIZES, ends, strict=True)
    ]


def _bars(first: int | None, last: int | None) -> tuple[int, int, str, int]:
    """Return the start of the first bar, the minutes of a bar, its unit, and the number of bars."""
    if first is None or last is None:
        return 0, 1, "", 0
    unit, size = next(((unit, size) for unit, size in _UNITS if last // size - first // size < _BARS), ("", 0))
    if not size:
        years = -(-(last - first) // (_BARS - 1) // 525_600)
        unit, size = f"{years} years", years * 525_600
    return first // size * size, size, unit, last // size - first // size + 1
