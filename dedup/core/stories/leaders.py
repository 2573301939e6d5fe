"""The documents of each story in the order of the canonical rule, and the newsrooms that they credit."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.stories import canonical
from dedup.core.stories.credits import Credit
from dedup.core.stories.newsrooms import newsroom, number_names, plain
from dedup.settings import Settings

UNNAMED: Final = "an unnamed source"
"""The credit of a document that says that it is a copy and gives no name, as "Source link" does."""


class StoryDocuments(NamedTuple):
    """Facts of ``n`` documents for `lead_stories`.

    - ``homes``: as in `core.stories.document_credits`.
    - ``credits``: the credits of the documents that have credits, by document.
    - ``urls`` ``(n,) uint64``: the key of the address of each document, 0 for none.
    - ``times`` ``(n,) int64``: as in `core.stories.order.canonical_order`.
    - ``by_id`` ``(n,) int64``: the ranks of the ids, as from `core.stories.order.id_order`.
    - ``story`` ``(n,) int64``: the story of each document.
    - ``lengths`` ``(n,) int64``: the shingles of each document without boilerplate.
    - ``words`` ``(n,) int64``: the words of each document without boilerplate, if any document has an address.
    """

    homes: Sequence[str]
    credits: Mapping[int, tuple[Credit, ...]]
    urls: Hashes
    times: Indices
    by_id: Indices
    story: Indices
    lengths: Indices
    words: Indices


class StoryLeaders(NamedTuple):
    """The order of documents, and their credits.

    - ``order`` ``(n,) int64``: the documents, story after story, the canonical document of each first.
    - ``credits``: the name of the newsroom that a document credits, or `UNNAMED`, by document.
    """

    order: Indices
    credits: dict[int, str]


def lead_stories(documents: StoryDocuments, settings: Settings) -> StoryLeaders:
    """Put the documents of each story in the order of the canonical rule.

    The ``settings`` hold the canonical rule and the preferred sources.
    """
    credits = [(document, credit) for document, of_document in documents.credits.items() for credit in of_document]
    names = (*documents.homes, *(credit.name for _, credit in credits))
    newsrooms = {name: newsroom(name) for name in set(names)}
    numbers = number_names([newsrooms[name] for name in names])
    of_documents, of_credits = numbers[: len(documents.homes)], numbers[len(documents.homes) :]
    standing = canonical.standing(
        documents.story,
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
    preference = _rank_sources(documents.homes, settings.prefer)
    stubs = canonical.find_stubs(documents.story, documents.urls, documents.words)
    traits = canonical.Traits(preference, stubs, documents.times, documents.lengths, documents.by_id)
    return StoryLeaders(canonical.lead_order(settings.canonical, documents.story, standing, traits), credit_names)


def alone_credit(credits: tuple[Credit, ...]) -> str:
    """Return the name that a document credits if it is a story of its own. A weak credit does not count there."""
    return next((credit.name or UNNAMED for credit in credits if not credit.weak), "")


def missing_sources(homes: Iterable[str], prefer: tuple[str, ...]) -> list[str]:
    """Return the preferred sources that none of the documents has."""
    present = set(map(plain, set(homes)))
    return [name for name in prefer if plain(name) not in present]


def _rank_sources(sources: Sequence[str], prefer: tuple[str, ...]) -> Indices:
    """Return ``(n,)`` the rank of each source among the preferred ones."""
    ranks = {plain(name): rank for rank, name in reversed(list(enumerate(prefer)))}
    of_source = {name: ranks.get(plain(name), len(prefer)) for name in set(sources)}
    return np.array([of_source[name] for name in sources], np.int64)
