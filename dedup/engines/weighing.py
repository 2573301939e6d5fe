"""Pairs of texts that are ready -> how strongly each matches. Arrays in, arrays out: whoever is asked does it."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import looks, matches, passages, verify
from dedup.core.ragged import Ragged, chunks, edges_of, take
from dedup.core.shingles import shingle
from dedup.core.spelling import steps
from dedup.core.workspace import Workspace
from dedup.settings import Settings
from dedup.types import Floats, Indices, Pairs

__all__ = ["Blocks", "Facts", "prepare", "weigh", "within"]

Articles = npt.NDArray[np.int32]

_PAIRS: Final = 1 << 16
"""Pairs of articles that are measured at a time."""

_TOKENS: Final = 1 << 20
"""Tokens of articles that are made sets of at a time."""


class Blocks(NamedTuple):
    """The blocks of some texts: ``counts`` ``(n,)`` of each text, and of each block how many ``words`` it has, whether
    it is ``closed`` (`core.looks`), and whether it is ``dropped``."""

    counts: Indices
    words: npt.NDArray[np.int32]
    closed: npt.NDArray[np.bool_]
    dropped: npt.NDArray[np.bool_]


class Facts(NamedTuple):
    """What is known of each of some texts; a row or an element each, of what is left of it without chrome.

    ``sets`` as from `core.verify.sets`; ``articles`` ``(c, 2)``: the bounds of its article among the ``tokens``, or -1
    if none is found (`core.looks`); the tokens as ``printed``; ``times`` as `core.matches` has them; ``noise``: the
    share of its tokens that were misprints.
    """

    sets: Ragged
    tokens: Ragged
    articles: Indices
    printed: Ragged
    times: Indices
    sources: Indices
    noise: Floats


def prepare(rows: Ragged, blocks: Blocks, settings: Settings, work: Workspace) -> tuple[Ragged, Articles]:
    """The shingle sets of texts ``rows``, which are without their dropped ``blocks``, and ``(n, 2) int32`` where their
    articles begin and end in them, -1 where none is found."""
    sets = verify.sets(shingle(rows, settings.shingle_size, settings.seed, work))
    found = looks.articles(blocks.words, edges_of(blocks.counts), blocks.closed, blocks.dropped)
    inside = np.empty((len(rows.bounds), 2), np.int32)
    inside[:, 0], inside[:, 1] = found.around[:, 0], rows.lengths - found.around[:, 1]
    inside[~found.found] = -1
    return sets, inside


def within(articles: Articles, tokens: Ragged) -> Indices:
    """``(c, 2)`` the bounds of articles among all ``tokens``, of those in each text, as from `prepare`."""
    return np.where(articles < 0, -1, articles + tokens.bounds[:, :1])


def weigh(facts: Facts, pairs: Pairs, settings: Settings, scans: bool, work: Workspace) -> tuple[Floats, Indices]:
    """``(p,)`` how strongly ``pairs`` ``(p, 2)`` of the texts match (see `core.matches.weigh`), and ``(p,)`` the
    shingles that they have in common.

    Misprints are looked for in the pairs of a text that has noise, and in a collection of ``scans`` in all.
    """
    size, threshold = settings.shingle_size, settings.containment
    common = verify.shared(facts.sets, pairs)
    weights = verify.ratios(common, facts.sets.lengths[pairs])[1]
    _without_frames(facts, pairs, weights, settings, work)
    noisy = scans | facts.noise[pairs].any(axis=1)
    # Where all shingles of one are in the other, nothing is replaced.
    close = ((weights >= threshold) & (weights < 1) & ~noisy).nonzero()[0]
    if close.size:
        alignment = passages.align(facts.tokens, pairs[close], size)
        weights[close] = matches.weigh(weights[close], alignment, facts.times, facts.sources, pairs[close], threshold)
    if noisy.any():
        least = threshold * (1 - facts.noise[pairs]).prod(axis=1) ** size
        close = np.flatnonzero((weights >= least) & noisy)
        misprints = passages.Misprints(facts.printed, steps(settings.seed))
        alignment = passages.align(facts.tokens, pairs[close], size, misprints)
        smaller = facts.sets.lengths[pairs[close]].min(axis=1)
        readable = matches.mended(weights[close], alignment, smaller, facts.sources, pairs[close])
        weights[close] = matches.weigh(readable, alignment, facts.times, facts.sources, pairs[close], threshold)
    return weights, common


def _without_frames(facts: Facts, pairs: Pairs, weights: Floats, settings: Settings, work: Workspace) -> None:
    """Raise the containments ``weights`` ``(p,)`` that are below `core.matches.WHOLE` to those of the articles of both
    texts.

    What two pages of one source share is told by the source, and not by looks. A text in which no article is found may
    be a frame, or an article of which nothing may be lost: its pairs stay as they are.
    """
    low = weights < matches.WHOLE
    if not low.any():
        return
    size = settings.shingle_size
    lengths = (facts.articles[:, 1] - facts.articles[:, 0])[pairs]
    framed = (facts.articles[pairs, 0] >= 0).all(axis=1) & (lengths < facts.tokens.lengths[pairs]).any(axis=1)
    framed &= low & (facts.sources[pairs[:, 0]] != facts.sources[pairs[:, 1]])
    # Articles share no more than their texts do: most pairs are too far from a match to be looked at again.
    shared = weights * facts.sets.lengths[pairs].min(axis=1)
    framed &= 2 * shared >= settings.containment * (lengths.min(axis=1) - size + 1)
    places = framed.nonzero()[0]
    for first, last in chunks(lengths[places].sum(axis=1), _TOKENS, _PAIRS):
        part = places[first:last]
        texts, numbers = np.unique(pairs[part], return_inverse=True)
        rows = take(Ragged(facts.tokens.values, facts.articles[texts]), np.arange(texts.size))
        sets = verify.sets(shingle(rows, size, settings.seed, work))
        weights[part] = np.maximum(weights[part], verify.measure(sets, numbers.reshape(-1, 2))[1])
