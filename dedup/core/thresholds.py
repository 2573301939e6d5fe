"""Every number that decides which texts belong together, with its meaning, and the hash of all of them.

The rule in sentences is in `dedup/core/README.md`. Each number has its row in the ablation (`benches/ablation.py`). The
share from which two texts are copies is a setting (`Settings.containment`), for a user may choose it.
"""

from dataclasses import fields
from typing import Any, Final

import xxhash

from dedup.settings import Settings

LABEL_WORDS: Final = 8
"""Words of a line up to which the line is a label of its site."""

SHARED_LABELS: Final = 5
"""Labels that two pages of one site have in common, at least."""

LABELS_ALIKE: Final = 0.3
"""Resemblance of the sets of labels of two pages of one site, at least."""

SITE_PAGES: Final = 3
"""Unlike pages of one site on which a block is boilerplate."""

SITE_UNLIKE: Final = 0.5
"""Share of the smaller page below which two pages of one site are unlike."""

ANY_PAGES: Final = 5
"""Unlike pages of any sites on which a block is boilerplate."""

ANY_UNLIKE: Final = 0.3
"""Share of the smaller page below which two pages of any sites are unlike."""

WIDELY: Final = 3
"""Pages that a block counts for at most if its pages name two sources: one text on many sites is no boilerplate."""

PASSAGE_COST: Final = 18
"""Words by which each passage is short."""

BRIDGED_WORDS: Final = 1
"""Words that may stand in place of others within a passage. Two ideographs are one word here."""

FIGURE_COST: Final = 10
"""Words that a replaced figure costs."""

FIGURE_GAP: Final = 8
"""Words between two passages, on either side, up to which a figure there counts as replaced."""

COPIES: Final = next(item.default for item in fields(Settings) if item.name == "containment")
"""Share of the shorter text from which two texts are copies: the default of a setting, which a user may change."""

OWN: Final = 2
"""How many times that share two pages of one site under different headlines need."""

SAID: Final = 0.25
"""Share of the words of a headline that a text says, from which the text belongs to the headline."""

SAID_LETTERS: Final = 4
"""Letters from which a word of a headline counts."""

EXCERPT_WORDS: Final = 8
"""Words from which a text that stands whole in another one is an excerpt."""

DIGEST_COMMON: Final = 0.1
"""Share of the smaller of two places in a digest that may lie in the other place."""

NOTICE_WORDS: Final = 120
"""Words that a notice has at most."""

NOTICE_DENSITY: Final = 25
"""Words of a notice for each of its phrases, at most."""

NOTICE_PHRASES: Final = 2
"""Phrases of a notice, at least."""

ONE: Final = 1 << 32
"""Whole: shares are whole numbers of this unit, so that no order of addition changes a sum."""


def numbers() -> dict[str, Any]:
    """Every number that decides, by its name."""
    return {name: value for name, value in globals().items() if name.isupper() and name != "ONE"}


def fingerprint() -> str:
    """16 hexadecimal digits that change whenever a number does."""
    return xxhash.xxh3_64_hexdigest(
        "\n".join(f"{name}={value!r}" for name, value in sorted(numbers().items())).encode()
    )
