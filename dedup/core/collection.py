"""The documents and the different texts of a job, as arrays: the record that the stages of a job share."""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.pairs.decision import ARTICLE, NOTHING, Reasons
from dedup.core.sites.pages import Pages
from dedup.core.stories.credits import Credit
from dedup.core.stories.decision import document_reasons
from dedup.core.stories.url_versions import Versions
from dedup.types import Member, Note

NO_TEXT = -1
"""The text of a document without a word: such a document is no copy."""


class Collection(NamedTuple):
    """``n`` documents that have ``t`` different texts.

    A text is a sequence of tokens that one source prints under one headline. Texts have the order of their first
    documents, by `core.stories.order.canonical_order`, so that nothing depends on the order of input.

    - ``members``: the documents without their texts.
    - ``text`` ``(n,) int64``: the text of each document, or `NO_TEXT`.
    - ``lengths`` ``(n,) int64``: the tokens of each document.
    - ``contents`` ``(n,) uint64``: the fingerprint of the tokens of each document.
    - ``fingerprints`` ``(n,) uint64``: the fingerprint of the text of each document.
    - ``urls`` ``(n,) uint64``: the key of the address of each document, 0 for none.
    - ``times`` ``(n,) int64``: the time of each document, as in `core.stories.order.canonical_order`.
    - ``by_id`` ``(n,) int64``: the rank of the id of each document.
    - ``first`` ``(t,) int64``: the first document of each text.
    - ``rows`` ``(t,) int64``: the row of each text in the spill file of tokens.
    - ``pages``: the blocks, sources and headlines of the texts.
    - ``says``: the hashes of the words of each headline, a row a text.
    - ``sources``, ``homes``: as in `core.stories.document_credits`, one a document.
    - ``credits``: the credits of the documents that have credits.
    - ``notes``: which texts were repaired.
    """

    members: list[Member]
    text: Indices
    lengths: Indices
    contents: Hashes
    fingerprints: Hashes
    urls: Hashes
    times: Indices
    by_id: Indices
    first: Indices
    rows: Indices
    pages: Pages
    says: Ragged
    sources: list[str]
    homes: list[str]
    credits: dict[int, tuple[Credit, ...]]
    notes: tuple[Note, ...]

    def versions(self, reasons: Reasons, boilerplate: Flags) -> Versions:
        """Return the documents as versions of pages. A notice and a wall are no versions.

        Args:
            reasons: ``(t,)`` why each text is no article.
            boilerplate: ``(m,)`` which blocks of the texts are left out.
        """
        if not self.urls.any():
            return Versions(self.urls, self.text, np.zeros_like(self.text))
        of_documents = document_reasons(self.text, reasons)
        is_version = (of_documents == ARTICLE) | (of_documents == NOTHING)
        words = np.append(self.pages.article_words(boilerplate), 0)[self.text]  # `NO_TEXT` takes the last number
        return Versions(np.where(is_version, self.urls, np.uint64(0)), self.text, words)

    def first_members(self) -> list[Member]:
        """Return the first document of each text, in the order of the texts."""
        return [self.members[document] for document in self.first.tolist()]
