"""Texts of words -> texts with their misprints corrected, in strings and dictionaries.

A text is a list of words. A place is the number of a text and the position of a word in the text.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from dedup.core.misprints.reference.spelling import spelling


def is_misprint(word: str, other: str) -> bool:
    """Whether two words of letters a to z differ in one letter, or in one more letter at the end."""
    if len(word) == len(other):
        return sum(a != b for a, b in zip(word, other, strict=True)) == 1
    shorter, longer = sorted((word, other), key=len)
    return longer[:-1] == shorter


def contexts(texts: Sequence[Sequence[str]], around: Sequence[int]) -> dict[tuple[str, ...], list[tuple[int, int]]]:
    """Return the places of each context: the words at the distances ``around`` from a word that is no figure."""
    places = defaultdict(list)
    for number, text in enumerate(texts):
        for position, word in enumerate(text):
            neighbours = [position + step for step in around]
            if min(neighbours) >= 0 and max(neighbours) < len(text) and not word.isdigit():
                places[tuple(text[neighbour] for neighbour in neighbours)].append((number, position))
    return places


def seen_words(texts: Sequence[Sequence[str]], around: Sequence[int], seed: int) -> tuple[int, int]:
    """Count pairs of words that stand in one context and are neighbours in the order of their spellings.

    Args:
        texts: the texts.
        around: the distances of the words of a context.
        seed: the key of the spellings.

    Returns:
        How many pairs are equal, and how many are one misprint apart.
    """
    equal = misprinted = 0
    for places in contexts(texts, around).values():
        words = [texts[number][position] for number, position in places]
        words.sort(key=lambda word: spelling(word.encode(), seed))
        equal += sum(a == b for a, b in pairwise(words))
        misprinted += sum(is_misprint(a, b) for a, b in pairwise(words))
    return equal, misprinted


def read_as(
    texts: Sequence[Sequence[str]], printed: Sequence[Sequence[str]], around: Sequence[int], seed: int
) -> list[list[str]]:
    """Return the texts with each word read as the most frequent word of its context.

    Args:
        texts: the texts as they are read so far.
        printed: the texts as they came.
        around: the distances of the words of a context.
        seed: the key of the spellings.
    """
    corrected = [list(text) for text in texts]
    shared = [places for places in contexts(texts, around).values() if len(places) > 1]
    everywhere = Counter(texts[number][position] for places in shared for number, position in places)
    for places in shared:
        here = Counter(texts[number][position] for number, position in places)
        best = min(here, key=lambda word: (-here[word], -everywhere[word], spelling(word.encode(), seed)))
        for number, position in places:
            word = printed[number][position]
            if best == word or is_misprint(best, word):
                corrected[number][position] = best
    return corrected
