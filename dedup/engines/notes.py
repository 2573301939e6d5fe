"""Notes on the bounds that a job reached, and on its settings."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.related.numbers import LEAST_TEXTS
from dedup.core.stories.clustering import MAX_COMPONENT
from dedup.results import Report, named_copies
from dedup.types import Note, Ruling

_FEW: Final = 3
"""Rulings that a note names."""

_QUOTED: Final = 60
"""Characters of a block that a note quotes."""


def note_new_ids(count: int, example: str = "") -> list[Note]:
    """Return a note on the ids that got a number, ``count`` of them. ``example`` is one of the new ids."""
    if not count:
        return []
    what = "1 id was" if count == 1 else f"{count:,} ids were"
    such = f", such as {example!r}" if example else ""
    return [Note("ids", f"{what} used before and got a number{such}; give each document its own id")]


def note_mended(count: int) -> tuple[Note, ...]:
    """Return a note on the texts that lost misprints, ``count`` of them."""
    if not count:
        return ()
    look, their = ("text looks", "its") if count == 1 else ("texts look", "their")
    reason = f"{count:,} {look} scanned: {their} misprints were read as the words that other copies have"
    return (Note("reading", reason),)


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


def note_missing_sources(prefer: Sequence[str], present: Collection[int]) -> list[Note]:
    """Return a note on each preferred source that none of the documents has. ``present`` has the numbers of others."""
    return [
        Note("prefer", f"no document is of the source {name!r}; name it as the documents do")
        for number, name in enumerate(prefer)
        if number not in present
    ]


def note_unused_rulings(rulings: Sequence[Ruling], used: Collection[int]) -> tuple[Note, ...]:
    """Return a note on the rulings that hold nowhere. ``used`` has the numbers of the others."""
    unused = [ruling for number, ruling in enumerate(rulings) if number not in used]
    if not unused:
        return ()
    what = "1 ruling holds" if len(unused) == 1 else f"{len(unused):,} rulings hold"
    named = ", ".join(_quote(ruling) for ruling in unused[:_FEW])
    more = f" and {len(unused) - _FEW:,} more" if len(unused) > _FEW else ""
    cure = "give blocks and sources as dedup boilerplate prints them"
    reason = f"{what} nowhere, for no such block stands on a page of its source; {cure}: {named}{more}"
    return (Note("boilerplate", reason),)


def _quote(ruling: Ruling) -> str:
    block = repr(ruling.block if len(ruling.block) <= _QUOTED else f"{ruling.block[: _QUOTED - 1]}…")
    return f"{block} of {ruling.source!r}" if ruling.source else block


def with_unnamed_copies(report: Report) -> Report:
    """Return the report, with a note if `Report.drop_ids` cannot name all copies. The note on ids, if any, has it."""
    count = report.copies - len(named_copies(report))
    if not count:
        return report
    what = "1 copy that has" if count == 1 else f"{count:,} copies that have"
    reason = f"drop_ids() leaves out {what} no id, or the id of a document that stays"
    others = [note for note in report.notes if note.about != "ids"]
    reasons = [note.reason for note in report.notes if note.about == "ids"]
    return replace(report, notes=(Note("ids", "; ".join((*reasons, reason))), *others))


def note_few_texts(count: int) -> list[Note]:
    """Return a note on a collection of a ``count`` of articles that is too small to tell rare words; 0 for none."""
    if not count:
        return []
    what = "1 article is" if count == 1 else f"{count:,} articles are"
    return [Note("coverage", f"{what} too few to tell which words are rare: from {LEAST_TEXTS} on there is coverage")]
