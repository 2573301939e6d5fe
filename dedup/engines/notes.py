"""Notes on the bounds that a job reached, and on its settings."""

from collections.abc import Iterable

from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.stories.canonical import missing_sources
from dedup.core.stories.clustering import MAX_COMPONENT
from dedup.types import Note


def note_oversized(count: int, largest: int, max_bucket: int) -> list[Note]:
    """Return a note on oversized buckets.

    Args:
        count: the number of oversized buckets.
        largest: the texts of the largest one.
        max_bucket: the setting.
    """
    if not count:
        return []
    reason = (
        f"{count:,} buckets held more than {max_bucket} texts, the largest {largest:,}; they were compared with "
        f"{REPRESENTATIVES} representatives each (max_bucket)"
    )
    return [Note("candidates", reason)]


def note_large_stories(split: int, uncut: int) -> list[Note]:
    """Return notes on components that were cut, ``split`` of them, and on their parts that stayed as large."""
    notes = []
    if split:
        reason = f"{split:,} groups of linked texts had more than {MAX_COMPONENT}; they were cut around typical texts"
        notes.append(Note("stories", reason))
    if uncut:
        notes.append(Note("stories", f"{uncut:,} of their parts stayed as large: all match one text in it"))
    return notes


def note_live_addresses(count: int) -> list[Note]:
    """Return a note on the addresses that show unlike texts."""
    if not count:
        return []
    what = "1 address shows" if count == 1 else f"{count:,} addresses show"
    return [Note("addresses", f"{what} unlike texts: a front page or a live address; such texts stay apart")]


def note_missing_sources(homes: Iterable[str], prefer: tuple[str, ...]) -> list[Note]:
    """Return a note on each preferred source that none of the documents has."""
    return [
        Note("prefer", f"no document is of the source {name!r}; name it as the documents do")
        for name in missing_sources(homes, prefer)
    ]
