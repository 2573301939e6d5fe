"""One word -> its spelling, in whole numbers of any size."""

import xxhash

from dedup.core.text.reference.tokens import LONG_TOKEN, multiplier


def spelling(word: bytes, seed: int) -> int:
    """Return the spelling of a word. The spelling of a long figure is 40 bits above the byte of a digit."""
    value = _sum(word, seed)
    if len(word) > 6 and word[:1].isdigit():
        return value >> 24 << 8 | ord("9")
    return value


def _sum(word: bytes, seed: int) -> int:
    """Return the sum of the chunks of a word, each further one times a constant."""
    if len(word) >= LONG_TOKEN:
        return xxhash.xxh3_64_intdigest(word, seed)
    value = int.from_bytes(word[:7], "little")
    for number, begin in enumerate((6, 12, 18), 1):
        if len(word) > begin:
            value += int.from_bytes(word[begin : begin + 7], "little") * multiplier(f"letters {number}", seed)
    return value % 2**64
