"""A document -> its keys as an item of a feed, as `engines.tasks.read` makes them."""

from collections.abc import Iterable, Iterator

import numpy as np

from dedup.core.arrays.workspace import Workspace
from dedup.core.items.keys import item_keys
from dedup.core.text.batches import encode
from dedup.core.text.blocks import split_blocks
from dedup.core.text.cleaning import clean_encoded
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.core.urls.normalization import url_key
from dedup.index.records import ItemRow
from dedup.types import Document


def item_of(number: int, document: Document, seed: int) -> ItemRow | None:
    """Return the keys of a document, or None if the document is no item of a feed with a headline.

    Args:
        number: the number of the document.
        document: the document.
        seed: the seed of the hash functions.
    """
    if not document.title:
        return None
    buffer, offsets, _ = clean_encoded(*encode([document.text]))
    workspace = Workspace()
    folded = fold(buffer, split_blocks(buffer, offsets).offsets, workspace, figures=True)
    words = np.array([tokenize(folded, seed, workspace).values.size])
    headlines, sites = item_keys([document.title], [document.source], [document.url], words, seed)
    url = url_key(document.canonical_url, document.url)
    return ItemRow(number, int(headlines[0]), int(sites[0]), url) if headlines[0] else None


def items_of(documents: Iterable[tuple[int, Document]], seed: int) -> Iterator[ItemRow]:
    """Yield the keys of those of the ``documents``, with their numbers, that are items of feeds with a headline."""
    for number, document in documents:
        if item := item_of(number, document, seed):
            yield item
