"""The documents of each story in the order of the canonical rule, and the newsrooms that they credit."""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.sorting import distinct
from dedup.core.collection import Collection, number_names
from dedup.core.stories import canonical
from dedup.core.stories.credits import Credit
from dedup.core.stories.newsrooms import newsroom, plain
from dedup.members import Numbers
from dedup.settings import Settings
from dedup.types import Note

UNNAMED: Final = "an unnamed source"
"""The credit of a document that says that it is a copy and gives no name, as "Source link" does."""


class StoryLeaders(NamedTuple):
    """The order of documents, and their credits.

    - ``order`` ``(n,) int64``: the documents, story after story, the canonical document of each first.
    - ``credits``: the name of the newsroom that a document credits, or `UNNAMED`, by document.
    - ``notes``: notes on the preferred sources.
    """

    order: Indices
    credits: dict[int, str]
    notes: list[Note]


def lead_stories(
    texts: Collection, story: Indices, lengths: Indices, words: Indices, settings: Settings
) -> StoryLeaders:
    """Put the documents of each story in the order of the canonical rule.

    Args:
        texts: the documents.
        story: ``(n,)`` the story of each document.
        lengths: ``(n,)`` the shingles of each document without boilerplate.
        words: ``(n,)`` the words of each document without boilerplate, if any document has an address.
        settings: hold the canonical rule and the preferred sources.

    Returns:
        The order and the credits.
    """
    credits = [(document, credit) for document, of_document in texts.credits.items() for credit in of_document]
    homes, names = texts.members.columns.home, texts.members.columns.names
    newsrooms = number_names([newsroom(name) for name in (*names, *(credit.name for _, credit in credits))])
    of_documents, of_credits = newsrooms[: len(names)][homes], newsrooms[len(names) :]
    standing = canonical.standing(
        story,
        of_documents,
        canonical.Credits(
            np.array([document for document, _ in credits], np.int64),
            of_credits,
            np.array([credit.weak for _, credit in credits], np.bool_),
        ),
    )
    credit_names: dict[int, str] = {}
    for (document, credit), counted in zip(credits, standing.counted.tolist(), strict=True):
        if counted:
            credit_names.setdefault(document, credit.name or UNNAMED)
    preference, notes = _rank_sources(homes, names, settings.prefer)
    stubs = canonical.find_stubs(story, texts.urls, words)
    traits = canonical.Traits(preference, stubs, texts.times, lengths, texts.by_id)
    return StoryLeaders(canonical.lead_order(settings.canonical, story, standing, traits), credit_names, notes)


def alone_credit(credits: tuple[Credit, ...]) -> str:
    """Return the name that a document credits if it is a story of its own. A weak credit does not count there."""
    return next((credit.name or UNNAMED for credit in credits if not credit.weak), "")


def _rank_sources(homes: Numbers, names: list[str], prefer: tuple[str, ...]) -> tuple[Indices, list[Note]]:
    """Return ``(n,)`` the rank of each source among the preferred ones, and notes on those that no document has.

    Args:
        homes: ``(n,)`` the source of each document, as a place in ``names``.
        names: the names of sources.
        prefer: the preferred sources.
    """
    if not prefer:
        return np.zeros(homes.size, np.int64), []
    ranks = {plain(name): rank for rank, name in reversed(list(enumerate(prefer)))}
    spellings = list(map(plain, names))
    present = {spellings[number] for number in distinct(homes)[0].tolist()}
    notes = [
        Note("prefer", f"no document is of the source {name!r}; name it as the documents do")
        for name in prefer
        if plain(name) not in present
    ]
    return np.array([ranks.get(name, len(prefer)) for name in spellings], np.int64)[homes], notes
