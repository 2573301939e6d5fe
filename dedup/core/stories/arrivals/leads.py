"""Documents that come one after another -> the document that leads each story of an index: the first seen.

A document takes the lead from the leader of its story only if one of these holds:

1. The user prefers its source to the source of the leader.
2. A credit of the leader names its newsroom, and the user does not prefer the source of the leader.
3. It is an article, and the leader is no article.

An earlier time, a longer text or a lesser id change nothing. So a program that stored the leader need not store another
document with each copy.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from dedup.core.stories.canonical import Origins

NOBODY: Final = -1
"""The leader of a story that has none."""


class Lead(NamedTuple):
    """The leader that a document finds when it comes.

    - ``before``: the document that led the story, or `NOBODY`.
    - ``took``: whether the new document takes the lead from it.
    - ``is_first_article``: whether the leader is no article, and the new document is one.
    """

    before: int
    took: bool = False
    is_first_article: bool = False


NO_LEAD: Final = Lead(NOBODY)
"""The first document of a story finds no leader."""


class Leads:
    """The leaders of stories while documents come.

    ``leaders`` has the leader of each story, by the number of the story. Documents are numbers below the size of
    ``origins``.

    Args:
        origins: the origins of the documents.
        no_articles: the documents that are no articles.
    """

    def __init__(self, origins: Origins, no_articles: Iterable[int] = ()) -> None:
        self.leaders: dict[int, int] = {}
        self._preference, self._newsrooms = origins.preference.tolist(), origins.newsrooms.tolist()
        self._credited = set(zip(origins.credits.documents.tolist(), origins.credits.newsrooms.tolist(), strict=True))
        self._no_articles = frozenset(no_articles)

    def add(self, document: int, story: int, may_lead: bool = True) -> Lead:
        """Adds a ``document`` to a ``story``. Another document leads if the new one ``may_lead`` no story."""
        leader = self.leaders.get(story)
        if leader is None:
            self.leaders[story] = document
            return NO_LEAD
        is_first_article = leader in self._no_articles and document not in self._no_articles
        took = may_lead and (is_first_article or self._is_better(document, leader))
        if took:
            self.leaders[story] = document
        return Lead(leader, took, is_first_article)

    def _is_better(self, document: int, leader: int) -> bool:
        """Whether the user prefers the source of a ``document``, or the ``leader`` credits it."""
        rank, rank_of_leader = self._preference[document], self._preference[leader]
        newsroom = self._newsrooms[document]
        is_credited = newsroom >= 0 and (leader, newsroom) in self._credited
        better: bool = rank < rank_of_leader or (is_credited and rank == rank_of_leader)
        return better
