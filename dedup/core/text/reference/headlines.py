"""One title -> its headline."""

from dedup.core.text.reference.block_hashes import block_hash
from dedup.core.text.reference.cleaning import clean_text
from dedup.core.text.reference.figures import is_figure, words
from dedup.core.text.reference.folding import tokens
from dedup.core.text.reference.tokens import token_hash
from dedup.core.thresholds import SAID_LETTERS


def headline(title: str, seed: int) -> tuple[int, list[int]]:
    """Return the hash of a title as one block, and the sorted hashes of its long words."""
    title = clean_text(title)
    plain = tokens(title, figures=True)
    values = words(title, seed)
    says = set()
    for token, value in zip(plain, values, strict=True):
        is_number_word = value != token_hash(token, seed)
        letters = sum(byte & 0xC0 != 0x80 for byte in token)
        if letters >= SAID_LETTERS and not (is_number_word and is_figure(value)):
            says.add(value)
    return block_hash(values, seed), sorted(says)
