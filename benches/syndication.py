"""One article on many sites must be one story: `python benches/syndication.py [--most 1000]`.

An article is printed by every site of a collection, each in its own menu. A site may be seen more than once: its other
pages have articles of their own. How often a text is printed is no evidence against it, so all copies are one story
wherever the documents give their source, or each site is seen four times; and no copy is set aside.
"""

import argparse
import itertools
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from vocabulary import FORMS, weights, words

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
    rng = np.random.default_rng(seed)
    article = _prose(case.words, rng)
    title = _title(article, rng)
    documents = []
    for site in range(case.sites):
        entries = _words(round(case.menu * case.words), rng)
        lines = [" ".join(entries[first : first + _ENTRY]) for first in range(0, len(entries), _ENTRY)]
        above, below = lines[: len(lines) // 2], lines[len(lines) // 2 :]
        for page in range(case.seen):
            body = _prose(_OTHERS, rng) if page else article
            own = _title(body, rng) if page or case.titles == "own" else title
            behind = f" | Site {site} News" if case.titles == "site" else ""
            documents.append(
                Document(
                    "\n".join((*above, *body, *below)),
                    id=f"{'other' if page else 'copy'}-{site}-{page}",
                    title="" if case.titles == "none" else own + behind,
                    source=f"site-{site}.example" if case.source else "",
                )
            )
    return documents


def outcome(case: Case, seed: int = 1) -> Outcome:
    """What becomes of the copies."""
    report = dedup.cluster(collection(case, seed), workers=1)
    story = {member.id: each.id for each in report.stories for member in each.members}
    copies = [f"copy-{site}-0" for site in range(case.sites)]
    aside = {member.id for member in report.no_articles}
    return Outcome(len({story.get(copy, copy) for copy in copies}), sum(copy in aside for copy in copies))


def _words(count: int, rng: np.random.Generator) -> list[str]:
    drawn = rng.choice(FORMS, count, p=weights())
    forms = words()
    return [forms[number] for number in drawn.tolist()]


def _prose(count: int, rng: np.random.Generator) -> list[str]:
    """Paragraphs of three sentences."""
    drawn = _words(count, rng)
    sentences = [
        " ".join(drawn[first : first + _SENTENCE]).capitalize() + "." for first in range(0, len(drawn), _SENTENCE)
    ]
    return [" ".join(sentences[first : first + 3]) for first in range(0, len(sentences), 3)]


def _title(article: list[str], rng: np.random.Generator) -> str:
    """A headline, a third of whose words stand in the article."""
    said = [word.strip(".").lower() for word in " ".join(article).split() if len(word.strip(".")) > 3]
    own = [word for word in _words(20 * _TITLE, rng) if len(word) > 3]
    picked = [*rng.choice(said, _TITLE // 3), *rng.choice(own, _TITLE - _TITLE // 3)]
    return " ".join(rng.permutation(picked).tolist()).capitalize()


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
