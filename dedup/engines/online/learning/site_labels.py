"""The labels of all sites of an index, by which pages without a known source find their sites."""

from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.sites.pages import Pages
from dedup.core.sites.profiles import SiteProfiles, sites_of

_NO_HASH: Final = np.zeros(0, np.uint64)


class SiteLabels:
    """The labels of ``n`` sites with the numbers from 0. ``version`` rises when labels change.

    Args:
        count: the number of sites, at most.
    """

    def __init__(self, count: int) -> None:
        self.version = 0
        self._labels, self._owners = _NO_HASH, np.zeros(0, np.int64)
        self._sizes, self._named = np.zeros(count, np.int64), np.zeros(count, np.bool_)

    def replace(self, number: int, labels: Hashes) -> None:
        """Replaces the labels of a site by other labels, rising."""
        self.version += 1
        others = self._owners != number
        other_labels, owners = self._labels[others], self._owners[others]
        places = other_labels.searchsorted(labels)
        self._labels = np.insert(other_labels, places, labels)
        self._owners = np.insert(owners, places, number)

    def describe(self, number: int, size: int, is_named: bool) -> None:
        """Sets the median number of labels of the pages of a site, and whether a source gives its name."""
        self._sizes[number], self._named[number] = size, is_named

    def profiles(self, boilerplate: Hashes = _NO_HASH) -> SiteProfiles:
        """The labels as profiles, with the codes of the ``boilerplate`` of the sites, rising."""
        return SiteProfiles(self._labels, self._owners, self._sizes, self._named, boilerplate, _NO_HASH, _NO_HASH)

    def sites_of(self, pages: Pages) -> Indices:
        """``(n,)`` the site of each page by its labels, -1 for none."""
        return sites_of(self.profiles(), pages)
