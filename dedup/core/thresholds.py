"""All numbers that decide which texts belong together, with their meanings, and the hash of all numbers.

`dedup/core/README.md` explains the rule in sentences. Each number has a row in the ablation (`benches/ablation.py`).
The share from which two texts are copies is a setting (`Settings.containment`), because a user may choose it.
"""

import functools
from dataclasses import fields
from typing import Any, Final

import xxhash

from dedup.settings import Settings

LABEL_WORDS: Final = 8
"""A line of at most this number of words is a label of its site."""

SHARED_LABELS: Final = 5
"""Two pages of one site share at least this number of labels."""

LABELS_ALIKE: Final = 0.3
"""The sets of labels of two pages of one site have at least this resemblance."""

SITE_PAGES: Final = 3
"""A block on at least this number of unlike pages of one site is boilerplate."""

SITE_UNLIKE: Final = 0.5
"""Two pages of one site are unlike if they share less than this share of the smaller page."""

ANY_PAGES: Final = 5
"""A block on at least this number of unlike pages of any sites is boilerplate."""

ANY_UNLIKE: Final = 0.3
"""Two pages of any sites are unlike if they share less than this share of the smaller page."""

WIDELY: Final = 3
"""A block whose pages name two sources counts for at most this number of pages.

The reason: one text on many sites is no boilerplate.
"""

PASSAGE_COST: Final = 18
"""The rule subtracts this number of words from each passage."""

BRIDGED_WORDS: Final = 1
"""At most this number of words may be replaced within a passage. Two ideographs are one word here."""

FIGURE_COST: Final = 10
"""A replaced figure costs this number of words."""

FIGURE_GAP: Final = 8
"""A figure between two passages counts as replaced if each side has at most this number of words there."""

COPIES: Final = next(item.default for item in fields(Settings) if item.name == "containment")
"""Two texts are copies from this share of the shorter text on.

It is the default of a setting that a user may change.
"""

OWN: Final = 2
"""Two pages of one site under different headlines need this multiple of the share."""

SAID: Final = 0.25
"""A text belongs to a headline if it has at least this share of the words of the headline."""

SAID_LETTERS: Final = 4
"""A word of a headline counts if it has at least this number of letters."""

EXCERPT_WORDS: Final = 8
"""A text that stands whole in another text is an excerpt if it has at least this number of words."""

DIGEST_COMMON: Final = 0.1
"""The two places in a digest may share at most this share of the smaller place."""

NOTICE_WORDS: Final = 120
"""A notice has at most this number of words."""

NOTICE_DENSITY: Final = 25
"""A notice has at most this number of words for each of its phrases."""

NOTICE_PHRASES: Final = 2
"""A notice has at least this number of phrases."""

URL_WORDS: Final = 60
"""A text of at most this number of words is a version of the page at its address, whatever it says.

It is an item of a feed: its headline may join it to an item of another site.
"""

HEADLINE_WORDS: Final = 8
"""A headline of fewer words joins two items only if their texts share a shingle."""

HEADLINE_HOURS: Final = 72
"""A headline joins two items that are published at most this number of hours apart."""

SITE_LETTERS: Final = 30
"""The name of a site at the end of a headline, behind a dash or a bar, has at most this number of characters."""

ONE: Final = 1 << 32
"""The share of 100 %. Shares are whole numbers of this unit, so that no order of addition changes a sum."""


_NAMES: Final = sorted(name for name in globals() if name.isupper() and name != "ONE")


def numbers() -> dict[str, Any]:
    """Return all numbers that decide, by their names."""
    return {name: globals()[name] for name in _NAMES}


def fingerprint() -> str:
    """Return 16 hexadecimal digits that change with every number."""
    return _hash_lines(*numbers().items())


@functools.lru_cache(2)
def _hash_lines(*numbers: tuple[str, Any]) -> str:
    """Return the hash of one line for each number. An index asks for the same hash at each document."""
    return xxhash.xxh3_64_hexdigest("\n".join(f"{name}={value!r}" for name, value in numbers).encode())
