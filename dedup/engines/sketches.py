"""Sketches alone, for programs that need no stories: signatures, the similarity of two texts, MinHash of datasketch."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Signatures
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs import similarity as pair_similarity
from dedup.core.sketch import minhash
from dedup.core.sketch.shingles import shingle
from dedup.core.sketch.signatures import of_buffer, of_texts
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.errors import InputError
from dedup.settings import Settings, make_settings

if TYPE_CHECKING:
    from datasketch import MinHash


class Similarity(NamedTuple):
    """The similarity of two texts, by three figures from 0 to 1 (Broder 1997).

    - ``estimate``: the resemblance that the signatures estimate.
    - ``resemblance``: the Jaccard coefficient of the shingle sets.
    - ``containment``: the shared shingles over the smaller set.
    """

    estimate: float
    resemblance: float
    containment: float


def signatures(
    texts: Sequence[str] | tuple[Any, npt.ArrayLike],
    settings: Settings | Mapping[str, Any] | None = None,
    **changes: Any,
) -> Signatures:
    """Return the MinHash signatures ``(n, k) uint32`` of ``n`` texts.

    All slots of a text of fewer words than a shingle are 2**32 - 1.

    Args:
        texts: a sequence of strings, or a string column of Arrow as a pair: a buffer of valid UTF-8 and the
            ``(n + 1,)`` offsets of the texts in the buffer. The pair is not copied.
        settings: the settings, or a mapping of their names to values; None for the defaults.
        **changes: settings by name, as in ``k=256``. They go before ``settings``.

    Raises:
        InputError: a text is not Unicode, or the offsets do not fit the buffer.
        SettingsError: a setting is unknown, or out of its range.
    """
    settings = make_settings(settings, changes)
    if isinstance(texts, tuple) and len(texts) == 2 and not isinstance(texts[0], str):
        return of_buffer(*_check_column(*texts), settings)
    return of_texts(texts, settings)


def _check_column(data: Any, offsets: npt.ArrayLike) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return the buffer and the offsets of a column as arrays. Raises `InputError` if they do not fit."""
    buffer = np.frombuffer(data, np.uint8)
    bounds = np.asarray(offsets)
    if bounds.ndim != 1 or not bounds.size or bounds.dtype.kind not in "iu":
        raise InputError("offsets must be a one-dimensional array of whole numbers, one more than there are texts")
    bounds = bounds.astype(np.int64, copy=False)
    if bounds[0] < 0 or bounds[-1] > buffer.size or (np.diff(bounds) < 0).any():
        raise InputError(f"offsets must rise from 0 or more to at most {buffer.size}, the size of the buffer")
    return buffer, bounds


def similarity(a: str, b: str, settings: Settings | Mapping[str, Any] | None = None, **changes: Any) -> Similarity:
    """Return the similarity of two texts.

    Texts of fewer words than a shingle have similarity 1 if their words are equal, and else 0.

    Args:
        a: one text.
        b: the other text.
        settings: the settings, or a mapping of their names to values; None for the defaults.
        **changes: settings by name, as in ``k=256``. They go before ``settings``.

    Raises:
        InputError: a text is not Unicode.
        SettingsError: a setting is unknown, or out of its range.
    """
    settings = make_settings(settings, changes)
    workspace = Workspace()
    tokens = tokenize(fold(*encode([a, b]), workspace), settings.seed, workspace)
    first, second = (tokens.values[slice(*bounds)] for bounds in tokens.bounds)
    if first.size and np.array_equal(first, second):
        return Similarity(1.0, 1.0, 1.0)
    shingles = shingle(tokens, settings.shingle_size, settings.seed, workspace)
    pair = np.array([[0, 1]])
    estimate = minhash.estimate(minhash.sketch(shingles, settings.k), pair)
    resemblance, containment = pair_similarity.similarity(pair_similarity.distinct_shingles(shingles), pair)
    return Similarity(float(estimate[0]), float(resemblance[0]), float(containment[0]))


def to_datasketch(sketches: Signatures) -> "list[MinHash]":
    """Return signatures ``(n, k)`` as datasketch's ``MinHash``, for its ``MinHashLSH`` and its other indexes.

    The results compare with each other (``jaccard``, ``MinHashLSH(num_perm=k)``). They do not compare with sketches of
    datasketch and must not be updated, because datasketch uses another hash family. The function needs the package
    ``datasketch``, 2 or later.
    """
    from datasketch import MinHash

    return [MinHash(num_perm=len(row), hashvalues=row, scheme="affine32") for row in sketches]
