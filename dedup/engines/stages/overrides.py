"""What is boilerplate in the end: what the core finds, with what the user says instead."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.sites import overrides
from dedup.core.sites.boilerplate import BoilerplateTexts, find_boilerplate
from dedup.core.sites.grouping import group_pages
from dedup.core.sites.pages import Pages
from dedup.core.sites.shared_blocks import shared_blocks as common
from dedup.engines.stages.collection import Collection
from dedup.engines.stages.source_names import name_sources
from dedup.errors import InputError
from dedup.types import Note, Ruling

_FEW: Final = 3
"""Rulings that a note names."""

_QUOTED: Final = 60
"""Characters of a block that a note quotes."""


class BoilerplateFlags(NamedTuple):
    """``group_pages`` ``(t,)``: the site of each text; ``found``: which blocks are boilerplate; ``left_out`` ``(m,)``: which
    blocks are left out, the user having had the last word."""

    sites: Indices
    found: BoilerplateTexts
    left_out: Flags


class Overrides(NamedTuple):
    """``places`` ``(p,)``: the blocks that the user ruled on; ``verdicts`` ``(p,)``: what they are; ``notes``: on
    rulings that hold nowhere."""

    places: Indices
    verdicts: Flags
    notes: tuple[Note, ...]

    def on(self, left_out: Flags) -> Flags:
        """``left_out`` ``(m,)`` with the verdicts in it; the same array if there are none."""
        if not self.places.size:
            return left_out
        ruled = left_out.copy()
        ruled[self.places] = self.verdicts
        return ruled


def check_rulings(given: Sequence[Ruling]) -> Sequence[Ruling]:
    """The rulings; raises `InputError` for one that is none, is not Unicode, has no word, or contradicts another."""
    for place, ruling in enumerate(given):
        if not isinstance(ruling, Ruling):
            raise InputError(f"ruling {place} is of type {type(ruling).__name__}: give a Ruling, or a Block")
        if not (isinstance(ruling.block, str) and isinstance(ruling.source, str) and isinstance(ruling.chrome, bool)):
            raise InputError(f"ruling {place}: give block and source as text, and chrome as True or False: {ruling!r}")
    problem = overrides.problem(given)
    if problem is not None:
        raise InputError(f"ruling {problem[0]}: {problem[1]}")
    return given


def find_boilerplate_flags(
    pages: Pages, printed: Collection, given: Sequence[Ruling], seed: int
) -> tuple[BoilerplateFlags, Overrides]:
    """What is boilerplate on ``pages``, and where the user says otherwise. Rulings quote the texts as they were
    ``printed``."""
    several = common(pages)
    of_site = group_pages(several)
    found = find_boilerplate(several, of_site)
    ruled = apply_overrides(printed, of_site, given, seed)
    left_out = found.site | found.anywhere
    left_out[pages.credits] = True
    return BoilerplateFlags(of_site, found, ruled.on(left_out)), ruled


def apply_overrides(texts: Collection, sources: Indices, given: Sequence[Ruling], seed: int) -> Overrides:
    """Where the rulings hold on texts of ``sources`` ``(t,)``."""
    if not given:
        return Overrides(np.zeros(0, np.int64), np.zeros(0, np.bool_), ())
    names = name_sources(texts, sources)
    numbers = {"": overrides.EVERY} | {each: number for number, each in enumerate(names.names)}
    rules = overrides.OverrideRules(
        overrides.hashes_of([ruling.block for ruling in given], seed),
        np.array([ruling.chrome for ruling in given]),
        np.array([numbers.get(ruling.source, overrides.NOWHERE) for ruling in given]),
    )
    found = overrides.find_overridden(texts.pages, sources, names.families, rules)
    unused = [ruling for ruling, used in zip(given, found.used.tolist(), strict=True) if not used]
    return Overrides(found.places, found.verdicts, _unused(unused))


def _unused(unused: Sequence[Ruling]) -> tuple[Note, ...]:
    if not unused:
        return ()
    what = "1 ruling holds" if len(unused) == 1 else f"{len(unused):,} rulings hold"
    named = ", ".join(_named(ruling) for ruling in unused[:_FEW])
    more = f" and {len(unused) - _FEW:,} more" if len(unused) > _FEW else ""
    cure = "give blocks and sources as dedup boilerplate prints them"
    reason = f"{what} nowhere, for no such block stands on a page of its source; {cure}: {named}{more}"
    return (Note("boilerplate", reason),)


def _named(ruling: Ruling) -> str:
    block = repr(ruling.block if len(ruling.block) <= _QUOTED else f"{ruling.block[: _QUOTED - 1]}…")
    return f"{block} of {ruling.source!r}" if ruling.source else block
