"""Token hashes -> which tokens are figures; number words as figures. One token after the other."""

from dedup.core.text.reference.folding import tokens
from dedup.core.text.reference.tokens import token_hash
from dedup.core.text.tables.number_words import NUMBER_WORDS


def by_value(hashes: list[int], seed: int) -> list[int]:
    """Replace the hashes of number words by the hashes of their figures."""
    values = {}
    for number, words_of_number in NUMBER_WORDS.items():
        for word in words_of_number.split():
            values[token_hash(tokens(word)[0], seed)] = token_hash(str(number).encode(), seed)
    return [values.get(value, value) for value in hashes]


def is_figure(value: int) -> bool:
    """Whether a token hash belongs to a token that begins with a digit."""
    return value < 2**48 and chr(value & 0xFF) in "0123456789"


def words(text: str, seed: int) -> list[int]:
    """Return the token hashes of a text, figures and number words by their value."""
    return by_value([token_hash(word, seed) for word in tokens(text, figures=True)], seed)
