"""Misprints and the words that they are read as, in strings and dictionaries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dedup.core.reference.shingles import token_hash
from dedup.core.spelling import LEAST, MORE

__all__ = ["correction", "suspect", "vocabulary"]


def vocabulary(texts: Sequence[Sequence[str]]) -> dict[str, int]:
    """The tokens that two texts have, with their counts in all."""
    counts = Counter(token for text in texts for token in text)
    spread = Counter(token for text in texts for token in set(text))
    return {token: count for token, count in counts.items() if spread[token] > 1}


def word(token: str) -> bool:
    """Whether misprints are read as this token: a short one shows whether it is letters, a long one does not."""
    size = len(token.encode())
    return size > 6 or (size > 1 and all("a" <= letter <= "z" for letter in token))


def correction(token: str, known: Mapping[str, int], seed: int) -> str:
    """What a token of up to 16 letters a to z, or of digits and letters, is read as."""
    if len(token) < 2 or (len(token) <= 6 and token[0].isdigit()):
        return token
    words = list(filter(word, known))
    near = [each for each in words if differ(each, token) and known[each] > MORE * known.get(token, 0)]
    if near:
        return commonest(near, known, seed)
    ends = [each for each in words if each == token[:-1] and len(each) >= 4 and "a" <= token[-1] <= "z"]
    return commonest(ends, known, seed) if ends and token not in known else token


def suspect(text: Sequence[str], known: Mapping[str, int], seed: int, share: float) -> bool:
    """Whether a text of letters a to z and digits may be scanned."""
    shorts = [token for token in text if len(token) <= 6]
    read = [correction(token, known, seed) for token in shorts]
    misprints = sum(len(one) == len(other) and one != other for one, other in zip(shorts, read, strict=True))
    letters = sum(token.isalpha() for token in shorts)
    return len(text) >= LEAST and misprints > 0 and misprints >= share * len(shorts) and 2 * letters >= len(shorts)


def differ(one: str, other: str) -> bool:
    """Whether two words differ in one character; in long ones, which do not show theirs, by a distance of letters."""
    distances = [abs(ord(a) - ord(b)) for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and len(distances) == 1 and (len(one) <= 6 or distances[0] < 26)


def commonest(words: Iterable[str], known: Mapping[str, int], seed: int) -> str:
    """The most frequent word, of two the one of the lower hash."""
    return min(words, key=lambda each: (-known[each], token_hash(each.encode(), seed)))
