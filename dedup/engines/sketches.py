"""For programs that want sketches and not stories: signatures, the similarity of two texts, datasketch's MinHash."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Signatures
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs import similarity as verify
from dedup.core.sketch import minhash
from dedup.core.sketch.shingles import shingle
from dedup.core.sketch.signatures import of_buffer, of_texts
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.errors import InputError
from dedup.settings import Settings

if TYPE_CHECKING:
    from datasketch import MinHash


class Similarity(NamedTuple):
    """How alike two texts are, 0 to 1: ``estimate`` is the ``resemblance`` as signatures see it; ``resemblance`` the
    Jaccard coefficient of the shingle sets; ``containment`` the shared shingles over the smaller set (Broder 1997)."""

    estimate: float
    resemblance: float
    containment: float


def signatures(texts: Sequence[str] | tuple[Any, npt.ArrayLike], settings: Settings | None = None) -> Signatures:
    """MinHash signatures ``(n, k) uint32`` of ``n`` texts.

    ``texts`` is a sequence of strings, or a pair as Arrow holds a string column: a buffer of valid UTF-8 and the
    ``(n + 1,)`` offsets of the texts in it, neither of which is copied. A text of fewer words than a shingle has all
    slots at 2**32 - 1. Raises `InputError` for a text that is not Unicode, and for offsets that do not fit the buffer.
    """
    settings = settings or Settings()
    if isinstance(texts, tuple) and len(texts) == 2 and not isinstance(texts[0], str):
        return of_buffer(*_column(*texts), settings)
    return of_texts(texts, settings)


def _column(data: Any, offsets: npt.ArrayLike) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    buffer = np.frombuffer(data, np.uint8)
    bounds = np.asarray(offsets)
    if bounds.ndim != 1 or not bounds.size or bounds.dtype.kind not in "iu":
        raise InputError("offsets must be a one-dimensional array of whole numbers, one more than there are texts")
    bounds = bounds.astype(np.int64, copy=False)
    if bounds[0] < 0 or bounds[-1] > buffer.size or (np.diff(bounds) < 0).any():
        raise InputError(f"offsets must rise from 0 or more to at most {buffer.size}, the size of the buffer")
    return buffer, bounds


def similarity(a: str, b: str, settings: Settings | None = None) -> Similarity:
    """How alike two texts are. Texts of fewer words than a shingle are alike if their words are equal, or not at all.

    Raises `InputError` for a text that is not Unicode.
    """
    settings = settings or Settings()
    work = Workspace()
    tokens = tokenize(fold(*encode([a, b]), work), settings.seed, work)
    first, second = (tokens.values[slice(*bounds)] for bounds in tokens.bounds)
    if first.size and np.array_equal(first, second):
        return Similarity(1.0, 1.0, 1.0)
    shingles = shingle(tokens, settings.shingle_size, settings.seed, work)
    pair = np.array([[0, 1]])
    estimate = minhash.estimate(minhash.sketch(shingles, settings.k), pair)
    resemblance, containment = verify.similarity(verify.distinct_shingles(shingles), pair)
    return Similarity(float(estimate[0]), float(resemblance[0]), float(containment[0]))


def to_datasketch(sketches: Signatures) -> "list[MinHash]":
    """The signatures ``(n, k)`` as datasketch's ``MinHash``, for its ``MinHashLSH`` and the other indexes.

    They compare with each other (``jaccard``, ``MinHashLSH(num_perm=k)``), not with sketches that datasketch made, and
    must not be updated: theirs is another hash family. Needs the package ``datasketch``, 2 or later.
    """
    from datasketch import MinHash

    return [MinHash(num_perm=len(row), hashvalues=row, scheme="affine32") for row in sketches]
