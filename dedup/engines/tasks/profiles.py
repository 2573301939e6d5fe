"""Site profiles of an index as a message, for a process that reads ahead; and what an index stores of a review."""

from typing import Final, NamedTuple

import msgspec
import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.names import number_names
from dedup.core.sites.decision import decide_by_profiles
from dedup.core.sites.pages import Pages
from dedup.core.sites.profiles import NOTHING, SiteProfiles
from dedup.core.stories.newsrooms import plain
from dedup.engines.pool.messages import Array, decode, encode


class _StoredProfiles(msgspec.Struct):
    """`LearnedProfiles` as a message."""

    marks: Array
    owners: Array
    sizes: Array
    named: Array
    boilerplate: Array
    anywhere: Array
    walls: Array
    names: dict[str, int]


class LearnedProfiles(NamedTuple):
    """The site profiles of an index, for a process that reads ahead.

    - ``site_profiles``: the profiles of the sites.
    - ``names``: the site of each name of a source.
    """

    site_profiles: SiteProfiles
    names: dict[str, int]

    @property
    def walls(self) -> Hashes:
        """The hashes of texts that pages have in common under different headlines."""
        return self.site_profiles.walls

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

    def packed(self) -> bytes:
        """Return the profiles as bytes."""
        return encode(_StoredProfiles(*self.site_profiles, self.names))


NO_PROFILES: Final = LearnedProfiles(NOTHING, {})
"""The profiles of an index that has learned nothing."""


class Reviewed(msgspec.Struct, frozen=True, array_like=True):
    """A review: the number of documents that it decided, and the largest number of these documents."""

    documents: int
    last: int

    def packed(self) -> bytes:
        """Return the review as bytes."""
        return encode(self)


NO_REVIEW: Final = Reviewed(0, 0)
"""Stands for the review of an index that has had none."""


def unpack_review(data: bytes) -> Reviewed:
    """Return the review of the bytes of `Reviewed.packed`, or `NO_REVIEW` for no bytes."""
    return decode(data, Reviewed) if data else NO_REVIEW


def unpack_profiles(data: bytes) -> LearnedProfiles:
    """Return the profiles of the bytes of `LearnedProfiles.packed`, or `NO_PROFILES` for no bytes."""
    if not data:
        return NO_PROFILES
    stored = decode(data, _StoredProfiles)
    site_profiles = SiteProfiles(
        stored.marks, stored.owners, stored.sizes, stored.named, stored.boilerplate, stored.anywhere, stored.walls
    )
    return LearnedProfiles(site_profiles, stored.names)
