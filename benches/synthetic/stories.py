"""Rows of a report of any size, without texts: headlines, sources, times and relations, drawn from a seed."""

from collections.abc import Iterator
from random import Random
from typing import Any, Final

from synthetic.vocabulary import FREQUENT, words

__all__ = ["report_rows"]

_SOURCES: Final = 400
_COPIES: Final = ("reprint", "reprint", "reprint", "exact", "excerpt", "revision")
_ALONE: Final = 20
"""A document in so many is nobody's copy."""


def report_rows(stories: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield the rows of a report of stories of ten documents in the mean, largest first, and of documents alone."""
    random = Random(seed)
    sizes = sorted((2 + int(random.expovariate(1 / 8.1)) for _ in range(stories)), reverse=True)
    alone = sum(sizes) // (_ALONE - 1)
    yield {"type": "header", "schema": "dedup.report/1", "version": "", "settings": {}, "inputs": [], "thresholds": ""}
    for number, size in enumerate([*sizes, *(1 for _ in range(alone))]):
        members = [_member(random, number, place) for place in range(size)]
        weakest = min(member["containment"] for member in members)
        named = {"story": members[0]["id"], "canonical": members[0]["id"]}
        yield {"type": "story", **named, "size": size, "weakest": weakest, "members": members}
    counts = {"documents": sum(sizes) + alone, "stories": stories, "copies": sum(sizes) - stories, "singletons": alone}
    yield {"type": "footer", **counts, "skipped": [], "notes": [], "seconds": 1.0, "complete": True, "no_articles": 0}


def _member(random: Random, number: int, place: int) -> dict[str, Any]:
    forms = words()
    source = f"{forms[len(FREQUENT) + int(random.paretovariate(0.6)) % _SOURCES]}.example"
    headline = " ".join(forms[int(random.paretovariate(0.35)) % len(forms)] for _ in range(9))
    day, minute = divmod(number * 7 + place * 31, 24 * 60)
    return {
        "id": f"{source}/{number}-{place}.html",
        "relation": random.choice(_COPIES) if place else "original",
        "containment": round(1 - random.random() ** 3 / 2, 4) if place else 1.0,
        "resemblance": 0.8,
        "source": source,
        "published": f"2026-{1 + day // 28 % 12:02}-{1 + day % 28:02}T{minute // 60:02}:{minute % 60:02}:00Z",
        "title": headline.capitalize(),
        "path": "",
        "credit": "",
        "no_article": "",
    }
