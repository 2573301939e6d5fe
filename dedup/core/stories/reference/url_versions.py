"""Slow twin of `core.stories.url_versions`: dictionaries and sets, one address after another."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from dedup.core.thresholds import URL_WORDS

Pair = tuple[int, int]


def pair_versions(urls: Sequence[int], text: Sequence[int], words: Sequence[int]) -> list[Pair]:
    """Pairs the texts that follow each other at one address: long texts first, then short texts.

    Args:
        urls: the key of the address of each document, 0 for none.
        text: the text of each document, negative for none.
        words: the words of each document.
    """
    pairs: set[Pair] = set()
    for documents in _pages(urls).values():
        texts = sorted(
            {(words[document] <= URL_WORDS, text[document]) for document in documents if text[document] >= 0}
        )
        pairs |= {(min(a, b), max(a, b)) for (_, a), (_, b) in pairwise(texts)}
    return sorted(pairs)


def join_versions(
    urls: Sequence[int],
    text: Sequence[int],
    words: Sequence[int],
    story: Sequence[int],
    alike: Collection[Pair],
    most: int,
) -> tuple[list[int], int]:
    """Joins the stories of documents that are versions of one page.

    Args:
        urls: the key of the address of each document, 0 for none.
        text: the text of each document, negative for none.
        words: the words of each document.
        story: the story of each document.
        alike: the pairs of texts that the rule finds alike.
        most: an address with more texts is live.

    Returns:
        The story of each document, and the number of live addresses.
    """
    pages = [documents for documents in _pages(urls).values() if len({story[document] for document in documents}) > 1]
    edges = []
    for documents in pages:
        longs = sorted((text[document], story[document]) for document in documents if words[document] > URL_WORDS)
        edges += [(s, t) for (a, s), (b, t) in pairwise(longs) if (a, b) in alike]
    story = _join(story, edges)
    with_long = {of for of, count in zip(story, words, strict=True) if count > URL_WORDS}
    targets: dict[int, set[int]] = {}
    live = 0
    for number, documents in enumerate(pages):
        longs_here = {story[document] for document in documents if words[document] > URL_WORDS}
        if len(longs_here) > 1 or len({text[document] for document in documents}) > most:
            live += 1
            continue
        stories = {story[document] for document in documents}
        leaders = longs_here or stories & with_long
        if len(leaders) > 1:
            continue
        target = min(leaders) if leaders else -1 - number
        for follower in stories - with_long:
            targets.setdefault(follower, set()).add(target)
    return _join(story, _follow(targets)), live


def _follow(targets: Mapping[int, set[int]]) -> list[Pair]:
    """The edges between stories that follow one target each. Stories with one negative target follow each other."""
    edges: list[Pair] = []
    meetings: dict[int, list[int]] = {}
    for follower, of_follower in targets.items():
        if len(of_follower) == 1:
            (target,) = of_follower
            if target >= 0:
                edges.append((follower, target))
            else:
                meetings.setdefault(target, []).append(follower)
    for followers in meetings.values():
        edges += [(followers[0], other) for other in followers[1:]]
    return edges


def _pages(urls: Sequence[int]) -> dict[int, list[int]]:
    """The documents of each address."""
    pages: dict[int, list[int]] = {}
    for document, url in enumerate(urls):
        if url:
            pages.setdefault(url, []).append(document)
    return pages


def _join(story: Sequence[int], edges: Sequence[Pair]) -> list[int]:
    """Joins stories along edges, one edge after another."""
    joined = list(story)
    lowest = {number: number for number in story}
    for a, b in edges:
        first, second = sorted((lowest[a], lowest[b]))
        lowest = {number: first if low == second else low for number, low in lowest.items()}
    return [lowest[number] for number in joined]
