"""The answers of a service that are no decisions on lines, to the records of an index."""

from typing import Final

import msgspec

from dedup.comparison_types import Comparison
from dedup.index_types import Decision, IndexedStory
from dedup.types import Member

DECISION: Final = msgspec.json.Decoder(Decision)
NAME: Final = msgspec.json.Decoder(dict[str, str])
PAIR_EVENTS: Final = msgspec.json.Decoder(dict[str, int])
COMPARISON: Final = msgspec.json.Decoder(Comparison)


class _ReviewState(msgspec.Struct, frozen=True):
    """Whether a review is under way, and the error of the last one."""

    running: bool
    error: str


class _StoryRow(msgspec.Struct, frozen=True):
    """A story with its keys in a report, as far as they make an `IndexedStory`. A member has no ``home``."""

    story: str
    weakest: float
    members: tuple[Member, ...]


REVIEW: Final = msgspec.json.Decoder(_ReviewState)
_STORY: Final = msgspec.json.Decoder(_StoryRow)


def to_story(line: bytes) -> IndexedStory:
    """Returns the story of a line of JSON."""
    row = _STORY.decode(line)
    return IndexedStory(row.members[0], row.members[1:], row.weakest, row.story)
