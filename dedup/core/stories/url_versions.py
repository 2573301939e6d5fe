"""Keys of addresses, texts and their stories -> pairs of texts of one address, and the stories of versions of one page.

Documents of one address are versions of one page. They are one story where the rule finds them alike, or where a
version is short: it has at most `URL_WORDS` words. A front page and a live address show other articles each time. There
texts that are not short are unlike, and the address says nothing of the short ones either.

A short text that many pages show (a stub, a call to subscribe) joins no pages. So all short texts of one story follow
their addresses together: to one story, or to none.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.graph import components
from dedup.core.arrays.sorting import distinct, find, first_of_equals
from dedup.core.thresholds import URL_WORDS

_NO_PAIRS: Final = np.zeros((0, 2), np.int64)


class Versions(NamedTuple):
    """Facts of ``n`` documents for `join_versions`, ``(n,)`` each.

    - ``urls`` ``uint64``: the key of the address (`core.urls.normalization.url_key`), 0 for none. A document that joins
      nobody has the key 0 too.
    - ``text``: the number of the text, negative for a document without a word.
    - ``words``: the words of the text without boilerplate.
    """

    urls: Hashes
    text: Indices
    words: Indices


class JoinedStories(NamedTuple):
    """The result of `join_versions`.

    - ``story`` ``(n,) int64``: the story of each document. A joined story has the lowest number of its parts.
    - ``live``: the number of addresses that show unlike texts.
    """

    story: Indices
    live: int


def pair_versions(versions: Versions) -> Pairs:
    """Pairs the texts that follow each other at one address: texts that are not short, then short texts.

    Texts are numbered by time. So each version is paired with the next one, and the number of pairs is linear.

    Args:
        versions: the documents.

    Returns:
        ``(p, 2) int64`` pairs of texts, the lower text first, sorted and distinct.
    """
    rows = _rows_of_shared(versions.urls, versions.text)
    rows = rows[versions.text[rows] >= 0]
    urls, text, short = versions.urls[rows], versions.text[rows], versions.words[rows] <= URL_WORDS
    order = np.lexsort((text, short, urls))
    urls, text = urls[order], text[order]
    follows = (urls[1:] == urls[:-1]) & (text[1:] != text[:-1])
    if not follows.any():
        return _NO_PAIRS
    pairs = np.sort(np.stack((text[:-1], text[1:]), axis=1)[follows], axis=1)
    return pair_codes.decode(np.unique(pair_codes.encode(*pairs.T)))


def _rows_of_shared(urls: Hashes, labels: Indices) -> Indices:
    """``(r,)`` the documents with an address that documents of several ``labels`` ``(n,)`` have."""
    rows = urls.nonzero()[0]
    if not rows.size:
        return rows
    rows = rows[np.lexsort((labels[rows], urls[rows]))]
    first = first_of_equals(urls[rows])
    differs = ~first & np.append(False, labels[rows[1:]] != labels[rows[:-1]])
    group = first.cumsum() - 1
    shared: Indices = rows[(np.bincount(group, differs) > 0)[group]]
    return shared


def join_versions(versions: Versions, story: Indices, alike: Indices, most: int) -> JoinedStories:
    """Joins the stories of documents that are versions of one page.

    Args:
        versions: the documents.
        story: ``(n,) int64`` the story of each document, by text alone.
        alike: codes (`core.arrays.pair_codes`) of the pairs of texts that the rule finds alike, sorted.
        most: an address with more texts is live.

    Returns:
        The stories, and how many addresses are live.
    """
    rows = _rows_of_shared(versions.urls, story)
    if not rows.size:
        return JoinedStories(story, 0)
    count = int(story.max()) + 1
    page = distinct(versions.urls[rows])[1]
    text, is_long = versions.text[rows], versions.words[rows] > URL_WORDS
    story = _join(story, count, _alike_stories(page, text, is_long, story[rows], alike))
    in_story, pages = story[rows], int(page.max()) + 1
    live = _count_distinct(page[is_long], in_story[is_long], pages) > 1
    live |= _count_distinct(page, text, pages) > most
    has_long = np.zeros(count, np.bool_)
    has_long[story[versions.words > URL_WORDS]] = True
    target = _targets(page, in_story, is_long, has_long[in_story], live, count)
    follower = (target[page] >= 0) & ~has_long[in_story]
    edges = np.unique(np.stack((in_story, target[page]), axis=1)[follower], axis=0)
    alone = np.bincount(edges[:, 0], minlength=count)[edges[:, 0]] == 1
    return JoinedStories(_join(story, count + pages, edges[alone]), int(np.count_nonzero(live)))


def _join(story: Indices, count: int, edges: Pairs) -> Indices:
    """Joins stories along ``edges`` ``(e, 2)``, numbers below ``count``. The lowest number of a part names the part."""
    if not len(edges):
        return story
    part = components(count, edges)
    lowest = np.full(count, count)
    np.minimum.at(lowest, part, np.arange(count))
    joined: Indices = lowest[part][story]
    return joined


def _alike_stories(page: Indices, text: Indices, is_long: Flags, in_story: Indices, alike: Indices) -> Pairs:
    """``(e, 2)`` the stories of texts that are alike and follow each other at one page. Short texts are left out."""
    rows = is_long.nonzero()[0]
    rows = rows[np.lexsort((text[rows], page[rows]))]
    before, after = rows[:-1], rows[1:]
    differ = (page[before] == page[after]) & (in_story[before] != in_story[after])
    before, after = before[differ], after[differ]
    is_alike = find(alike, pair_codes.encode(text[before], text[after]))[1]
    return np.stack((in_story[before], in_story[after]), axis=1)[is_alike]


def _count_distinct(page: Indices, labels: Indices, pages: int) -> Indices:
    """``(pages,)`` how many different ``labels`` the rows of each page have."""
    rows = np.unique(np.stack((page, labels), axis=1), axis=0)
    return np.bincount(rows[:, 0], minlength=pages)


def _targets(page: Indices, in_story: Indices, is_long: Flags, of_long: Flags, live: Flags, count: int) -> Indices:
    """Says which story the short texts of each page follow.

    Args:
        page: ``(r,)`` the page of each row.
        in_story: ``(r,)`` the story of each row.
        is_long: ``(r,)`` whether the text of each row is not short.
        of_long: ``(r,)`` whether the story of each row has a text that is not short.
        live: ``(pages,)`` which pages are live.
        count: a number above all stories.

    Returns:
        ``(pages,)`` the story of the long texts of a page; else the only story there that has a long text elsewhere;
        else a number of the page from ``count`` on, where short texts meet. It is -1 for a live page, and for one with
        several such stories.
    """
    target = count + np.arange(live.size)
    target[page[of_long]] = in_story[of_long]
    several = _count_distinct(page[of_long], in_story[of_long], live.size) > 1
    target[several] = -1
    target[page[is_long]] = in_story[is_long]
    target[live] = -1
    return target
