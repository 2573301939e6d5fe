"""The records that users of an index give and get. `dedup.types` says why most of them are msgspec structures."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from dedup.types import Relation, Story

IdRule = Literal["path", "url", "hash", "typed"]
"""How an index names a document without an id of its own.

- ``path``: by the path of its file from the folder that holds the index.
- ``url``: by its address; without an address, by the path.
- ``hash``: by a hash of its text.
- ``typed``: by the path of its file as typed, as in indexes of format 3 and before.
"""

EventKind = Literal["created", "joined", "merged", "split", "canonical_changed", "left"]
"""The kinds of events of a story of an index. `Event` explains each kind."""


@dataclass(frozen=True, slots=True, repr=False)
class IndexedStory(Story):
    """A story of an index. ``story`` is its name in the index. The name stays when documents come and go."""

    story: str = ""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One change of a story of an index.

    Events have numbers from 1. A reader who applies all events in the order of their numbers gets the stories.

    - ``created``: the ``story`` begins, with the ``document``.
    - ``joined``: the ``document`` is in the ``story`` now.
    - ``merged``: all documents of the ``story`` are in the story ``other`` now. The story ``other`` is older and keeps
      its name. The name of the ``story`` stands for the story ``other`` from now on.
    - ``split``: the ``document`` moved from the ``story`` to the story ``other``, which begins if it is new.
    - ``canonical_changed``: the ``document`` is the canonical document of the ``story`` now. ``other`` was before it,
      and is empty if the earlier canonical document left the story.
    - ``left``: a user removed the ``document``, the ``document`` expired, or its new text does not belong to the
      ``story``.
    """

    number: int
    kind: EventKind
    story: str
    document: str = ""
    other: str = ""


class Match(msgspec.Struct, frozen=True, gc=False):
    """A document of an index that matches a document: its ``id``, and the two measures of the pair."""

    id: str
    containment: float
    resemblance: float


class Decision(msgspec.Struct, frozen=True, gc=False):
    """The answer of an index for one document.

    A query has no events. A query has an empty ``story`` if its matches have no story yet, and an empty ``canonical``
    if the canonical document has no id.

    Attributes:
        id: the id of the document.
        story: the name of the story of the document.
        relation: the relation of the document to the canonical document.
        canonical: the id of the canonical document of the story.
        matches: the documents that match, the nearest first.
        events: the changes of stories that the document causes.
        known: whether the index had this text under this id before. Then the index does not change.
    """

    id: str
    story: str
    relation: Relation
    canonical: str
    matches: tuple[Match, ...] = ()
    events: tuple[Event, ...] = ()
    known: bool = False
