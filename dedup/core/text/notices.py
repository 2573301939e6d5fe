"""Texts and headlines -> which texts are notices: short texts that are mostly phrases of walls, log-in and error pages.

A notice is no article. A text that says the words of its headline is no notice, with any number of phrases. The words
of the phrases do not count there: a notice with the headline "Page not found" has these words in its text too.
"""

import functools
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, chunks, take_rows
from dedup.core.arrays.sorting import distinct, find, rising
from dedup.core.text.figures import words_of
from dedup.core.text.tables.notice_phrases import NOTICE_PHRASES_TABLE
from dedup.core.thresholds import NOTICE_DENSITY, NOTICE_PHRASES, NOTICE_WORDS, SAID

_TOKENS: Final = 1 << 18
"""Tokens of short texts that are searched together."""


class _Phrases(NamedTuple):
    """The phrases of one length: the number of their ``words``, and their combined ``hashes``, sorted."""

    words: int
    hashes: Hashes


def find_notices(texts: Ragged, says: Ragged, seed: int) -> npt.NDArray[np.bool_]:
    """Find the texts that are notices.

    A notice has one word or more and at most `NOTICE_WORDS`. It has `NOTICE_PHRASES` different phrases or more, and one
    phrase for each `NOTICE_DENSITY` words. Of the words of its headline that are in no phrase, less than the share
    `SAID` stand in its text, or there are no such words.

    Args:
        texts: the tokens of ``n`` texts without boilerplate, by value (`core.text.figures.by_value`).
        says: the distinct long words of their ``n`` headlines, as in `core.text.headlines.Headlines`.
        seed: the key of the token hashes.

    Returns:
        ``(n,) bool``: whether each text is a notice.
    """
    notices = np.zeros(len(texts.bounds), np.bool_)
    lengths = texts.lengths
    short = ((lengths > 0) & (lengths <= NOTICE_WORDS)).nonzero()[0]
    for first, last in chunks(lengths[short], _TOKENS, short.size):
        rows = short[first:last]
        short_texts = take_rows(texts, rows)
        phrases = _count_phrases(short_texts, seed)
        dense = (phrases >= NOTICE_PHRASES) & (phrases * NOTICE_DENSITY >= short_texts.lengths)
        rows, dense_texts = rows[dense], take_rows(short_texts, dense.nonzero()[0])
        notices[rows] = ~_say_headline(dense_texts, _without_phrase_words(take_rows(says, rows), seed))
    return notices


def _count_phrases(texts: Ragged, seed: int) -> Indices:
    """``(n,)`` the number of different phrases in each text. ``texts`` lie one behind the other."""
    rows = np.arange(len(texts.bounds)).repeat(texts.lengths)
    occurrences = [np.zeros(0, np.int64)]
    size = len(NOTICE_PHRASES_TABLE)
    for number, phrases in enumerate(_phrases(seed)):
        last = max(0, rows.size - phrases.words + 1)
        in_one_text = rows[:last] == rows[rows.size - last :]
        phrase_numbers, is_phrase = find(phrases.hashes, _combine(texts.values, phrases.words))
        starts = (is_phrase & in_one_text).nonzero()[0]
        occurrences.append((rows[starts] * len(_phrases(seed)) + number) * size + phrase_numbers[starts])
    different, _ = distinct(np.concatenate(occurrences))
    return np.bincount(different // (size * len(_phrases(seed))), minlength=len(texts.bounds))


def _combine(tokens: Hashes, words: int) -> Hashes:
    """Return one hash for every run of ``words`` tokens."""
    count = max(0, tokens.size - words + 1)
    values = tokens[:count].copy()
    for step in range(1, words):
        values *= multiplier("phrase", 0)
        values += tokens[step : step + count]
    return values


def _without_phrase_words(says: Ragged, seed: int) -> Ragged:
    """Return the words of each headline that are in no phrase."""
    keep = ~find(_vocabulary(seed), says.values)[1]
    edges = np.append(0, keep.cumsum())
    return Ragged(says.values[keep], edges[says.bounds])


def _say_headline(texts: Ragged, says: Ragged) -> npt.NDArray[np.bool_]:
    """``(n,)`` whether each text has the share `SAID` of the words of its headline, which has one word or more."""
    words, numbers = distinct(np.concatenate((texts.values, says.values)))
    text_rows, says_rows = (np.arange(len(ragged.bounds)).repeat(ragged.lengths) for ragged in (texts, says))
    pairs = np.sort(text_rows * words.size + numbers[: text_rows.size])
    in_text = find(pairs, says_rows * words.size + numbers[text_rows.size :])[1]
    counts = np.bincount(says_rows[in_text], minlength=len(says.bounds))
    say: npt.NDArray[np.bool_] = (says.lengths > 0) & (counts >= SAID * says.lengths)
    return say


@functools.cache
def _vocabulary(seed: int) -> Hashes:
    """Return the words of the phrases in the hash family of ``seed``, rising."""
    return rising(words_of(NOTICE_PHRASES_TABLE, seed).values)


@functools.cache
def _phrases(seed: int) -> Sequence[_Phrases]:
    """Return the phrases in the hash family of ``seed``, by their number of words."""
    words = words_of(NOTICE_PHRASES_TABLE, seed)
    return [
        _Phrases(
            count, rising(_combine(take_rows(words, (words.lengths == count).nonzero()[0]).values, count)[::count])
        )
        for count in rising(words.lengths).tolist()
    ]
