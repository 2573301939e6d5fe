"""The texts that are told: their tokens as they are compared, and the place of each token in the text as it came."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from dedup.array_types import Bytes, Flags, Hashes, Indices
from dedup.comparison_types import Span
from dedup.core.arrays.ragged import Ragged, edges_of, ranges
from dedup.core.arrays.workspace import Workspace
from dedup.core.explanations.passages import ShownText
from dedup.core.explanations.token_spans import token_spans
from dedup.core.sites.pages import Pages
from dedup.core.text.batches import encode
from dedup.core.text.blocks import split_blocks
from dedup.core.text.cleaning import clean_text
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.engines.stages.job import Job

_LINE_FEED = ord("\n")


class TextSource(Protocol):
    """The texts of a collection, with their repairs."""

    def take(self, texts: Indices) -> tuple[Ragged, list[Bytes]]:
        """Return the tokens of texts with boilerplate, a row a text without gaps, and the bytes of the texts.

        Args:
            texts: ``(n,)`` the numbers of the texts.
        """
        ...


class SpilledTexts:
    """The texts of a job that keeps whole texts in a spill file."""

    def __init__(self, job: Job) -> None:
        """Take a job. Raises `ValueError` if it has kept no whole texts."""
        if job.shelves.whole is None:
            raise ValueError("the job kept no whole texts")
        self._job, self._whole = job, job.shelves.whole

    def take(self, texts: Indices) -> tuple[Ragged, list[Bytes]]:
        """Return tokens and bytes of texts, as `TextSource` explains."""
        rows = self._job.texts.rows[texts]
        whole = self._whole.take(rows)
        data = whole.values.view(np.uint8)
        return self._job.tokens.take(rows), [data[start:end] for start, end in whole.bounds.tolist()]


class GivenTexts:
    """Texts in memory, by their numbers."""

    def __init__(self, texts: Sequence[str], seed: int) -> None:
        self._texts, self._seed = texts, seed

    def take(self, texts: Indices) -> tuple[Ragged, list[Bytes]]:
        """Return tokens and bytes of texts, as `TextSource` explains."""
        whole = [encode([clean_text(self._texts[number]) + "\n"])[0] for number in texts.tolist()]
        tokens = [_tokens_of(data, self._seed) for data in whole]
        ends = np.cumsum([row.size for row in tokens], dtype=np.int64)
        values = np.concatenate([np.zeros(0, np.uint64), *tokens])
        return Ragged(values, np.stack((np.append(0, ends)[:-1], ends), axis=1)), whole


def _tokens_of(text: Bytes, seed: int) -> Hashes:
    """Return the tokens of one text, folded block by block as documents are read."""
    offsets = split_blocks(text, np.array([0, text.size])).offsets
    return tokenize(fold(text, offsets, Workspace(), figures=True), seed, Workspace()).values.copy()


class PlacedText(NamedTuple):
    """A text with the places of its tokens and of its boilerplate.

    - ``shown``: the text with the tokens that are compared.
    - ``boilerplate``: the places of what is left out.
    """

    shown: ShownText
    boilerplate: tuple[Span, ...]


def place_text(data: Bytes, tokens: Hashes, words: Indices, dropped: Flags) -> PlacedText:
    """Find the places of the tokens and of the boilerplate of one text.

    Args:
        data: the bytes of the text.
        tokens: ``(m,)`` the tokens that are compared, without boilerplate.
        words: ``(b,)`` the tokens of each block.
        dropped: ``(b,)`` which blocks are left out.

    Returns:
        The text. Places are in characters.

    Raises:
        ValueError: the blocks are not those of the text.
    """
    text = data[:-1] if data.size and data[-1] == _LINE_FEED else data  # a line feed stands behind each text
    offsets = split_blocks(data, np.array([0, data.size])).offsets
    spans = token_spans(data, offsets)
    if not np.array_equal(spans.counts, words):
        raise ValueError(f"a text has the places of {spans.counts.sum()} words, and {words.sum()} were read")
    retained = ~dropped.repeat(words)
    pieces = dropped.cumsum().repeat(words)[retained]
    characters = edges_of((data & 0xC0) != 0x80)
    starts, ends = characters[spans.starts[retained]], characters[spans.ends[retained]]
    shown = ShownText(text.tobytes().decode(), tokens, starts, ends, pieces)
    turns = np.diff(dropped.astype(np.int8), prepend=0, append=0)
    begins, lasts = (characters[offsets[(turns == turn).nonzero()[0]]].tolist() for turn in (1, -1))
    length, stretches = int(characters[text.size]), zip(begins, lasts, strict=True)
    return PlacedText(shown, tuple((start, min(end, length)) for start, end in stretches))


def blocks_of(pages: Pages, texts: Indices, dropped: Flags) -> tuple[Indices, Flags, Indices]:
    """Return the words of each block of texts, which blocks are dropped, and the number of blocks of each text.

    Args:
        pages: the pages of all texts.
        texts: ``(n,)`` some texts.
        dropped: which blocks of all texts are dropped.
    """
    counts = pages.bounds[texts + 1] - pages.bounds[texts]
    rows = ranges(pages.bounds[texts], counts)
    return pages.words[rows].astype(np.int64), dropped[rows], counts
