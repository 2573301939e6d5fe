"""Flags of boilerplate to the blocks themselves, in words, for a reader who may overrule them.

The engine keeps hashes, not words. A job that explains its boilerplate therefore writes its whole texts to a spill
file. It reads again only the texts on which a reported block stands first, one text at a time.

Two other ways were rejected. The inputs cannot be read again: standard input and the stream of a program come once. To
keep the words of each block in memory would keep the articles too, because nothing tells yet which blocks recur.
"""

from collections.abc import Iterator

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.sorting import firsts
from dedup.core.collection import Collection
from dedup.core.sites.decision import BoilerplateFlags
from dedup.core.sites.recurring import recurring_blocks
from dedup.core.text import blocks
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages.job import Job
from dedup.engines.stages.overrides import Overrides, name_sites_of
from dedup.engines.stages.verify import VerifiedPairs
from dedup.types import Block, Source


def describe_boilerplate(
    job: Job, flags: BoilerplateFlags, overrides: Overrides, verified: VerifiedPairs
) -> tuple[Source, ...]:
    """Return the sites with their recurring blocks, as `dedup.types.Boilerplate` holds them.

    Args:
        job: the job. It has kept whole texts.
        flags: the sites and the blocks that are left out.
        overrides: the blocks that a user's rulings concern.
        verified: the stories of the texts.

    Returns:
        The sites that have such blocks, largest first.

    Raises:
        ValueError: the job has kept no whole texts.
    """
    texts, whole = job.texts, job.shelves.whole
    if whole is None:
        raise ValueError("the job kept no whole texts")
    pages = texts.pages
    names = name_sites_of(texts, flags.sites)
    stories = np.arange(len(texts.rows))
    stories[verified.texts] = len(texts.rows) + verified.stories.labels
    ruled = np.zeros(pages.hashes.size, np.bool_)
    ruled[overrides.blocks] = True
    recurring = recurring_blocks(pages, flags.sites, stories, flags.left_out, ruled)
    columns = (
        _read_blocks(texts, recurring.places, whole),
        flags.left_out[recurring.places].tolist(),
        recurring.sites.tolist(),
        pages.words[recurring.places].tolist(),
        recurring.pages.tolist(),
        recurring.stories.tolist(),
        ruled[recurring.places].tolist(),
    )
    of_site: dict[int, list[Block]] = {}
    for words, is_boilerplate, site, *counts in zip(*columns, strict=True):
        of_site.setdefault(site, []).append(Block(words, is_boilerplate, names[site], *counts))
    sizes = np.bincount(flags.sites)
    order = sorted(of_site, key=lambda site: (-sizes[site], names[site]))
    return tuple(Source(names[site], int(sizes[site]), tuple(of_site[site])) for site in order)


def _read_blocks(texts: Collection, numbers: Indices, whole: RaggedSpill) -> list[str]:
    """Return the words of blocks, with one space in place of white space."""
    order = np.argsort(numbers, kind="stable")
    words = [""] * numbers.size
    for row, text in zip(order.tolist(), _read_rising(texts, numbers[order], whole), strict=True):
        words[row] = " ".join(text.split())
    return words


def _read_rising(texts: Collection, numbers: Indices, whole: RaggedSpill) -> Iterator[str]:
    """Yield the texts of blocks whose ``numbers`` rise."""
    if not numbers.size:
        return
    edges = texts.pages.bounds
    page = np.searchsorted(edges, numbers, "right") - 1
    starts = firsts(page)
    pages = page[starts]
    of_pages = np.split(numbers, starts[1:])
    for number, of_page in zip(pages.tolist(), of_pages, strict=True):
        buffer = whole.take(texts.rows[number : number + 1]).values.view(np.uint8)
        offsets = blocks.split_blocks(buffer, np.array([0, buffer.size])).offsets
        for block in (of_page - edges[number]).tolist():
            yield buffer[offsets[block] : offsets[block + 1]].tobytes().decode()
