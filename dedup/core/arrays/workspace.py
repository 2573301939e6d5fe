"""Scratch memory of the hot path: arrays that are used again from batch to batch.

A fresh array of a hundred kilobytes costs a page fault for every four of them, more than most steps that write it.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_LINE: Final = 64
"""Bytes in a cache line: scratch arrays start at one, which makes the vector units a fifth faster."""

_KEPT: Final = 1 << 24
"""Bytes up to which the memory of a freed array is kept by the process for the next one."""


class Workspace:
    """Named scratch arrays, each as large as the largest batch so far.

    What `array` returns is overwritten by whoever next asks for the same name: results that outlive a batch are copied.
    One workspace serves one thread.
    """

    def __init__(self) -> None:
        self._held: dict[str, npt.NDArray[np.uint8]] = {}
        self._views: dict[tuple[str, type], npt.NDArray[Any]] = {}
        # glibc gives freed blocks above a bound back to the system at once, and raises the bound to the largest one it
        # has seen freed. If it is not raised here, joining and encoding a batch takes .6 ns a byte, not .08.
        np.empty(_KEPT, np.uint8)

    def array(self, name: str, size: int, kind: type[np.generic] = np.uint64) -> npt.NDArray[Any]:
        """``(size,)`` uninitialised array of the scalar type ``kind``, the scratch called ``name``."""
        view = self._views.get((name, kind))
        if view is None or view.size < size:
            view = self._view(name, size, np.dtype(kind))
        return view[:size]

    def _view(self, name: str, size: int, kind: np.dtype[Any]) -> npt.NDArray[Any]:
        needed = size * kind.itemsize
        held = self._held.get(name)
        if held is None or held.size < needed:
            fresh = np.empty(needed + needed // 4 + 2 * _LINE, np.uint8)
            start = -fresh.ctypes.data % _LINE
            held = self._held[name] = fresh[start : start + (fresh.size - start) // _LINE * _LINE]
            self._views = {key: view for key, view in self._views.items() if key[0] != name}
        view = self._views[name, kind.type] = held.view(kind)
        return view
