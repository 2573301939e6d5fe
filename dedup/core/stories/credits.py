"""Lines and heads of texts -> credits: statements that an article is a copy from another newsroom.

A credit is a line or a sentence that is such a statement and nothing else, or a dateline.
`core.stories.credit_patterns` says how credit lines begin. A sentence about sources ("a source said"), about an older
book or paper ("First published in 1897, ..."), or about the page itself ("originally published on 3 March and updated")
is no credit. Some forms have other purposes too: "Source: X" stands under charts, and "(X) -" behind a place may be the
name of the newspaper itself. Such a credit is weak (`Credit.weak`), unless X is a news agency. A weak credit counts
only if the story has a document of the newsroom X, which the caller decides (`core.stories.canonical`).

Few texts are searched: a line is read only if it begins with the words of a credit (`openings`, on arrays), and a head
only if it has a bracket (`read_dateline`).
"""

import functools
import re
import unicodedata
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.sorting import find
from dedup.core.arrays.workspace import Workspace
from dedup.core.stories.credit_patterns import OPENERS, forms
from dedup.core.stories.newsrooms import (
    CLOSING,
    CONNECTING,
    ENDS,
    LONGEST_NAME,
    NOBODY,
    is_agency,
    is_date,
    is_name,
    name_at,
    newsroom,
)
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize

LONGEST: Final = 600
"""Bytes of the longest block that can be a credit."""

HEAD: Final = 1500
"""Characters at the beginning of a text in which a dateline must stand. Pages have menus before the dateline."""

_LONGEST_DATELINE: Final = 70
"""Characters of a dateline before its bracket, at most."""


class Credit(NamedTuple):
    """One credit.

    - ``name``: the name that the credit gives, empty for no name.
    - ``weak``: whether the credit counts only in a story with a document of the newsroom.
    - ``edge``: whether the credit counts only in the head or the tail of an article.
    """

    name: str
    weak: bool = False
    edge: bool = False


class _OpenerHashes(NamedTuple):
    """Hashes of the words of `OPENERS` under one seed.

    - ``sieve`` ``(4096,) bool``: flags of the first words, at their positions from `_sieve_positions`.
    - ``alone``: sorted hashes of the first words that any word may follow.
    - ``pairs``: sorted hashes of first and second words, as from `_hash_pairs`.
    """

    sieve: npt.NDArray[np.bool_]
    alone: Hashes
    pairs: Hashes


@functools.cache
def _hash_openers(seed: int, ascii: bool) -> _OpenerHashes:
    """Hashes `OPENERS`; only its words in ASCII for ``ascii``.

    Folding one letter beyond ASCII loads tables in half a second. English texts do not need the tables.
    """
    openers = [
        (first, [word for word in after.split() if word.isascii() or not ascii], not after)
        for words, after in OPENERS.items()
        for first in words.split()
        if first.isascii() or not ascii
    ]
    sieve = np.zeros(1 << 12, np.bool_)
    sieve[_sieve_positions(_hash_words([first for first, _, _ in openers], seed))] = True
    alone = [first for first, _, any_word in openers if any_word]
    pairs = [(first, second) for first, after, _ in openers for second in after]
    firsts, seconds = (_hash_words([pair[side] for pair in pairs], seed) for side in (0, 1))
    return _OpenerHashes(sieve, np.sort(_hash_words(alone, seed)), np.sort(_hash_pairs(firsts, seconds)))


def _hash_words(words: list[str], seed: int) -> Hashes:
    """The token hash of each word."""
    tokens = tokenize(fold(*encode(words), Workspace()), seed, Workspace())
    return tokens.values[tokens.bounds[:, 0]]


def _hash_pairs(firsts: Hashes, seconds: Hashes) -> Hashes:
    """One hash for each pair of a first and a second word."""
    return firsts ^ (seconds << np.uint64(1))


def _sieve_positions(values: Hashes) -> Indices:
    """Numbers below 2 ** 12 for hashes. A flag at each number excludes most hashes before a search."""
    return ((values * multiplier("sieve", 0)) >> np.uint64(52)).view(np.int64)


