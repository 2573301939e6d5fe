"""The vocabulary: array aliases with their shape, dtype and unit, and the records that cross the doors.

Nothing here computes anything. There is a `Document`, and a `Member`, or a `Decision` with an `Event`, for each of
millions of documents, so these are structures, made in a tenth of the time of a frozen dataclass. Arrays are
C-contiguous unless said otherwise; ragged arrays are a pair of flat values and ``offsets`` of shape ``(n + 1,)``, row
``i`` being ``values[offsets[i]:offsets[i + 1]]``.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

Relation = Literal["original", "exact", "reprint", "excerpt", "revision"]
"""What a member is to the canonical document of its story; the canonical document itself is ``original``."""


class Document(msgspec.Struct, frozen=True, gc=False):
    """One article or page as it came in.

    Only ``text`` is needed. ``id`` names it in reports (empty: it gets one from its place), ``source`` is the site or
    feed it came from, ``published`` its time (taken as UTC if it has no zone), ``path`` the file it was read from.
    """

    text: str
    id: str = ""
    title: str = ""
    source: str = ""
    url: str = ""
    published: datetime.datetime | None = None
    path: str = ""


class Member(msgspec.Struct, frozen=True, gc=False):
    """One document in a story: what it is to the canonical document, with the two measures against it.

    ``credit`` is whom its text names as the origin, ``an unnamed source`` if its text says that there is one without a
    name; empty if it credits nobody else than its own source. ``no_article`` says why its text is no article, and so
    nobody's copy; empty for an article.
    """

    id: str
    relation: Relation = "original"
    containment: float = 1.0
    resemblance: float = 1.0
    source: str = ""
    published: datetime.datetime | None = None
    title: str = ""
    path: str = ""
    credit: str = ""
    no_article: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One cluster: a canonical document and its copies, in the order of the canonical rule.

    ``weakest`` is the lowest similarity to the story with which any member was let in, 1.0 for a story of one.
    """

    canonical: Member
    copies: tuple[Member, ...] = ()
    weakest: float = 1.0

    @property
    def id(self) -> str:
        """The story's name: the id of its canonical document."""
        return self.canonical.id

    @property
    def members(self) -> tuple[Member, ...]:
        """The canonical document, then its copies."""
        return (self.canonical, *self.copies)

    @property
    def size(self) -> int:
        """How many documents the story has."""
        return 1 + len(self.copies)


@dataclass(frozen=True, slots=True)
class IndexedStory(Story):
    """A story of an index: ``story`` is its name there, which stays whatever becomes of its documents."""

    story: str = ""


EventKind = Literal["created", "joined", "merged", "split", "canonical_changed", "left"]
"""What can happen to a story of an index."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """What happened to a story of an index. Followed in the order of their numbers, from 1, events give the stories.

    - ``created``: the ``story`` begins, with the ``document``.
    - ``joined``: the ``document`` is in the ``story`` now.
    - ``merged``: all documents of the ``story`` are in the story ``other`` now, which is older and goes on under its
      own name; the first name stands for it from now on.
    - ``split``: the ``document`` has gone from the ``story`` to the story ``other``, which begins if it is new.
    - ``canonical_changed``: the ``document`` leads the ``story`` now, ``other`` did before (empty if that has left).
    - ``left``: the ``document`` was removed, has expired, or has a text now that is none of the ``story``.
    """

    number: int
    kind: EventKind
    story: str
    document: str = ""
    other: str = ""


class Match(msgspec.Struct, frozen=True, gc=False):
    """A document of an index that matches a given one: its id, and the two measures of the pair."""

    id: str
    containment: float
    resemblance: float


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What an index says of a document: which ``story`` it belongs to, and what it is to the ``canonical`` document.

    ``matches`` are the documents that it was found to match, the nearest first; ``events`` what became of stories by
    adding it. For a query the ``story`` is empty where there is none yet, the ``canonical`` one if that is a document
    without an id, and there are no events. ``known`` is whether
    the index had the same text under the same id already, so that nothing has changed.
    """

    id: str
    story: str
    relation: Relation
    canonical: str
    matches: tuple[Match, ...] = ()
    events: tuple[Event, ...] = ()
    known: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """An input that could not be read: the file, the line (from 1) where known, and the reason with its cure."""

    path: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something the user should know though nothing was lost: a cap that was reached, an id that was changed."""

    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage of a run took: ``seconds`` by the clock, and ``processor`` seconds of all processes together.

    ``read`` is the bytes of text that were read in it. As it ended, ``stored`` bytes were in temporary files; until
    then this process had taken ``memory`` bytes at most, and its workers ``workers_memory``, the sum of what each had.
    """

    name: str
    seconds: float
    processor: float
    read: int
    stored: int
    memory: int
    workers_memory: int


