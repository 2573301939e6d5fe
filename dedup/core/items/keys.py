"""Titles, sources and addresses of documents -> the keys of their headlines and of the sites that print them."""

from collections.abc import Sequence

import numpy as np
import xxhash

from dedup.array_types import Hashes, Indices
from dedup.core.stories.newsrooms import host, newsroom
from dedup.core.text.headlines import headline_keys
from dedup.core.thresholds import URL_WORDS


def item_keys(
    titles: Sequence[str], sources: Sequence[str], urls: Sequence[str], lengths: Indices, seed: int
) -> tuple[Hashes, Hashes]:
    """Return the keys of items of feeds. A document of more than `URL_WORDS` words is no item.

    Args:
        titles: the titles of ``n`` documents.
        sources: their sources.
        urls: their addresses.
        lengths: ``(n,)`` the words of their texts.
        seed: the seed of the hash functions.

    Returns:
        ``(n,) uint64`` the key of each headline, and ``(n,) uint64`` the key of the site that prints it. Both are 0 for
        a document that is no item, and for an item without a headline or a site.
    """
    headlines, sites = np.zeros(len(titles), np.uint64), np.zeros(len(titles), np.uint64)
    rows = [row for row in (lengths <= URL_WORDS).nonzero()[0].tolist() if titles[row]]
    rows = [row for row in rows if urls[row] or sources[row]]
    if rows:
        headlines[rows] = headline_keys([titles[row] for row in rows], seed)
        sites[rows] = np.array([_site_key(sources[row], urls[row]) for row in rows], np.uint64)
        headlines[sites == 0] = sites[headlines == 0] = 0
    return headlines, sites


def _site_key(source: str, url: str) -> int:
    """Return the key of the site that prints an item: of the host of its address, else of its source; 0 for neither.

    The source of an item may be a feed that quotes many sites, so the address goes before the source.
    """
    name = newsroom(host(url) or source)
    return max(1, xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass"))) if name else 0
