"""Misprints and the words that they are read as, in strings and dictionaries."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from dedup.core.text.reference.tokens import token_hash


def misprint(one: str, other: str) -> bool:
    """Whether two words of letters a to z differ in one letter, or in one letter behind."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    shorter, longer = sorted((one, other), key=len)
    return longer[:-1] == shorter


def contexts(texts: Sequence[Sequence[str]], around: Sequence[int]) -> dict[tuple[str, ...], list[tuple[int, int]]]:
    """The places, as text and word, of each context: the words ``around`` a word that is no figure."""
    found = defaultdict(list)
    for number, text in enumerate(texts):
        for place, word in enumerate(text):
            others = [place + step for step in around]
            if min(others) >= 0 and max(others) < len(text) and not word.isdigit():
                found[tuple(text[other] for other in others)].append((number, place))
    return found


def seen_words(texts: Sequence[Sequence[str]], around: Sequence[int], seed: int) -> tuple[int, int]:
    """How many neighbours of one context are equal, and how many are one misprint apart."""
    equal = misprinted = 0
    for where in contexts(texts, around).values():
        words = sorted(
            (texts[number][place] for number, place in where), key=lambda word: token_hash(word.encode(), seed)
        )
        equal += sum(a == b for a, b in pairwise(words))
        misprinted += sum(misprint(a, b) for a, b in pairwise(words))
    return equal, misprinted


def read_as(
    texts: Sequence[Sequence[str]], printed: Sequence[Sequence[str]], around: Sequence[int], seed: int
) -> list[list[str]]:
    """The texts with each word as the words ``around`` it say."""
    found = [list(text) for text in texts]
    every = {words: where for words, where in contexts(texts, around).items() if len(where) > 1}
    everywhere = Counter(texts[number][place] for where in every.values() for number, place in where)
    for where in every.values():
        here = Counter(texts[number][place] for number, place in where)
        best = min(here, key=lambda word: (-here[word], -everywhere[word], token_hash(word.encode(), seed)))
        for number, place in where:
            if best == printed[number][place] or misprint(best, printed[number][place]):
                found[number][place] = best
    return found