@dataclass(frozen=True, slots=True)
class Look:
    """The pairs of one look at all texts.

    Of ``verified`` pairs the shared shingles were counted: of all ``candidates`` and, where stories were put together,
    of some pairs besides; of these ``measured`` in this look, the others in the one before. ``matches`` are verified
    pairs that match, ``rejected`` those that do not.
    """

    candidates: int
    verified: int
    measured: int
    rejected: int
    matches: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What a run took and counted: ``stages`` and ``looks`` in their order, different ``texts``, ``words`` of all
    documents, and how many ``workers`` were at work, this process if there is one."""

    documents: int = 0
    texts: int = 0
    words: int = 0
    workers: int = 1
    stages: tuple[Stage, ...] = ()
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found.

    ``stories`` are those of two documents or more, largest first; ``singletons`` the documents that are nobody's copy,
    in the order of input. ``documents`` counts all that were read, ``inputs`` names what the run was given,
    ``settings`` holds every setting it ran with, ``thresholds`` the hash of the numbers that decided, ``seconds`` how
    long it took and ``stats`` what took how much of it.
    """

    stories: tuple[Story, ...]
    singletons: tuple[Member, ...]
    documents: int
    skipped: tuple[Skip, ...] = ()
    notes: tuple[Note, ...] = ()
    inputs: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    stats: Stats = Stats()
    thresholds: str = ""

    @property
    def copies(self) -> int:
        """How many documents are copies of another one."""
        return sum(len(story.copies) for story in self.stories)

    @property
    def no_articles(self) -> tuple[Member, ...]:
        """The documents whose text is no article: boilerplate alone, a wall, a notice."""
        alone = (story.canonical for story in self.stories if not story.copies)
        return tuple(member for member in (*alone, *self.singletons) if member.no_article)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a user says of a block: that it is ``chrome``, or that it is not, whatever the engine would judge.

    It holds on the pages of the ``source`` of that name, or of every source if that is empty; of two rulings the one
    that names a source has the last word. A block is known by its words: case and punctuation do not matter.
    """

    block: str
    chrome: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Block(Ruling):
    """A block of a source as it was judged. It is a `Ruling` too: given back as it is, it holds.

    It has ``words`` words (What's are two) and stands on ``on_pages`` pages of its source, which belong to ``stories``
    different stories as they were known when it was judged; ``ruled`` if a ruling had the last word.
    """

    words: int = 0
    on_pages: int = 0
    stories: int = 0
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Pages that are known by one name, and the blocks that recur on them, most frequent first.

    Pages that were found to be of one source are called what most of them give as theirs or, if most give none, by the
    id of the first of these. Where several sources have one name they are told as one; only a block that is
    boilerplate in one and not in another is told for each, and all but the largest then have the id of
    their first page behind the name. ``pages`` counts different texts: what was read several times counts once.
    """

    name: str
    pages: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """What a run judged to be boilerplate, and what it did not though it recurs.

    ``sources`` are those with blocks to tell, largest first: blocks that stand on two pages of theirs, are
    boilerplate, or were ruled on. The other fields are those of `Report`.
    """

    sources: tuple[Source, ...]
    documents: int
    skipped: tuple[Skip, ...] = ()
    notes: tuple[Note, ...] = ()
    inputs: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all sources."""
        return tuple(block for source in self.sources for block in source.blocks)
