"""All numbers that decide which stories are related, with their meanings. They change no story.

The lane has few numbers, and each has a row in an ablation on labelled sets: rewrites at three levels, chains of
stories, articles with made-up synonyms, and daily figures in one wording.
"""

from typing import Final

from dedup.core.thresholds import ONE

LEAST_TEXTS: Final = 50
"""A collection, or a language, of fewer texts does not tell which terms are rare. Nothing is related there."""

COMMON_SHARE: Final = 10
"""One in this number of the tokens of a text is a term that about all texts of its language have."""

SAMPLE: Final = 4096
"""About this number of texts tells which terms are rare. All texts of a smaller collection do."""

RARE_SHARE: Final = 50
"""A term is rare if at most one text in this number has the term."""

RARE_TEXTS: Final = 8
"""A term of at most this number of texts is rare, also in a small collection."""

RELATED: Final = ONE // 4
"""Two texts are related from this cosine on, in units of 1 / `ONE`."""

RELATED_TERMS: Final = 8
"""Two related texts share at least this number of rare terms."""

REWRITE: Final = ONE // 2
"""Two related texts are rewrites from this ordered containment on, in units of 1 / `ONE`.

The containment is the product of the two vectors over the square of the lighter one: made-up synonyms in one text do
not count against it. The ordered containment is the containment times the share of the common rare terms that come in
one order in both texts.
"""

REWRITE_TERMS: Final = 20
"""A rewrite shares at least this number of rare terms with the other text. Daily figures in one wording share fewer."""

REWRITE_FIGURES: Final = 2
"""A rewrite has at least one in this number of the rare figures of the text that has fewer."""

SERIES_FIGURES: Final = 4
"""Two texts in one wording are of one series, and not of one event, if both have at least this number of rare figures
and they are no rewrites for their figures alone: daily figures, earnings, draws of a lottery.
"""

EVENT_DAYS: Final = 14
"""Two texts that are published more than this number of days apart are of one event only from `LATER` on."""

LATER: Final = ONE // 2
"""The cosine, in units of 1 / `ONE`, from which two texts are of one event, whatever their times."""
