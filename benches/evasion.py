"""Edits that are meant to hide a copy: `python benches/evasion.py`.

Twenty articles of `corpus/` stand among copies of them. Each row has one edit, which is made to a copy of each article.
The row says how many of the copies are in the story of their article, and no other article with them. A reader does not
see the edits of the first part, or sees the same words: all of these copies must be found. A reader sees the edits of
the second part.
"""

import html
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from measure import options

import dedup

__all__ = ["SEEN", "UNSEEN", "Row", "articles", "measure"]

ARTICLES: Final = 20
_SOURCES: Final = Path(__file__).parents[1] / "corpus" / "sources" / "articles"
_WORDS: Final = range(200, 700)
_ENGLISH: Final = re.compile(r"\bthe\b")
_OFTEN: Final = 5
_WORD: Final = re.compile(r"[a-zA-Z]{4,}")
_SENTENCE: Final = re.compile(r"(?<=[.!?]) +")

Edit = Callable[[str, Random], str]
"""A text and a source of chance -> the edited text; a page of HTML if it begins with ``<``."""


class Row(NamedTuple):
    """An edit by its name, and how many copies of how many are ``found`` as copies of their articles alone."""

    edit: str
    found: int
    copies: int


def articles() -> list[str]:
    """Return the texts of articles in English, without their headers."""
    texts = [path.read_text("utf-8").partition("\n\n")[2].strip() for path in sorted(_SOURCES.glob("*.txt"))]
    return [text for text in texts if len(text.split()) in _WORDS and len(_ENGLISH.findall(text)) > _OFTEN][:ARTICLES]


def _in_words(marks: str) -> Edit:
    """Put one of the marks into each word of four letters or more."""
    return lambda text, chance: _WORD.sub(lambda word: word[0][:2] + chance.choice(marks) + word[0][2:], text)


def _letters(table: dict[str, str], whole: bool = False) -> Edit:
    """Replace the first letter of each word that has a look-alike, or all of them."""
    letters = re.compile(f"[{''.join(table)}]")
    return lambda text, _: re.sub(
        r"[a-zA-Z]{2,}", lambda word: letters.sub(lambda letter: table[letter[0]], word[0], 0 if whole else 1), text
    )


def _alphabet(small: int, capital: int) -> dict[str, str]:
    """Return letters of another alphabet, which begins at these code points, by the letters a to z and A to Z."""
    pairs = ((ord("a"), small), (ord("A"), capital))
    return {chr(first + place): chr(other + place) for first, other in pairs for place in range(26)}


def _hidden(mark: str) -> Edit:
    """Put made-up words that a page hides behind each third word; ``mark`` opens their element."""
    tag = mark.strip("<>").split()[0]

    def edit(text: str, chance: Random) -> str:
        body = ""
        for line in filter(None, text.split("\n")):
            words = html.escape(line).split()
            parts = (" ".join(words[place : place + 3]) for place in range(0, len(words), 3))
            body += f"<p>{' '.join(f'{part} {mark}{_sentence(chance, 3)}</{tag}>' for part in parts)}</p>"
        return body

    return edit


def _in_page(change: Edit, head: str = "") -> Edit:
    """Put a changed text into a page."""

    def edit(text: str, chance: Random) -> str:
        body = change(text, chance)
        return f"<html><head><title>t</title>{head}</head><body><article>{body}</article></body></html>"

    return edit


def _word(chance: Random) -> str:
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))


def _sentence(chance: Random, count: int) -> str:
    return " ".join(_word(chance) for _ in range(count)).capitalize() + "."


def _changed(distance: int) -> Edit:
    """Change each n-th word."""

    def edit(text: str, chance: Random) -> str:
        pieces = re.split(r"(\s+)", text)
        for place in range(2 * chance.randrange(distance), len(pieces), 2 * distance):
            pieces[place] = _word(chance)
        return "".join(pieces)

    return edit


def _between(distance: int) -> Edit:
    """Put a made-up sentence of twelve words behind each n-th sentence."""

    def edit(text: str, chance: Random) -> str:
        lines = [_SENTENCE.split(line) for line in text.split("\n")]
        place = 0
        for line in lines:
            for index, sentence in enumerate(line):
                place += bool(sentence)
                if sentence and place % distance == 0:
                    line[index] = f"{sentence} {_sentence(chance, 12)}"
        return "\n".join(map(" ".join, lines))

    return edit


def _reversed(text: str, _chance: Random) -> str:
    return "\n".join(reversed(text.split("\n")))


def _typography(text: str, _chance: Random) -> str:
    return text.replace('"', "\u201e").replace("'", "\u2019").replace(" - ", "\u2014").replace("-", "\u2011")


def _entities(text: str, _chance: Random) -> str:
    return "".join(f"&#{ord(letter)};" if letter.isalpha() else letter for letter in text)


