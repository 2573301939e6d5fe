"""Pages as blocks: what all that learns chrome looks at."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.ragged import ranges
from dedup.types import Hashes, Indices, Offsets

__all__ = ["LABEL", "SHORT", "Pages"]

SHORT: Final = 8
"""Words up to which a block is a menu entry or a label: pages of one site share those."""

LABEL: Final = 12
"""Words up to which a block is chrome when it stands on two stories of its source; a longer one has to stand on three,
for two versions of a story that were taken for two stories share whole paragraphs."""


class Pages(NamedTuple):
    """Pages as blocks: page ``i`` has the blocks ``bounds[i]`` to ``bounds[i + 1] - 1``.

    ``hashes`` ``(m,) uint64`` as from `core.blocks.hashes`, 0 for a block without words; ``words`` ``(m,) int32``, the
    tokens of each block; ``bounds`` ``(n + 1,) int64``; ``hints`` ``(n,) int64``, the number of a page's source where
    that is known, negative where not.
    """

    hashes: Hashes
    words: npt.NDArray[np.int32]
    bounds: Offsets
    hints: Indices

    def places(self, rows: Indices) -> Indices:
        """The blocks of some pages, page after page."""
        return ranges(self.bounds[rows], self.bounds[rows + 1] - self.bounds[rows])

    def of_blocks(self) -> Indices:
        """``(m,)`` the page that each block is on."""
        return np.arange(len(self.hints)).repeat(self.bounds[1:] - self.bounds[:-1])

    def of(self, rows: Indices) -> "Pages":
        """Some of the pages."""
        places, counts = self.places(rows), self.bounds[rows + 1] - self.bounds[rows]
        return Pages(self.hashes[places], self.words[places], np.append(0, np.cumsum(counts)), self.hints[rows])
