"""Read results of all processes to the `Collection` of the job. Nothing in it depends on the order of input."""

import datetime
from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.names import number_names
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import firsts, number_rows
from dedup.core.collection import NO_TEXT, Collection, number_by_first
from dedup.core.sites.pages import Pages
from dedup.core.stories.credits import Credit
from dedup.core.stories.newsrooms import plain
from dedup.core.stories.order import canonical_order, id_order
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages.page_blocks import BlockStore, order_blocks
from dedup.engines.tasks.results import ReadResult
from dedup.members import MemberColumns, Members, join_members
from dedup.types import Note

NO_TIMES: Final[Mapping[int, datetime.datetime]] = {}
"""No times beside those that were read."""


class CollectionBuilder:
    """Collects the results of reading, in the order of input.

    A text that several processes have read is kept once, at its first place.

    - ``documents``: the number of documents.
    """

    def __init__(
        self,
        block_store: BlockStore,
        tokens: RaggedSpill | None = None,
        whole: RaggedSpill | None = None,
        spelled: RaggedSpill | None = None,
        openings: RaggedSpill | None = None,
    ) -> None:
        """Begin an empty collection.

        Args:
            block_store: has the blocks of the results.
            tokens: the spill file of tokens, if there is one. New rows are announced to it.
            whole: the spill file of whole texts, if there is one. New rows are announced to it.
            spelled: the spill file of spellings, if there is one. New rows are announced to it.
            openings: the spill file of openings, if there is one. A row a document is announced to it.
        """
        self.documents = 0
        self._by_token = [file for file in (tokens, spelled) if file is not None]
        self._whole, self._openings = whole, openings
        self._members: list[MemberColumns] = []
        self._id_hashes: list[Hashes] = [np.zeros(0, np.uint64)]
        self._zoned_times: dict[int, datetime.datetime] = {}
        self._credits: dict[int, tuple[Credit, ...]] = {}
        self._lengths: list[Indices] = [np.zeros(0, np.int64)]
        self._contents: list[Hashes] = [np.zeros(0, np.uint64)]
        self._contents_high: list[Hashes] = [np.zeros(0, np.uint64)]
        self._prints: list[Hashes] = [np.zeros(0, np.uint64)]
        self._texts: list[Hashes] = [np.zeros(0, np.uint64)]
        self._urls: list[Hashes] = [np.zeros(0, np.uint64)]
        self._item_headlines: list[Hashes] = [np.zeros(0, np.uint64)]
        self._item_sites: list[Hashes] = [np.zeros(0, np.uint64)]
        self._fresh: list[Indices] = [np.zeros(0, np.int64)]
        self._headlines: list[Hashes] = [np.zeros(0, np.uint64)]
        self._headline_words: list[Hashes] = [np.zeros(0, np.uint64)]
        self._headline_lengths: list[Indices] = [np.zeros(0, np.int64)]
        self._repairs: Counter[str] = Counter()
        self._block_store = block_store

    def add(self, result: ReadResult, given_times: Mapping[int, datetime.datetime] = NO_TIMES) -> None:
        """Add the documents of a chunk.

        Args:
            result: what was read.
            given_times: times that are not in ``result``, by row.
        """
        fresh = result.fresh.nonzero()[0]
        first = self.documents
        self.documents += result.members.size
        self._members.append(result.members._replace(times=result.members.times.with_new(given_times)))
        self._id_hashes.append(result.id_hashes)
        self._zoned_times |= {first + row: time for row, time in given_times.items() if not _is_in_columns(time)}
        self._credits |= {first + row: credits for row, credits in result.credits.items()}
        self._lengths.append(result.lengths)
        self._contents.append(result.contents)
        self._contents_high.append(result.contents_high)
        self._prints.append(result.prints)
        self._texts.append(result.texts)
        self._urls.append(result.urls)
        self._item_headlines.append(result.item_headlines)
        self._item_sites.append(result.item_sites)
        self._fresh.append(first + fresh)
        self._headlines.append(result.headlines)
        self._headline_words.append(result.says.values)
        self._headline_lengths.append(result.says.lengths)
        self._repairs.update(result.repairs)
        self._block_store.add(result)
        for file in self._by_token:
            file.came(result.number, result.lengths[fresh])
        if self._whole is not None:
            self._whole.came(result.number, result.characters)
        if self._openings is not None:
            self._openings.came(result.number, result.openings)

    def members(self) -> Members:
        """Return the documents that were added, with their ids as they came."""
        columns = join_members(self._members)
        self._members = [columns]
        return Members(columns, self._zoned_times)

    def id_hashes(self) -> Hashes:
        """Return ``(n,)`` the hashes of the ids."""
        return np.concatenate(self._id_hashes)

    def headlines(self) -> Hashes:
        """Return ``(r,)`` the hash of the headline of each text, 0 for none."""
        return np.concatenate(self._headlines)

    def texts(self, members: Members) -> Collection:
        """Return the collection of all documents that were added.

        Args:
            members: the documents from `members`, with ids that all differ.
        """
        lengths, fresh = np.concatenate(self._lengths), np.concatenate(self._fresh)
        columns = members.columns
        times, by_id = columns.times.nanoseconds, id_order(columns.ids)
        contents, contents_high = np.concatenate(self._contents), np.concatenate(self._contents_high)
        keys = np.concatenate(self._texts), contents, contents_high
        text, first, rows = _number_texts(keys, lengths, fresh, canonical_order(times, lengths, by_id))
        headline_words = Ragged(np.concatenate(self._headline_words), bounds_of(np.concatenate(self._headline_lengths)))
        plain_names = number_names(list(map(plain, columns.names)))
        return Collection(
            members=members,
            text=text,
            lengths=lengths,
            contents=contents,
            contents_high=contents_high,
            prints=np.concatenate(self._prints),
            urls=np.concatenate(self._urls),
            item_headlines=np.concatenate(self._item_headlines),
            item_sites=np.concatenate(self._item_sites),
            times=times,
            by_id=by_id,
            first=first,
            rows=rows,
            pages=self._pages(rows, plain_names[columns.source[first]], contents[first]),
            says=take_rows(headline_words, rows),
            sources=plain_names[columns.origin],
            credits=self._credits,
            notes=note_repairs(self._repairs),
        )

    def _pages(self, rows: Indices, sources: Indices, contents: Hashes) -> Pages:
        """Return the pages of the texts, in the order of their numbers.

        Args:
            rows: ``(t,)`` the row of each text.
            sources: ``(t,)`` the number of the source of its first document, as from `number_names`.
            contents: ``(t,)`` the fingerprint of its tokens.
        """
        (hashes, words, marks), edges = order_blocks(self._block_store, rows)
        return Pages.marked(
            hashes, words, marks, edges, number_by_first(sources), np.concatenate(self._headlines)[rows], contents
        )


