"""Notices, text by text, in plain lists."""

import functools
from collections.abc import Sequence

from dedup.core.text.reference.figures import words
from dedup.core.text.tables.notice_phrases import NOTICE_PHRASES_TABLE
from dedup.core.thresholds import NOTICE_DENSITY, NOTICE_PHRASES, NOTICE_WORDS, SAID


def is_notice(rest: Sequence[int], says: Sequence[int], seed: int) -> bool:
    """Whether a text of these tokens, under a headline that says these, is a notice."""
    if not 0 < len(rest) <= NOTICE_WORDS:
        return False
    phrases = phrases_of(seed)
    found = {
        tuple(rest[start : start + size])
        for size in {len(phrase) for phrase in phrases}
        for start in range(len(rest) - size + 1)
    }
    count = len(found & phrases)
    beyond = [word for word in says if all(word not in phrase for phrase in phrases)]
    said = bool(beyond) and sum(word in rest for word in beyond) >= SAID * len(beyond)
    return count >= NOTICE_PHRASES and count * NOTICE_DENSITY >= len(rest) and not said


@functools.cache
def phrases_of(seed: int) -> set[tuple[int, ...]]:
    """The phrases as token hashes."""
    return {tuple(words(phrase, seed)) for phrase in NOTICE_PHRASES_TABLE}
