"""What pages that are lists of texts teach, and what it says of others: in dictionaries of sets."""

from collections.abc import Sequence
from typing import NamedTuple

from dedup.core.reference.boilerplate import Page, short

__all__ = ["Known", "dropped", "learn", "sources"]


class Known(NamedTuple):
    """The frame, the median size and the chrome of each source, by its number; the strays."""

    frames: list[set[str]]
    sizes: list[int]
    chrome: list[set[str]]
    strays: set[str]


def learn(
    pages: Sequence[Page], sources: Sequence[int], chrome: Sequence[set[str]], strays: set[str]
) -> tuple[Known, list[int]]:
    """Source by source; ``chrome`` are the texts left out of each page. See ``knowledge.learn``."""
    several = sorted(source for source in set(sources) if sources.count(source) > 1)
    known = Known([], [], [], strays)
    for source in several:
        own = [number for number, other in enumerate(sources) if other == source]
        sets = [short(pages[number]) for number in own]
        times = {text: sum(text in each for each in sets) for text in set().union(*sets)}
        known.frames.append({text for text, count in times.items() if count > 1 and 8 * count >= len(own)})
        known.sizes.append(sorted(map(len, sets))[(len(sets) - 1) // 2])
        known.chrome.append(set().union(*(chrome[number] for number in own)) - strays)
    return known, [several.index(source) if source in several else -1 for source in sources]


def sources(known: Known, pages: Sequence[Page]) -> list[int]:
    """Every page is held against every source; see ``knowledge.sources``."""
    found = []
    for page in pages:
        best, nearest = -1, 0.0
        for source, (frame, size) in enumerate(zip(known.frames, known.sizes, strict=True)):
            common = len(short(page) & frame)
            shared = min(common, size)
            alike = shared / (len(short(page)) + size - shared) if common >= 5 else 0.0
            if alike >= 0.3 and alike > nearest:
                best, nearest = source, alike
        found.append(best)
    return found


def dropped(known: Known, pages: Sequence[Page], sources: Sequence[int]) -> list[list[bool]]:
    """Block by block; see ``knowledge.dropped``."""
    return [
        [
            bool(text.split()) and (text in known.strays or (source >= 0 and text in known.chrome[source]))
            for text in page
        ]
        for page, source in zip(pages, sources, strict=True)
    ]
