"""What all documents taught, kept for documents to come: bytes in an index, and what they say of new pages."""

from typing import Final, NamedTuple

import msgspec
import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.sites import profiles
from dedup.core.sites.pages import Pages
from dedup.core.sites.profiles import NOTHING, SiteProfiles
from dedup.core.stories.newsrooms import plain
from dedup.engines.pool.messages import Array, decode, encode
from dedup.engines.stages.collection import Collection, numbers_of
from dedup.engines.stages.overrides import BoilerplateFlags


class _Kept(msgspec.Struct):
    """`LearnedProfiles` as a message."""

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


class LearnedProfiles(NamedTuple):
    """What is ``known`` of sites, and which site the source of each of some ``names`` is. It was learned from so many
    ``documents``, up to the ``last`` number."""

    known: SiteProfiles
    names: dict[str, int]
    documents: int
    last: int

    def judged(self, pages: Pages, names: list[str]) -> tuple[Indices, Flags]:
        """``(n,)`` the site of each page, from 0, and ``(m,)`` which blocks are boilerplate.

        ``names`` are the sources that the documents give. A page of a source that is not known, and a page without a
        source that is like no known site, are of a site of their own; pages of one source are of one site.
        """
        plainly = list(map(plain, names))
        pages = pages._replace(sources=numbers_of(plainly))
        given = np.array([self.names.get(name, -1) for name in plainly], np.int64)
        site = np.where(given < 0, profiles.sites_of(self.known, pages), given)
        fresh = np.where(pages.sources < 0, len(names) + np.arange(len(names)), pages.sources)
        dropped = profiles.boilerplate_flags(self.known, pages, site)
        dropped[pages.credits] = True
        return np.where(site < 0, self.known.sizes.size + fresh, site), dropped

    def packed(self) -> bytes:
        """It as bytes."""
        return encode(_Kept(*self.known, self.names, self.documents, self.last))


NO_PROFILES: Final = LearnedProfiles(NOTHING, {}, 0, 0)
"""What is known when nothing was looked at."""


def pack_profiles(texts: Collection, judged: BoilerplateFlags, walls: Hashes, last: int) -> LearnedProfiles:
    """What is to be kept of what was ``judged`` of these ``texts``, of documents up to the ``last`` number; ``walls``
    ``(w,)`` are the hashes of texts under many headlines."""
    known, sites = profiles.build_profiles(texts.pages, judged.sites, judged.found, walls)
    sources = zip(texts.first.tolist(), sites.tolist(), strict=True)
    names = {plain(texts.members[document].source): site for document, site in sources if site >= 0}
    names.pop("", None)
    return LearnedProfiles(known, names, len(texts.members), last)


def unpack_profiles(data: bytes) -> LearnedProfiles:
    """What `LearnedProfiles.packed` gave; of no bytes, nothing."""
    if not data:
        return NO_PROFILES
    found = decode(data, _Kept)
    known = SiteProfiles(
        found.marks, found.owners, found.sizes, found.named, found.boilerplate, found.anywhere, found.walls
    )
    return LearnedProfiles(known, found.names, found.documents, found.last)
