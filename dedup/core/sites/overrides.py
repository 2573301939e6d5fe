"""A user's rulings on blocks -> the blocks of pages that they override.

An override takes the place of what `core.sites.boilerplate` finds. A ruling is on one block, identified by the hash of
its words, on the pages of one site or of all sites. The ruling for one site is stronger.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays import sorting
from dedup.core.arrays.sorting import distinct
from dedup.core.sites.pages import Pages
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.cleaning import clean_texts
from dedup.core.text.figures import tokens_of
from dedup.types import Ruling

EVERY: Final = 0
"""The number of the name of all sites."""

UNRULED: Final = -1
"""The number of the name of a site that no ruling names."""

_TEXTS: Final = 1 << 12
"""Texts that are hashed at a time."""


class OverrideRules(NamedTuple):
    """``r`` rulings.

    - ``hashes`` ``(r,) uint64``: the hash of the block.
    - ``verdicts`` ``(r,) bool``: whether the block is boilerplate.
    - ``names`` ``(r,) int64``: the number of the name of the site, or `EVERY`.
    - ``numbers``: the number of each name.
    """

    hashes: Hashes
    verdicts: npt.NDArray[np.bool_]
    names: Indices
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, rulings: Sequence[Ruling], seed: int) -> "OverrideRules":
        """Make the rules of rulings. ``seed`` is the key of the hash functions."""
        sources = ["", *(ruling.source for ruling in rulings)]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(sources))}
        return cls(
            hashes_of([ruling.block for ruling in rulings], seed),
            np.array([ruling.chrome for ruling in rulings], np.bool_),
            np.array([numbers[ruling.source] for ruling in rulings], np.int64),
            numbers,
        )

    @property
    def name_sites(self) -> bool:
        """Whether a ruling names a site."""
        return len(self.numbers) > 1

    def number_of(self, name: str) -> int:
        """Return the number of the name of a site, or `UNRULED`."""
        return self.numbers[name] if name in self.numbers and name else UNRULED

    def concern(self, hashes: Hashes) -> Flags:
        """Return ``(m,)`` whether there is a ruling on each block with these ``hashes`` ``(m,)``."""
        return np.isin(hashes, self.hashes)

    def decide(self, hashes: Hashes, names: Indices) -> "Decisions":
        """Find the rulings that override blocks.

        Args:
            hashes: ``(m,)`` the hash of each block.
            names: ``(m,)`` the number of the name of its site.

        Returns:
            The rulings, and the number of blocks for which each could hold.
        """
        _, block = distinct(np.concatenate((self.hashes, hashes)))
        width = int(block.max(initial=0)) + 1
        keys, of_block = self.names * width + block[: self.hashes.size], block[self.hashes.size :]
        everywhere, on_site = (_look_up(scope * width + of_block, keys) for scope in (EVERY, names))
        used = np.concatenate([rulings[rulings >= 0] for rulings in (everywhere, on_site)])
        return Decisions(
            np.where(on_site >= 0, on_site, everywhere), np.bincount(used, minlength=keys.size)[_look_up(keys, keys)]
        )


class Decisions(NamedTuple):
    """Rulings on ``m`` blocks.

    - ``rulings`` ``(m,) int64``: the ruling that overrides each block, -1 for none.
    - ``blocks`` ``(r,) int64``: the blocks for which each ruling could hold.
    """

    rulings: Indices
    blocks: Indices


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
        tokens = tokens_of(clean_texts(texts[first : first + _TEXTS], first).texts, seed)
        batches.append(block_hashes(tokens, seed))
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


def find_overridden(pages: Pages, names: Indices, rules: OverrideRules) -> OverriddenBlocks:
    """Finds the blocks of pages that rulings override.

    Args:
        pages: ``n`` pages.
        names: ``(n,)`` the number of the name of the site of each page, as from `OverrideRules.number_of`.
        rules: the rulings.

    Returns:
        The overridden blocks, and the rulings that are used.
    """
    places = rules.concern(pages.hashes).nonzero()[0]
    page = np.searchsorted(pages.bounds, places, "right") - 1
    decisions = rules.decide(pages.hashes[places], names[page])
    overridden = decisions.rulings >= 0
    verdicts = rules.verdicts[decisions.rulings[overridden]]
    return OverriddenBlocks(places[overridden], verdicts, decisions.blocks > 0)


def _look_up(values: Indices, keys: Indices) -> Indices:
    """Returns the position in ``keys`` of each value, -1 for a value that is no key."""
    order = keys.argsort(kind="stable")
    at, is_key = sorting.find(keys[order], values)
    positions = np.full(values.size, -1)
    positions[is_key] = order[at[is_key]]
    return positions


NO_RULES: Final = OverrideRules.of((), 0)
"""The rules of no rulings."""