def openings(tokens: Ragged, seed: int, ascii: bool) -> Indices:
    """Finds the blocks that begin like a credit.

    Args:
        tokens: a row of tokens for each block, as from `core.text.tokens.tokenize`.
        seed: the seed of the tokens.
        ascii: whether no block has a letter beyond ASCII.

    Returns:
        ``(k,) int64`` rows of ``tokens``, rising.
    """
    if not tokens.values.size:
        return np.zeros(0, np.int64)
    openers = _hash_openers(seed, ascii)
    firsts = tokens.values.take(tokens.bounds[:, 0], mode="clip")  # an empty block has the first word behind it
    rows = openers.sieve.take(_sieve_positions(firsts)).nonzero()[0]
    rows = rows[tokens.lengths[rows] > 0]
    begins = tokens.bounds[rows, 0]
    first, second = tokens.values[begins], tokens.values[np.minimum(begins + 1, tokens.values.size - 1)]
    alone = find(openers.alone, first)[1]
    return rows[alone | ((tokens.lengths[rows] > 1) & find(openers.pairs, _hash_pairs(first, second))[1])]


_LEADING: Final = re.compile(r"^[\W_]+")


@functools.lru_cache(1 << 12)  # pages of one site carry the same line
def read_credit(block: str) -> Credit | None:
    """The credit that a line or a sentence is, or None. The docstring of this module says what a credit is."""
    line = _LEADING.sub("", " ".join(unicodedata.normalize("NFC", block).split()))
    kind, match = next(((kind, match) for kind, form in forms().items() if (match := form.match(line))), (None, None))
    if match is None:
        return None
    name, after, link = name_at(line[match.end() :])
    if kind == "nameless":
        return Credit(name)
    if not name or (kind == "phrase" and after.startswith(",")):
        return None
    if kind in ("label", "via"):
        if newsroom(name) in NOBODY or (kind == "via" and after.strip(ENDS + CLOSING + " ")):
            return None
        return Credit(name, weak=kind == "label" and not (link or is_agency(name)), edge=True)
    return Credit(name)


_NAMED: Final = re.compile(r"\(([^()\n]{2,30})\)\s{0,2}(?:[.:]?\s?[-–—_]|--)")
_LISTED: Final = re.compile("[/,;]")
_PLACE: Final = re.compile(r"(?:^|[\n|])\W*([^\n|]{0,60})$")
_CAPITALS: Final = re.compile(r"\s([^\W\da-z_]{3}[^\W\da-z_ .'’-]*(?:,\s[\w. ]{1,16})?\s)$")


def read_dateline(text: str) -> Credit | None:
    """The credit of the dateline in the head of a text, as in ``LONDON, March 3 (Reuters) -`` or ``Berlin (dpa) -``.

    A place stands alone before the bracket, or with a day behind a comma. Any words may stand before a place in
    capitals. The result is None for a text without a dateline.
    """
    begin = text.find("(", 0, HEAD)  # many times as fast as the pattern, and most texts have no bracket
    for match in _NAMED.finditer(text, begin, HEAD) if begin >= 0 else ():
        begin = match.start()
        name = _LISTED.split(match[1])[0].strip()
        before = ("" if begin <= _LONGEST_DATELINE else "\0") + text[max(begin - _LONGEST_DATELINE, 0) : begin]
        if _ends_in_place(before) and is_name(name) and not is_date(name.split()[:2]):
            return Credit(name, weak=not is_agency(name))
    return None


def _ends_in_place(before: str) -> bool:
    """Whether the last line of ``before`` is the place of a dateline, or ends in a place in capitals.

    The place may be empty.
    """
    line = _PLACE.search(before)
    words = line[1].partition(",")[0].split() if line else []
    if line and len(words) <= LONGEST_NAME and all(is_name(word) or word in CONNECTING for word in words):
        return True
    return _CAPITALS.search(before) is not None
