"""The documents of each story in the order of the canonical rule, and what their credits say."""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.stories import canonical
from dedup.core.stories.credits import Credit
from dedup.core.stories.newsrooms import newsroom, plain
from dedup.engines.stages.collection import Collection, numbers_of
from dedup.settings import Settings
from dedup.types import Note

UNNAMED: Final = "an unnamed source"
"""Whom a document credits that says it is a copy without a name, as "Source link" does."""


class StoryLeaders(NamedTuple):
    """``order`` ``(n,)``: the documents, story after story, the canonical one of each first.

    ``credits`` are by document: the name of the newsroom that the document credits, or else `UNNAMED`.
    """

    order: Indices
    credits: dict[int, str]
    notes: list[Note]


def lead_stories(texts: Collection, story: Indices, lengths: Indices, settings: Settings) -> StoryLeaders:
    """Who leads the stories ``(n,)`` of documents of these ``lengths`` ``(n,)`` without boilerplate."""
    credits = [(document, one) for document, found in texts.credits.items() for one in found]
    newsrooms = {name: newsroom(name) for name in {*texts.homes, *(one.name for _, one in credits)}}
    numbers = numbers_of([newsrooms[name] for name in (*texts.homes, *(one.name for _, one in credits))])
    own, named = numbers[: len(texts.homes)], numbers[len(texts.homes) :]
    standing = canonical.standing(
        story,
        own,
        canonical.Credits(
            np.array([document for document, _ in credits], np.int64),
            named,
            np.array([one.weak for _, one in credits], np.bool_),
        ),
    )
    told: dict[int, str] = {}
    for (document, one), counted in zip(credits, standing.counted.tolist(), strict=True):
        if counted:
            told.setdefault(document, one.name or UNNAMED)
    preference, notes = _preference(texts.homes, settings.prefer)
    traits = canonical.Traits(preference, texts.times, lengths, texts.by_id)
    return StoryLeaders(canonical.lead_order(settings.canonical, story, standing, traits), told, notes)


def alone_credit(credits: tuple[Credit, ...]) -> str:
    """What `StoryLeaders.credits` has of a document that is a story of its own: a weak credit says nothing there."""
    return next((one.name or UNNAMED for one in credits if not one.weak), "")


def _preference(sources: list[str], prefer: tuple[str, ...]) -> tuple[Indices, list[Note]]:
    """``(n,)`` the place of each source among the preferred ones, and a note on those that no document has."""
    places = {plain(name): place for place, name in reversed(list(enumerate(prefer)))}
    known = {name: places.get(plain(name), len(prefer)) for name in set(sources)}
    found = {plain(name) for name in known}
    notes = [
        Note("prefer", f"no document is of the source {name!r}; name it as the documents do")
        for name in prefer
        if plain(name) not in found
    ]
    return np.array([known[name] for name in sources], np.int64), notes
