"""Texts as they were read -> as they would be without their misprints, if the collection is scanned.

The store of tokens is read in lots, and contexts are looked at in parts, so that memory is bounded but for what
changes.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, chunks
from dedup.core.misprints import correction
from dedup.core.misprints.correction import Contexts, SeenWords
from dedup.core.text.block_hashes import block_hashes
from dedup.engines.pool.spill import RaggedSpill, SpillWriter
from dedup.engines.stages.collection import Collection
from dedup.engines.stages.sketch import JobFiles
from dedup.types import Note

_LOT: Final = 1 << 18
"""Tokens read together."""

_ROWS: Final = 1 << 12
"""Texts read together at most."""

_PART: Final = 1 << 21
"""Places whose contexts are looked at together, about."""


def correct_texts(texts: Collection, shelves: JobFiles, seed: int) -> tuple[Collection, tuple[Note, ...]]:
    """Scanned texts with their misprints as the words that other copies have. If a text changes, all tokens go to the
    shelf of mended ones, in the same rows."""
    tokens, shelf = shelves.printed, shelves.mended
    parts = max(1, -(-int(tokens.lengths.sum()) // _PART))
    if not _seen(tokens, parts, seed).scanned:
        return texts, ()
    spool = SpillWriter(shelf.descriptors, np.uint64)
    for lot in _lots(tokens):
        spool.append(0, tokens.take(lot).values)
        shelf.came(0, tokens.lengths[lot])
    for _ in range(correction.TURNS):
        for around in correction.SIDES:
            _rewrite(shelf, *_read(shelves, around, parts, seed))
    changed = _changed(shelves)[texts.rows]
    count = int(np.count_nonzero(changed))
    look, their = ("text looks", "its") if count == 1 else ("texts look", "their")
    reason = f"{count:,} {look} scanned: {their} misprints were read as the words that other copies have"
    return texts._replace(pages=texts.pages._replace(hashes=_hashes(texts, shelf, changed))), (Note("reading", reason),)


def _lots(shelf: RaggedSpill) -> Iterator[Indices]:
    """Rows that are read together."""
    return (np.arange(first, last) for first, last in chunks(shelf.lengths, _LOT, _ROWS))


def _seen(tokens: RaggedSpill, parts: int, seed: int) -> SeenWords:
    """What a part of all contexts says of the texts."""
    found = [_part(correction.contexts(tokens.take(lot), correction.AROUND), 0, parts) for lot in _lots(tokens)]
    return (
        correction.seen_words(Contexts(*map(np.concatenate, zip(*found, strict=True))), seed)
        if found
        else SeenWords(0, 0)
    )


def _part(found: Contexts, part: int, parts: int) -> Contexts:
    """The places of one of the ``parts`` of all contexts."""
    if parts == 1:
        return found
    chosen = found.contexts % np.uint64(parts) == part
    return Contexts(*(column[chosen] for column in found))


def _read(shelves: JobFiles, around: tuple[int, ...], parts: int, seed: int) -> tuple[Indices, Hashes]:
    """The places of words that are read as other words by the words ``around``, rising, and these words."""
    where, others = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for part in range(parts):
        found, printed, before = [], [np.zeros(0, np.uint64)], 0
        for lot in _lots(shelves.mended):
            some = _part(correction.contexts(shelves.mended.take(lot), around), part, parts)
            values = shelves.printed.take(lot).values
            printed.append(values[some.at])
            found.append(some._replace(at=some.at + before))
            before += values.size
        every = Contexts(*map(np.concatenate, zip(*found, strict=True)))
        words = correction.read_as(every, np.concatenate(printed), seed)
        changed = words != every.words
        where.append(every.at[changed])
        others.append(words[changed])
    at, words = np.concatenate(where), np.concatenate(others)
    order = np.argsort(at)
    return at[order], words[order]


def _rewrite(shelf: RaggedSpill, at: Indices, words: Hashes) -> None:
    """Put words at places of the shelf; all of it is written again where it was."""
    spool, before = SpillWriter(shelf.descriptors, np.uint64), 0
    for lot in _lots(shelf):
        values = shelf.take(lot).values
        here = slice(*np.searchsorted(at, (before, before + values.size)).tolist())
        values[at[here] - before] = words[here]
        spool.append(0, values)
        before += values.size


def _changed(shelves: JobFiles) -> Flags:
    """``(r,)`` which rows were changed."""
    changed = np.zeros(shelves.printed.lengths.size, np.bool_)
    for lot in _lots(shelves.printed):
        printed, mended = shelves.printed.take(lot), shelves.mended.take(lot)
        odd = np.flatnonzero(printed.values != mended.values)
        changed[lot[np.searchsorted(printed.bounds[:, 1], odd, "right")]] = True
    return changed


def _hashes(texts: Collection, mended: RaggedSpill, changed: Flags) -> Hashes:
    """Hashes of the blocks, those of changed texts made anew."""
    pages = texts.pages
    hashes = pages.hashes.copy()
    for text in np.flatnonzero(changed).tolist():
        span = slice(*pages.bounds[text : text + 2].tolist())
        ends = np.cumsum(pages.words[span])
        row = mended.take(texts.rows[text : text + 1])
        hashes[span] = block_hashes(Ragged(row.values, np.stack((ends - pages.words[span], ends), axis=1)))
    return hashes
