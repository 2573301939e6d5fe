"""The documents and the different texts of a job, as arrays: the record that the stages of a job share."""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Fingerprints, Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.sorting import find
from dedup.core.items.headlines import Items
from dedup.core.pairs.decision import Reasons, may_be_versions
from dedup.core.sites.pages import Pages
from dedup.core.stories.credits import Credit
from dedup.core.stories.decision import document_reasons
from dedup.core.stories.url_versions import Versions
from dedup.members import Members
from dedup.types import Note

NO_TEXT = -1
"""The text of a document without a word: such a document is no copy."""


class Collection(NamedTuple):
    """``n`` documents that have ``t`` different texts.

    A text is a sequence of tokens that one source prints under one headline. Texts have the order of their first
    documents, by `core.stories.order.canonical_order`, so that nothing depends on the order of input.

    - ``members``: the documents without their texts.
    - ``text`` ``(n,) int64``: the text of each document, or `NO_TEXT`.
    - ``lengths`` ``(n,) int64``: the tokens of each document.
    - ``contents``, ``contents_high`` ``(n,) uint64``: the lower and the upper half of the fingerprint of the words of
      each document.
    - ``prints`` ``(n,) uint64``: a key of the words, the headline and the source of each document.
    - ``urls`` ``(n,) uint64``: the key of the address of each document, 0 for none.
    - ``item_headlines``, ``item_sites`` ``(n,) uint64``: the keys of headline and site of each document, as in
      `core.items.headlines.Items`.
    - ``times`` ``(n,) int64``: the time of each document, as in `core.stories.order.canonical_order`.
    - ``by_id`` ``(n,) int64``: the rank of the id of each document.
    - ``first`` ``(t,) int64``: the first document of each text.
    - ``rows`` ``(t,) int64``: the row of each text in the spill file of tokens.
    - ``pages``: the blocks, sources and headlines of the texts.
    - ``says``: the hashes of the words of each headline, a row a text.
    - ``sources`` ``(n,) int64``: the number of the source of each document, or of the host of its address; negative for
      neither. Spellings that `core.stories.newsrooms.plain` makes equal have one number.
    - ``credits``: the credits of the documents that have credits.
    - ``notes``: which texts were repaired.
    """

    members: Members
    text: Indices
    lengths: Indices
    contents: Hashes
    contents_high: Hashes
    prints: Hashes
    urls: Hashes
    item_headlines: Hashes
    item_sites: Hashes
    times: Indices
    by_id: Indices
    first: Indices
    rows: Indices
    pages: Pages
    says: Ragged
    sources: Indices
    credits: dict[int, tuple[Credit, ...]]
    notes: tuple[Note, ...]

    @property
    def fingerprints(self) -> Fingerprints:
        """``(n,)`` the fingerprint of the text of each document: of words, headline and source."""
        return join_fingerprints(self.prints, self.contents, self.contents_high)

    def versions(self, reasons: Reasons, boilerplate: Flags) -> Versions:
        """Return the documents as versions of pages. A notice and a wall are no versions.

        Args:
            reasons: ``(t,)`` why each text is no article.
            boilerplate: ``(m,)`` which blocks of the texts are left out.
        """
        if not (self.urls.any() or self.item_headlines.any()):
            return Versions(self.urls, self.text, np.zeros_like(self.text))
        words = np.append(self.pages.article_words(boilerplate), 0)[self.text]  # `NO_TEXT` takes the last number
        return Versions(
            np.where(may_be_versions(document_reasons(self.text, reasons)), self.urls, np.uint64(0)), self.text, words
        )

    def items(self, reasons: Reasons) -> Items:
        """Return the documents as items of feeds. A notice and a wall join no others.

        Args:
            reasons: ``(t,)`` why each text is no article.
        """
        joins = may_be_versions(document_reasons(self.text, reasons))
        return Items(self.item_headlines, self.item_sites, self.urls, self.times, self.text, joins)

    def under_headlines(self, keys: Hashes) -> "Collection":
        """Return the collection without the headlines of items whose keys are not among ``keys``, rising."""
        return self._replace(item_headlines=np.where(find(keys, self.item_headlines)[1], self.item_headlines, 0))

    def in_groups(self, groups: Indices) -> "Collection":
        """Return the collection in which documents of two ``groups`` ``(n,)`` share no address and no headline."""
        if not groups.any():
            return self
        marks = (groups.astype(np.uint64) * multiplier("page", 0)) << np.uint64(
            1
        )  # `is_long_headline` asks the last bit
        urls, headlines = (np.where(keys > 0, keys ^ marks, 0) for keys in (self.urls, self.item_headlines))
        return self._replace(urls=urls, item_headlines=headlines)


def join_fingerprints(prints: Hashes, contents: Hashes, contents_high: Hashes) -> Fingerprints:
    """Return one number for the keys of each of ``n`` documents.

    Args:
        prints: ``(n,)`` the lowest 64 bits: a key of words, headline and source.
        contents: ``(n,)`` the 64 bits above: the lower half of the fingerprint of the words.
        contents_high: ``(n,)`` the highest 64 bits: its upper half.
    """
    rows = zip(prints.tolist(), contents.tolist(), contents_high.tolist(), strict=True)
    fingerprints = np.empty(prints.size, np.object_)
    fingerprints[:] = [low | middle << 64 | high << 128 for low, middle, high in rows]
    return fingerprints


def words_of(fingerprint: int) -> int:
    """Return the 128 bits of a number from `join_fingerprints` that are equal for equal words, whatever the source."""
    return fingerprint >> 64


def number_by_first(numbers: Indices) -> Indices:
    """Return ``(n,)`` numbers from 1 in the order of first occurrence, for numbers from 1 in any order; -1 stays."""
    count = int(numbers.max(initial=0)) + 1
    first = np.full(count + 1, numbers.size)  # the last item is that of -1
    first[numbers[::-1]] = np.arange(numbers.size)[::-1]
    first[-1] = -1
    new_numbers = np.empty(count + 1, np.int64)
    new_numbers[first.argsort(kind="stable")] = np.arange(count + 1)
    new_numbers[-1] = -1
    return new_numbers[numbers]
