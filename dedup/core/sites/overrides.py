"""A user's rulings on blocks -> the blocks of pages that they override.

An override takes the place of what `core.sites.boilerplate` finds. A ruling is on one block, identified by the hash of
its words, on the pages of one site or of all sites.

Sites with one name are a *family*, even if they were not found to be one site, for the user knows them as one. One site
leads the family. A ruling for the leader holds for the other sites of the family too, unless a site has a ruling of its
own.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays import sorting
from dedup.core.sites.pages import Pages
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.cleaning import clean_texts
from dedup.core.text.figures import tokens_of
from dedup.types import Ruling

EVERY: Final = -1
"""Value of a ruling's site: the ruling holds on all sites."""

NOWHERE: Final = -2
"""Value of a ruling's site: no site has the name in the ruling."""

_TEXTS: Final = 1 << 12
"""Texts that are hashed at a time."""


class OverrideRules(NamedTuple):
    """``r`` rulings.

    - ``hashes`` ``(r,) uint64``: the hash of the block.
    - ``verdicts`` ``(r,) bool``: whether the block is boilerplate.
    - ``sites`` ``(r,) int64``: the site, or `EVERY`, or `NOWHERE`.
    """

    hashes: Hashes
    verdicts: npt.NDArray[np.bool_]
    sites: Indices


class OverriddenBlocks(NamedTuple):
    """The blocks that rulings override.

    - ``places`` ``(p,) int64``: numbers of blocks, rising.
    - ``verdicts`` ``(p,) bool``: whether each block is boilerplate.
    - ``used`` ``(r,) bool``: whether the block of each ruling stands on a page for which the ruling could hold.
    """

    places: Indices
    verdicts: npt.NDArray[np.bool_]
    used: npt.NDArray[np.bool_]


def hashes_of(texts: Sequence[str], seed: int) -> Hashes:
    """``(n,)`` the hash of each text as one block (`core.text.block_hashes.block_hashes`); 0 for a text without
    words."""
    batches = [np.zeros(0, np.uint64)]
    for first in range(0, len(texts), _TEXTS):
        batches.append(block_hashes(tokens_of(clean_texts(texts[first : first + _TEXTS], first).texts, seed)))
    return np.concatenate(batches)


def problem(rulings: Sequence[Ruling]) -> tuple[int, str] | None:
    """Returns the position of the first ruling that cannot be followed, and the reason; None if all can be followed.

    A block needs a word. Two rulings on the same words and the same source must agree.
    """
    hashes = hashes_of([ruling.block for ruling in rulings], 0).tolist()
    answers: dict[tuple[int, str], bool] = {}
    for position, (ruling, block) in enumerate(zip(rulings, hashes, strict=True)):
        if not block:
            return position, f"the block {ruling.block!r} has no word to know it by; take it out"
        if answers.setdefault((block, ruling.source), ruling.chrome) != ruling.chrome:
            return (
                position,
                f"the block {ruling.block!r} is ruled to be boilerplate and not to be; take one of the two out",
            )
    return None


def find_overridden(pages: Pages, sites: Indices, families: Indices, rules: OverrideRules) -> OverriddenBlocks:
    """Finds the blocks of pages that rulings override.

    A ruling for a site is stronger than a ruling for its family, and a ruling for a family is stronger than a ruling
    for all sites.

    Args:
        pages: ``n`` pages.
        sites: ``(n,)`` the site of each page.
        families: ``(s,)`` the leader of the family of each site.
        rules: the rulings.

    Returns:
        The overridden blocks, and the rulings that are used.
    """
    hashes, word = np.unique(rules.hashes, return_inverse=True)
    keys = rules.sites * hashes.size + word
    block, has_ruling = sorting.find(hashes, pages.hashes)
    places = has_ruling.nonzero()[0]
    site, block = sites[np.searchsorted(pages.bounds, places, "right") - 1], block[places]
    ruling = np.full(places.size, -1)
    used = [np.zeros(0, np.int64)]
    for scope in (np.full(places.size, EVERY), families[site], site):
        stronger = _look_up(scope * hashes.size + block, keys)
        ruling = np.where(stronger >= 0, stronger, ruling)
        used.append(keys[stronger[stronger >= 0]])
    overridden = ruling >= 0
    verdicts = rules.verdicts[ruling[overridden]]
    return OverriddenBlocks(places[overridden], verdicts, np.isin(keys, np.concatenate(used)))


def _look_up(values: Indices, keys: Indices) -> Indices:
    """Returns the position in ``keys`` of each value, -1 for a value that is no key."""
    order = keys.argsort(kind="stable")
    at, is_key = sorting.find(keys[order], values)
    positions = np.full(values.size, -1)
    positions[is_key] = order[at[is_key]]
    return positions
