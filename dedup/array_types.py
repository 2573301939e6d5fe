"""Array aliases with their shape, dtype and unit."""

from typing import Final

import numpy as np
import numpy.typing as npt

UNKNOWN_TIME: Final = -(2**63)
"""A time that is not known; numpy's NaT is the same number."""

Bytes = npt.NDArray[np.uint8]
"""``(bytes,)`` text as UTF-8, or folded text."""

Offsets = npt.NDArray[np.int64]
"""``(n + 1,)`` row boundaries of a ragged array, rising from 0."""

Indices = npt.NDArray[np.int64]
"""``(m,)`` positions: documents, tokens or stories, counted from 0."""

Hashes = npt.NDArray[np.uint64]
"""``(m,)`` hashes of tokens or shingles."""

Keys = npt.NDArray[np.uint32]
"""``(n, b)`` keys of bands, one row a document."""

Signatures = npt.NDArray[np.uint32]
"""``(n, k)`` MinHash signatures, one row a document."""

Pairs = npt.NDArray[np.int64]
"""``(m, 2)`` pairs of documents, each row ``a < b``, rows sorted and distinct."""

Flags = npt.NDArray[np.bool_]
"""``(m,)`` whether something holds of each."""

Floats = npt.NDArray[np.float64]
"""``(m,)`` measures between 0 and 1."""
