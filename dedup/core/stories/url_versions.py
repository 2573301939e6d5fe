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
from dedup.core.arrays.sorting import distinct, find, first_of_equals, rising
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
    rows = rows_of_shared(versions.urls, versions.text)
    if not rows.size:
        return _NO_PAIRS
    rows = rows[versions.text[rows] >= 0]
    urls, text, short = versions.urls[rows], versions.text[rows], versions.words[rows] <= URL_WORDS
    order = np.lexsort((text, short, urls))
    urls, text = urls[order], text[order]
    follows = (urls[1:] == urls[:-1]) & (text[1:] != text[:-1])
    if not follows.any():
        return _NO_PAIRS
    pairs = np.sort(np.stack((text[:-1], text[1:]), axis=1)[follows], axis=1)
    return pair_codes.decode(rising(pair_codes.encode(*pairs.T)))


def rows_of_shared(urls: Hashes, labels: Indices) -> Indices:
    """Return ``(r,)`` the documents with an address that documents of several ``labels`` ``(n,)`` have.

    ``urls`` ``(n,)`` are the keys of the addresses, 0 for none.
    """
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
    rows = rows_of_shared(versions.urls, story)
    if not rows.size:
        return JoinedStories(story, 0)
    count = int(story.max()) + 1
    page = distinct(versions.urls[rows])[1]
    text, is_long = versions.text[rows], is_long_text(versions.words[rows])
    before, after = following_rows(page, text, is_long, story[rows])
    is_alike = find(alike, pair_codes.encode(text[before], text[after]))[1]
    story = join_stories(story, count, np.stack((story[rows][before], story[rows][after]), axis=1)[is_alike])
    has_long = np.zeros(count, np.bool_)
    has_long[story[is_long_text(versions.words)]] = True
    in_story, nodes = story[rows], count + np.arange(int(page.max()) + 1)
    live = live_pages(page, text, is_long, in_story, most)
    edges = single_edges(follow_edges(page, in_story, is_long, has_long[in_story], live, nodes))
    return JoinedStories(join_stories(story, count + nodes.size, edges), int(np.count_nonzero(live)))


def is_long_text(words: Indices) -> Flags:
    """Return ``(n,)`` whether texts of so many ``words`` ``(n,)`` are not short."""
    is_long: Flags = words > URL_WORDS
    return is_long


def join_stories(story: Indices, count: int, edges: Pairs) -> Indices:
    """Joins stories along edges. The lowest number of a part names the part.

    Args:
        story: ``(n,)`` the story of each document.
        count: a number above all stories and edges.
        edges: ``(e, 2)`` pairs of stories.
    """
    if not len(edges):
        return story
    part = components(count, edges)
    lowest = np.full(count, count)
    np.minimum.at(lowest, part, np.arange(count))
    joined: Indices = lowest[part][story]
    return joined


def following_rows(page: Indices, text: Indices, is_long: Flags, in_story: Indices) -> tuple[Indices, Indices]:
    """Return the rows of texts that follow each other at one page, in two stories. Short texts are left out.

    Args:
        page: ``(r,)`` the page of each row.
        text: ``(r,)`` the text of each row.
        is_long: ``(r,)`` whether the text of each row is not short.
        in_story: ``(r,)`` the story of each row.

    Returns:
        ``(f,)`` the row of the lower text, and ``(f,)`` the row of the higher text.
    """
    rows = is_long.nonzero()[0]
    rows = rows[np.lexsort((text[rows], page[rows]))]
    before, after = rows[:-1], rows[1:]
    differ = (page[before] == page[after]) & (in_story[before] != in_story[after])
    return before[differ], after[differ]


def _count_distinct(page: Indices, labels: Indices, pages: int) -> Indices:
    """``(pages,)`` how many different ``labels`` the rows of each page have."""
    rows = np.unique(np.stack((page, labels), axis=1), axis=0)
    return np.bincount(rows[:, 0], minlength=pages)


def live_pages(page: Indices, text: Indices, is_long: Flags, in_story: Indices, most: int) -> Flags:
    """Return ``(pages,)`` which pages are live: their long texts are of several stories, or they have many texts.

    Args:
        page: ``(r,)`` the page of each row, from 0.
        text: ``(r,)`` the text of each row.
        is_long: ``(r,)`` whether the text of each row is not short.
        in_story: ``(r,)`` the story of each row.
        most: a page with more texts is live.
    """
    pages = int(page.max(initial=-1)) + 1
    live: Flags = _count_distinct(page[is_long], in_story[is_long], pages) > 1
    return live | (_count_distinct(page, text, pages) > most)


def follow_edges(
    page: Indices, in_story: Indices, is_long: Flags, of_long: Flags, live: Flags, nodes: Indices
) -> Pairs:
    """Says which stories the stories of short texts follow.

    They follow the story of the long texts of their page; else the only story there that has a long text elsewhere;
    else the node of the page, where short texts meet. At a live page, and at one with several such stories, they follow
    nothing.

    Args:
        page: ``(r,)`` the page of each row.
        in_story: ``(r,)`` the story of each row.
        is_long: ``(r,)`` whether the text of each row is not short.
        of_long: ``(r,)`` whether the story of each row has a text that is not short.
        live: ``(pages,)`` which pages are live.
        nodes: ``(pages,)`` a number for each page. No story has it.

    Returns:
        ``(e, 2)`` a story of short texts, and what it follows; distinct.
    """
    target = nodes.copy()
    target[page[of_long]] = in_story[of_long]
    follows = _count_distinct(page[of_long], in_story[of_long], live.size) <= 1
    target[page[is_long]] = in_story[is_long]
    follows[page[is_long]] = True
    follows[live] = False
    follower = follows[page] & ~of_long
    return np.unique(np.stack((in_story, target[page]), axis=1)[follower], axis=0)


def single_edges(edges: Pairs) -> Pairs:
    """Return the edges ``(e, 2)``, distinct, of stories that have one edge: short texts that could follow two follow
    none.
    """
    position = distinct(edges[:, 0])[1]
    single: Pairs = edges[np.bincount(position)[position] == 1] if len(edges) else edges
    return single
