"""A text with look-alike letters of other scripts -> the text with each word in one script.

A word is read as a reader sees its letters: by its skeleton, as UTS 39 of Unicode defines it.
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
    """A script that has look-alikes.

    - ``native``: a pattern for a letter of the script.
    - ``foreign``: a pattern for a letter of any other script.
    - ``table``: letters of other scripts -> letters of the script, for `str.translate`.
    """

    native: re.Pattern[str]
    foreign: re.Pattern[str]
    table: dict[int, str]


def in_one_script(text: str) -> str:
    """Write words with look-alike letters of other scripts in the script of most letters of ``text``.

    A word changes only if every letter of another script has a counterpart. Words change only in a text that has a
    word with letters of two scripts side by side. So words of another language stay.
    """
    if not _scripts()[0].foreign.search(text):  # all letters are Latin
        return text
    script = max(_scripts(), key=lambda script: len(script.native.findall(text)))
    foreign = [word for word in set(_WORD.findall(text)) if script.foreign.search(word)]
    changed = {word: plain for word in foreign if not script.foreign.search(plain := word.translate(script.table))}
    if not any(map(_mixes, changed)):
        return text
    return _WORD.sub(lambda word: changed.get(word.group(), word.group()), text)


def _mixes(word: str) -> bool:
    """Whether letters of two scripts stand side by side."""
    scripts = [
        next((number for number, script in enumerate(_scripts()) if script.native.match(letter)), -1) for letter in word
    ]
    return any(before != behind and min(before, behind) >= 0 for before, behind in pairwise(scripts))


@functools.cache
def _scripts() -> Sequence[_Script]:
    """Return the scripts that have look-alikes."""
    return [
        _Script(
            re.compile(f"[{_letter_class(spans)}]"),
            re.compile(f"[{''.join(_letter_class(SCRIPTS[other]) for other in SCRIPTS if other != name)}]"),
            _translation(spans),
        )
        for name, spans in SCRIPTS.items()
    ]


def _letter_class(spans: Sequence[tuple[int, int]]) -> str:
    """Return the code points as a character class of a pattern."""
    return "".join(f"{chr(low)}-{chr(high - 1)}" for low, high in spans)


def _translation(spans: Sequence[tuple[int, int]]) -> dict[int, str]:
    """Map letters of other scripts to the letters of the script of these code points. Accents are left out."""
    table: dict[int, str] = {}
    for latin, alike in LOOK_ALIKES.items():
        letters = latin + alike
        native = [letter for letter in letters if any(low <= ord(letter) < high for low, high in spans)]
        table |= {ord(letter): native[0] for letter in letters if native and letter not in native}
    for point in (point for script in SCRIPTS.values() for low, high in script for point in range(low, high)):
        plain = ord(unicodedata.normalize("NFD", chr(point))[0])
        if plain in table:
            table.setdefault(point, table[plain])
    return table
