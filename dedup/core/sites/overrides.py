"""What a user says of blocks -> the places in pages where that holds, instead of what `core.sites.boilerplate` finds.

A ruling is of one block, known by the hash of its words, on the pages of one site or of all. Sites of one name, as the
user knows them, are a family, though they were not found to be one site: a ruling for the site that leads the family
holds for its other sites too, unless they have one of their own.
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
"""In place of a site: the ruling holds on the pages of all."""

NOWHERE: Final = -2
"""In place of a site: there is none of the ruling's name."""

_TEXTS: Final = 1 << 12
"""Texts that are hashed at a time."""


class OverrideRules(NamedTuple):
    """Rulings: the ``hashes`` of their blocks ``(r,) uint64``, the ``verdicts`` ``(r,)``, true for boilerplate, and the
    ``sites`` ``(r,) int64`` that each holds for, or `EVERY`, or `NOWHERE`."""

    hashes: Hashes
    verdicts: npt.NDArray[np.bool_]
    sites: Indices


class OverriddenBlocks(NamedTuple):
    """Where rulings hold: ``places`` ``(p,) int64``, the numbers of blocks, rising, with the ``verdicts`` ``(p,)`` on
    them; ``used`` ``(r,)``, whether the block of a ruling stands anywhere where the ruling could hold."""

    places: Indices
    verdicts: npt.NDArray[np.bool_]
    used: npt.NDArray[np.bool_]


def hashes_of(texts: Sequence[str], seed: int) -> Hashes:
    """``(n,)`` the hash of each text as one block, as `core.text.block_hashes` has it: 0 for one without words."""
    found = [np.zeros(0, np.uint64)]
    for first in range(0, len(texts), _TEXTS):
        found.append(block_hashes(tokens_of(clean_texts(texts[first : first + _TEXTS], first).texts, seed)))
    return np.concatenate(found)


def problem(rulings: Sequence[Ruling]) -> tuple[int, str] | None:
    """The place of the first ruling that cannot be followed, and why; None if all can.

    A ruling may say again what an earlier one said of the same words and source, and nothing else.
    """
    hashes = hashes_of([ruling.block for ruling in rulings], 0).tolist()
    said: dict[tuple[int, str], bool] = {}
    for place, (ruling, block) in enumerate(zip(rulings, hashes, strict=True)):
        if not block:
            return place, f"the block {ruling.block!r} has no word to know it by; take it out"
        if said.setdefault((block, ruling.source), ruling.chrome) != ruling.chrome:
            return (
                place,
                f"the block {ruling.block!r} is ruled to be boilerplate and not to be; take one of the two out",
            )
    return None


def find_overridden(pages: Pages, sites: Indices, families: Indices, rules: OverrideRules) -> OverriddenBlocks:
    """Where ``rules`` hold on ``pages`` of ``sites`` ``(n,)``; ``families`` ``(s,)`` is the leader of each site.

    The ruling for a site goes over the one for its family, and that over the one for every site.
    """
    known, word = np.unique(rules.hashes, return_inverse=True)
    keys = rules.sites * known.size + word
    block, there = sorting.find(known, pages.hashes)
    places = there.nonzero()[0]
    site, block = sites[np.searchsorted(pages.bounds, places, "right") - 1], block[places]
    ruling = np.full(places.size, -1)
    used = [np.zeros(0, np.int64)]
    for scope in (np.full(places.size, EVERY), families[site], site):
        found = _look_up(scope * known.size + block, keys)
        ruling = np.where(found >= 0, found, ruling)
        used.append(keys[found[found >= 0]])
    held = ruling >= 0
    return OverriddenBlocks(places[held], rules.verdicts[ruling[held]], np.isin(keys, np.concatenate(used)))


def _look_up(wanted: Indices, keys: Indices) -> Indices:
    """For each of ``wanted`` the place of one equal to it in ``keys``, or -1."""
    order = keys.argsort(kind="stable")
    at, there = sorting.find(keys[order], wanted)
    found = np.full(wanted.size, -1)
    found[there] = order[at[there]]
    return found
