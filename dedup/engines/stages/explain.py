"""What was judged to be boilerplate -> the blocks themselves, in words, for a reader who may see it otherwise.

The engine keeps hashes, not words. A run that is to be explained therefore puts its texts into a file besides, whole,
as they were cut; of these only the few are read again on which a block that is told stands first, one at a time. To
read the inputs again would not do: standard input and a library's stream come once. To keep the words of every block
when it is first seen would hold the site's articles in memory too, as nobody knows yet what recurs.
"""

from collections.abc import Iterator

import numpy as np

from dedup.array_types import Indices
from dedup.core.sites.recurring import recurring_blocks
from dedup.core.text import blocks
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages.collection import Collection
from dedup.engines.stages.overrides import BoilerplateFlags, Overrides
from dedup.engines.stages.sketch import Job
from dedup.engines.stages.source_names import SourceNames, name_sources
from dedup.engines.stages.verify import VerifiedPairs
from dedup.types import Block, Source


def describe_boilerplate(
    job: Job, judged: BoilerplateFlags, overruling: Overrides, verified: VerifiedPairs
) -> tuple[Source, ...]:
    """The sources that have blocks to tell, as `dedup.types.Boilerplate` has them. Raises `ValueError` for a job that
    did not keep whole texts."""
    texts, whole = job.texts, job.shelves.whole
    if whole is None:
        raise ValueError("the job kept no whole texts")
    pages = texts.pages
    names = name_sources(texts, judged.sites)
    stories = np.arange(len(texts.rows))
    stories[verified.texts] = len(texts.rows) + verified.stories.labels
    ruled = np.zeros(pages.hashes.size, np.bool_)
    ruled[overruling.places] = True
    found = recurring_blocks(pages, judged.sites, names.families, stories, judged.left_out, ruled)
    columns = (
        _words(texts, found.places, whole),
        judged.left_out[found.places].tolist(),
        found.sites.tolist(),
        pages.words[found.places].tolist(),
        found.pages.tolist(),
        found.stories.tolist(),
        ruled[found.places].tolist(),
    )
    told: dict[int, list[Block]] = {}
    for words, chrome, source, *rest in zip(*columns, strict=True):
        told.setdefault(source, []).append(Block(words, chrome, names.names[source], *rest))
    sizes = _sizes(names, judged.sites)
    order = sorted(told, key=lambda source: (-sizes[source], names.names[source]))
    return tuple(Source(names.names[source], int(sizes[source]), tuple(told[source])) for source in order)


def _sizes(names: SourceNames, sources: Indices) -> Indices:
    """The pages of each source, and of the whole family for its leader."""
    sizes = np.bincount(sources, minlength=len(names.names))
    families = np.bincount(names.families, sizes, len(names.names)).astype(np.int64)
    return np.where(names.families == np.arange(sizes.size), families, sizes)


def _words(texts: Collection, places: Indices, whole: RaggedSpill) -> list[str]:
    """The blocks at ``places``, with one space where they have white space."""
    order = np.argsort(places, kind="stable")
    words = [""] * places.size
    for place, text in zip(order.tolist(), _rising(texts, places[order], whole), strict=True):
        words[place] = " ".join(text.split())
    return words


def _rising(texts: Collection, places: Indices, whole: RaggedSpill) -> Iterator[str]:
    """The blocks at ``places``, which rise."""
    if not places.size:
        return
    edges = texts.pages.bounds
    page = np.searchsorted(edges, places, "right") - 1
    numbers, starts = np.unique(page, return_index=True)
    wanted = np.split(places, starts[1:])
    for number, mine in zip(numbers.tolist(), wanted, strict=True):
        buffer = whole.take(texts.rows[number : number + 1]).values.view(np.uint8)
        offsets = blocks.split_blocks(buffer, np.array([0, buffer.size])).offsets
        for block in (mine - edges[number]).tolist():
            yield buffer[offsets[block] : offsets[block + 1]].tobytes().decode()
