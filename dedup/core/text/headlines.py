"""Titles -> headlines: one hash for the whole title, the hashes of its long words, and the keys of items of feeds."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, bounds_of
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.cleaning import clean_texts
from dedup.core.text.figures import by_value, is_figure
from dedup.core.text.folded_text import PADDING, Folded
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.core.thresholds import HEADLINE_WORDS, SAID_LETTERS, SITE_LETTERS

_TITLES: Final = 1 << 12
"""Titles that are hashed together."""

_BYTE_BITS: Final = 8

_SITE_NAME: Final = re.compile(rf"(?s)(.*\S)\s+[|\u2013\u2014-]\s+\S.{{,{SITE_LETTERS - 1}}}")
"""A title with the name of a site at its end, behind a dash or a bar."""

_IS_LONG: Final = np.uint64(1)
"""The bit of a headline key that says that the headline has `HEADLINE_WORDS` words or more."""


class Headlines(NamedTuple):
    """The headlines of ``n`` titles.

    - ``hashes`` ``(n,) uint64``: the hash of each title as one block (`core.text.block_hashes`), 0 for a title without
      words.
    - ``says``: the distinct hashes of the words of each title that have `SAID_LETTERS` letters or digits or more, each
      row rising.
    """

    hashes: Hashes
    says: Ragged


def make_headlines(titles: Sequence[str], seed: int) -> Headlines:
    """Clean the titles, and return their headlines. Figures and number words count by their value.

    Raises `InputError` for a title that is not Unicode.
    """
    if not any(titles):  # many collections have no titles
        return Headlines(
            np.zeros(len(titles), np.uint64), Ragged(np.zeros(0, np.uint64), np.zeros((len(titles), 2), np.int64))
        )
    workspace = Workspace()
    hashes, says, lengths = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for first in range(0, len(titles), _TITLES):
        tokens, letters = _read_titles(titles[first : first + _TITLES], first, seed, workspace)
        hashes.append(block_hashes(tokens, seed))
        values, counts = _long_words(tokens, letters)
        says.append(values)
        lengths.append(counts)
    return Headlines(np.concatenate(hashes), Ragged(np.concatenate(says), bounds_of(np.concatenate(lengths))))


def _read_titles(titles: Sequence[str], first: int, seed: int, workspace: Workspace) -> tuple[Ragged, Indices]:
    """Return the tokens of titles, figures by their value, and ``(t,)`` the characters of each token as it came.

    ``first`` is the number of the first title, for messages.
    """
    clean = clean_texts(titles, first)
    folded = fold(clean.buffer, clean.offsets, workspace, figures=True)
    tokens = tokenize(folded, seed, workspace)
    letters = _count_letters(folded)
    by_value(tokens.values, seed)
    return tokens, letters


def headline_keys(titles: Sequence[str], seed: int) -> Hashes:
    """Return ``(n,)`` the key of each title as the headline of an item, 0 for a title without words.

    Titles that differ in case, marks, punctuation, or in the name of a site at their end, have one key.
    `is_long_headline` reads from a key whether the headline is long.

    Raises:
        InputError: a title is not Unicode.
    """
    workspace, headlines = Workspace(), [np.zeros(0, np.uint64)]
    for first in range(0, len(titles), _TITLES):
        named = [(_SITE_NAME.fullmatch(title.strip()), title) for title in titles[first : first + _TITLES]]
        tokens = _read_titles([match[1] if match else title for match, title in named], first, seed, workspace)[0]
        keys = block_hashes(tokens, seed) | _IS_LONG
        keys[tokens.lengths < HEADLINE_WORDS] ^= _IS_LONG
        keys[tokens.lengths == 0] = 0
        headlines.append(keys)
    return np.concatenate(headlines)


def is_long_headline(keys: Hashes) -> Flags:
    """Return ``(n,)`` whether the headline of each of the ``keys`` ``(n,)`` has `HEADLINE_WORDS` words or more."""
    long: Flags = (keys & _IS_LONG) != 0
    return long


def _count_letters(folded: Folded) -> Indices:
    """``(t,) int64`` the number of characters of each token."""
    size = folded.buffer.size - PADDING
    inside = folded.inside[: size + 1]
    starts = np.flatnonzero(inside & ~np.concatenate(([False], inside[:-1])))
    firsts = ((folded.buffer[:size] & 0xC0) != 0x80) & inside[:size]
    if not starts.size:
        return starts
    counts: Indices = np.add.reduceat(firsts, starts, dtype=np.int64)
    return counts


def _long_words(tokens: Ragged, letters: Indices) -> tuple[Hashes, Indices]:
    """Return the distinct long words of each row, rising, one row behind the other; and their number in each row.

    A number word has the length of its digits.
    """
    figures = is_figure(tokens.values)
    long = np.where(figures, tokens.values >> np.uint64(_BYTE_BITS * (SAID_LETTERS - 1)) > 0, letters >= SAID_LETTERS)
    rows = np.arange(len(tokens.bounds)).repeat(tokens.lengths)
    values, rows = tokens.values[long], rows[long]
    order = np.lexsort((values, rows))
    values, rows = values[order], rows[order]
    new = first_of_equals(rows) | first_of_equals(values)
    return values[new], np.bincount(rows[new], minlength=len(tokens.bounds))
