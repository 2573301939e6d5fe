"""A workload with truth: articles, their copies made in known ways, and articles that are nobody's copy.

Every story is one article and one copy by each of `RECIPES`. Copies are put on sites, whose pages all carry the chrome
of their site; half of the unrelated articles stand in the same chrome. Speed is measured on it together with recall:
speed that lost recall is not speed.
"""

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from synthetic.vocabulary import words
from synthetic.workloads import Workload

from dedup.types import Document

__all__ = ["COPIES", "RECIPES", "SITES", "Chrome", "Copies", "Recipe", "Sample", "chromes", "copied"]

SITES: Final = 12
"""Sites that print copies."""

Chrome = tuple[str, str]
"""What stands above and below every article of a site, in short lines."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a copy is made: the share of the words that are replaced, the share of the text that is kept from its start,
    whether it is wrapped in boilerplate."""

    name: str
    edited: float = 0.0
    kept: float = 1.0
    wrapped: bool = False


RECIPES: Final = (
    Recipe("verbatim"),
    Recipe("1 % edited", edited=0.01),
    Recipe("3 % edited", edited=0.03),
    Recipe("5 % edited", edited=0.05),
    Recipe("wrapped", wrapped=True),
    Recipe("first half", kept=0.5),
    Recipe("first third", kept=1 / 3),
    Recipe("wrapped, 2 % edited, four fifths", edited=0.02, kept=0.8, wrapped=True),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One document with its truth: its number of story, and how it was made (`original`, `unrelated` or a recipe)."""

    document: Document
    story: int
    kind: str


@dataclass(frozen=True, slots=True)
class Copies:
    """How many stories, how many unrelated articles, and the seed."""

    name: str
    stories: int
    unrelated: int
    seed: int = 20251104

    def samples(self) -> tuple[Sample, ...]:
        """The documents in an order that keeps no story together, the same at every call; made at the first."""
        return _samples(self)


COPIES: Final = Copies("copies", stories=300, unrelated=600)
"""3,300 documents: 300 stories of nine, and 600 others."""


@functools.cache
def _samples(copies: Copies) -> tuple[Sample, ...]:
    """Make the articles, copy and wrap them, and shuffle the lot."""
    articles = Workload("copies", copies.stories + copies.unrelated, 300, 900, seed=copies.seed).texts()
    rng = np.random.default_rng(copies.seed)
    chrome = chromes(rng)
    made: list[tuple[str, str, int, str]] = []
    for story, article in enumerate(articles):
        site = int(rng.integers(SITES))
        if story >= copies.stories:
            wrapped = story % 2 == 0
            source = f"site-{site}" if wrapped else ""
            made.append((_wrap(article, chrome[site]) if wrapped else article, source, story, "unrelated"))
            continue
        made.append((article, "agency", story, "original"))
        for step, recipe in enumerate(RECIPES):
            place = (site + step) % SITES
            text = copied(article, recipe, chrome[place], rng)
            made.append((text, f"site-{place}" if recipe.wrapped else "", story, recipe.name))
    order = rng.permutation(len(made)).tolist()
    return tuple(
        Sample(Document(made[row][0], id=f"{place:05}", source=made[row][1]), *made[row][2:])
        for place, row in enumerate(order)
    )


def copied(article: str, recipe: Recipe, chrome: Chrome, rng: np.random.Generator) -> str:
    """A copy of ``article`` by the recipe; ``chrome`` is that of its site."""
    tokens = article.split(" ")
    tokens = tokens[: round(len(tokens) * recipe.kept)]
    forms = words()
    for place in rng.choice(len(tokens), round(len(tokens) * recipe.edited), replace=False).tolist():
        tokens[place] = forms[int(rng.integers(len(forms)))]
    text = " ".join(tokens)
    return _wrap(text, chrome) if recipe.wrapped else text


def _wrap(text: str, chrome: Chrome) -> str:
    """``text`` between the two halves of a page's chrome."""
    return f"{chrome[0]}\n\n{text}\n\n{chrome[1]}"


def chromes(rng: np.random.Generator) -> list[Chrome]:
    """The chrome of each site: 20 lines, and 40."""
    return [(_lines(20, rng), _lines(40, rng)) for _ in range(SITES)]


def _lines(count: int, rng: np.random.Generator) -> str:
    """``count`` short lines of up to five words."""
    forms = words()
    lengths: npt.NDArray[np.int64] = rng.integers(1, 6, count)
    return "\n".join(
        " ".join(forms[place] for place in rng.integers(0, 5_000, size).tolist()).capitalize()
        for size in lengths.tolist()
    )
