"""Spun copies: `python benches/related.py`.

Articles have copies in which made-up synonyms stand for a share of their words, drawn evenly from all words but names
and figures, and a third of the sentences is turned round. A row says how many of the copies are found: in the story of
their article, or as its rewrite. Other rewrites are false. First made-up articles and their copies are alone. Then the
articles in English of `corpus/` and their copies stand among 1,000 made-up ones. The last row is the time of the whole
job with ``related`` over the time without it.
"""

import re
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median
from typing import Final, NamedTuple

from measure import options
from synthetic.articles import articles as synthetic
from synthetic.articles import make

import dedup

__all__ = ["RATES", "Row", "articles", "compare", "cost", "spin"]

RATES: Final = {10: 0.98, 20: 0.95, 30: 0.9, 40: 0.6}
"""The share of words that are replaced, in percent -> the least share of copies that are found."""

FALSE: Final = 1_000
"""Documents for one false rewrite at most."""

COST: Final = 1.35
"""The most time with ``related`` over the time without it."""

ALONE: Final = 200
OTHERS: Final = 1_000
DOCUMENTS: Final = 100_000
_ROUNDS: Final = 3
_SOURCES: Final = Path(__file__).parents[1] / "corpus" / "sources" / "articles"
_LEAST: Final = 150
_ENGLISH: Final = re.compile(r"\bthe\b")
_OFTEN: Final = 5
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_TURNED: Final = 1 / 3
_SYLLABLES: Final = "bdfgklmnprstvz", "aeiou"


class Row(NamedTuple):
    """How many of the ``copies`` are ``found`` at a rate, and how many other rewrites a collection has."""

    rate: int
    documents: int
    copies: int
    found: int
    false: int


def articles() -> list[str]:
    """Return the texts of articles in English, without their headers."""
    texts = [path.read_text("utf-8").partition("\n\n")[2].strip() for path in sorted(_SOURCES.glob("*.txt"))]
    return [text for text in texts if len(text.split()) >= _LEAST and len(_ENGLISH.findall(text)) > _OFTEN]


def spin(text: str, rate: float, chance: Random) -> str:
    """Replace a share of the words that are no names and no figures, and turn a third of the sentences round."""
    return " ".join(_spin_sentence(sentence.split(), rate, chance) for sentence in _SENTENCE.split(text))


def _spin_sentence(words: list[str], rate: float, chance: Random) -> str:
    if chance.random() < _TURNED:
        comma = next((place for place, word in enumerate(words[:-1], 1) if word.endswith(",")), len(words) // 2)
        words = words[comma:] + words[:comma]
    return " ".join(_synonym(chance) if word.islower() and chance.random() < rate else word for word in words)


def _synonym(chance: Random) -> str:
    return "".join(chance.choice(letters) for _ in range(chance.randint(2, 4)) for letters in _SYLLABLES)


def compare(texts: Sequence[str], others: Sequence[str], rate: int) -> Row:
    """Return the row of a rate.

    Args:
        texts: the articles.
        others: the other articles of the collection.
        rate: the words that are replaced, in percent.
    """
    chance = Random(rate)
    copies = [spin(text, rate / 100, chance) for text in texts]
    named = [
        (f"{kind} {number}", text)
        for kind, of_kind in (("article", texts), ("copy", copies), ("other", others))
        for number, text in enumerate(of_kind)
    ]
    report = dedup.cluster([{"id": id, "text": text} for id, text in named], related=True, workers=1)
    story = {member.id: story.id for story in report.stories for member in story.members}
    pairs = {frozenset((pair.first, pair.second)) for coverage in report.coverage for pair in coverage.rewrites}
    sides = [[story.get(name, name) for name in (f"article {n}", f"copy {n}")] for n in range(len(texts))]
    right = {frozenset(both) for both in sides}
    found = sum(a == b or frozenset((a, b)) in pairs for a, b in sides)
    return Row(rate, len(named), len(texts), found, len(pairs - right))


def cost(folder: Path, documents: int) -> float:
    """Return the processor time of the whole job with ``related`` over the time without it, the median of rounds."""
    made = make(folder, "lines", documents)
    ratios = []
    for _ in range(_ROUNDS):
        times = []
        for related in (False, True):
            begun = time.process_time()
            dedup.cluster(dedup.read(str(made.documents)), related=related, workers=1)
            times.append(time.process_time() - begun)
        ratios.append(times[1] / times[0])
    return median(ratios)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rows; 1 if a bar is broken."""
    parser = options.parser(__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="made-up articles whose job is timed; 0: none")
    given = parser.parse_args(arguments)
    made_up = [article.body for piece in range(2) for article in synthetic(2 * OTHERS, piece, 0) if article.site < 0]
    sets = ((made_up[:ALONE], ()), (articles(), made_up[:OTHERS]))
    rows = [compare(texts, others, rate) for texts, others in sets for rate in RATES]
    broken = False
    for row in rows:
        print(f"{row.rate} % of the words, {row.documents:,} documents: {row.found} of {row.copies}, {row.false} false")
        broken |= row.found < RATES[row.rate] * row.copies or row.false * FALSE > row.documents
    if given.documents:
        with ExitStack() as stack:
            ratio = cost(options.collections(given.folder, stack), given.documents)
        print(f"{given.documents:,} documents: {ratio:.2f} times as long")
        broken |= ratio > COST
    options.save(given.json, rows)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
