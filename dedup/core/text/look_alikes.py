"""Words in which letters of other scripts stand for letters that look alike, written in one script again.

A word is read by its skeleton, as UTS 39 of Unicode has it: by what a reader sees of its letters.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from dedup.core.text.tables.look_alike_letters import LOOK_ALIKES, SCRIPTS

_WORD: Final = re.compile(r"[^\W\d_]+")


class _Script(NamedTuple):
    """Patterns for a letter of the script and for one of any other; what to write for those, for `str.translate`."""

    own: re.Pattern[str]
    other: re.Pattern[str]
    table: dict[int, str]


def in_one_script(text: str) -> str:
    """``text`` with its words in the script of most letters, where letters of other scripts look like those.

    Only words are changed in which every letter of another script has a counterpart, and only in a text that has a
    word in which letters of two scripts stand side by side: words of another language stay.
    """
    if not _scripts()[0].other.search(text):  # all letters are Latin
        return text
    script = max(_scripts(), key=lambda script: len(script.own.findall(text)))
    foreign = [word for word in set(_WORD.findall(text)) if script.other.search(word)]
    changed = {word: mended for word in foreign if not script.other.search(mended := word.translate(script.table))}
    if not any(map(_mixes, changed)):
        return text
    return _WORD.sub(lambda word: changed.get(word.group(), word.group()), text)


def _mixes(word: str) -> bool:
    """Whether letters of two scripts stand side by side."""
    scripts = [
        next((number for number, some in enumerate(_scripts()) if some.own.match(letter)), -1) for letter in word
    ]
    return any(one != other and min(one, other) >= 0 for one, other in pairwise(scripts))


@functools.cache
def _scripts() -> Sequence[_Script]:
    """The scripts that have look-alikes."""
    return [
        _Script(
            re.compile(f"[{_letters(spans)}]"),
            re.compile(f"[{''.join(_letters(others) for other, others in SCRIPTS.items() if other != name)}]"),
            _table(spans),
        )
        for name, spans in SCRIPTS.items()
    ]


def _letters(spans: Sequence[tuple[int, int]]) -> str:
    """The code points as a class of a pattern."""
    return "".join(f"{chr(low)}-{chr(high - 1)}" for low, high in spans)


def _table(spans: Sequence[tuple[int, int]]) -> dict[int, str]:
    """What to write for letters of other scripts in the script of these code points; accents are left out."""
    table: dict[int, str] = {}
    for latin, alike in LOOK_ALIKES.items():
        letters = latin + alike
        mine = [letter for letter in letters if any(low <= ord(letter) < high for low, high in spans)]
        table |= {ord(letter): mine[0] for letter in letters if mine and letter not in mine}
    for point in (point for some in SCRIPTS.values() for low, high in some for point in range(low, high)):
        plain = ord(unicodedata.normalize("NFD", chr(point))[0])
        if plain in table:
            table.setdefault(point, table[plain])
    return table
