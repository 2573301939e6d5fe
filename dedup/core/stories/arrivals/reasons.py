"""Copies that come to an index -> why each is a copy, and whether the evidence may be boilerplate."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Indices, Pairs
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.sites.pages import Pages
from dedup.core.thresholds import SHARED_LABELS, SITE_PAGES
from dedup.index_types import Reason

COPY_REASONS: Final[tuple[Reason, ...]] = (
    "same",
    "version",
    "text",
    "article",
    "by hand",
    "url",
    "headline",
    "remembered",
)
"""The reasons of a copy, the strongest first."""

NO_COPY: Final = -1
"""The number of the reason of a document that is no copy."""

ReasonNumbers = npt.NDArray[np.int8]
"""``(d,)`` positions in `COPY_REASONS`, or `NO_COPY`."""

SURE_WORDS: Final = 30
"""A text with the same words is no accident of boilerplate if it has more words than this."""

NO_SITE: Final = -1
"""The number of known pages for a page that is of no site: it has no name and no frame."""


class Evidence(NamedTuple):
    """Facts that speak for each of ``c`` copies, ``(c,) bool`` each.

    - ``same``: a document of its story has the same words.
    - ``version``: it replaces another text of its id in its story.
    - ``by_text``: its text matches. Else a person, its address or its headline put it into the story.
    - ``framed``: the page of the copy or of its partner has blocks around the article that the other does not have.
    - ``by_hand``: a person put it into the story.
    - ``url``: its address is that of a document of its story.
    """

    same: Flags
    version: Flags
    by_text: Flags
    framed: Flags
    by_hand: Flags
    url: Flags


def choose_reasons(evidence: Evidence) -> ReasonNumbers:
    """Chooses the strongest reason that holds for each copy.

    Args:
        evidence: the facts of ``c`` copies.

    Returns:
        ``(c,) int8`` positions in `COPY_REASONS`.
    """
    rules: dict[Reason, Flags] = {
        "same": evidence.same,
        "version": evidence.version,
        "text": evidence.by_text & ~evidence.framed,
        "article": evidence.by_text,
        "by hand": evidence.by_hand,
        "url": evidence.url,
    }
    reasons = np.full(evidence.same.size, COPY_REASONS.index("headline"), np.int8)
    for name, holds in reversed(rules.items()):
        reasons[holds] = COPY_REASONS.index(name)
    return reasons


def are_framed(pages: Pages, boilerplate: Flags, pairs: Pairs) -> Flags:
    """Says whether one page of each pair has a label or boilerplate that the other page does not have.

    Args:
        pages: ``n`` pages of ``m`` blocks.
        boilerplate: ``(m,)`` which blocks are left out.
        pairs: ``(p, 2)`` pages; -1 for a document without a page.

    Returns:
        ``(p,) bool``.
    """
    framed = np.zeros(len(pairs), np.bool_)
    around = (pages.are_labels() | boilerplate) & (pages.words > 0)
    ends = pairs.reshape(-1)
    sizes = np.where(ends >= 0, (pages.bounds[1:] - pages.bounds[:-1])[ends], 0) if len(pages.sources) else ends * 0
    ends, sides = ends[sizes > 0], np.arange(ends.size)[sizes > 0]
    blocks = pages.places(ends)
    owner = sides.repeat(sizes[sizes > 0])[around[blocks]]
    hashes = pages.hashes[blocks][around[blocks]]
    order = np.lexsort((owner, hashes, owner // 2))
    owner, hashes = owner[order], hashes[order]
    distinct = first_of_equals(owner) | first_of_equals(hashes)
    owner, hashes = owner[distinct], hashes[distinct]
    is_first = first_of_equals(owner // 2) | first_of_equals(hashes)
    has_twin = np.concatenate((~is_first[1:], [False]))
    framed[owner[is_first & ~has_twin] // 2] = True
    return framed


def known_pages(pages: Pages, named: Flags, sites: Indices, counts: Indices) -> Indices:
    """Counts the unlike pages that are known of the site of each page.

    Args:
        pages: ``n`` pages.
        named: ``(n,)`` whether a page names its source.
        sites: ``(n,)`` the site of each page. Sites from the size of ``counts`` on are not known.
        counts: ``(s,)`` the unlike pages of the known sites.

    Returns:
        ``(n,) int64``, `NO_SITE` for a page that is of no site: it names no source and has fewer than `SHARED_LABELS`
        labels.
    """
    page_counts = np.concatenate((counts, [0]))[np.minimum(sites, counts.size)]
    is_unknown = (sites >= counts.size) & ~named
    if is_unknown.any():
        labels = np.bincount(pages.of_blocks()[pages.are_labels()], minlength=len(pages.sources))
        page_counts[is_unknown & (labels < SHARED_LABELS)] = NO_SITE
    return page_counts


def are_cold(reasons: ReasonNumbers, words: Indices, own_pages: Indices, partner_pages: Indices) -> Flags:
    """Says which decisions rest on evidence that may be boilerplate: too few pages of a site are known.

    Args:
        reasons: ``(d,)`` positions in `COPY_REASONS`, or `NO_COPY`.
        words: ``(d,)`` the words of each document.
        own_pages: ``(d,)`` the known pages of the site of each document, as from `known_pages`.
        partner_pages: ``(d,)`` the known pages of the site of the document that it matches, `NO_SITE` for none.

    Returns:
        ``(d,) bool``.
    """
    few = _are_few(own_pages) | _are_few(partner_pages)
    sure = (reasons == COPY_REASONS.index("same")) & (words > SURE_WORDS)
    never = [COPY_REASONS.index(reason) for reason in ("version", "by hand", "remembered")]
    cold: Flags = few & ~sure & ~np.isin(reasons, never)
    return cold


def _are_few(pages: Indices) -> Flags:
    """``(d,)`` whether so many pages are too few to tell boilerplate."""
    few: Flags = (pages != NO_SITE) & (pages < SITE_PAGES)
    return few
