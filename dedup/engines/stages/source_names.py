"""Sources as they were found, which are numbers -> names that a user knows them by."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.engines.stages.collection import Collection


class SourceNames(NamedTuple):
    """``names``: that of each source, all different; ``families`` ``(s,) int64``: for each the largest source that
    would have the same name, which has it."""

    names: list[str]
    families: Indices


def name_sources(texts: Collection, sources: Indices) -> SourceNames:
    """Name the ``sources`` ``(t,)`` of texts, numbered from 0 without gaps.

    A source is called what most of its pages give as theirs, of several the least; if most give none, by the id of the
    first of these, in the canonical order. Of sources that would be called the same the largest is, then the first; the
    name of each other one has the id of its first page behind it.
    """
    given: list[Counter[str]] = [Counter() for _ in range(int(sources.max(initial=-1)) + 1)]
    ids: list[dict[str, str]] = [{} for _ in given]
    for source, document in zip(sources.tolist(), texts.first.tolist(), strict=True):
        member = texts.members[document]
        given[source][member.source] += 1
        ids[source].setdefault(member.source, member.id)
    common = [min(counts, key=lambda each: (-counts[each], each)) for counts in given]
    names, families = [""] * len(given), np.arange(len(given))
    leaders: dict[str, int] = {}
    taken = set(common)
    for source in sorted(range(len(given)), key=lambda each: (-given[each].total(), each)):
        names[source] = wanted = common[source]
        families[source] = leaders.setdefault(wanted, source) if wanted else source
        if not wanted or families[source] != source:
            id = ids[source][wanted]
            names[source] = _free(f"{wanted} ({id})" if wanted else id, taken)
            taken.add(names[source])
    return SourceNames(names, families)


def _free(wanted: str, taken: set[str]) -> str:
    """``wanted``, with a number behind it if it is taken."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}#{number}"
    return found
