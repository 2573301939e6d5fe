"""Different words of two texts -> the kind of the difference, for the eye of a reader. No rule uses it."""

import functools
import re
from typing import Final, Literal

from dedup.core.text.characters.folds import rewrite
from dedup.core.text.tables.marked_words import CAPITAL_DATES, DATES, NEGATIONS
from dedup.core.text.tables.number_words import NUMBER_WORDS

DifferenceKind = Literal["figure", "name", "date", "negation", "words"]
"""The kind of a difference. Of several kinds a date goes first, then a figure, a negation, a name."""

_WORD: Final = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_DATE: Final = re.compile(r"\d{4}-\d\d?(-\d\d?)?|\d\d?[./]\d\d?[./]\d{2,4}|\d\d?:\d\d")
_DAYS: Final = 31


def kind_of(a: str, b: str, beside: str) -> DifferenceKind:
    """Return the kind of a difference.

    Args:
        a: the words of one text.
        b: the words of the other text.
        beside: the word before these words and the word behind them.
    """
    words = _WORD.findall(a), _WORD.findall(b)
    plain = tuple(_fold_words(of_side) for of_side in words)
    figures = tuple([word for word in of_side if word[0].isdigit() or word in _number_words()] for of_side in plain)
    if _are_dates((a, b), words, figures, _WORD.findall(beside)):
        return "date"
    if sorted(figures[0]) != sorted(figures[1]):
        return "figure"
    if ({*plain[0]} ^ {*plain[1]}) & _words_of(NEGATIONS):
        return "negation"
    names = tuple(sorted(word for word in of_side if word[0].isupper()) for of_side in words)
    return "name" if names[0] != names[1] else "words"


def _are_dates(
    texts: tuple[str, str], words: tuple[list[str], ...], figures: tuple[list[str], ...], beside: list[str]
) -> bool:
    """Return whether one side has a date, or days of a month whose name stands beside them."""
    if any(_DATE.search(text) for text in texts) or any(map(_have_date, words)):
        return True
    days = all(len(of_side) == 1 and of_side[0].isdecimal() and int(of_side[0]) <= _DAYS for of_side in figures)
    return days and _have_date(beside)


def _have_date(words: list[str]) -> bool:
    """Return whether one of the words is the name of a month or of a day of the week."""
    capital = [word for word in words if word[0].isupper()]
    return bool({*_fold_words(words)} & _words_of(DATES) or {*_fold_words(capital)} & _words_of(CAPITAL_DATES))


def _fold_words(words: list[str]) -> list[str]:
    """Return words without case and accents."""
    return [rewrite(word).lower() for word in words]


@functools.cache
def _words_of(table: str) -> frozenset[str]:
    """Return the words of a table, folded."""
    return frozenset(_fold_words(table.split()))


@functools.cache
def _number_words() -> frozenset[str]:
    """Return the words that stand for figures."""
    return frozenset(word for words in NUMBER_WORDS.values() for word in words.split())
