"""What one look at all documents taught, kept for those to come: bytes in an index, and what they say of new pages."""

from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from dedup.core import knowledge
from dedup.core.knowledge import NOTHING, Knowledge
from dedup.core.pages import Pages
from dedup.engines.judging import Boilerplate
from dedup.engines.messages import Array, decode, encode
from dedup.engines.texts import Texts
from dedup.types import Hashes, Indices

__all__ = ["NOTHING_YET", "Learned", "learned", "remembered"]


class _Kept(msgspec.Struct):
    """`Learned` as a message."""

    marks: Array
    owners: Array
    sizes: Array
    site: Array
    anywhere: Array
    walls: Array
    names: dict[str, int]
    documents: int
    last: int


class Learned(NamedTuple):
    """What is ``known`` of sources, and which of them the documents of some ``names`` are of. A name that was given to
    pages of several sources is that of a collection, and says nothing. It was learned from so many ``documents``, up to
    the ``last`` number."""

    known: Knowledge
    names: dict[str, int]
    documents: int
    last: int

    def judged(self, pages: Pages, names: list[str]) -> tuple[Indices, npt.NDArray[np.bool_]]:
        """``(n,)`` the source of each page, from 0, one of which nothing is known being a source of its own; and
        ``(m,)`` which blocks are chrome. ``names`` are those that the documents give."""
        source = knowledge.sources(self.known, pages)
        named = np.array([self.names.get(name, -1) for name in names], np.int64)
        source = np.where(source < 0, named, source)
        own = self.known.sizes.size + np.arange(source.size)
        return np.where(source < 0, own, source), knowledge.dropped(self.known, pages, source)

    def packed(self) -> bytes:
        """It as bytes."""
        return encode(_Kept(*self.known, self.names, self.documents, self.last))


NOTHING_YET: Final = Learned(NOTHING, {}, 0, 0)
"""What is known when nothing was looked at."""


def learned(texts: Texts, judged: Boilerplate, walls: Hashes, last: int) -> Learned:
    """What is to be kept of what was ``judged`` of these ``texts``, of documents up to the ``last`` number; ``walls``
    ``(w,)`` are the hashes of texts under many headlines."""
    known, sources = knowledge.learn(texts.pages, judged.sites, judged.chrome, judged.anywhere, walls)
    names: dict[str, int] = {}
    for document, source in zip(texts.first.tolist(), sources.tolist(), strict=True):
        name = texts.members[document].source
        names[name] = source if names.get(name, source) == source else -1
    return Learned(
        known, {name: source for name, source in names.items() if name and source >= 0}, len(texts.members), last
    )


def remembered(data: bytes) -> Learned:
    """What `Learned.packed` gave; of no bytes, nothing."""
    if not data:
        return NOTHING_YET
    found = decode(data, _Kept)
    known = Knowledge(found.marks, found.owners, found.sizes, found.site, found.anywhere, found.walls)
    return Learned(known, found.names, found.documents, found.last)
