"""Texts as read to texts without their misprints, if the collection is scanned.

The tokens are read in batches, and contexts are compared in parts. So memory is bounded, except for the corrections.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, chunks
from dedup.core.collection import Collection
from dedup.core.misprints import correction
from dedup.core.misprints.correction import Contexts, SeenWords
from dedup.core.text.block_hashes import block_hashes
from dedup.engines.pool.spill import RaggedSpill, SpillWriter
from dedup.engines.stages.job import JobFiles
from dedup.types import Note

_TOKENS: Final = 1 << 18
"""Tokens that are read together."""

_ROWS: Final = 1 << 12
"""Texts that are read together at most."""

_POSITIONS: Final = 1 << 21
"""Positions whose contexts are compared together, about."""


def correct_texts(texts: Collection, files: JobFiles, seed: int) -> tuple[Collection, tuple[Note, ...]]:
    """Correct the misprints of scanned texts by the words of their copies.

    If the collection is scanned, all tokens go to the spill file of corrected tokens, in the same rows.

    Args:
        texts: the texts as read.
        files: the spill files of the job.
        seed: the key of the hash functions.

    Returns:
        The texts with corrected blocks and a note, or ``texts`` and no note if the collection is not scanned.
    """
    as_read, corrected = files.printed, files.mended
    parts = max(1, -(-int(as_read.lengths.sum()) // _POSITIONS))
    if not _see_words(as_read, parts, seed).scanned:
        return texts, ()
    writer = SpillWriter(corrected.descriptors, np.uint64)
    for rows in _batches(as_read):
        writer.append(0, as_read.take(rows).values)
        corrected.came(0, as_read.lengths[rows])
    for _ in range(correction.TURNS):
        for around in correction.SIDES:
            _rewrite(corrected, *_find_corrections(files, around, parts, seed))
    changed = _find_changed(files)[texts.rows]
    count = int(np.count_nonzero(changed))
    look, their = ("text looks", "its") if count == 1 else ("texts look", "their")
    reason = f"{count:,} {look} scanned: {their} misprints were read as the words that other copies have"
    pages = texts.pages._replace(hashes=_hash_blocks(texts, corrected, changed))
    return texts._replace(pages=pages), (Note("reading", reason),)


def _batches(tokens: RaggedSpill) -> Iterator[Indices]:
    """Yield the rows that are read together."""
    return (np.arange(first, last) for first, last in chunks(tokens.lengths, _TOKENS, _ROWS))


def _see_words(tokens: RaggedSpill, parts: int, seed: int) -> SeenWords:
    """Return what the first part of all contexts shows of the texts."""
    contexts = [
        _select_part(correction.contexts(tokens.take(rows), correction.AROUND), 0, parts) for rows in _batches(tokens)
    ]
    return correction.seen_words(_join(contexts), seed) if contexts else SeenWords(0, 0)


def _join(contexts: list[Contexts]) -> Contexts:
    """Return the contexts of all batches as one."""
    return Contexts(*map(np.concatenate, zip(*contexts, strict=True)))


def _select_part(contexts: Contexts, number: int, parts: int) -> Contexts:
    """Return the positions of one of the ``parts`` of all contexts."""
    if parts == 1:
        return contexts
    selected = contexts.contexts % np.uint64(parts) == number
    return Contexts(*(column[selected] for column in contexts))


def _find_corrections(files: JobFiles, around: tuple[int, ...], parts: int, seed: int) -> tuple[Indices, Hashes]:
    """Return the positions of words that are misprints by the words ``around`` them, rising, and the right words."""
    positions, corrections = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for number in range(parts):
        batches, as_read, before = [], [np.zeros(0, np.uint64)], 0
        for rows in _batches(files.mended):
            contexts = _select_part(correction.contexts(files.mended.take(rows), around), number, parts)
            values = files.printed.take(rows).values
            as_read.append(values[contexts.at])
            batches.append(contexts._replace(at=contexts.at + before))
            before += values.size
        joined = _join(batches)
        words = correction.read_as(joined, np.concatenate(as_read), seed)
        changed = words != joined.words
        positions.append(joined.at[changed])
        corrections.append(words[changed])
    at, words = np.concatenate(positions), np.concatenate(corrections)
    order = np.argsort(at)
    return at[order], words[order]


def _rewrite(tokens: RaggedSpill, at: Indices, words: Hashes) -> None:
    """Write words at positions of a spill file. All rows are written again at their places."""
    writer, before = SpillWriter(tokens.descriptors, np.uint64, start=0), 0
    for rows in _batches(tokens):
        values = tokens.take(rows).values
        span = slice(*np.searchsorted(at, (before, before + values.size)).tolist())
        values[at[span] - before] = words[span]
        writer.append(0, values)
        before += values.size


def _find_changed(files: JobFiles) -> Flags:
    """Return ``(r,)`` which rows were changed."""
    changed = np.zeros(files.printed.lengths.size, np.bool_)
    for rows in _batches(files.printed):
        as_read, corrected = files.printed.take(rows), files.mended.take(rows)
        differing = np.flatnonzero(as_read.values != corrected.values)
        changed[rows[np.searchsorted(as_read.bounds[:, 1], differing, "right")]] = True
    return changed


def _hash_blocks(texts: Collection, corrected: RaggedSpill, changed: Flags) -> Hashes:
    """Return the hashes of the blocks, with new hashes for the changed texts."""
    pages = texts.pages
    hashes = pages.hashes.copy()
    for text in np.flatnonzero(changed).tolist():
        span = slice(*pages.bounds[text : text + 2].tolist())
        ends = np.cumsum(pages.words[span])
        row = corrected.take(texts.rows[text : text + 1])
        hashes[span] = block_hashes(Ragged(row.values, np.stack((ends - pages.words[span], ends), axis=1)))
    return hashes
