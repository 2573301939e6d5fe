"""Hard sets of documents: crowds, chains and stars of matched texts of any size, and inputs that come twice.

All words are made of syllables and come from a seed. So a set is the same on every machine, and a part of one set
shares no five words with another part but where the set says so.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from dedup import Document

SENTENCE: Final = 12
"""Words of a sentence."""

PASSAGE: Final = 60
"""Words of a passage. What two texts share of one passage is a match for texts of two passages: 42 of 120 words."""

_SYLLABLES: Final = [consonant + vowel for consonant in "bcdfghjklmnprstvw" for vowel in "aeiou"]


def crowd(copies: int = 2_000, others: int = 0, seed: int = 1) -> list[Document]:
    """Near copies of one text among texts that are nobody's copies: one story.

    A copy has two of its 120 words replaced, and a sentence of its own at its end. It has a source of its own: what
    stands on many pages of one site, or of no site, is boilerplate.

    Args:
        copies: the number of near copies. Their ids begin with ``crowd``.
        others: the number of other texts, of 120 words. Their ids begin with ``other``.
        seed: the seed of all words and of the order.

    Returns:
        The documents, shuffled.
    """
    words = _Words(seed)
    text = words.draw(2 * PASSAGE)
    rows = np.tile(text, (copies, 1))
    places = np.argsort(words.generator.random((copies, text.size)), axis=1)[:, :2]
    np.put_along_axis(rows, places, words.draw(2 * copies).reshape(copies, 2), axis=1)
    rows = np.concatenate((rows, words.draw(SENTENCE * copies).reshape(copies, SENTENCE)), axis=1)
    printed = [replace(document, source=f"{document.id}.example") for document in _documents("crowd", rows)]
    documents = printed + _documents("other", words.draw(2 * PASSAGE * others).reshape(others, 2 * PASSAGE))
    return [documents[place] for place in words.generator.permutation(len(documents))]


def chain(length: int, seed: int = 1) -> list[Document]:
    """A chain: each text has a passage in common with the next text, and no other text has this passage.

    All texts are one component of matches. No three of them are one story.

    Args:
        length: the number of texts, of 120 words. Their ids begin with ``chain``.
        seed: the seed of all words.

    Returns:
        The documents, from one end of the chain to the other.
    """
    passages = _Words(seed).draw(PASSAGE * (length + 1)).reshape(length + 1, PASSAGE)
    return _documents("chain", np.concatenate((passages[:-1], passages[1:]), axis=1))


def star(excerpts: int, seed: int = 1) -> list[Document]:
    """A star: a long text, and excerpts that match the long text alone.

    An excerpt has 60 words of the long text. It has half of them in common with the excerpt before it, which is no
    match: 12 of 60 words.

    Args:
        excerpts: the number of excerpts. Their ids begin with ``excerpt``; that of the long text is ``long``.
        seed: the seed of all words.

    Returns:
        The long text, of 30 words an excerpt and 30 more, and its excerpts from its beginning to its end.
    """
    step = PASSAGE // 2
    words = _Words(seed).draw(step * (excerpts + 1))
    rows = np.lib.stride_tricks.sliding_window_view(words, PASSAGE)[::step]
    return [*_documents("long", words[np.newaxis]), *_documents("excerpt", rows)]


def twice() -> list[Document]:
    """Eight documents with three ids: of each id two equal documents, and one or two other ones."""
    texts = _documents("text", _Words(7).draw(6 * PASSAGE).reshape(6, PASSAGE))
    pairs = [("a", 0), ("b", 1), ("a", 0), ("c", 2), ("b", 3), ("a", 4), ("c", 2), ("b", 1)]
    return [Document(texts[number].text, id=id) for id, number in pairs]


def write_lines(path: Path, documents: Iterable[Document]) -> Path:
    """Write the ids, the texts and the sources of documents to a file of JSON Lines.

    Args:
        path: the file.
        documents: the documents, in the order of the lines.

    Returns:
        The file.
    """
    rows = ({"id": document.id, "text": document.text, "source": document.source} for document in documents)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


class _Words:
    """Draws words by their numbers, from a seed."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def draw(self, count: int) -> npt.NDArray[np.int64]:
        """Return the numbers of ``count`` words."""
        return self.generator.integers(0, len(_words()), count)


@cache
def _words() -> npt.NDArray[np.object_]:
    """Return all words of three syllables."""
    return np.array(["".join(syllables) for syllables in product(_SYLLABLES, repeat=3)], object)


def _documents(name: str, rows: npt.NDArray[np.int64]) -> list[Document]:
    """Return a document for each row of words, in sentences of `SENTENCE` words. Its id has the number of the row."""
    digits = len(str(max(len(rows) - 1, 0)))
    ids: Sequence[str] = [f"{name}-{number:0{digits}}" for number in range(len(rows))] if len(rows) > 1 else [name]
    return [Document(_text(row), id=id) for id, row in zip(ids, rows, strict=False)]


def _text(row: npt.NDArray[np.int64]) -> str:
    words = _words()[row].tolist()
    sentences = (" ".join(words[first : first + SENTENCE]) for first in range(0, len(words), SENTENCE))
    return " ".join(f"{sentence.capitalize()}." for sentence in sentences)
