"""Texts as they were read -> as they would be without their misprints, where a text looks scanned.

The store of tokens is read in lots, and written anew only if a text changes.
"""

from contextlib import ExitStack
from typing import Final

import numpy as np

from dedup.core import blocks, spelling
from dedup.core.ragged import Ragged, chunks
from dedup.core.spelling import Spelling, Vocabulary
from dedup.engines.answers import Suspects
from dedup.engines.crew import Team
from dedup.engines.requests import Suspect
from dedup.engines.sketching import Shelves
from dedup.engines.store import Shelf, Spool
from dedup.engines.texts import Texts
from dedup.types import Flags, Hashes, Indices, Note

__all__ = ["mend"]

_SAMPLE: Final = 1 << 19
"""Tokens of the texts that the vocabulary is made of, about."""

_TEXT: Final = 1 << 12
"""Tokens of one text that go into it."""

_FEW: Final = 128
"""Texts by which a lightly scanned collection is told, about."""

_START: Final = 1 << 10
"""Tokens of each of them that are looked at."""

_LOT: Final = 1 << 18
"""Tokens looked at together."""

_ROWS: Final = 1 << 12
"""Texts looked at together at most."""

_ASKED: Final = 1 << 13
"""Texts that a process is asked about at a time, each time with the vocabulary."""


def mend(
    texts: Texts, shelves: Shelves, team: Team, seed: int, open_stores: ExitStack
) -> tuple[Texts, tuple[Note, ...]]:
    """Scanned texts with their misprints as the words they resemble. If there are any, all tokens go to the shelf of
    mended ones, in the same rows. Stores that are needed besides are closed with ``open_stores``."""
    tokens, shelf = shelves.printed, shelves.mended
    found = spelling.spelling(spelling.vocabulary(_sample(texts, tokens, texts.rows.size, _TEXT)), seed)
    lightly = spelling.lightly_scanned(_sample(texts, tokens, _FEW, _START), found)
    rows, words, place = _scanned(np.sort(texts.rows), tokens, team, found, lightly, open_stores)
    changed = np.zeros(tokens.lengths.size, np.bool_)
    if not rows.size:
        return texts, ()
    spool = Spool(shelf.descriptors, np.uint64)
    for first, last in chunks(tokens.lengths, _LOT, _ROWS):
        lot, here = tokens.take(np.arange(first, last)), slice(*np.searchsorted(rows, (first, last)).tolist())
        mended = words.take(place[here])
        for row, bounds in zip(rows[here].tolist(), mended.bounds.tolist(), strict=True):
            span, better = slice(*lot.bounds[row - first].tolist()), mended.values[slice(*bounds)]
            changed[row] = (lot.values[span] != better).any()
            lot.values[span] = better
        spool.append(0, lot.values)
        shelf.came(0, lot.lengths)
    pages = texts.pages._replace(hashes=_hashes(texts, shelf, changed[texts.rows]))
    look, their = ("text looks", "its") if rows.size == 1 else ("texts look", "their")
    reason = f"{rows.size:,} {look} scanned: {their} misprints were read as the words that they resemble"
    return texts._replace(pages=pages), (Note("reading", reason),)


def _sample(texts: Texts, tokens: Shelf, most: int, beginning: int) -> Ragged:
    """The first tokens of texts evenly spread over their numbers, which do not depend on the order of input: of about
    ``most`` texts, and `_SAMPLE` tokens in all, ``beginning`` of each."""
    lengths = np.minimum(tokens.lengths[texts.rows], beginning)
    step = max(1, -(-int(lengths.sum()) // _SAMPLE), -(-texts.rows.size // max(1, most)))
    return tokens.take(texts.rows[::step], beginning)


def _suspects(rows: Indices, tokens: Shelf, team: Team, vocabulary: Vocabulary, share: float, scans: bool) -> Indices:
    """Those of the ``rows`` that may be scanned."""
    asked = [rows[first : first + _ASKED] for first in range(0, rows.size, _ASKED)]
    requests = (Suspect(list(tokens.runs(part)), *vocabulary, share, scans) for part in asked)
    answers = zip(asked, team.ask(requests, Suspects), strict=True)
    return np.concatenate([np.zeros(0, np.int64), *(part[answer.rows] for part, answer in answers)])


def _scanned(
    rows: Indices, tokens: Shelf, team: Team, found: Spelling, lightly: bool, open_stores: ExitStack
) -> tuple[Indices, Shelf, Indices]:
    """Those of the ``rows``, sorted, that are scanned; in a collection of scans the doubtful ones too, in a ``lightly``
    scanned one whatever has a misprint; and a shelf, with the rows of it that are their tokens as they should be."""
    scans = lightly
    for share in (0.0,) if lightly else (spelling.SUSPECT, spelling.DOUBTFUL):
        suspects = _suspects(rows, tokens, team, found.vocabulary, share, scans)
        store, chosen = open_stores.enter_context(Shelf(1)), [np.zeros(0, np.bool_)]
        spool = Spool(store.descriptors, np.uint64)
        for first, last in chunks(tokens.lengths[suspects], _LOT, _ROWS):
            lot = tokens.take(suspects[first:last])
            mended = spelling.mend(lot, found)
            spool.append(0, mended.words)
            store.came(0, lot.lengths)
            chosen.append(mended.scanned | (mended.doubtful & scans) | lightly)
        scanned = np.concatenate(chosen)
        scans = spelling.collection_of_scans(np.isin(rows, suspects[scanned]))
        if not scans:
            break
    return suspects[scanned], store, np.flatnonzero(scanned)


def _hashes(texts: Texts, mended: Shelf, changed: Flags) -> Hashes:
    """Hashes of the blocks, those of changed texts made anew."""
    pages = texts.pages
    hashes = pages.hashes.copy()
    for text in np.flatnonzero(changed).tolist():
        span = slice(*pages.bounds[text : text + 2].tolist())
        ends = np.cumsum(pages.words[span])
        row = mended.take(texts.rows[text : text + 1])
        hashes[span] = blocks.hashes(Ragged(row.values, np.stack((ends - pages.words[span], ends), axis=1)))
    return hashes
