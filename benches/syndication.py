"""One article on many sites must be one story: `python benches/syndication.py [--most 1000]`.

An article is printed by every site of a collection, each in its own menu. A site may be seen more than once: its other
pages have articles of their own. How often a text is printed is no evidence against it, so all copies are one story
wherever the documents give their source, or each site is seen four times; and no copy is set aside.
"""

import argparse
import functools
import itertools
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from synthetic.vocabulary import FORMS, weights, words

import dedup
from dedup.types import Document

__all__ = ["MENUS", "SITES", "TITLES", "Case", "Outcome", "cases", "collection", "outcome", "wanted"]

WORDS: Final = (60, 300, 600)
"""Words of the article."""

SITES: Final = (5, 12, 40, 300, 1_000)
"""Sites that print it."""

MENUS: Final = (1 / 3, 2 / 3, 2.0)
"""Words of a site's menu, over those of the article."""

SEEN: Final = (1, 4)
"""Pages of each site in the collection."""

TITLES: Final = ("equal", "site", "own", "none")
"""The same title everywhere; the title with the name of the site behind it; a title of each site, a third of whose
words stand in the article; no title."""

_OTHERS: Final = 300
"""Words of the other articles."""

_TITLE: Final = 9
"""Words of a title."""

_SENTENCE: Final = 17
_ENTRY: Final = 4


class Case(NamedTuple):
    """One collection: the ``words`` of the article, the ``sites`` that print it, the ``menu`` over the words, the pages
    ``seen`` of each site, the kind of ``titles``, and whether documents give their ``source``."""

    words: int
    sites: int
    menu: float
    seen: int
    titles: str
    source: bool


class Outcome(NamedTuple):
    """The ``stories`` that the copies are in, and how many copies are ``set_aside`` as no articles."""

    stories: int
    set_aside: int


def cases(most: int) -> Iterator[Case]:
    """All cases of at most so many sites."""
    sites = [count for count in SITES if count <= most]
    yield from itertools.starmap(Case, itertools.product(WORDS, sites, MENUS, SEEN, TITLES, (True, False)))


def wanted(case: Case) -> bool:
    """Whether the copies must be one story: sites that are seen once and give no source show no menu."""
    return case.source or case.seen == max(SEEN)


def collection(case: Case, seed: int = 1) -> list[Document]:
    """The documents of a case: the ids of the copies begin with ``copy``."""
    return [
        Document(
            page.text,
            id=f"{'other' if page.number else 'copy'}-{page.site}-{page.number}",
            title=_printed(page, case.titles),
            source=f"site-{page.site}.example" if case.source else "",
        )
        for page in _pages(case.words, case.sites, case.menu, case.seen, seed)
    ]


class _Page(NamedTuple):
    """Page ``number`` of a ``site``, 0 for the copy: its ``text``, the ``title`` that its article has everywhere, and
    the title of the site's ``own``."""

    site: int
    number: int
    text: str
    title: str
    own: str


def _printed(page: _Page, titles: str) -> str:
    """The title of a page, by the kind of titles."""
    if titles == "none":
        return ""
    title = page.own if titles == "own" else page.title
    return f"{title} | Site {page.site} News" if titles == "site" else title


@functools.lru_cache(maxsize=1)
def _pages(words: int, sites: int, menu: float, seen: int, seed: int) -> list[_Page]:
    """The pages of a case, which are the same for all kinds of titles."""
    rng = np.random.default_rng(seed)
    article = _prose(words, rng)
    title, pages = _title(article, rng), []
    for site in range(sites):
        entries = _words(round(menu * words), rng)
        lines = [" ".join(entries[first : first + _ENTRY]) for first in range(0, len(entries), _ENTRY)]
        above, below = lines[: len(lines) // 2], lines[len(lines) // 2 :]
        for number in range(seen):
            body = _prose(_OTHERS, rng) if number else article
            own = _title(body, rng)
            pages.append(_Page(site, number, "\n".join((*above, *body, *below)), own if number else title, own))
    return pages


def outcome(case: Case, seed: int = 1) -> Outcome:
    """What becomes of the copies."""
    report = dedup.cluster(collection(case, seed), workers=1)
    story = {member.id: each.id for each in report.stories for member in each.members}
    copies = [f"copy-{site}-0" for site in range(case.sites)]
    aside = {member.id for member in report.no_articles}
    return Outcome(len({story.get(copy, copy) for copy in copies}), sum(copy in aside for copy in copies))


def _words(count: int, rng: np.random.Generator) -> list[str]:
    """Words drawn as in `workloads`."""
    drawn = np.minimum(_law().searchsorted(rng.random(count), "right"), FORMS - 1)
    forms = words()
    return [forms[number] for number in drawn.tolist()]


@functools.cache
def _law() -> npt.NDArray[np.float64]:
    """``(FORMS,)`` how often one of the first forms is drawn."""
    law: npt.NDArray[np.float64] = np.cumsum(weights())
    return law


def _prose(count: int, rng: np.random.Generator) -> list[str]:
    """Paragraphs of three sentences."""
    drawn = _words(count, rng)
    sentences = [
        " ".join(drawn[first : first + _SENTENCE]).capitalize() + "." for first in range(0, len(drawn), _SENTENCE)
    ]
    return [" ".join(sentences[first : first + 3]) for first in range(0, len(sentences), 3)]


def _title(article: list[str], rng: np.random.Generator) -> str:
    """A headline, a third of whose words stand in the article."""
    said = rng.permutation(_telling(" ".join(article).replace(".", "").split()))[: _TITLE // 3].tolist()
    own = [word for word in _telling(_words(20 * _TITLE, rng)) if word not in said]
    return " ".join(rng.permutation([*said, *own[: _TITLE - len(said)]]).tolist()).capitalize()


def _telling(drawn: list[str]) -> list[str]:
    """The different words of four letters or more, in their order."""
    return list(dict.fromkeys(word.lower() for word in drawn if len(word) > 3 and word.isalpha()))


def main() -> int:
    """Print the cases that are not one story; 1 if one of those must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=max(SITES), help="sites at most")
    given = parser.parse_args()
    run = broken = 0
    for case in cases(given.most):
        found = outcome(case)
        run += 1
        if found != Outcome(1, 0):
            broken += wanted(case)
            print(f"{'BROKEN' if wanted(case) else 'open':<6} {case}: {found}", flush=True)
    print(f"{run} cases, {broken} broken")
    return min(broken, 1)


if __name__ == "__main__":
    raise SystemExit(main())
