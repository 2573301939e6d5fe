"""Documents to the data that a job keeps of them: token hashes in a file, block hashes, headlines, credits.

Each process reads its own chunks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, bounds_of, ranges, take_rows
from dedup.core.arrays.workspace import Workspace
from dedup.core.sites.pages import CREDIT, LABEL
from dedup.core.stories.credits import Credit
from dedup.core.stories.document_credits import credits_of, home_of, source_of
from dedup.core.text import blocks
from dedup.core.text.block_hashes import block_hashes
from dedup.core.text.cleaning import REPAIRS, clean_texts
from dedup.core.text.folding import fold
from dedup.core.text.headlines import make_headlines
from dedup.core.text.tokens import tokenize
from dedup.core.urls.normalization import url_key
from dedup.engines.pool.spill import SpillWriter
from dedup.engines.tasks.results import ReadResult
from dedup.formats import ReadOutcome
from dedup.settings import Settings
from dedup.types import Document

BATCH_CHARACTERS: Final = 1 << 19
"""Characters that are processed together. A larger document is a batch of its own."""

AROUND: Final = 128
"""Characters that a document counts for beside its text, so that a batch of empty documents ends too."""


class TokensInMemory:
    """Tokens in memory, in place of a `SpillWriter`."""

    def __init__(self) -> None:
        self._chunks: list[Hashes] = []

    def append(self, _file: int, values: Hashes) -> None:
        """Append tokens."""
        self._chunks.append(values.copy())

    def tokens(self) -> Hashes:
        """Return all tokens."""
        return self._chunks[0] if len(self._chunks) == 1 else np.concatenate([np.zeros(0, np.uint64), *self._chunks])


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
        workspace: Workspace | None = None,
    ) -> None:
        """Make a reader.

        Args:
            number: the number of the process.
            settings: the settings of the job.
            tokens: where the tokens of new texts go.
            whole: where the bytes of new texts go, if the job keeps them.
            workspace: scratch memory.
        """
        self._number, self._seed, self._tokens, self._whole = number, settings.seed, tokens, whole
        self._read_before: set[int] = set()
        self._sources: dict[str, int] = {"": 0}
        self._workspace = workspace or Workspace()

    def read(self, outcome: ReadOutcome) -> ReadResult:
        """Return what a job keeps of the documents of a chunk. Their texts are Unicode."""
        documents = outcome.documents
        credits: dict[int, tuple[Credit, ...]] = {}
        repairs: Counter[str] = Counter()
        batches, first, size = [], 0, 0
        titles = make_headlines([document.title for document in documents], self._seed)
        for batch in [*read_batches(documents)] or [[]]:
            columns, batch_credits, batch_size = self._read_batch(
                batch, titles.hashes[first : first + len(batch)], repairs
            )
            batches.append(columns)
            credits |= {first + row: of_document for row, of_document in batch_credits.items()}
            first += len(batch)
            size += batch_size
        joined = batches[0] if len(batches) == 1 else _Columns(*map(np.concatenate, zip(*batches, strict=True)))
        names = list(map(source_of, documents))
        return ReadResult(
            number=self._number,
            ids=[document.id for document in documents],
            titles=[document.title for document in documents],
            sources=[document.source for document in documents],
            paths=[document.path for document in documents],
            published=[document.published.isoformat() if document.published else None for document in documents],
            names=names,
            urls=np.array([url_key(document.canonical_url, document.url) for document in documents], np.uint64),
            homes=[name or home_of(document) for name, document in zip(names, documents, strict=True)],
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
        self, batch: list[Document], titles: Hashes, repairs: Counter[str]
    ) -> tuple["_Columns", dict[int, tuple[Credit, ...]], int]:
        """Read a batch of documents, and append its new texts.

        Args:
            batch: the documents.
            titles: the hashes of their headlines.
            repairs: counts the texts with each kind of repair.

        Returns:
            The columns of the documents, the credits by the row of the document, and the bytes of the texts.
        """
        _, buffer, offsets, repaired = clean_texts([document.text for document in batch])
        for repair, name in REPAIRS.items():
            if count := int(np.count_nonzero(repaired & repair)):
                repairs[name] += count
        size = int(offsets[-1]) - max(0, len(batch) - 1)  # a line feed stands between two texts
        cut = blocks.split_blocks(buffer, offsets)
        folded = fold(buffer, cut.offsets, self._workspace, figures=True)
        tokens = tokenize(folded, self._seed, self._workspace)
        credits, lines = credits_of(batch, buffer, cut, tokens, self._seed, folded.ascii)
        marks = cut.labels.view(np.uint8) * np.uint8(LABEL)
        marks[lines] |= CREDIT
        edges = np.append(tokens.bounds[:, 0], tokens.values.size)[cut.bounds]
        documents = Ragged(tokens.values, bounds_of(edges[1:] - edges[:-1]))
        contents, fingerprints = self._fingerprints(documents, titles, batch)
        hashes = block_hashes(tokens)
        texts, fresh = self._find_new(fingerprints, hashes, cut)
        rows = fresh.nonzero()[0]
        self._append(documents, rows, buffer, offsets)
        counts = (cut.bounds[1:] - cut.bounds[:-1])[rows]
        of_new = slice(None) if rows.size == fresh.size else ranges(cut.bounds[rows], counts)
        columns = _Columns(
            documents.lengths,
            contents,
            fingerprints,
            texts,
            fresh,
            counts,
            hashes[of_new],
            tokens.lengths[of_new].astype(np.int32),
            marks[of_new],
            (offsets[1:] - offsets[:-1])[rows],
        )
        return columns, credits, size

    def _append(self, documents: Ragged, rows: Indices, buffer: npt.NDArray[np.uint8], offsets: Indices) -> None:
        """Append the tokens of the new texts, the ``rows`` of the documents, and their bytes if the job keeps them."""
        all_new = rows.size == len(documents.bounds)
        self._tokens.append(self._number, documents.values if all_new else take_rows(documents, rows).values)
        if self._whole is not None:
            for row in rows.tolist():
                self._whole.append(self._number, buffer[offsets[row] : offsets[row + 1]])

    def _fingerprints(self, documents: Ragged, titles: Hashes, batch: list[Document]) -> tuple[Hashes, Hashes]:
        """Return fingerprints ``(n,)`` of the tokens of each document, and ``(n,)`` of tokens, headline and source.

        A document without words has the fingerprint 0.
        """
        data = documents.values.data
        # 64 bits: of ten million different texts two have one fingerprint with a probability of 3e-6.
        digests = [
            xxhash.xxh3_64_intdigest(data[first:last]) if first < last else 0
            for first, last in documents.bounds.tolist()
        ]
        contents = np.array(digests, np.uint64)
        sources = np.array([self._hash_source(document.source) for document in batch], np.uint64)
        fingerprints = contents * multiplier("contents", 0) + titles * multiplier("headline", 0) + sources
        fingerprints[contents == 0] = 0
        return contents, fingerprints

    def _find_new(
        self, fingerprints: Hashes, hashes: Hashes, cut: blocks.Blocks
    ) -> tuple[Hashes, npt.NDArray[np.bool_]]:
        """Return ``(n,)`` a fingerprint of each text with its blocks, 0 for no words, and whether the text is new."""
        lines = hashes * multiplier("block", 0) + cut.labels
        lines ^= lines >> np.uint64(32)
        ends = np.zeros(lines.size + 1, np.uint64)
        lines.cumsum(out=ends[1:])
        texts = fingerprints + (ends[cut.bounds[1:]] - ends[cut.bounds[:-1]]) * multiplier("blocks", 0)
        texts[fingerprints == 0] = 0
        fresh = np.zeros(texts.size, np.bool_)
        for row, text in enumerate(texts.tolist()):
            fresh[row] = text != 0 and text not in self._read_before
            self._read_before.add(text)
        return texts, fresh

    def _hash_source(self, name: str) -> int:
        """Return a hash of the name of a source, 0 for no name."""
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass"))
        return source


def select_read(read: ReadResult, rows: Indices, texts: Indices) -> ReadResult:
    """Return a subset of what was read.

    Args:
        read: what was read.
        rows: ``(p,)`` the documents of the subset, rising.
        texts: ``(q,)`` the new texts of these documents.

    Returns:
        The columns of the subset, without repairs, skips and notes.
    """

    def select(names: list[Any]) -> list[Any]:
        return [names[row] for row in rows.tolist()]

    ends = np.cumsum(read.blocks)
    block_rows = ranges((ends - read.blocks)[texts], read.blocks[texts])
    return ReadResult(
        number=read.number,
        ids=select(read.ids),
        titles=select(read.titles),
        sources=select(read.sources),
        paths=select(read.paths),
        published=select(read.published),
        names=select(read.names),
        homes=select(read.homes),
        lengths=read.lengths[rows],
        contents=read.contents[rows],
        fingerprints=read.fingerprints[rows],
        texts=read.texts[rows],
        urls=read.urls[rows],
        fresh=read.fresh[rows],
        blocks=read.blocks[texts],
        hashes=read.hashes[block_rows],
        words=read.words[block_rows],
        marks=read.marks[block_rows],
        headlines=read.headlines[texts],
        says=take_rows(read.says, texts),
        characters=read.characters[texts],
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
    fingerprints: Hashes
    texts: Hashes
    fresh: npt.NDArray[np.bool_]
    blocks: Indices
    hashes: Hashes
    words: npt.NDArray[np.int32]
    marks: npt.NDArray[np.uint8]
    characters: Indices


def read_batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield the documents in order, in lists of about `BATCH_CHARACTERS`."""
    batch: list[Document] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.text) + AROUND
        if size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
