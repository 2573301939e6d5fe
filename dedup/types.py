"""The records that users of the package give and get.

Nothing here computes anything. A job makes a `Document` and a `Member`, or a `Decision` with an `Event`, for each of
millions of documents. Therefore these records are msgspec structures: Python makes one in a tenth of the time of a
frozen dataclass. Array aliases stand in `dedup.array_types`.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

Relation = Literal["original", "exact", "reprint", "excerpt", "revision"]
"""The relation of a member to the canonical document of its story. The canonical document itself is ``original``."""


class Document(msgspec.Struct, frozen=True, gc=False):
    """One article or page as it came in. Only ``text`` is required.

    Attributes:
        text: the text of the document.
        id: names the document in reports. If it is empty, the place of the document gives an id.
        title: the headline.
        source: the site or feed that the document gives as its origin.
        url: the address of the document.
        published: the time of publication. A time without a zone is UTC.
        path: the file of the document.
    """

    text: str
    id: str = ""
    title: str = ""
    source: str = ""
    url: str = ""
    published: datetime.datetime | None = None
    path: str = ""


class Member(msgspec.Struct, frozen=True, gc=False):
    """One document of a story. `Document` explains ``id``, ``source``, ``published``, ``title`` and ``path``.

    Attributes:
        relation: the relation of the document to the canonical document.
        containment: shared shingles of the document and the canonical document, over the shingles of the smaller.
        resemblance: the Jaccard coefficient of the shingles of the document and of the canonical document.
        credit: the origin that the text names. It is ``an unnamed source`` if the text has an origin without a name,
            and empty if the text credits only its own source.
        no_article: the reason why the text is no article, and so no copy. It is empty for an article.
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
    """A canonical document and its copies, in the order of the canonical rule.

    ``weakest`` is the lowest similarity with which a member joined the story. It is 1.0 for a story of one document.
    """

    canonical: Member
    copies: tuple[Member, ...] = ()
    weakest: float = 1.0

    @property
    def id(self) -> str:
        """The id of the canonical document. It names the story."""
        return self.canonical.id

    @property
    def members(self) -> tuple[Member, ...]:
        """The canonical document, then its copies."""
        return (self.canonical, *self.copies)

    @property
    def size(self) -> int:
        """The number of documents of the story."""
        return 1 + len(self.copies)


@dataclass(frozen=True, slots=True)
class IndexedStory(Story):
    """A story of an index. ``story`` is its name in the index. The name stays when documents come and go."""

    story: str = ""


IdRule = Literal["path", "url", "hash", "typed"]
"""How an index names a document without an id of its own.

- ``path``: by the path of its file from the folder that holds the index.
- ``url``: by its address; without an address, by the path.
- ``hash``: by a hash of its text.
- ``typed``: by the path of its file as typed, as in indexes of format 3 and before.
"""


EventKind = Literal["created", "joined", "merged", "split", "canonical_changed", "left"]
"""The kinds of events of a story of an index. `Event` explains each kind."""


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


@dataclass(frozen=True, slots=True)
class Skip:
    """An input that the job did not read: the file, the line (from 1) if known, and the reason with its cure."""

    path: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A message about a job that lost nothing: for example, a limit that it reached or an id that it changed."""

    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Time and memory of one stage of a job.

    Attributes:
        seconds: seconds by the clock.
        processor: seconds of processor time of all processes together.
        read: bytes of text that the stage read.
        stored: bytes in temporary files at the end of the stage.
        memory: the largest number of bytes that this process had in memory until the end of the stage.
        workers_memory: the sum of the largest numbers of bytes that each worker had in memory.
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
    """Counts of pairs in one pass over all texts.

    Attributes:
        candidates: pairs that share a key.
        verified: pairs whose shared shingles were counted: all candidates, and some pairs that the clustering needs.
        measured: verified pairs that this pass counted. An earlier pass counted the other ones.
        rejected: verified pairs that do not match.
        matches: verified pairs that match.
    """

    candidates: int
    verified: int
    measured: int
    rejected: int
    matches: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts, times and memory of a job.

    Attributes:
        texts: the number of different texts.
        words: the number of words of all documents.
        workers: the number of processes that did the work. It is 1 if this process did it alone.
        stages: time and memory of the stages, in their order.
        looks: counts of pairs of the passes over all texts, in their order.
    """

    documents: int = 0
    texts: int = 0
    words: int = 0
    workers: int = 1
    stages: tuple[Stage, ...] = ()
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a job.

    Attributes:
        stories: the stories of two documents or more, the largest first.
        singletons: the documents that are in none of these stories, in the order of input.
        skipped: the inputs that the job did not read.
        notes: messages of the job.
        inputs: the names of the inputs.
        settings: all settings of the job, by their names.
        seconds: seconds of the job by the clock.
        stats: counts, times and memory of the job.
        thresholds: the hash of the numbers that decide.
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
        """The number of documents that are copies of another document."""
        return sum(len(story.copies) for story in self.stories)

    @property
    def no_articles(self) -> tuple[Member, ...]:
        """The documents whose text is no article: only boilerplate, a paywall, or a notice."""
        alone = (story.canonical for story in self.stories if not story.copies)
        return tuple(member for member in (*alone, *self.singletons) if member.no_article)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision of a user that a block is boilerplate, or that it is not. It overrides the decision of the engine.

    A ruling that names a source overrides a ruling that names none.

    Attributes:
        block: the text of the block. Only its words count: case and punctuation do not matter.
        chrome: whether the block is boilerplate.
        source: the name of the source whose pages the ruling concerns. If it is empty, the ruling concerns all sources.
    """

    block: str
    chrome: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Block(Ruling):
    """A block of a source with the decision of the engine. A block is a `Ruling` too: a user can give it back as one.

    Attributes:
        words: the number of words. ``What's`` has two words.
        on_pages: the number of pages of the source that have the block.
        stories: the number of different stories of these pages, at the time of the decision.
        ruled: whether a ruling of the user decided.
    """

    words: int = 0
    on_pages: int = 0
    stories: int = 0
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Pages of one name, and the blocks that recur on the pages.

    The engine groups pages to sites. A site has the name of the source that most of its pages give. If most pages give
    no source, the id of the first such page is the name. Several sites of one name are one source here. Only a block
    that is boilerplate on one of these sites and not on another stands in a source for each site. Then all names except
    that of the largest site end with the id of the first page.

    Attributes:
        name: the name of the source.
        pages: the number of different texts. Several pages of one text count once.
        blocks: the blocks that recur, the most frequent first.
    """

    name: str
    pages: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """The blocks that recur, with the decision for each whether it is boilerplate.

    ``sources`` are the sources that have blocks to report, the largest first. A block is reported if it stands on two
    pages of the source, if it is boilerplate, or if the user gave a ruling. `Report` explains the other fields.
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
