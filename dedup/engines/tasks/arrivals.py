"""Documents that arrive at an index to their lookup keys and tokens: all that can be made without the index.

Another process can therefore do this work: where many documents come, it reads, sketches and packs them.
"""

import msgspec
import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, bounds_of, edges_of, ranges, take_rows
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs.decision import no_article_reasons
from dedup.core.sites.pages import Pages
from dedup.core.sketch.lookup_keys import lookup_keys
from dedup.core.text.block_hashes import drop_blocks
from dedup.engines.tasks.profiles import LearnedProfiles
from dedup.engines.tasks.read import Reader, TokensInMemory
from dedup.engines.tasks.results import ArrivalResult, ReadResult
from dedup.formats import ReadOutcome
from dedup.settings import Settings


class ArrivalReader:
    """Reads documents that arrive at an index of these ``settings``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def receive(
        self, outcome: ReadOutcome, learned: LearnedProfiles, workspace: Workspace | None = None
    ) -> ArrivalResult:
        """Read documents, and make their lookup keys.

        Args:
            outcome: the documents.
            learned: the site profiles of the index.
            workspace: scratch memory.

        Returns:
            The documents with their lookup keys, not packed.
        """
        workspace = workspace or Workspace()
        read, tokens = self.read(outcome, workspace)
        left_out = learned.judged(*pages_of(read))[1]
        return self.key(read, tokens, left_out, learned.walls, workspace)

    def read(self, outcome: ReadOutcome, workspace: Workspace) -> tuple[ReadResult, Hashes]:
        """Read documents.

        Args:
            outcome: the documents.
            workspace: scratch memory.

        Returns:
            The result of reading them, and the tokens of the new texts, one text after another.
        """
        in_memory = TokensInMemory()
        read = Reader(0, self._settings, in_memory, None, None, workspace).read(outcome)
        return read, in_memory.tokens()

    def key(
        self, read: ReadResult, tokens: Hashes, left_out: Flags, walls: Hashes, workspace: Workspace
    ) -> ArrivalResult:
        """Make the lookup keys of documents that `read` has read.

        Args:
            read: the result of reading the documents.
            tokens: the tokens of the new texts.
            left_out: ``(m,)`` which blocks are left out.
            walls: ``(w,)`` the hashes of texts that stand under many headlines, rising.
            workspace: scratch memory.

        Returns:
            The documents with their lookup keys, not packed.
        """
        settings = self._settings
        without_boilerplate = drop_blocks(tokens, read.words, read.blocks, left_out)
        found_by = lookup_keys(without_boilerplate, settings, workspace, spare=True)
        reasons = no_article_reasons(without_boilerplate, read.says, found_by.rests, walls, settings.seed)
        return ArrivalResult(read, tokens, left_out, found_by.keys, short_hashes(found_by.sampled), reasons, [], [])

    def key_again(
        self, keyed: ArrivalResult, left_out: Flags, walls: Hashes, more: Indices, workspace: Workspace
    ) -> ArrivalResult:
        """Make the lookup keys again of the texts that leave out other blocks now, and of ``more`` texts.

        Args:
            keyed: the documents with their lookup keys.
            left_out: ``(m,)`` which blocks are left out.
            walls: ``(w,)`` the hashes of texts that stand under many headlines, rising.
            more: ``(q,)`` texts.
            workspace: scratch memory.
        """
        read, blocks, settings = keyed.read, edges_of(keyed.read.blocks), self._settings
        changes = edges_of(left_out != keyed.left_out)[blocks]
        texts = np.union1d((changes[1:] > changes[:-1]).nonzero()[0], more)
        if not texts.size:
            return keyed
        bounds = bounds_of(read.lengths[read.fresh])
        tokens = take_rows(Ragged(keyed.tokens, bounds), texts).values
        places = ranges(blocks[texts], read.blocks[texts])
        without_boilerplate = drop_blocks(tokens, read.words[places], read.blocks[texts], left_out[places])
        found_by = lookup_keys(without_boilerplate, settings, workspace, spare=True)
        keys, reasons, rows = keyed.keys.copy(), keyed.reasons.copy(), np.arange(len(keyed.keys))
        keys[texts] = found_by.keys
        says = take_rows(read.says, texts)
        reasons[texts] = no_article_reasons(without_boilerplate, says, found_by.rests, walls, settings.seed)
        rows[texts] = rows.size + np.arange(texts.size)
        sampled = take_rows(_join(keyed.sampled, short_hashes(found_by.sampled)), rows)
        return msgspec.structs.replace(keyed, left_out=left_out, keys=keys, sampled=sampled, reasons=reasons)


def pages_of(read: ReadResult) -> tuple[Pages, list[str]]:
    """Return the new texts of documents as pages without numbers of sources, and the source of each page."""
    rows = read.fresh.nonzero()[0]
    pages = Pages.marked(
        read.hashes,
        read.words,
        read.marks,
        edges_of(read.blocks),
        np.full(read.blocks.size, -1, np.int64),
        read.headlines,
        read.contents[rows],
    )
    return pages, read.members.source_names(rows)


def short_hashes(sampled_shingles: Ragged) -> Ragged:
    """Return the highest 32 bits of each sampled shingle."""
    return Ragged((sampled_shingles.values >> np.uint64(32)).astype(np.uint32), sampled_shingles.bounds)


def _join(first: Ragged, second: Ragged) -> Ragged:
    """Return the rows of ``first``, then those of ``second``."""
    bounds = np.concatenate((first.bounds, second.bounds + first.values.size))
    return Ragged(np.concatenate((first.values, second.values)), bounds)