def _number_texts(
    keys: tuple[Hashes, Hashes, Hashes], lengths: Indices, fresh: Indices, ranks: Indices
) -> tuple[Indices, Indices, Indices]:
    """Number the texts by their first documents in the canonical order.

    Args:
        keys: ``(n,)`` each, the keys that are equal for documents of one text.
        lengths: ``(n,)`` the tokens of each document.
        fresh: the documents whose text was new to the process that read them.
        ranks: ``(n,)`` the place of each document in the canonical order.

    Returns:
        ``(n,)`` the text of each document, ``(t,)`` the first document and ``(t,)`` the row of each text.
    """
    worded = (lengths > 0).nonzero()[0]
    text = np.full(lengths.size, NO_TEXT)
    text[worded] = number_rows(*(key[worded] for key in keys))
    row = firsts(text[fresh])
    if row.size != int(text.max(initial=NO_TEXT)) + 1:
        raise ValueError("a text was read by a process that did not keep it")
    by_rank = worded[ranks[worded].argsort()]
    earliest = firsts(text[by_rank])
    order = earliest.argsort()
    numbers = np.empty_like(order)
    numbers[order] = np.arange(order.size)
    text[worded] = numbers[text[worded]]
    return text, by_rank[earliest[order]], row[order]


def _is_in_columns(time: datetime.datetime) -> bool:
    """Return whether columns give a time back as it is: a time in UTC, or without a zone."""
    return time.tzinfo is datetime.UTC or (time.tzinfo is None and not time.fold)


def note_repairs(repairs: Mapping[str, int]) -> tuple[Note, ...]:
    """Return a note on the texts that were repaired before they were compared."""
    if not repairs:
        return ()
    listed = ", ".join(f"{repair} in {count:,}" for repair, count in sorted(repairs.items()))
    return (Note("repairs", f"texts are compared as a reader sees them; repaired: {listed}"),)
