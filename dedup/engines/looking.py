"""What is chrome is learned, and the texts are compared without it: twice, for each tells more of the other."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.core import boilerplate as chromes
from dedup.core import nearly
from dedup.core.spelling import collection_of_scans
from dedup.engines.comparing import Compared, compare
from dedup.engines.gathering import Gathered
from dedup.engines.judging import Judged, Overruling, overruling
from dedup.engines.metering import Progress
from dedup.engines.sketching import Job, parts
from dedup.types import Look, Ruling

__all__ = ["Looked", "look"]


class Looked(NamedTuple):
    """The last look at the texts: how they compare, without what was judged to be chrome, with what was overruled; and
    the counts of all ``looks``."""

    compared: Compared
    judged: Judged
    overruling: Overruling
    looks: tuple[Look, ...]


def look(read: Gathered, rulings: Sequence[Ruling]) -> Looked:
    """Learn what is chrome and compare the texts without it, twice: chrome stands on pages of different stories, and
    the first comparison knows the stories better than the strict clustering it starts from. It also knows which pages
    share their short lines as copies of one story and not as pages of one site.

    What is chrome but for misprints is looked for in a collection of scans, and then only: copies of one story that are
    not known yet, under one source, would look like that."""
    job, pages, seed = read.job, read.job.texts.pages, read.job.settings.seed
    job.tell("chrome", 0, 0)
    first = read.frames()
    ruled = overruling(read.printed, first.sources, rulings, seed)
    chrome = ruled.on(first.chrome)
    job.tell("chrome", len(pages.hashes), len(pages.hashes))
    compared = compare(job, first.sources, chrome)
    looks: tuple[Look, ...] = (compared.verified.look,)
    again = job._replace(tell=_again(job.tell))
    again.tell("chrome", 0, 0)
    stories = np.arange(len(job.texts.rows))
    stories[compared.verified.texts] = len(job.texts.rows) + compared.verified.stories.labels
    sources = chromes.sources(pages, first.neighbours[np.diff(stories[first.neighbours])[:, 0] != 0])
    ruled = overruling(read.printed, sources, rulings, seed)
    found = chromes.chrome(first.several, sources, stories) | first.strays
    if collection_of_scans(job.noise > 0):
        found |= nearly.chrome(_pieces(job), pages, sources, stories, first.strays)
    chrome = ruled.on(found)
    again.tell("chrome", len(pages.hashes), len(pages.hashes))
    if not (np.array_equal(chrome, compared.verified.dropped) and np.array_equal(sources, first.sources)):
        compared = compare(again, sources, chrome, compared)
        looks = (*looks, compared.verified.look)
    return Looked(compared, Judged(sources, stories, chrome, first.strays), ruled, looks)


def _pieces(job: Job) -> nearly.Pieces:
    """The pieces of the long blocks of all texts."""
    pages, bound = job.texts.pages, nearly.bound(job.texts.pages)
    found = [nearly.NONE]
    for part in parts(np.arange(len(job.texts.rows))):
        tokens = job.tokens.take(job.texts.rows[part])
        found.append(nearly.pieces(tokens, pages, int(part[0]), bound))
    return nearly.Pieces(*map(np.concatenate, zip(*found, strict=True)))


def _again(tell: Progress) -> Progress:
    return lambda stage, done, total: tell(f"{stage}, again", done, total)
