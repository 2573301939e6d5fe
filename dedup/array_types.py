"""Array aliases with their shape, dtype and unit.

Arrays are C-contiguous unless a function says otherwise. A ragged array is a pair of flat values and `Offsets`: row
``i`` is ``values[offsets[i]:offsets[i + 1]]``.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

UNKNOWN_TIME: Final = -(2**63)
"""Stands for a time that is unknown. numpy's NaT is the same number."""

Bytes = npt.NDArray[np.uint8]
"""``(m,) uint8``: the bytes of texts, in UTF-8 or folded."""

Offsets = npt.NDArray[np.int64]
"""``(n + 1,) int64``: positions of the rows of a ragged array in its values. They begin with 0 and never fall."""

Indices = npt.NDArray[np.int64]
"""``(m,) int64``: positions or numbers of documents, tokens or stories from 0, or counts of them."""

Hashes = npt.NDArray[np.uint64]
"""``(m,) uint64``: hashes of tokens, shingles or blocks."""

Fingerprints = npt.NDArray[np.object_]
"""``(n,)`` whole numbers of 192 bits, which are equal for documents of one text alone: words, headline and source."""

Keys = npt.NDArray[np.uint32]
"""``(n, b) uint32``: band keys. A row is a document, a column is a band."""

Signatures = npt.NDArray[np.uint32]
"""``(n, k) uint32``: MinHash signatures. A row is a document, a column is a slot."""

Pairs = npt.NDArray[np.int64]
"""``(m, 2) int64``: pairs of document numbers. Each row has ``a < b``. The rows are distinct and sorted."""

Flags = npt.NDArray[np.bool_]
"""``(m,) bool``: yes or no for each item."""

Floats = npt.NDArray[np.float64]
"""``(m,) float64``: measures from 0 to 1."""
