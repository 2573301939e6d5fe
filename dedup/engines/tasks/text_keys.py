"""Documents -> the keys by which equal texts are known, and which texts a process reads for the first time."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xxhash

from dedup.array_types import Flags, Hashes
from dedup.core.arrays.hashing import multiplier
from dedup.core.text.blocks import Blocks


class TextKeys(NamedTuple):
    """The keys of ``n`` documents, ``(n,) uint64`` each, 0 for a document without words.

    - ``contents``, ``contents_high``: the lower and the upper half of the fingerprint of the words.
    - ``prints``: a key of words, headline and source.
    - ``texts``: a key of words, headline, source and blocks.

    Two documents have one text only if their fingerprints are equal, whatever the other keys say.
    """

    contents: Hashes
    contents_high: Hashes
    prints: Hashes
    texts: Hashes


class TextKeyMaker:
    """Makes the keys of documents in one process."""

    def __init__(self) -> None:
        self._read_before: set[bytes] = set()
        self._sources: dict[str, int] = {"": 0}  # a name -> its hash

    def make(
        self, fingerprints: Hashes, headlines: Hashes, sources: Sequence[str], cut: Blocks, hashes: Hashes
    ) -> TextKeys:
        """Return the keys of documents.

        Args:
            fingerprints: ``(n, 2)`` the fingerprints of their words.
            headlines: ``(n,)`` the hashes of their headlines.
            sources: the names of their sources.
            cut: their blocks.
            hashes: ``(m,)`` the hashes of the blocks.
        """
        contents, contents_high = np.ascontiguousarray(fingerprints.T)
        wordless = ~fingerprints.any(axis=1)
        prints = contents * multiplier("contents", 0) + headlines * multiplier("headline", 0)
        for name in set(sources).difference(self._sources):
            self._sources[name] = xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass"))
        prints += np.array(list(map(self._sources.__getitem__, sources)), np.uint64)
        lines = hashes * multiplier("block", 0) + cut.labels
        lines ^= lines >> np.uint64(32)
        ends = np.zeros(lines.size + 1, np.uint64)
        lines.cumsum(out=ends[1:])
        texts = prints + (ends[cut.bounds[1:]] - ends[cut.bounds[:-1]]) * multiplier("blocks", 0)
        prints[wordless] = texts[wordless] = 0
        return TextKeys(contents, contents_high, prints, texts)

    def find_new(self, keys: TextKeys) -> Flags:
        """Return ``(n,)`` flags: which documents have a text that this process reads for the first time."""
        columns = np.empty((keys.texts.size, 3), np.uint64)
        columns[:, 0], columns[:, 1], columns[:, 2] = keys.texts, keys.contents, keys.contents_high
        rows = columns.view("V24").ravel().tolist()
        fresh, texts = np.ones(len(rows), np.bool_), set(rows)
        if len(texts) == len(rows) and self._read_before.isdisjoint(texts):
            self._read_before |= texts
        else:
            for row, text in enumerate(rows):
                fresh[row] = text not in self._read_before
                self._read_before.add(text)
        fresh &= keys.texts != 0
        return fresh
