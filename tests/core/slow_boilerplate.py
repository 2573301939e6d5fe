"""The slow, obvious version of ``core.blocks`` and ``core.boilerplate``: the oracle of their tests."""

import re
from collections.abc import Sequence
from itertools import combinations

from dedup.core.shingles import multiplier

__all__ = ["chrome", "cut", "first_stories", "hashes", "sources"]

SHORT, LABEL = 8, 12

Page = Sequence[str]
"""A page: the texts of its blocks, words between spaces."""


# blocks


def cut(document: bytes, long_line: int, wrapped_line: int) -> list[bytes]:
    """The blocks of one document: its lines, wrapped ones joined, long ones cut where a sentence has ended."""
    blocks = []
    lines: list[bytes] = []
    wrapped = False
    for line in re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", document):
        goes_on = wrapped and re.match(rb"[a-z0-9]", line)
        wrapped = len(line) > wrapped_line and not re.search(rb"[.!?:](?:\r\n|\r|\n)\Z", line)
        if goes_on:
            lines[-1] += line
        else:
            lines.append(line)
    for line in lines:
        start = 0
        for place in range(1, len(line)):
            if len(line) > long_line and ends_sentence(line[:place], line[place:]):
                blocks.append(line[start:place])
                start = place
        blocks.append(line[start:])
    return blocks


def ends_sentence(before: bytes, after: bytes) -> bool:
    """Whether ``before`` ends with the end of a sentence where ``after`` follows."""
    if re.search(rb"""[.!?]["'`)]? \Z""", before) or before.endswith(b" | "):
        return True
    if before.endswith(("。".encode(), "！".encode(), "？".encode())):
        return True
    return before.endswith(b"...") and not re.match(rb"""\.|["'`)]? """, after)


def hashes(rows: Sequence[Sequence[int]]) -> list[int]:
    """One hash for each row of token hashes, 0 for an empty one."""
    place = int(multiplier("place", 0))
    return [
        max(1, mix(sum(mix(token ^ number * place % 2**64) for number, token in enumerate(row, 1)) % 2**64))
        if row
        else 0
        for row in rows
    ]


def mix(value: int) -> int:
    """Two rounds of xor-shift and multiply."""
    value ^= value >> 32
    value = value * int(multiplier("mix", 0)) % 2**64
    value ^= value >> 29
    value = value * int(multiplier("mix 2", 0)) % 2**64
    return value ^ value >> 32


# boilerplate


def sources(pages: Sequence[Page], hints: Sequence[int], hinted: bool = True) -> list[int]:
    """Every two pages are compared; see ``boilerplate.sources``."""
    believed = [hinted and believe(pages, hints, number) for number in range(len(pages))]

    def one_source(a: int, b: int) -> bool:
        if believed[a] and believed[b] and hints[a] == hints[b]:
            return True
        common = short(pages[a]) & short(pages[b])
        alike = resemblance(short(pages[a]), short(pages[b]))
        return len(common) >= 5 and alike >= 0.3

    return connected(len(pages), one_source)


def believe(pages: Sequence[Page], hints: Sequence[int], number: int) -> bool:
    """Whether a page has three short blocks that stand on half of the pages of its hint, and on two."""
    site = [short(page) for page, hint in zip(pages, hints, strict=True) if hint == hints[number]]
    spread = {block: sum(block in page for page in site) for block in short(pages[number])}
    return hints[number] >= 0 and sum(count >= max(2, len(site) / 2) for count in spread.values()) >= 3


def first_stories(pages: Sequence[Page]) -> list[int]:
    """Every two pages are compared; see ``boilerplate.first_stories``."""
    sets = [long(page) or short(page) for page in pages]

    def one_story(a: int, b: int) -> bool:
        smaller = min(len(sets[a]), len(sets[b]))
        return smaller > 0 and len(sets[a] & sets[b]) / smaller >= 0.8 and resemblance(sets[a], sets[b]) >= 0.3

    return connected(len(pages), one_story)


def chrome(pages: Sequence[Page], sources: Sequence[int], stories: Sequence[int]) -> list[bool]:
    """Whether each block of each page stands on pages of enough different stories of its source."""
    found: dict[tuple[int, str], set[int]] = {}
    for page, source, story in zip(pages, sources, stories, strict=True):
        for block in page:
            found.setdefault((source, block), set()).add(story)
    return [
        bool(block.split()) and len(found[source, block]) >= (2 if len(block.split()) <= LABEL else 3)
        for page, source in zip(pages, sources, strict=True)
        for block in page
    ]


def short(page: Page) -> set[str]:
    """The short blocks of a page."""
    return {block for block in page if 1 <= len(block.split()) <= SHORT}


def long(page: Page) -> set[str]:
    """The long blocks of a page."""
    return {block for block in page if len(block.split()) > SHORT}


def resemblance(a: set[str], b: set[str]) -> float:
    """Jaccard, 0 for two empty sets."""
    return len(a & b) / max(1, len(a | b))


def connected(n: int, joined: object) -> list[int]:
    """Connected components, numbered by first member."""
    labels = list(range(n))
    for a, b in combinations(range(n), 2):
        if labels[a] != labels[b] and joined(a, b):  # type: ignore[operator]
            labels = [labels[a] if label == labels[b] else label for label in labels]
    order = list(dict.fromkeys(labels))
    return [order.index(label) for label in labels]
