"""Notices: short texts that are mostly phrases of walls, log-in and error pages.

A notice is no article. A text that says its headline is no notice, whatever phrases stand below. The words of the
phrases say nothing there: "Page not found" is the headline of a notice, and its text says so too.
"""

import functools
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, chunks, take_rows
from dedup.core.arrays.sorting import distinct, find
from dedup.core.text.figures import words_of
from dedup.core.text.tables.notice_phrases import NOTICE_PHRASES_TABLE
from dedup.core.thresholds import NOTICE_DENSITY, NOTICE_PHRASES, NOTICE_WORDS, SAID

_TOKENS: Final = 1 << 18
"""Tokens of short texts that are looked at together."""


class _Phrases(NamedTuple):
    """Phrases of so many ``words``: their combined ``hashes``, sorted."""

    words: int
    hashes: Hashes


def find_notices(rests: Ragged, says: Ragged, seed: int) -> npt.NDArray[np.bool_]:
    """Flags of the texts that are notices.

    Args:
        rests: the tokens of n texts without boilerplate, by value (`core.text.figures.by_value`).
        says: the distinct long words of their n headlines, as in `core.text.headlines.Headlines`.
        seed: under which the tokens were hashed.

    Returns:
        ``(n,) bool``: the text has a word and at most `NOTICE_WORDS`, `NOTICE_PHRASES` different phrases, and one for
        each `NOTICE_DENSITY` words; and less than `SAID` of the words of the headline that are in no phrase stand in
        the text, if there are any.
    """
    found = np.zeros(len(rests.bounds), np.bool_)
    lengths = rests.lengths
    short = np.flatnonzero((lengths > 0) & (lengths <= NOTICE_WORDS))
    for first, last in chunks(lengths[short], _TOKENS, short.size):
        rows = short[first:last]
        texts = take_rows(rests, rows)
        phrases = _phrases_in(texts, seed)
        dense = (phrases >= NOTICE_PHRASES) & (phrases * NOTICE_DENSITY >= texts.lengths)
        rows, texts = rows[dense], take_rows(texts, np.flatnonzero(dense))
        found[rows] = ~_said(texts, _beyond_phrases(take_rows(says, rows), seed))
    return found


def _phrases_in(texts: Ragged, seed: int) -> Indices:
    """``(n,)`` how many different phrases stand in each text; texts lie one behind the other."""
    rows = np.arange(len(texts.bounds)).repeat(texts.lengths)
    seen = [np.zeros(0, np.int64)]
    size = len(NOTICE_PHRASES_TABLE)
    for number, phrases in enumerate(_phrases(seed)):
        last = max(0, rows.size - phrases.words + 1)
        inside = rows[:last] == rows[rows.size - last :]
        at, known = find(phrases.hashes, _combined(texts.values, phrases.words))
        here = np.flatnonzero(known & inside)
        seen.append((rows[here] * len(_phrases(seed)) + number) * size + at[here])
    different, _ = distinct(np.concatenate(seen))
    return np.bincount(different // (size * len(_phrases(seed))), minlength=len(texts.bounds))


def _combined(tokens: Hashes, words: int) -> Hashes:
    """One hash for every so many tokens that follow each other."""
    count = max(0, tokens.size - words + 1)
    values = tokens[:count].copy()
    for place in range(1, words):
        values *= multiplier("phrase", 0)
        values += tokens[place : place + count]
    return values


def _beyond_phrases(says: Ragged, seed: int) -> Ragged:
    """The words of each headline that are in no phrase."""
    kept = ~find(_vocabulary(seed), says.values)[1]
    edges = np.append(0, kept.cumsum())
    return Ragged(says.values[kept], edges[says.bounds])


def _said(texts: Ragged, says: Ragged) -> npt.NDArray[np.bool_]:
    """``(n,)`` whether each text says its headline: `SAID` of the words, of which there is one at least."""
    spoken, at = distinct(np.concatenate((texts.values, says.values)))
    rows, asked = (np.arange(len(each.bounds)).repeat(each.lengths) for each in (texts, says))
    pairs = np.sort(rows * spoken.size + at[: rows.size])
    here = find(pairs, asked * spoken.size + at[rows.size :])[1]
    counts = np.bincount(asked[here], minlength=len(says.bounds))
    said: npt.NDArray[np.bool_] = (says.lengths > 0) & (counts >= SAID * says.lengths)
    return said


@functools.cache
def _vocabulary(seed: int) -> Hashes:
    """The words of the phrases in the hash family of ``seed``, rising."""
    return np.unique(words_of(NOTICE_PHRASES_TABLE, seed).values)


@functools.cache
def _phrases(seed: int) -> Sequence[_Phrases]:
    """The phrases in the hash family of ``seed``, by their number of words."""
    words = words_of(NOTICE_PHRASES_TABLE, seed)
    return [
        _Phrases(
            count, np.unique(_combined(take_rows(words, np.flatnonzero(words.lengths == count)).values, count)[::count])
        )
        for count in np.unique(words.lengths).tolist()
    ]