def _spaces(text: str, chance: Random) -> str:
    return re.sub(" ", lambda _: chance.choice(("\u00a0", "\u2009", "\u3000", "  ", "\t")), text)


_HIDING: Final = {
    "hidden": "<span hidden>",
    "display:none": "<span style='display:none'>",
    "visibility:hidden": "<span style='visibility:hidden'>",
    "opacity:0": "<span style='opacity:0'>",
    "font-size:0": "<span style='font-size:0'>",
    "zero clip": "<span style='position:absolute;clip:rect(0,0,0,0)'>",
    "zero size": "<span style='display:inline-block;height:0;overflow:hidden'>",
    "off the screen": "<span style='position:absolute;left:-9999px'>",
    "transparent": "<span style='color:transparent'>",
    "template": "<template>",
    "noscript": "<noscript>",
    "closed dialog": "<dialog>",
}

UNSEEN: Final[dict[str, Edit]] = {
    "soft hyphens": _in_words("\u00ad"),
    "zero-width spaces and joiners": _in_words("\u200b\u200c\u200d\u2060\ufeff"),
    "combining grapheme joiners": _in_words("\u034f"),
    "marks of direction": _in_words("\u061c\u200e\u200f\u202a\u202e\u2066\u2069"),
    "variation selectors": _in_words("\ufe00\ufe0f\U000e0100\U000e01ef\u180b"),
    "tags": _in_words("\U000e0001\U000e0061\U000e007f"),
    "fillers": _in_words("\u115f\u1160\u3164\uffa0"),
    "other ignorable characters": _in_words("\u17b4\u180e\u2061\u2065\u206f\ufff0\U0001bca0\U0001d173\U000e0fff"),
    "one Cyrillic letter a word": _letters(dict(zip("aceopxyi", "асеорхуі", strict=True))),
    "one Greek letter a word": _letters(dict(zip("ovABEHIKMNOPTXYZ", "ονΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", strict=True))),
    "all Cyrillic letters that look alike": _letters(dict(zip("aceopxyi", "асеорхуі", strict=True)), whole=True),
    "one fullwidth letter a word": _letters(_alphabet(0xFF41, 0xFF21)),
    "one mathematical letter a word": _letters(_alphabet(0x1D5BA, 0x1D5A0)),
    "fullwidth words": _letters(_alphabet(0xFF41, 0xFF21), whole=True),
    "mathematical words": _letters(_alphabet(0x1D5BA, 0x1D5A0), whole=True),
    "entities": _entities,
    "other quotes and dashes": _typography,
    "other spaces": _spaces,
    "capitals": lambda text, _: text.upper(),
    **{f"hidden text: {name}": _in_page(_hidden(mark)) for name, mark in _HIDING.items()},
    "hidden text: rule of the page": _in_page(_hidden("<span class=x>"), "<style>.x{display:none}</style>"),
    **{f"hidden text of a row: {name}": _hidden(mark) for name, mark in _HIDING.items() if "dialog" not in mark},
}
"""Edits that a reader does not see, or that leave each word as it is."""

SEEN: Final[dict[str, Edit]] = {
    **{f"one word in {distance} changed": _changed(distance) for distance in (20, 10, 5, 3)},
    **{f"made-up sentence behind each {count} sentences": _between(count) for count in (4, 2, 1)},
    "paragraphs in reverse order": _reversed,
}
"""Edits that a reader sees."""


def measure(edits: dict[str, Edit], texts: Sequence[str]) -> list[Row]:
    """Return a row an edit."""
    rows = []
    for name, edit in edits.items():
        chance = Random(name)
        copies = [edit(text, chance) for text in texts]
        documents: list[dict[str, Any]] = [{"id": f"article {n}", "text": text} for n, text in enumerate(texts)]
        for number, copy in enumerate(copies):
            documents.append({"id": f"copy {number}", ("html" if copy.startswith("<html") else "text"): copy})
        report = dedup.cluster(documents, workers=1)
        stories = [{member.id for member in story.members} for story in report.stories]
        found = sum({f"article {n}", f"copy {n}"} in stories for n in range(len(texts)))
        rows.append(Row(name, found, len(texts)))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rows; 1 if an edit that no reader sees hides a copy."""
    parser = options.parser(__doc__, folder=False)
    chosen = parser.parse_args(arguments)
    texts = articles()
    hidden, seen = measure(UNSEEN, texts), measure(SEEN, texts)
    for row in (*hidden, *seen):
        print(f"{row.edit:45}{row.found:4} of {row.copies}")
    options.save(chosen.json, [*hidden, *seen])
    return int(any(row.found < row.copies for row in hidden))


if __name__ == "__main__":
    sys.exit(main())
