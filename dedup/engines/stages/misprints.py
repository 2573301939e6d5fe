"""Texts as read to texts without their misprints, if the collection is scanned.

The spellings are read in batches, and contexts are compared in parts. So memory is bounded, except for the corrections.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, chunks
from dedup.core.collection import Collection
from dedup.core.misprints import correction
from dedup.core.misprints.correction import Contexts, Readings, SeenWords, WordUses
from dedup.core.misprints.spelling import hashes_of
from dedup.core.text.block_hashes import block_hashes
from dedup.engines.notes import note_mended
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

    If the collection is scanned, all tokens go to the spill file of corrected tokens, in the same rows. That file has
    their spellings until all words are read.

    Args:
        texts: the texts as read.
        files: the spill files of the job.
        seed: the key of the hash functions.

    Returns:
        The texts with corrected blocks and a note, or ``texts`` and no note if the collection is not scanned.
    """
    as_read, corrected = files.spelled, files.mended
    if as_read is None:
        raise ValueError("the job kept no spellings")
    parts = max(1, -(-int(as_read.lengths.sum()) // _POSITIONS))
    is_text = np.zeros(as_read.lengths.size, np.bool_)  # not so for the second row of a text that two workers have read
    is_text[texts.rows] = True
    if not _see_words(as_read, is_text, parts, seed).scanned:
        return texts, ()
    writer = SpillWriter(corrected.descriptors, np.uint64)
    for rows in _batches(as_read):
        writer.append(0, as_read.take(rows).values)
        corrected.came(0, as_read.lengths[rows])
    for _ in range(correction.TURNS):
        for around in correction.SIDES:
            _rewrite(corrected, *_find_corrections(as_read, corrected, is_text, around, parts, seed))
    changed = _write_hashes(files.printed, as_read, corrected)[texts.rows]
    pages = texts.pages._replace(hashes=_hash_blocks(texts, corrected, changed, seed))
    return texts._replace(pages=pages), note_mended(int(np.count_nonzero(changed)))


def _batches(tokens: RaggedSpill) -> Iterator[Indices]:
    """Yield the rows that are read together."""
    return (np.arange(first, last) for first, last in chunks(tokens.lengths, _TOKENS, _ROWS))


def _see_words(tokens: RaggedSpill, is_text: Flags, parts: int, seed: int) -> SeenWords:
    """Return what the contexts of texts show, part after part."""
    equal = misprinted = 0
    for number in range(parts):
        all_contexts = (_contexts(tokens, rows, is_text, correction.AROUND) for rows in _batches(tokens))
        contexts = [_select_part(batch, number, parts) for batch in all_contexts]
        seen = correction.seen_words(_join(contexts), seed) if contexts else SeenWords(0, 0)
        equal, misprinted = equal + seen.equal, misprinted + seen.misprinted
    return SeenWords(equal, misprinted)


def _contexts(tokens: RaggedSpill, rows: Indices, is_text: Flags, around: tuple[int, ...]) -> Contexts:
    """Return the contexts of the words of some ``rows``, of those that are texts."""
    read = tokens.take(rows)
    contexts = correction.contexts(read, around)
    if is_text[rows].all():
        return contexts
    of_text = is_text[rows].repeat(read.lengths)[contexts.at]
    return contexts.take(of_text)


def _join(contexts: list[Contexts]) -> Contexts:
    """Return the contexts of all batches as one."""
    return Contexts(*map(np.concatenate, zip(*contexts, strict=True)))


def _select_part(contexts: Contexts, number: int, parts: int) -> Contexts:
    """Return the positions of one of the ``parts`` of all contexts."""
    if parts == 1:
        return contexts
    return contexts.take(contexts.contexts % np.uint64(parts) == number)


def _find_corrections(
    as_read: RaggedSpill, corrected: RaggedSpill, is_text: Flags, around: tuple[int, ...], parts: int, seed: int
) -> tuple[Indices, Hashes]:
    """Return the positions of words that are misprints by the words ``around`` them, rising, and the right words.

    Ties between words are decided when all parts are counted.
    """
    read = [_read_part(as_read, corrected, is_text, around, (number, parts), seed) for number in range(parts)]
    uses = WordUses.joined([part.readings.uses for part in read])
    positions, corrections = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for part in read:
        tied = part.readings.tied_words
        rows, words = correction.decide_ties(
            part.open, part.printed, part.readings.tied_contexts, tied, uses.of(tied), seed
        )
        positions += [part.changed, part.open.at[rows]]
        corrections += [part.readings.words, words]
    at, words = np.concatenate(positions), np.concatenate(corrections)
    order = np.argsort(at)
    return at[order], words[order]


class _PartReadings(NamedTuple):
    """The readings of one part of all contexts.

    - ``readings``: as from `core.misprints.correction.read_contexts`.
    - ``changed`` ``(c,) int64``: the positions of its changed words among all words.
    - ``open``, ``printed`` ``(u,)``: the undecided contexts, and their words as printed.
    """

    readings: Readings
    changed: Indices
    open: Contexts
    printed: Hashes


def _read_part(
    as_read: RaggedSpill,
    corrected: RaggedSpill,
    is_text: Flags,
    around: tuple[int, ...],
    part: tuple[int, int],
    seed: int,
) -> _PartReadings:
    """Read the words of one ``part`` of all contexts: its number, and the number of parts."""
    batches, printed, before = [], [np.zeros(0, np.uint64)], 0
    for rows in _batches(corrected):
        contexts = _select_part(_contexts(corrected, rows, is_text, around), *part)
        values = as_read.take(rows).values
        printed.append(values[contexts.at])
        batches.append(contexts._replace(at=contexts.at + before))
        before += values.size
    joined, as_printed = _join(batches), np.concatenate(printed)
    readings = correction.read_contexts(joined, as_printed, seed)
    undecided = readings.undecided
    return _PartReadings(readings, joined.at[readings.changed], joined.take(undecided), as_printed[undecided])


def _rewrite(tokens: RaggedSpill, at: Indices, words: Hashes) -> None:
    """Write words at positions of a spill file. All rows are written again at their places."""
    writer, before = SpillWriter(tokens.descriptors, np.uint64, start=0), 0
    for rows in _batches(tokens):
        values = tokens.take(rows).values
        span = slice(*np.searchsorted(at, (before, before + values.size)).tolist())
        values[at[span] - before] = words[span]
        writer.append(0, values)
        before += values.size


def _write_hashes(tokens: RaggedSpill, as_read: RaggedSpill, corrected: RaggedSpill) -> Flags:
    """Replace the corrected spellings by the hashes of these words. Return ``(r,)`` which rows were changed.

    Args:
        tokens: the hashes of the words as read.
        as_read: their spellings.
        corrected: the spellings of the corrected words.
    """
    changed, words = np.zeros(as_read.lengths.size, np.bool_), np.zeros(0, np.uint64)
    for rows in _batches(as_read):
        before, after = as_read.take(rows), corrected.take(rows)
        differing = np.flatnonzero(before.values != after.values)
        changed[rows[np.searchsorted(before.bounds[:, 1], differing, "right")]] = True
        words = np.union1d(words, after.values[differing])
    hashes = np.full(words.size, np.iinfo(np.uint64).max, np.uint64)
    for rows in _batches(as_read):
        of_batch = hashes_of(words, as_read.take(rows).values, tokens.take(rows).values)
        np.minimum(hashes, of_batch, out=hashes)
    writer = SpillWriter(corrected.descriptors, np.uint64, start=0)
    for rows in _batches(as_read):
        spelled, values = corrected.take(rows).values, tokens.take(rows).values
        differing = np.flatnonzero(as_read.take(rows).values != spelled)
        values[differing] = hashes[words.searchsorted(spelled[differing])]
        writer.append(0, values)
    return changed


def _hash_blocks(texts: Collection, corrected: RaggedSpill, changed: Flags, seed: int) -> Hashes:
    """Return the hashes of the blocks, with new hashes for the changed texts."""
    pages = texts.pages
    hashes = pages.hashes.copy()
    for text in np.flatnonzero(changed).tolist():
        span = slice(*pages.bounds[text : text + 2].tolist())
        ends = np.cumsum(pages.words[span])
        row = corrected.take(texts.rows[text : text + 1])
        blocks = Ragged(row.values, np.stack((ends - pages.words[span], ends), axis=1))
        hashes[span] = block_hashes(blocks, seed)
    return hashes
