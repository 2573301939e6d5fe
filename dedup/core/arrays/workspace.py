"""Scratch memory of the hot path: arrays that every batch uses again.

A new array of a hundred kilobytes costs a page fault for every four kilobytes. That is more than most steps that write
the array.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_LINE: Final = 64
"""Bytes of a cache line. Scratch arrays start at a cache line, which makes the vector units a fifth faster."""

_RETAINED: Final = 1 << 24
"""Largest number of bytes of a freed array whose memory the process retains for the next array."""


class Workspace:
    """Named scratch arrays, each as large as the largest batch so far.

    The next call of `array` with the same name overwrites the array of the last call. Callers copy results that outlive
    a batch. One workspace serves one thread.
    """

    def __init__(self) -> None:
        self._memory: dict[str, npt.NDArray[np.uint8]] = {}
        self._views: dict[tuple[str, type], npt.NDArray[Any]] = {}
        # glibc gives freed blocks above a bound back to the system at once. It raises the bound to the largest freed
        # block. Without this array, joining and encoding a batch takes .6 ns a byte instead of .08.
        np.empty(_RETAINED, np.uint8)

    def array(self, name: str, size: int, kind: type[np.generic] = np.uint64) -> npt.NDArray[Any]:
        """Return an uninitialised array.

        Args:
            name: names the scratch memory. Arrays of one name share it.
            size: the number of items.
            kind: the scalar type of an item.

        Returns:
            ``(size,)`` of this ``kind``.
        """
        view = self._views.get((name, kind))
        if view is None or view.size < size:
            view = self._make_view(name, size, np.dtype(kind))
        return view[:size]

    def _make_view(self, name: str, size: int, kind: np.dtype[Any]) -> npt.NDArray[Any]:
        """Return a view of the memory of this ``name`` as ``kind``, which has ``size`` items or more."""
        needed = size * kind.itemsize
        memory = self._memory.get(name)
        if memory is None or memory.size < needed:
            block = np.empty(needed + needed // 4 + 2 * _LINE, np.uint8)
            start = -block.ctypes.data % _LINE
            memory = self._memory[name] = block[start : start + (block.size - start) // _LINE * _LINE]
            self._views = {key: view for key, view in self._views.items() if key[0] != name}
        view = self._views[name, kind.type] = memory.view(kind)
        return view
