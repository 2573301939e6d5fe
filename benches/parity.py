"""The same articles in four scripts must be told equally well: `python benches/parity.py [--draws 8]`.

Articles, copies and pages are made once, as numbers of words, and then written in English, Chinese, Japanese and Thai:
the same edits and cuts at the same words, the same menus around them, the same titles. Words are made up; how long they
are, and what stands between words and sentences, is as in each language. Each story has an article, copies by each of
`RECIPES`, and a report on the same event that quotes the article, which is no copy. The mean F1 of several draws of the
articles may differ by `SPREAD`: from draw to draw the F1 of 40 articles moves by as much, as one copy is .002 of it.
"""

import argparse
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from synthetic.vocabulary import FORMS, FREQUENT, weights, words

import dedup
from dedup.core.evaluation.scores import Measures
from dedup.engines.evaluation import score
from dedup.formats.typed.labels import Truth
from dedup.types import Document

__all__ = ["RECIPES", "SCRIPTS", "SPREAD", "Measured", "Page", "Recipe", "Script", "measured", "pages", "written"]

STORIES: Final = 40
DRAWS: Final = 8
SITES: Final = 8
SPREAD: Final = 0.02
"""By how much the F1 of two scripts may differ."""

_SHORTEST, _LONGEST = 80, 500
"""Words of an article, evenly spread."""

_PARAGRAPH: Final = 3
"""Sentences of a paragraph."""

_QUOTED: Final = 2
"""Sentences that a report quotes."""

_MENU: Final = 50
"""Entries of a site's menu, of up to three words, above and below its articles."""

_LEGAL: Final = 2
"""Sentences at the foot of all pages of a site."""

_COMMA: Final = 16
"""A comma stands behind one word in so many."""

_TITLE: Final = 8
"""Words of a title, half of which stand in the article."""

