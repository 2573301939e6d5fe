"""Site profiles of an index: built from all documents, stored as bytes, and used for pages that arrive."""

from typing import Final, NamedTuple

import msgspec
import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.names import number_names
from dedup.core.collection import Collection
from dedup.core.sites import profiles
from dedup.core.sites.decision import BoilerplateFlags, decide_by_profiles
from dedup.core.sites.pages import Pages
from dedup.core.sites.profiles import NOTHING, SiteProfiles
from dedup.core.stories.arrivals.reasons import known_pages
from dedup.core.stories.newsrooms import plain
from dedup.engines.pool.messages import Array, decode, encode


class _StoredProfiles(msgspec.Struct):
    """`LearnedProfiles` as a message. The names of the fields are those of the index format."""

    marks: Array
    owners: Array
    sizes: Array
    named: Array
    boilerplate: Array
    anywhere: Array
    walls: Array
    names: dict[str, int]
    documents: int
    last: int
    pages: Array | None = None


class LearnedProfiles(NamedTuple):
    """The site profiles of an index.

    - ``site_profiles``: the profiles of the sites.
    - ``names``: the site of each name of a source.
    - ``documents``: the number of documents that the profiles were built from.
    - ``last``: the largest number of these documents.
    - ``pages`` ``(s,) int64``: the unlike pages of each site: pages of one story count once.
    """

    site_profiles: SiteProfiles
    names: dict[str, int]
    documents: int
    last: int
    pages: Indices

    def judged(self, pages: Pages, sources: list[str]) -> tuple[Indices, Flags]:
        """Decide what is boilerplate on pages, as `core.sites.decision.decide_by_profiles` does.

        Args:
            pages: ``n`` pages of ``m`` blocks.
            sources: the sources that the documents of the pages give.

        Returns:
            ``(n,)`` the site of each page, from 0, and ``(m,)`` which blocks are left out.
        """
        names = list(map(plain, sources))
        named = np.array([self.names.get(name, -1) for name in names], np.int64)
        return decide_by_profiles(self.site_profiles, pages._replace(sources=number_names(names)), named)

    def known_pages(self, pages: Pages, sites: Indices, sources: list[str]) -> Indices:
        """Count the unlike pages that are known of the site of each page.

        Args:
            pages: ``n`` pages.
            sites: ``(n,)`` the site of each page, as from `judged`.
            sources: the sources that the documents of the pages give.

        Returns:
            ``(n,)``, as `core.stories.arrivals.reasons.known_pages` does.
        """
        return known_pages(pages, np.array([*map(bool, sources)], np.bool_), sites, self.pages)

    def packed(self) -> bytes:
        """Return the profiles as bytes."""
        return encode(_StoredProfiles(*self.site_profiles, self.names, self.documents, self.last, self.pages))


NO_PROFILES: Final = LearnedProfiles(NOTHING, {}, 0, 0, np.zeros(0, np.int64))
"""The profiles of an index that has had no review."""


def pack_profiles(
    texts: Collection, flags: BoilerplateFlags, walls: Hashes, stories: Indices, last: int
) -> LearnedProfiles:
    """Build the site profiles that an index keeps.

    Args:
        texts: the documents and texts of the index.
        flags: the sites and the boilerplate of the texts.
        walls: ``(w,)`` the hashes of texts that stand under many headlines.
        stories: ``(n,)`` the story of each document.
        last: the largest number of a document.

    Returns:
        The profiles.
    """
    site_profiles, sites = profiles.build_profiles(texts.pages, flags.sites, flags.boilerplate, walls)
    sources = texts.members.columns.source_names(texts.first)
    names = {plain(source): site for source, site in zip(sources, sites.tolist(), strict=True) if site >= 0}
    names.pop("", None)
    of_sites = np.stack((sites, stories[texts.first]), axis=1)[sites >= 0]
    unlike = np.bincount(np.unique(of_sites, axis=0)[:, 0], minlength=site_profiles.sizes.size)
    return LearnedProfiles(site_profiles, names, len(texts.members), last, unlike)


def unpack_profiles(data: bytes) -> LearnedProfiles:
    """Return the profiles of the bytes of `LearnedProfiles.packed`, or `NO_PROFILES` for no bytes."""
    if not data:
        return NO_PROFILES
    stored = decode(data, _StoredProfiles)
    site_profiles = SiteProfiles(
        stored.marks, stored.owners, stored.sizes, stored.named, stored.boilerplate, stored.anywhere, stored.walls
    )
    pages = np.zeros(stored.sizes.size, np.int64) if stored.pages is None else stored.pages
    return LearnedProfiles(site_profiles, stored.names, stored.documents, stored.last, pages)
