"""Documents and their blocks -> the credits that each carries to a newsroom which is not its own."""

import functools
from typing import Final

import numpy as np

from dedup.array_types import Bytes, Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.stories.credits import LONGEST, Credit, openings, read_credit, read_dateline
from dedup.core.stories.newsrooms import host, newsroom
from dedup.core.text.blocks import Blocks
from dedup.types import Document

_HEAD: Final = 8
"""Blocks at the beginning of a document that are its head; its tail is its second half, for boilerplate follows."""

_READ: Final = 32
"""Blocks of one document that begin as a credit does and are read, at each of its ends: no document is slow."""

_MOST: Final = 8
"""Credits of one document that are kept."""


def source_of(document: Document) -> str:
    """The source of a document; the host of its address if it has none."""
    return document.source or (host(document.url) if document.url else "")


def home_of(document: Document) -> str:
    """Whom a document may be credited to: its source; the folder it lies in if it has none.

    A folder is often named after a site, often not, so it is taken for a name that others may give, never for what sets
    two documents apart or makes them of one source.
    """
    return source_of(document) or _folder(document.path)


@functools.lru_cache(1)  # the rows of one file follow each other
def _folder(path: str) -> str:
    return path.rpartition("/")[0].rpartition("/")[2]


def credits_of(
    batch: list[Document], buffer: Bytes, cut: Blocks, tokens: Ragged, seed: int, ascii: bool
) -> tuple[dict[int, tuple[Credit, ...]], list[int]]:
    """The credits of documents, and the blocks that are credits.

    A dateline tells who wrote the article, not where the page is from: it is a credit only on the page of a known
    source.

    Args:
        batch: the documents.
        buffer: their texts.
        cut: the blocks of these.
        tokens: a row for each block.
        seed: the key of the tokens.
        ascii: whether no text has a letter beyond ASCII.

    Returns:
        The credits to other newsrooms by the places of the documents in the batch: with a name first, a line's before a
        dateline's. And the numbers of the blocks that say nothing but a credit, also to the document's own newsroom.
    """
    found: dict[int, list[Credit]] = {}
    lines: list[int] = []
    blocks, homes = _at_ends(openings(tokens, seed, ascii), cut)
    for block, home in zip(blocks.tolist(), homes.tolist(), strict=True):
        begin, end = cut.offsets[block : block + 2].tolist()
        one = read_credit(buffer[begin:end].tobytes().decode()) if end - begin <= LONGEST else None
        if one is not None and (not one.edge or _at_edge(block, *cut.bounds[home : home + 2].tolist())):
            found.setdefault(home, []).append(one)
            lines += [] if one.weak else [block]
    for place, document in enumerate(batch):
        if (document.source or document.url) and (one := read_dateline(document.text)) is not None:
            found.setdefault(place, []).append(one)
    others = {place: _to_others(credits, batch[place]) for place, credits in found.items()}
    return {place: credits for place, credits in others.items() if credits}, lines


def _at_ends(blocks: Indices, cut: Blocks) -> tuple[Indices, Indices]:
    """Of the blocks of each document the first and the last `_READ`, and the documents that they are of."""
    homes = np.searchsorted(cut.bounds, blocks, "right") - 1
    places = np.arange(blocks.size)
    before, after = places - np.searchsorted(homes, homes), np.searchsorted(homes, homes, "right") - places
    kept = (before < _READ) | (after <= _READ)
    return blocks[kept], homes[kept]


def _at_edge(block: int, first: int, end: int) -> bool:
    return block < first + _HEAD or 2 * (block - first) >= end - first


def _to_others(credits: list[Credit], document: Document) -> tuple[Credit, ...]:
    own = {newsroom(document.source), newsroom(host(document.url)), newsroom(home_of(document))}
    others = [one for one in credits if not one.name or newsroom(one.name) not in own]
    return tuple(sorted(others, key=lambda one: not one.name)[:_MOST])
