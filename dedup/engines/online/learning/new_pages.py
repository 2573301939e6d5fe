"""Pages of a batch that teach an index its sites, with what says which site each page is of."""

from typing import Final, NamedTuple

import numpy as np

from dedup.core.sites.learned import article_pages, find_edges
from dedup.core.sites.pages import Pages, take_pages
from dedup.core.stories.newsrooms import plain
from dedup.engines.online.learning.lone_pages import Edges


class Lesson(NamedTuple):
    """The answer of `Learning.learn`.

    - ``site``: the site of the page before it has taught, -1 for none.
    - ``changed``: the site that has begun, or of which other things are known now, -1 for none.
    - ``has_told``: whether anything is known of the pages of ``site`` but their first and last blocks.
    """

    site: int
    changed: int
    has_told: bool


NO_LESSON: Final = Lesson(-1, -1, False)
"""The lesson of a page of no known site."""


class NewPages(NamedTuple):
    """``n`` pages that teach.

    - ``articles``: the pages without their credits. They name no sources.
    - ``names``: the name of the source of each page, empty for none.
    - ``edges``: the first and the last block of each page. Both are 0 for a page with many labels.
    """

    articles: Pages
    names: list[str]
    edges: list[Edges]

    @classmethod
    def of(cls, pages: Pages, sources: list[str]) -> "NewPages":
        """Makes the record of ``n`` pages from the sources that their documents give."""
        articles = article_pages(pages)._replace(sources=np.full(len(sources), -1))
        first, last = find_edges(articles).reshape(2, -1).tolist()
        return cls(articles, list(map(plain, sources)), list(zip(first, last, strict=True)))

    def article(self, row: int) -> Pages:
        """One page."""
        return take_pages(self.articles, np.array([row]))
