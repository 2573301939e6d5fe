"""Figures among token hashes, token by token."""

from dedup.core.text.reference.folding import tokens
from dedup.core.text.reference.tokens import token_hash
from dedup.core.text.tables.number_words import NUMBER_WORDS


def by_value(hashes: list[int], seed: int) -> list[int]:
    """The hashes with those of number words replaced by those of their digits."""
    values = {
        token_hash(tokens(word)[0], seed): token_hash(str(number).encode(), seed)
        for number, some in NUMBER_WORDS.items()
        for word in some.split()
    }
    return [values.get(value, value) for value in hashes]


def is_figure(value: int) -> bool:
    """Whether a token hash is that of a token that begins with a digit."""
    return value < 2**48 and chr(value & 0xFF) in "0123456789"


def words(text: str, seed: int) -> list[int]:
    """The token hashes of a text, figures and number words by their value."""
    return by_value([token_hash(word, seed) for word in tokens(text, figures=True)], seed)
