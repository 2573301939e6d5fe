"""Sites of an index -> the rows that hold them, and back."""

from typing import NamedTuple

import msgspec
import numpy as np

from dedup.array_types import Hashes
from dedup.core.sites.learned import LearnedSite
from dedup.core.sites.pages import Pages
from dedup.engines.online.learning.lone_pages import LoneRun
from dedup.engines.pool.messages import Array, decode, encode


class NamedSite(NamedTuple):
    """A site, the name of its source, empty for none, and the step that changed the site last."""

    name: str
    learned: LearnedSite
    changed: int

    def decides_otherwise(self, before: "NamedSite") -> bool:
        """Whether the site says anything else of its pages than the site ``before``."""
        now, then = self.learned, before.learned
        if (self.name, now.labels, now.unlike) != (before.name, then.labels, then.unlike):
            return True
        return not (np.array_equal(now.boilerplate, then.boilerplate) and np.array_equal(now.marks, then.marks))


class _StoredPages(msgspec.Struct, array_like=True):
    """Pages of unnamed sources, without credits, as a message: the fields of `Pages`."""

    hashes: Array
    words: Array
    labels: Array
    bounds: Array
    headlines: Array
    contents: Array

    @classmethod
    def of(cls, pages: Pages) -> "_StoredPages":
        """Makes the message of pages."""
        return cls(pages.hashes, pages.words, pages.labels, pages.bounds, pages.headlines, pages.contents)

    def pages(self) -> Pages:
        """The pages."""
        sources = np.full(self.headlines.size, -1)
        return Pages(self.hashes, self.words, self.labels, self.bounds, sources, self.headlines, self.contents)


class _StoredSite(msgspec.Struct, array_like=True):
    """One site as a message: its name, and the fields of `LearnedSite`."""

    name: str
    pages: _StoredPages
    boilerplate: Array
    marks: Array
    labels: int
    edges: Array
    unlike: int


class _StoredRun(msgspec.Struct, array_like=True):
    """Lone pages as a message: the pages, and ``(2 * n,)`` their edges, page after page."""

    pages: _StoredPages
    edges: Array


class _StoredAnywhere(msgspec.Struct, array_like=True):
    """The boilerplate and the walls of all sites, as a message."""

    boilerplate: Array
    walls: Array


def pack_site(site: NamedSite) -> bytes:
    """Returns a site as bytes."""
    return encode(_StoredSite(site.name, _StoredPages.of(site.learned.pages), *site.learned[1:]))


def unpack_site(data: bytes, changed: int) -> NamedSite:
    """Returns the site of the bytes of `pack_site`, with the step that ``changed`` it last."""
    stored = decode(data, _StoredSite)
    site = LearnedSite(
        stored.pages.pages(), stored.boilerplate, stored.marks, stored.labels, stored.edges, stored.unlike
    )
    return NamedSite(stored.name, site, changed)


def pack_run(run: LoneRun) -> bytes:
    """Returns a run of lone pages as bytes. There are none for a run that is too old."""
    if run.pages is None:
        return b""
    return encode(_StoredRun(_StoredPages.of(run.pages), np.array(run.edges, np.uint64).reshape(-1)))


def unpack_run(first: int, data: bytes) -> LoneRun:
    """Returns the run of the bytes of `pack_run`, with the serial number of its ``first`` page."""
    stored = decode(data, _StoredRun)
    edges = stored.edges.tolist()
    return LoneRun(first, stored.pages.pages(), list(zip(edges[::2], edges[1::2], strict=True)))


def pack_anywhere(boilerplate: Hashes, walls: Hashes) -> bytes:
    """Returns the boilerplate and the walls of all sites as bytes."""
    return encode(_StoredAnywhere(boilerplate, walls))


def unpack_anywhere(data: bytes) -> tuple[Hashes, Hashes]:
    """Returns the boilerplate and the walls of the bytes of `pack_anywhere`."""
    stored = decode(data, _StoredAnywhere)
    return stored.boilerplate, stored.walls
