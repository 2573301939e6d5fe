"""Folded text -> the spelling of each token: a weighted sum of its bytes, which shows one misprint.

The hash of a token shows nothing of its letters. So a job on scanned texts keeps a spelling beside each hash. The
spelling of a token of up to six bytes is its hash. A letter that changes at position ``p`` adds a multiple of the
weight ``W[p]``. Anybody can make two words of one spelling, so nothing but misprints is decided by spellings.
"""

import numpy as np

from dedup.array_types import Hashes
from dedup.core.arrays.hashing import _factor, multiplier
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.sorting import find
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.folded_text import Folded
from dedup.core.text.tokens import CHUNKS, LONG_TOKEN, tokenize


def spell(folded: Folded, seed: int, workspace: Workspace) -> Ragged:
    """Spell the tokens of every document of a batch.

    Args:
        folded: the folded documents.
        seed: the key of the weights.
        workspace: scratch memory. The values of the result lie in it.

    Returns:
        One row for each document, in the order of the text. A token of `LONG_TOKEN` bytes or more has its hash.
    """
    return tokenize(folded, seed, workspace, _add)


def _add(sums: Hashes, chunks: Hashes, number: int, seed: int) -> tuple[Hashes, Hashes]:
    """Add the next chunks of tokens times a constant, as `core.text.tokens.Join`."""
    sums += chunks * _factor(f"letters {number}", seed)
    return sums, sums


def byte_weights(seed: int) -> Hashes:
    """``(24,) uint64`` the weight ``W[p]`` of the byte at each position ``p`` of a token.

    The spelling of a token of up to 24 bytes is ``sum(byte[p] * W[p])``, except for long figures. A byte that ends one
    chunk and begins the next one counts in both.
    """
    weights = np.zeros(LONG_TOKEN - 1, np.uint64)
    for number, first in enumerate(CHUNKS):
        factor = multiplier(f"letters {number}", seed) if number else np.uint64(1)
        chunk = weights[first : first + 7]
        chunk += factor << (np.arange(chunk.size, dtype=np.uint64) * np.uint64(8))
    return weights


def hashes_of(words: Hashes, spellings: Hashes, tokens: Hashes) -> Hashes:
    """Return the hashes of words that are known by their spellings.

    Args:
        words: ``(w,)`` distinct spellings, rising.
        spellings: ``(m,)`` the spellings of tokens.
        tokens: ``(m,)`` their hashes.

    Returns:
        ``(w,) uint64`` the least hash of a token with each spelling, the largest number where no token has it.
    """
    hashes = np.full(words.size, np.iinfo(np.uint64).max, np.uint64)
    positions, is_word = find(words, spellings)
    np.minimum.at(hashes, positions[is_word], tokens[is_word])
    return hashes
