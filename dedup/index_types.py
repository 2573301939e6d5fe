"""The records that users of an index give and get. `dedup.types` says why most of them are msgspec structures."""

import datetime
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

EventKind = Literal["created", "joined", "merged", "split", "canonical_changed", "replaced", "left"]
"""The kinds of events of a story of an index. `Event` explains each kind."""

Reason = Literal["", "new", "same", "version", "text", "article", "by hand", "url", "headline", "remembered"]
"""Why an index takes a document for new or for a copy. The first of the reasons that hold is the reason.

- ``new``: the document begins its story.
- ``same``: a document of the story has the same words.
- ``version``: the index has another text under this id.
- ``text``: the whole texts match, boilerplate included.
- ``article``: the two articles match, without boilerplate.
- ``by hand``: a person says that the document is of the story.
- ``url``: the addresses are those of one page.
- ``headline``: the headlines are the same.
- ``remembered``: a document that is forgotten matches.

The reason is empty for a text that is no article.
"""


@dataclass(frozen=True, slots=True, repr=False)
class IndexedStory(Story):
    """A story of an index. ``story`` is its name in the index. The name stays when documents come and go."""

    story: str = ""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One change of a story of an index.

    Events have numbers from 1. A reader who applies all events in the order of their numbers gets the stories. A text
    that is no article is in a story too, which its decision does not name. The decisions have the events that documents
    cause. Events of an expiry, a removal or a review are in no decision.

    - ``created``: the ``story`` begins, with the ``document``.
    - ``joined``: the ``document`` is in the ``story`` now.
    - ``merged``: all documents of the ``story`` are in the story ``other`` now. The story ``other`` is older and keeps
      its name. The name of the ``story`` stands for the story ``other`` from now on.
    - ``split``: the ``document`` moved from the ``story`` to the story ``other``, which begins with it if it is new.
    - ``canonical_changed``: the ``document`` is the canonical document of the ``story`` now, because the earlier one
      has left the story, or because the ``story`` began by a split with another document.
    - ``replaced``: the ``document`` took the lead of the ``story`` from the document ``other``, when it came: its
      source is preferred, or the text of ``other`` credits it by name.
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

    A query has no events. A query has an empty ``story`` if adding the document would begin one, and an empty
    ``canonical`` if the canonical document has no id.

    A document that comes again gets the decision of its first time, with the ``story`` and the ``canonical`` of now.

    Attributes:
        id: the id of the document.
        story: the name of the story of the document.
        relation: the relation of the document to ``duplicate_of``. A document that is new is ``original``.
        canonical: the id of the canonical document of the story now. It is not ``duplicate_of`` if the document has
            taken the lead.
        matches: the documents that match, the nearest first.
        events: all changes of stories that the document causes, those of a story that it leaves included.
        known: whether the index has this text under this id, and does not change, or remembers it.
        is_new: whether the document began its story when it was first added.
        duplicate_of: the id of the document that led the story when the document came. It is empty for a new one, and
            for a remembered leader that comes again.
        first_seen: when the first document of the story was added; None for no story.
        seen: the number of documents of the story until this one, with it and with forgotten documents. A document and
            its revisions count once.
        reason: why the document is new or a copy.
        cold: whether the evidence may be boilerplate, because too few pages of a site are known.
        replaced: the id of the document from which the document took the lead of the story, or empty.
        no_article: the reason why the text is no article, or empty. A text that is no article is not new and no copy.
        stale: whether the document is an older version of what the index has under its id. Then nothing changes.
    """

    id: str
    story: str
    relation: Relation
    canonical: str
    matches: tuple[Match, ...] = ()
    events: tuple[Event, ...] = ()
    known: bool = False
    is_new: bool = False
    duplicate_of: str = ""
    first_seen: datetime.datetime | None = None
    seen: int = 0
    reason: Reason = ""
    cold: bool = False
    replaced: str = ""
    no_article: str = ""
    stale: bool = False
