"""One text and its headline -> whether the text is a notice, in plain lists."""

import functools
from collections.abc import Sequence

from dedup.core.text.reference.figures import words
from dedup.core.text.tables.notice_phrases import NOTICE_PHRASES_TABLE
from dedup.core.thresholds import NOTICE_DENSITY, NOTICE_PHRASES, NOTICE_WORDS, SAID


def is_notice(text: Sequence[int], says: Sequence[int], seed: int) -> bool:
    """Whether a text is a notice.

    Args:
        text: the token hashes of the text without boilerplate, by value.
        says: the hashes of the long words of its headline.
        seed: the key of the hashes.
    """
    if not 0 < len(text) <= NOTICE_WORDS:
        return False
    phrases = phrases_of(seed)
    runs = {
        tuple(text[start : start + size])
        for size in {len(phrase) for phrase in phrases}
        for start in range(len(text) - size + 1)
    }
    count = len(runs & phrases)
    many = count >= NOTICE_PHRASES and count * NOTICE_DENSITY >= len(text)
    telling = [word for word in says if all(word not in phrase for phrase in phrases)]
    says_headline = bool(telling) and sum(word in text for word in telling) >= SAID * len(telling)
    return many and not says_headline


@functools.cache
def phrases_of(seed: int) -> set[tuple[int, ...]]:
    """Return the phrases as token hashes."""
    return {tuple(words(phrase, seed)) for phrase in NOTICE_PHRASES_TABLE}
