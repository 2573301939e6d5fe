"""The records that users of the package give and get.

Nothing here computes anything. A program makes a `Document` for each of millions of documents, and a `Member` where it
asks for one. Therefore these records are msgspec structures: Python makes one in a tenth of the time of a frozen
dataclass. Records of an index stand in `dedup.index_types`, aliases of arrays in `dedup.array_types`.
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
        canonical_url: the address that the page declares as canonical. An address at another site is a credit.
        syndicated_from: the address or the name of the original that the page declares. It is a credit.
        publisher: the publisher that the page declares. It is a credit in a story with a document of that newsroom.
        author: the names of the authors, with commas between them.
        language: the language that the page declares, as in ``de-AT``.
        modified: the time of the last change.
    """

    text: str
    id: str = ""
    title: str = ""
    source: str = ""
    url: str = ""
    published: datetime.datetime | None = None
    path: str = ""
    canonical_url: str = ""
    syndicated_from: str = ""
    publisher: str = ""
    author: str = ""
    language: str = ""
    modified: datetime.datetime | None = None


class Member(msgspec.Struct, frozen=True, gc=False):
    """One document of a story. `Document` explains ``id``, ``source``, ``published``, ``title`` and ``path``.

    Attributes:
        relation: the relation of the document to the canonical document.
        containment: shared shingles of the document and the canonical document, over the shingles of the smaller.
        resemblance: the Jaccard coefficient of the shingles of the document and of the canonical document.
        credit: the origin that the text or its page names. It is ``an unnamed source`` for an origin without a name,
            and empty if only its own source is credited.
        no_article: the reason why the text is no article, and so no copy. It is empty for an article.
        home: the source, else the host of the address, else the name of the folder. Sources are counted by it. A report
            in JSON does not have it.
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
    home: str = ""


def _folder_name(path: str) -> str:
    """The name of the folder of a file, as `core.stories.document_credits` has it."""
    return path.rpartition("/")[0].rpartition("/")[2]


class Rewrite(msgspec.Struct, frozen=True, gc=False):
    """Two stories of one coverage: the text of one is made of the text of the other.

    ``first`` and ``second`` are the ids of their canonical documents. ``score`` is the cosine of their rare words.
    """

    first: str
    second: str
    score: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Stories that report one event in words of their own. They are no copies of each other.

    Attributes:
        stories: the ids of the canonical documents, in the canonical order.
        score: the lowest average cosine of a story to the others, by rare words.
        rewrites: the pairs of these stories of which one is a rewrite of the other.
    """

    stories: tuple[str, ...]
    score: float
    rewrites: tuple[Rewrite, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Story:
    """A canonical document and its copies, in the order of the canonical rule.

    ``weakest`` is the lowest similarity with which a member joined the story. It is 1.0 for a story of one document.
    ``opening`` is the first line of the canonical document that is no boilerplate, of a story without any title.
    """

    canonical: Member
    copies: tuple[Member, ...] = ()
    weakest: float = 1.0
    opening: str = field(default="", kw_only=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r}, copies={len(self.copies)}, weakest={self.weakest:.4g})"

    @property
    def id(self) -> str:
        """The id of the canonical document. It names the story."""
        return self.canonical.id

    @property
    def title(self) -> str:
        """The title of the canonical document, or of the first copy that has a title, or the opening of the story."""
        return next((member.title for member in self.members if member.title), self.opening)

    @property
    def sources(self) -> set[str]:
        """The different sources of the members, without case, outer spaces and a leading ``www.``."""
        names = (member.home or member.source or _folder_name(member.path) for member in self.members)
        return {name.strip().casefold().removeprefix("www.") for name in names if name}

    @property
    def members(self) -> tuple[Member, ...]:
        """The canonical document, then its copies."""
        return (self.canonical, *self.copies)

    @property
    def size(self) -> int:
        """The number of documents of the story."""
        return 1 + len(self.copies)


@dataclass(frozen=True, slots=True)
class Skip:
    """Inputs, ``count`` of them, that the job did not read for one reason: the first one's file and line (from 1)."""

    path: str
    reason: str
    line: int | None = None
    count: int = 1


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


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """Pages of one site, and the blocks that recur on the pages.

    The engine groups pages to sites. A site has the name of the source that most of its pages give. If most pages give
    no source, the id of the first such page is the name.

    Attributes:
        name: the name of the source.
        pages: the number of different texts. Several pages of one text count once.
        blocks: the blocks that recur, the most frequent first.
    """

    name: str
    pages: int
    blocks: tuple[Block, ...]

    def __repr__(self) -> str:
        return f"Source(name={self.name!r}, pages={self.pages}, blocks={len(self.blocks)})"


@dataclass(frozen=True, slots=True, repr=False)
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

    def __repr__(self) -> str:
        return f"Boilerplate(documents={self.documents}, sources={len(self.sources)}, blocks={len(self.blocks)})"

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all sources."""
        return tuple(block for source in self.sources for block in source.blocks)