Sentence = list[int]
Words = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a copy is made: the share of the words that are replaced, and the share of the sentences that is kept."""

    name: str
    edited: float = 0.0
    kept: float = 1.0


RECIPES: Final = (
    Recipe("verbatim"),
    Recipe("2 % edited", edited=0.02),
    Recipe("5 % edited", edited=0.05),
    Recipe("10 % edited", edited=0.1),
    Recipe("first half", kept=0.5),
    Recipe("first third, 2 % edited", edited=0.02, kept=1 / 3),
)


class Page(NamedTuple):
    """A page in numbers of words: its ``story``, how it was made (``kind``), the ``site`` that prints it, its ``title``
    and its ``sentences``, with the lines of the site ``above`` and ``below``."""

    story: str
    kind: str
    site: int
    title: Sentence
    sentences: list[Sentence]
    above: list[Sentence]
    below: list[Sentence]


class Script(NamedTuple):
    """How a language is written: its ``forms`` by falling frequency, and what stands ``between`` words, behind a word
    as a ``comma``, and behind a sentence as a ``stop``."""

    name: str
    forms: tuple[str, ...]
    between: str
    comma: str
    stop: str


def pages(stories: int = STORIES, seed: int = 1, recipes: Sequence[Recipe] = RECIPES) -> list[Page]:
    """The pages of all stories, in numbers of words, with a copy of each article by each of the ``recipes``."""
    rng = np.random.default_rng(seed)
    menus = [[_drawn(int(rng.integers(1, 4)), rng) for _ in range(_MENU)] for _ in range(SITES)]
    legal = [[_drawn(15, rng) for _ in range(_LEGAL)] for _ in range(SITES)]
    found = []
    for number in range(stories):
        article = _article(int(rng.integers(_SHORTEST, _LONGEST)), rng)
        title, home = _title(article, rng), int(rng.integers(SITES))
        report = _article(int(rng.integers(_SHORTEST, _LONGEST)), rng)
        first = int(rng.integers(max(1, len(article) - _QUOTED)))
        quoting = [*report[:2], *article[first : first + _QUOTED], *report[2:]]
        made = [("original", title, article)]
        made += [(recipe.name, title, _copied(article, recipe, rng)) for recipe in recipes]
        made += [("report", _title(report, rng), quoting)]
        for step, (kind, heading, sentences) in enumerate(made):
            site = (home if kind == "report" else home + step) % SITES
            half = _MENU // 2
            above, below = menus[site][:half], menus[site][half:] + legal[site]
            story = f"{number}-report" if kind == "report" else str(number)
            found.append(Page(story, kind, site, heading, sentences, above, below))
    return found


def _drawn(count: int, rng: np.random.Generator) -> Sentence:
    """Numbers of words, drawn as often as words are used."""
    drawn: Sentence = np.minimum(_law().searchsorted(rng.random(count), "right"), FORMS - 1).tolist()
    return drawn


@functools.cache
def _law() -> npt.NDArray[np.float64]:
    """``(FORMS,)`` how often one of the first forms is drawn."""
    law: npt.NDArray[np.float64] = np.cumsum(weights())
    return law


def _article(count: int, rng: np.random.Generator) -> list[Sentence]:
    """Sentences of 8 to 32 words, ``count`` words in all or a few more."""
    sentences: list[Sentence] = []
    while sum(map(len, sentences)) < count:
        sentences.append(_drawn(int(rng.integers(8, 33)), rng))
    return sentences


def _title(article: list[Sentence], rng: np.random.Generator) -> Sentence:
    """A title, half of which stands in the article."""
    said = [word for sentence in article for word in sentence if word >= len(FREQUENT)]
    return [*rng.choice(said, _TITLE // 2).tolist(), *_drawn(_TITLE - _TITLE // 2, rng)]


def _copied(article: list[Sentence], recipe: Recipe, rng: np.random.Generator) -> list[Sentence]:
    """A copy of the article by the recipe."""
    kept = article[: max(1, round(recipe.kept * len(article)))]
    return [
        [
            other if rng.random() < recipe.edited else word
            for word, other in zip(sentence, _any(sentence, rng), strict=True)
        ]
        for sentence in kept
    ]


def _any(sentence: Sentence, rng: np.random.Generator) -> Sentence:
    """As many words, each as likely as any other."""
    drawn: Sentence = rng.integers(len(FREQUENT), FORMS, len(sentence)).tolist()
    return drawn


def written(made: Sequence[Page], script: Script, source: bool) -> list[Document]:
    """The pages in a script, numbered from 0; with the name of the site as their ``source``, or without."""
    return [
        Document(
            _text(page, script),
            id=str(number),
            title=_line(page.title, script),
            source=f"site-{page.site}.example" if source else "",
        )
        for number, page in enumerate(made)
    ]


def _text(page: Page, script: Script) -> str:
    """A page as text: a line for each paragraph and for each entry of the menu."""
    paragraphs = [
        "".join(
            _line(sentence, script, _COMMA) + script.stop for sentence in page.sentences[first : first + _PARAGRAPH]
        )
        for first in range(0, len(page.sentences), _PARAGRAPH)
    ]
    above, below = ([_line(entry, script) for entry in entries] for entries in (page.above, page.below))
    return "\n".join([*above, *(paragraph.strip() for paragraph in paragraphs), *below])


def _line(sentence: Sentence, script: Script, comma: int = 0) -> str:
    """Words of a sentence; with a ``comma``, one behind so many words."""
    return script.between.join(
        script.forms[word] + (script.comma if comma and place % comma == comma - 1 else "")
        for place, word in enumerate(sentence)
    )


_Maker = Callable[[int, np.random.Generator], str]
"""Makes a word of this number."""


def _forms(maker: _Maker, seed: int) -> tuple[str, ...]:
    """Forms by falling frequency; figures are those of the English forms. Two numbers may have one form, as in life."""
    rng = np.random.default_rng(seed)
    return tuple(form if any(map(str.isdigit, form)) else maker(rank, rng) for rank, form in enumerate(words()))


_IDEOGRAPHS: Final = [chr(0x4E00 + place) for place in np.random.default_rng(1).permutation(3_000).tolist()]
_HIRAGANA: Final = [chr(point) for point in range(0x3042, 0x3094)]
_KATAKANA: Final = [chr(point) for point in range(0x30A2, 0x30F4)]
_THAI: Final = [chr(point) for point in range(0x0E01, 0x0E2F)]
_BEFORE, _ON, _TONES, _AFTER = "เแโไใ", "ัิีึืุู", "่้", "าะ"


def _picked(letters: Sequence[str], count: int, rng: np.random.Generator) -> str:
    """Letters, the first ones more often than the last ones."""
    places = (len(letters) * rng.random(count) ** 2).astype(np.int64)
    return "".join(letters[place] for place in places.tolist())


def _chinese(rank: int, rng: np.random.Generator) -> str:
    """One character of the most frequent words, else one to four."""
    return _picked(_IDEOGRAPHS, 1 if rank < len(FREQUENT) else int(rng.choice(4, p=(0.1, 0.65, 0.2, 0.05))) + 1, rng)


def _japanese(rank: int, rng: np.random.Generator) -> str:
    """Particles in hiragana; else two ideographs, of verbs with an ending, or a foreign word in katakana."""
    kind = rng.random()
    if rank < len(FREQUENT):
        return _picked(_HIRAGANA, 1 + (kind < 0.4), rng)
    if kind < 0.2:
        return _picked(_KATAKANA, int(rng.integers(3, 6)), rng)
    ending = _picked(_HIRAGANA, int(rng.integers(1, 3)), rng) if kind < 0.5 else ""
    return _picked(_IDEOGRAPHS, 1 if ending else 2, rng) + ending


def _thai(rank: int, rng: np.random.Generator) -> str:
    """One syllable of the most frequent words, else one to three, with vowel signs and tones."""
    return "".join(_syllable(rng) for _ in range(1 if rank < len(FREQUENT) else int(rng.integers(1, 4))))


def _syllable(rng: np.random.Generator) -> str:
    before, sign, tone, after, end = rng.random(5).tolist()
    vowel = _picked(_ON, 1, rng) if before >= 0.25 and sign < 0.5 else ""
    return "".join((
        _picked(_BEFORE, 1, rng) if before < 0.25 else "",
        _picked(_THAI, 1, rng),
        vowel,
        _picked(_TONES, 1, rng) if tone < 0.3 else "",
        _picked(_AFTER, 1, rng) if not vowel and after < 0.4 else "",
        _picked(_THAI, 1, rng) if end < 0.5 else "",
    ))  # fmt: skip


SCRIPTS: Final[dict[str, Callable[[], Script]]] = {
    "English": functools.cache(lambda: Script("English", words(), " ", ",", ". ")),
    "Chinese": functools.cache(lambda: Script("Chinese", _forms(_chinese, 2), "", "，", "。")),
    "Japanese": functools.cache(lambda: Script("Japanese", _forms(_japanese, 3), "", "、", "。")),
    "Thai": functools.cache(lambda: Script("Thai", _forms(_thai, 4), "", " ", "  ")),
}
"""The scripts by their names, made when they are asked for."""


class Measured(NamedTuple):
    """``measures`` over all pairs of pages; ``found``, by recipe: the share of copies that are with their article."""

    measures: Measures
    found: dict[str, float]


def measured(made: Sequence[Page], script: Script, source: bool) -> Measured:
    """How well the pages are told in a script."""
    truth = Truth({str(number): page.story for number, page in enumerate(made)})
    report = dedup.cluster(written(made, script, source), workers=1)
    scores = score(report, truth, 0).clusters
    if scores is None:
        raise ValueError("there are no pages")
    story = {member.id: each.id for each in report.stories for member in each.members}
    originals = {page.story: str(number) for number, page in enumerate(made) if page.kind == "original"}
    together: dict[str, list[bool]] = {}
    for number, page in enumerate(made):
        if page.kind not in ("original", "report"):
            ids = str(number), originals[page.story]
            together.setdefault(page.kind, []).append(len({story.get(id, id) for id in ids}) == 1)
    return Measured(scores.pairwise, {kind: sum(flags) / len(flags) for kind, flags in together.items()})


def main(arguments: Sequence[str] | None = None) -> int:
    """Print F1 in each script, and the share of the copies of each kind; 1 if the scripts differ too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=STORIES, help="articles that are copied")
    parser.add_argument("--draws", type=int, default=DRAWS, help="collections of articles, of the keys 1, 2, ...")
    given = parser.parse_args(arguments)
    drawn = [pages(given.stories, seed) for seed in range(1, given.draws + 1)]
    worst = 0.0
    for source in (True, False):
        found = [[measured(made, script(), source) for script in SCRIPTS.values()] for made in drawn]
        print(f"{'with source' if source else 'without':24}" + "".join(f"{name:>10}" for name in SCRIPTS))
        measures = np.array([[each.measures for each in row] for row in found])
        for field, means in zip(Measures._fields, measures.mean(axis=0).T, strict=True):
            print(f"{field:24}" + "".join(f"{mean:10.3f}" for mean in means))
        for recipe in RECIPES:
            means = np.array([[each.found[recipe.name] for each in row] for row in found]).mean(axis=0)
            print(f"{recipe.name:24}" + "".join(f"{mean:10.2f}" for mean in means))
        scores = measures[:, :, Measures._fields.index("f1")]
        print(f"differences of F1 in each draw: {' '.join(f'{spread:.3f}' for spread in np.ptp(scores, axis=1))}")
        worst = max(worst, float(np.ptp(scores.mean(axis=0))))
    print(f"the largest difference of the mean F1 is {worst:.3f}")
    return int(worst > SPREAD)


if __name__ == "__main__":
    raise SystemExit(main())
