"""Documents to the data that a job keeps of them: token hashes in a file, block hashes, headlines, credits.

Each process reads its own chunks.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, bounds_of, ranges, take_rows
from dedup.core.arrays.workspace import Workspace
from dedup.core.items.keys import item_keys
from dedup.core.misprints.spelling import spell
from dedup.core.sites.pages import CREDIT, LABEL
from dedup.core.stories.credits import Credit
from dedup.core.stories.distinct_ids import hash_ids
from dedup.core.stories.document_credits import credits_of, home_of, source_of
from dedup.core.text import blocks
from dedup.core.text.batches import batches
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.cleaning import REPAIRS, clean_encoded
from dedup.core.text.folding import fold
from dedup.core.text.headlines import make_headlines
from dedup.core.text.openings import opening_lengths
from dedup.core.text.tokens import TokenChunks, make_fingerprints, tokenize
from dedup.core.urls.normalization import url_key
from dedup.engines.pool.spill import SpillWriter
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.text_keys import TextKeyMaker
from dedup.formats import DocumentColumns, ReadOutcome, columns_of_documents
from dedup.members import MemberColumns, join_members, pack_members
from dedup.settings import Settings

BATCH_BYTES: Final = 1 << 20
"""Bytes of text that are processed together. A larger document is a batch of its own."""

_OTHER_COLUMNS: Final = ("headlines", "urls", "item_headlines", "item_sites", "id_hashes")
"""The columns of documents and texts beside those of a batch."""

_BATCH_DOCUMENTS: Final = 4096
"""Documents that are processed together at most."""

_LINE_FEED: Final = np.uint8(0x0A)

AROUND: Final = 128
"""Characters that a document counts for beside its text, so that a task of empty documents ends too."""


class TokensInMemory:
    """Tokens in memory, or elements of another dtype, in place of a `SpillWriter`."""

    def __init__(self, kind: type[np.generic] = np.uint64) -> None:
        self._kind = kind
        self._chunks: list[npt.NDArray[Any]] = []

    def append(self, _file: int, values: npt.NDArray[Any]) -> None:
        """Append tokens."""
        self._chunks.append(values.copy())

    def tokens(self) -> npt.NDArray[Any]:
        """Return all tokens."""
        return self._chunks[0] if len(self._chunks) == 1 else np.concatenate([np.zeros(0, self._kind), *self._chunks])


class Reader:
    """Reads documents in one process, and keeps each text once.

    A text is what one source prints under one headline. Equal words under another headline, from another source, or in
    other lines are another text. So the result does not depend on which of two documents is read first.
    """

    def __init__(
        self,
        number: int,
        settings: Settings,
        tokens: SpillWriter | TokensInMemory,
        whole: SpillWriter | None,
        spelled: SpillWriter | TokensInMemory | None = None,
        workspace: Workspace | None = None,
        openings: SpillWriter | TokensInMemory | None = None,
    ) -> None:
        """Make a reader.

        Args:
            number: the number of the process.
            settings: the settings of the job.
            tokens: where the tokens of new texts go.
            whole: where the bytes of new texts go, if the job keeps them.
            spelled: where the spellings of the tokens of new texts go, if the job keeps them.
            workspace: scratch memory.
            openings: where the openings of documents without a headline go, if the job keeps them.
        """
        self._number, self._seed, self._tokens, self._whole = number, settings.seed, tokens, whole
        self._spelled, self._openings, self._keys = spelled, openings, TextKeyMaker()
        self._workspace = workspace or Workspace()

    def read(self, outcome: ReadOutcome) -> ReadResult:
        """Return what a job keeps of the documents of a chunk. No more than one batch of texts is in memory."""
        results = [self._read_columns(columns, outcome) for columns in outcome.columns]
        return join_results(results) if results else self._read_columns(columns_of_documents([]), outcome)

    def _read_columns(self, documents: DocumentColumns, outcome: ReadOutcome) -> ReadResult:
        """Return what a job keeps of documents, with the reports of their chunk."""
        credits: dict[int, tuple[Credit, ...]] = {}
        repairs: Counter[str] = Counter()
        parts, first, size = [], 0, 0
        titles = make_headlines(documents.titles, self._seed)
        for batch in read_batches(documents):
            part, batch_credits, batch_size = self._read_batch(
                batch, titles.hashes[first : first + len(batch)], repairs
            )
            parts.append(part)
            credits |= {first + row: of_document for row, of_document in batch_credits.items()}
            first += len(batch)
            size += batch_size
        joined = parts[0] if len(parts) == 1 else _Columns(*map(np.concatenate, zip(*parts, strict=True)))
        members = _pack_members(documents)
        names = documents.titles, documents.sources, documents.urls
        item_headlines, item_sites = item_keys(*names, joined.lengths, self._seed)
        return ReadResult(
            number=self._number,
            members=members,
            id_hashes=hash_ids(members.ids),
            urls=_make_url_keys(documents),
            item_headlines=item_headlines,
            item_sites=item_sites,
            credits=credits,
            repairs=dict(repairs),
            skips=outcome.skips,
            notes=outcome.notes,
            odd=outcome.odd,
            text=size,
            headlines=titles.hashes[joined.fresh],
            says=take_rows(titles.says, joined.fresh.nonzero()[0]),
            **joined._asdict(),
        )

    def _read_batch(
        self, batch: DocumentColumns, titles: Hashes, repairs: Counter[str]
    ) -> tuple["_Columns", dict[int, tuple[Credit, ...]], int]:
        """Read a batch of documents, and append its new texts.

        Args:
            batch: the documents.
            titles: the hashes of their headlines.
            repairs: counts the texts with each kind of repair.

        Returns:
            The columns of the documents, the credits by the row of the document, and the bytes of the texts.
        """
        buffer, offsets, repaired = clean_encoded(batch.buffer, batch.offsets)
        for repair, name in REPAIRS.items() if repaired.any() else ():
            if count := int(np.count_nonzero(repaired & repair)):
                repairs[name] += count
        size = int(offsets[-1]) - max(0, len(batch) - 1)  # a line feed stands between two texts
        buffer, offsets = _end_last_text(buffer, offsets)
        cut = blocks.split_blocks(buffer, offsets)
        folded = fold(buffer, cut.offsets, self._workspace, figures=True)
        chunks = TokenChunks()
        tokens = tokenize(folded, self._seed, self._workspace, chunks=chunks)
        credits, lines = credits_of(batch, buffer, cut, tokens, self._seed, folded.ascii)
        marks = cut.labels.view(np.uint8) * np.uint8(LABEL)
        marks[lines] |= CREDIT
        edges = np.concatenate((tokens.bounds[:, 0], [tokens.values.size]))[cut.bounds]
        documents = Ragged(tokens.values, bounds_of(edges[1:] - edges[:-1]))
        hashes = block_hashes(tokens, self._seed)
        keys = self._keys.make(make_fingerprints(chunks, edges, self._seed), titles, batch.sources, cut, hashes)
        fresh = self._keys.find_new(keys)
        rows = fresh.nonzero()[0]
        self._append(documents, rows, buffer, offsets)
        if self._spelled is not None:
            spellings = documents._replace(values=spell(folded, self._seed, Workspace()).values)
            self._spelled.append(self._number, take_rows(spellings, rows).values)
        counts = (cut.bounds[1:] - cut.bounds[:-1])[rows]
        of_new = slice(None) if rows.size == fresh.size else ranges(cut.bounds[rows], counts)
        columns = _Columns(
            documents.lengths,
            *keys,
            fresh,
            counts,
            hashes[of_new],
            tokens.lengths[of_new].astype(np.int32),
            marks[of_new],
            (offsets[1:] - offsets[:-1])[rows],
            self._append_openings(buffer, offsets, (titles == 0) & (documents.lengths > 0)),
        )
        return columns, credits, size

    def _append(self, documents: Ragged, rows: Indices, buffer: npt.NDArray[np.uint8], offsets: Indices) -> None:
        """Append the tokens of the new texts, the ``rows`` of the documents, and their bytes if the job keeps them."""
        all_new = rows.size == len(documents.bounds)
        self._tokens.append(self._number, documents.values if all_new else take_rows(documents, rows).values)
        if self._whole is not None:
            for row in rows.tolist():
                self._whole.append(self._number, buffer[offsets[row] : offsets[row + 1]])

    def _append_openings(self, buffer: npt.NDArray[np.uint8], offsets: Indices, untitled: Flags) -> Indices:
        """Append the openings of documents, if the job keeps them. Return ``(n,)`` the bytes that each has there."""
        lengths, rows = np.zeros(untitled.size, np.int64), untitled.nonzero()[0]
        if self._openings is not None and rows.size:
            starts = offsets[rows]
            lengths[rows] = opening_lengths(buffer, starts, offsets[rows + 1])
            spans, data = zip(starts.tolist(), (starts + lengths[rows]).tolist(), strict=True), buffer.data
            openings = b"".join([data[start:end] for start, end in spans])
            self._openings.append(self._number, np.frombuffer(openings, np.uint8))
        return lengths


def _end_last_text(buffer: npt.NDArray[np.uint8], offsets: Indices) -> tuple[npt.NDArray[np.uint8], Indices]:
    """Return a batch in which a line feed stands behind its last text too, if that text ends in a line feed.

    Two line feeds make a blank block. So the blocks of a text do not depend on whether another text follows.
    """
    end = int(offsets[-1])
    if not end or buffer[end - 1] != _LINE_FEED:
        return buffer, offsets
    return np.append(buffer[:end], _LINE_FEED), np.append(offsets[:-1], end + 1)


def join_results(results: Sequence[ReadResult]) -> ReadResult:
    """Return the results of batches of one chunk, read by one process, as one result."""
    if len(results) == 1:
        return results[0]
    counts = [result.members.size for result in results]
    begins = np.cumsum(counts) - counts
    repairs: Counter[str] = Counter()
    for result in results:
        repairs.update(result.repairs)

    def concatenate(name: str) -> npt.NDArray[Any]:
        return np.concatenate([getattr(result, name) for result in results])

    return msgspec.structs.replace(
        results[0],  # its reports are those of the whole chunk
        members=join_members([result.members for result in results]),
        **{name: concatenate(name) for name in (*_Columns._fields, *_OTHER_COLUMNS)},
        says=Ragged(
            np.concatenate([result.says.values for result in results]),
            bounds_of(np.concatenate([result.says.lengths for result in results])),
        ),
        credits={
            int(begin) + row: of_document
            for begin, result in zip(begins, results, strict=True)
            for row, of_document in result.credits.items()
        },
        repairs=dict(repairs),
        text=sum(result.text for result in results),
    )


def _pack_members(documents: DocumentColumns) -> MemberColumns:
    """Return the documents without their texts."""
    origins = list(map(source_of, documents.sources, documents.urls))
    homes = list(map(home_of, origins, documents.urls, documents.paths))
    names = documents.sources, origins, homes
    return pack_members(documents.ids, documents.titles, documents.paths, names, documents.published)


def _make_url_keys(documents: DocumentColumns) -> Hashes:
    """Return ``(n,)`` the key of the address of each document. A canonical address goes before the address."""
    if not documents.declared and not any(documents.urls):
        return np.zeros(len(documents), np.uint64)
    canonical = {row: fields.canonical_url for row, fields in documents.declared.items()}
    keys = [url_key(canonical.get(row, ""), url) for row, url in enumerate(documents.urls)]
    return np.array(keys, np.uint64)


def select_read(read: ReadResult, rows: Indices, texts: Indices) -> ReadResult:
    """Return a subset of what was read.

    Args:
        read: what was read.
        rows: ``(p,)`` the documents of the subset, rising.
        texts: ``(q,)`` the new texts of these documents.

    Returns:
        The columns of the subset, without repairs, skips and notes.
    """
    ends = read.blocks.cumsum()
    block_rows = ranges((ends - read.blocks)[texts], read.blocks[texts])
    return ReadResult(
        number=read.number,
        members=read.members.select(rows),
        id_hashes=read.id_hashes[rows],
        lengths=read.lengths[rows],
        contents=read.contents[rows],
        contents_high=read.contents_high[rows],
        prints=read.prints[rows],
        texts=read.texts[rows],
        urls=read.urls[rows],
        item_headlines=read.item_headlines[rows],
        item_sites=read.item_sites[rows],
        fresh=read.fresh[rows],
        blocks=read.blocks[texts],
        hashes=read.hashes[block_rows],
        words=read.words[block_rows],
        marks=read.marks[block_rows],
        headlines=read.headlines[texts],
        says=take_rows(read.says, texts),
        characters=read.characters[texts],
        openings=read.openings[rows],
        credits={new: read.credits[old] for new, old in enumerate(rows.tolist()) if old in read.credits},
        repairs={},
        skips=[],
        notes=[],
        odd=[],
        text=0,
    )


class _Columns(NamedTuple):
    """The fields of `ReadResult` that are columns of one batch."""

    lengths: Indices
    contents: Hashes
    contents_high: Hashes
    prints: Hashes
    texts: Hashes
    fresh: npt.NDArray[np.bool_]
    blocks: Indices
    hashes: Hashes
    words: npt.NDArray[np.int32]
    marks: npt.NDArray[np.uint8]
    characters: Indices
    openings: Indices


def read_batches(documents: DocumentColumns) -> Iterator[DocumentColumns]:
    """Yield documents in order, in batches of at most `BATCH_BYTES`. No documents are one batch."""
    if not len(documents):
        yield documents
    for first, last in batches(documents.offsets, BATCH_BYTES, _BATCH_DOCUMENTS):
        yield documents.select(first, last)
