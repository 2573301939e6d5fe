"""Pages and a user's rulings to the blocks that are left out: the boilerplate that the core finds, with overrides."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.collection import Collection
from dedup.core.sites import overrides
from dedup.core.sites.decision import BoilerplateFlags, decide_boilerplate
from dedup.core.sites.names import name_sites
from dedup.engines.notes import note_unused_rulings
from dedup.engines.stages.job import Job
from dedup.errors import InputError
from dedup.types import Note, Ruling

_WORKERS: Final = 4
"""Workers from which on the stages take less time than this process alone."""

_PAGES: Final = 1 << 16
"""Pages from which on they do: tasks of few pages cost more than they save."""


class Overrides(NamedTuple):
    """The blocks that a user's rulings concern.

    - ``blocks`` ``(p,) int64``: the numbers of the blocks.
    - ``verdicts`` ``(p,) bool``: whether each block is boilerplate.
    - ``notes``: on rulings that hold nowhere.
    """

    blocks: Indices
    verdicts: Flags
    notes: tuple[Note, ...]

    def apply(self, left_out: Flags) -> Flags:
        """Return ``left_out`` ``(m,)`` with the verdicts in it; the same array if there are no verdicts."""
        if not self.blocks.size:
            return left_out
        overridden = left_out.copy()
        overridden[self.blocks] = self.verdicts
        return overridden


def check_rulings(rulings: Sequence[Ruling]) -> Sequence[Ruling]:
    """Return the rulings if all can be followed.

    Raises:
        InputError: an item is no ruling, is not Unicode, has no word, or contradicts another ruling.
    """
    for place, ruling in enumerate(rulings):
        if not isinstance(ruling, Ruling):
            raise InputError(f"ruling {place} is of type {type(ruling).__name__}: give a Ruling, or a Block")
        if not (isinstance(ruling.block, str) and isinstance(ruling.source, str) and isinstance(ruling.chrome, bool)):
            raise InputError(f"ruling {place}: give block and source as text, and chrome as True or False: {ruling!r}")
    problem = overrides.problem(rulings)
    if problem is not None:
        raise InputError(f"ruling {problem[0]}: {problem[1]}")
    return rulings


def pays_in_pool(pages: float, workers: int) -> bool:
    """Return whether so many workers decide on so many pages in less time than this process alone."""
    return workers >= _WORKERS and pages >= _PAGES


def find_boilerplate_flags(
    job: Job, as_read: Collection, rulings: Sequence[Ruling], workers: int
) -> tuple[BoilerplateFlags, Overrides]:
    """Decide what is boilerplate; a user's ruling goes before the decision of the core.

    Args:
        job: the job, with the texts that are compared.
        as_read: the texts as read. Rulings quote their words.
        rulings: the rulings.
        workers: the number of workers of the job.

    Returns:
        The sites and the blocks that are left out, and where the rulings hold.
    """
    pages = job.texts.pages
    if pays_in_pool(pages.sources.size, workers):
        from dedup.engines.stages.boilerplate import decide_in_pool  # no small job imports the plan

        flags = decide_in_pool(job, workers)
    else:
        flags = decide_boilerplate(pages)
    found_overrides = apply_overrides(as_read, flags.sites, rulings, job.settings.seed)
    return flags._replace(left_out=found_overrides.apply(flags.left_out)), found_overrides


def apply_overrides(texts: Collection, sites: Indices, rulings: Sequence[Ruling], seed: int) -> Overrides:
    """Find the blocks that rulings concern.

    Args:
        texts: the texts as read.
        sites: ``(t,)`` the site of each text.
        rulings: the rulings.
        seed: the key of the hash functions.

    Returns:
        The blocks with their verdicts.
    """
    if not rulings:
        return Overrides(np.zeros(0, np.int64), np.zeros(0, np.bool_), ())
    rules = overrides.OverrideRules.of(rulings, seed)
    names = name_sites_of(texts, sites)
    numbers = np.array([rules.number_of(names[site]) for site in range(len(names))], np.int64)
    overridden = overrides.find_overridden(texts.pages, numbers[sites], rules)
    used = overridden.used.nonzero()[0].tolist()
    return Overrides(overridden.places, overridden.verdicts, note_unused_rulings(rulings, frozenset(used)))


def name_sites_of(texts: Collection, sites: Indices) -> dict[int, str]:
    """Name the ``sites`` ``(t,)`` of texts, as `core.sites.names.name_sites` does."""
    columns = texts.members.columns
    sources = [
        source if number >= 0 else ""
        for source, number in zip(columns.source_names(texts.first), texts.pages.sources.tolist(), strict=True)
    ]
    return name_sites(sites, sources, columns.ids.decoded(texts.first), np.ones_like(sites))
