"""Makes pages of made-up words: an article, a spun copy, another report of the event, and pages of other events."""

import random


def word(name: str, number: int) -> str:
    """Returns a made-up word of letters alone."""
    return name + "".join(chr(ord("a") + int(digit)) for digit in str(number))


COMMON = [word("common", number) for number in range(200)]
"""Words of any page."""


def event_pages(seed: int, others: int = 120) -> list[dict[str, str]]:
    """Returns ``others`` pages of events of their own, and ``article``, ``spun`` and ``report`` of one event.

    In the spun copy 30 % of the words are other ones, and a third of the sentences is turned round. The report has many
    rare words of the article, in its own order, beside rare words of its own.
    """
    source = random.Random(seed)
    article = _sentences(source, "event", 20)
    spun = [_turn(_replace(sentence, source), source) for sentence in article]
    rare = [item for sentence in article for item in sentence if item not in COMMON]
    source.shuffle(rare)
    report = _sentences(source, "report", 12)
    for sentence in report:
        sentence[1:1] = [rare.pop() for _ in range(4)]
    pages = {f"other{number}": _sentences(source, word("word", number) + "x", 20) for number in range(others)}
    pages |= {"article": article, "spun": spun, "report": report}
    items = list(pages.items())
    source.shuffle(items)
    return [{"id": name, "text": " ".join(f"{' '.join(sentence)}." for sentence in page)} for name, page in items]


def _sentences(source: random.Random, name: str, count: int) -> list[list[str]]:
    """Returns sentences of common words and of rare words that begin with a ``name``."""
    rare = iter(range(count * 5))
    return [
        [*source.choices(COMMON, k=6), *(word(name, next(rare)) for _ in range(5)), *source.choices(COMMON, k=4)]
        for _ in range(count)
    ]


def _replace(sentence: list[str], source: random.Random) -> list[str]:
    """Returns a sentence with other words for 30 % of its words."""
    return [f"synonym{item}" if source.random() < 0.3 else item for item in sentence]


def _turn(sentence: list[str], source: random.Random) -> list[str]:
    """Returns a sentence, one time in three with its second half first."""
    half = len(sentence) // 2 if source.random() < 1 / 3 else 0
    return sentence[half:] + sentence[:half]
