"""Documents -> what is kept of them: token hashes in a file, hashes of blocks, headlines, credits.

Each process reads its lots.
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
from dedup.engines.pool.spill import SpillWriter
from dedup.engines.tasks.results import ReadResult
from dedup.formats import ReadOutcome
from dedup.settings import Settings
from dedup.types import Document

BATCH_CHARACTERS: Final = 1 << 19
"""Characters worked on at a time, or one document if it has more."""

AROUND: Final = 128
"""Characters that a document counts for beside its text, so that a batch or a lot of empty ones comes to an end."""


class TokensInMemory:
    """Tokens in memory, where a `SpillWriter` would have them in a file."""

    def __init__(self) -> None:
        self._parts: list[Hashes] = []

    def append(self, _file: int, values: Hashes) -> None:
        """Append some."""
        self._parts.append(values.copy())

    def tokens(self) -> Hashes:
        """All of them."""
        return self._parts[0] if len(self._parts) == 1 else np.concatenate([np.zeros(0, np.uint64), *self._parts])


class Reader:
    """Reads for one process, the one of that ``number``. Each text is kept once, as its token hashes; and as it came,
    if there is a place for ``whole`` texts.

    A text is what one source prints under one headline: equal words under another headline, from another source, or
    in other lines, are another text. So it does not matter which of two documents is read first.
    """

    def __init__(
        self,
        number: int,
        settings: Settings,
        tokens: SpillWriter | TokensInMemory,
        whole: SpillWriter | None,
        work: Workspace | None = None,
    ) -> None:
        self._number, self._seed, self._tokens, self._whole = number, settings.seed, tokens, whole
        self._known: set[int] = set()
        self._sources: dict[str, int] = {"": 0}
        self._work = work or Workspace()

    def read(self, found: ReadOutcome) -> ReadResult:
        """What is kept of the documents of a lot; their texts must be Unicode."""
        documents = found.documents
        credits: dict[int, tuple[Credit, ...]] = {}
        repairs: Counter[str] = Counter()
        columns, first, text = [], 0, 0
        titles = make_headlines([item.title for item in documents], self._seed)
        for batch in [*read_batches(documents)] or [[]]:
            part, batch_credits, size = self._batch(batch, titles.hashes[first : first + len(batch)], repairs)
            columns.append(part)
            credits |= {first + place: some for place, some in batch_credits.items()}
            first += len(batch)
            text += size
        joined = columns[0] if len(columns) == 1 else _Columns(*map(np.concatenate, zip(*columns, strict=True)))
        return ReadResult(
            number=self._number,
            ids=[item.id for item in documents],
            titles=[item.title for item in documents],
            sources=[item.source for item in documents],
            paths=[item.path for item in documents],
            published=[item.published.isoformat() if item.published else None for item in documents],
            names=(names := list(map(source_of, documents))),
            homes=[name or home_of(item) for name, item in zip(names, documents, strict=True)],
            credits=credits,
            repairs=dict(repairs),
            skips=found.skips,
            notes=found.notes,
            odd=found.odd,
            text=text,
            headlines=titles.hashes[joined.fresh],
            says=take_rows(titles.says, joined.fresh.nonzero()[0]),
            **joined._asdict(),
        )

    def _batch(
        self, batch: list[Document], titles: Hashes, repairs: Counter[str]
    ) -> tuple["_Columns", dict[int, tuple[Credit, ...]], int]:
        """The columns of some documents, under ``titles`` of these hashes, their credits by their places, and the bytes
        of their texts; the texts that are new are appended. ``repairs`` counts the texts that were repaired."""
        _, buffer, offsets, repaired = clean_texts([item.text for item in batch])
        for repair, name in REPAIRS.items():
            if count := int(np.count_nonzero(repaired & repair)):
                repairs[name] += count
        size = int(offsets[-1]) - max(0, len(batch) - 1)  # between texts is a line feed
        cut = blocks.split_blocks(buffer, offsets)
        folded = fold(buffer, cut.offsets, self._work, figures=True)
        tokens = tokenize(folded, self._seed, self._work)
        credits, lines = credits_of(batch, buffer, cut, tokens, self._seed, folded.ascii)
        marks = cut.labels.view(np.uint8) * np.uint8(LABEL)
        marks[lines] |= CREDIT
        edges = np.append(tokens.bounds[:, 0], tokens.values.size)[cut.bounds]
        documents = Ragged(tokens.values, bounds_of(edges[1:] - edges[:-1]))
        contents, fingerprints = self._fingerprints(documents, titles, batch)
        hashes = block_hashes(tokens)
        texts, fresh = self._fresh(fingerprints, hashes, cut)
        rows = fresh.nonzero()[0]
        every = rows.size == fresh.size
        self._tokens.append(self._number, tokens.values if every else take_rows(documents, rows).values)
        if self._whole is not None:
            for row in rows.tolist():
                self._whole.append(self._number, buffer[offsets[row] : offsets[row + 1]])
        counts = (cut.bounds[1:] - cut.bounds[:-1])[rows]
        places = slice(None) if every else ranges(cut.bounds[rows], counts)
        columns = _Columns(
            documents.lengths,
            contents,
            fingerprints,
            texts,
            fresh,
            counts,
            hashes[places],
            tokens.lengths[places].astype(np.int32),
            marks[places],
            (offsets[1:] - offsets[:-1])[rows],
        )
        return columns, credits, size

    def _fingerprints(self, documents: Ragged, titles: Hashes, batch: list[Document]) -> tuple[Hashes, Hashes]:
        """The fingerprints ``(n,)`` of the tokens of each document, and ``(n,)`` of its tokens, headline and source.

        A document without words has the fingerprint 0.
        """
        data = documents.values.data
        # 64 bits: ten million different texts hold two that are taken for one with a probability of 3e-6.
        digests = [
            xxhash.xxh3_64_intdigest(data[first:last]) if first < last else 0
            for first, last in documents.bounds.tolist()
        ]
        contents = np.array(digests, np.uint64)
        sources = np.array([self._source(item.source) for item in batch], np.uint64)
        fingerprints = contents * multiplier("contents", 0) + titles * multiplier("headline", 0) + sources
        fingerprints[contents == 0] = 0
        return contents, fingerprints

    def _fresh(self, fingerprints: Hashes, hashes: Hashes, cut: blocks.Blocks) -> tuple[Hashes, npt.NDArray[np.bool_]]:
        """``(n,)`` what tells the text of each document from others, 0 for none, and whether it has not been read
        before."""
        lines = hashes * multiplier("block", 0) + cut.labels
        lines ^= lines >> np.uint64(32)
        ends = np.zeros(lines.size + 1, np.uint64)
        lines.cumsum(out=ends[1:])
        texts = fingerprints + (ends[cut.bounds[1:]] - ends[cut.bounds[:-1]]) * multiplier("blocks", 0)
        texts[fingerprints == 0] = 0
        fresh = np.zeros(texts.size, np.bool_)
        for number, text in enumerate(texts.tolist()):
            fresh[number] = text != 0 and text not in self._known
            self._known.add(text)
        return texts, fresh

    def _source(self, name: str) -> int:
        """A hash of the name of a source, 0 for none."""
        known = self._sources.get(name)
        if known is None:
            known = self._sources[name] = xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass"))
        return known


def select_read(read: ReadResult, places: Indices, texts: Indices) -> ReadResult:
    """Of what was read only the documents in some ``places`` ``(p,)``, rising, and of the texts that are new only those
    of them, ``texts`` ``(q,)``."""

    def some(names: list[Any]) -> list[Any]:
        return [names[place] for place in places.tolist()]

    ends = np.cumsum(read.blocks)
    blocks = ranges((ends - read.blocks)[texts], read.blocks[texts])
    return ReadResult(
        number=read.number,
        ids=some(read.ids),
        titles=some(read.titles),
        sources=some(read.sources),
        paths=some(read.paths),
        published=some(read.published),
        names=some(read.names),
        homes=some(read.homes),
        lengths=read.lengths[places],
        contents=read.contents[places],
        fingerprints=read.fingerprints[places],
        texts=read.texts[places],
        fresh=read.fresh[places],
        blocks=read.blocks[texts],
        hashes=read.hashes[blocks],
        words=read.words[blocks],
        marks=read.marks[blocks],
        headlines=read.headlines[texts],
        says=take_rows(read.says, texts),
        characters=read.characters[texts],
        credits={new: read.credits[old] for new, old in enumerate(places.tolist()) if old in read.credits},
        repairs={},
        skips=[],
        notes=[],
        odd=[],
        text=0,
    )


class _Columns(NamedTuple):
    """Some fields of `ReadResult`."""

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
    """The documents in order, as lists of about `BATCH_CHARACTERS`."""
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
