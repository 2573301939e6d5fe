"""Bytes as they come: a thread reads ahead, and whoever asks gets all that has come since, and waits for no more of it.

For a pipe that is fed slowly, and a reader that must not wait for more than it can have.
"""

import io
import threading
from collections.abc import Generator, Iterator
from typing import BinaryIO

from dedup.formats import limits


def unbuffered(stream: BinaryIO) -> BinaryIO:
    """The same bytes, but a read gives what is there. It holds no lock while it waits, on which the interpreter would
    fail at its end; a stream that is no file of the system gives what it has anyway."""
    try:
        return open(stream.fileno(), "rb", buffering=0, closefd=False)  # it is not ours to close
    except io.UnsupportedOperation:
        return stream


def read_ahead(pieces: Iterator[bytes]) -> Generator[bytes]:
    """The bytes of ``pieces``, of which a thread takes up to `limits.LOT_BYTES` meanwhile; raises what they raise."""
    held = _Held()
    threading.Thread(target=held.fill, args=(pieces,), name="dedup reads ahead", daemon=True).start()
    try:
        while piece := held.take():
            yield piece
    finally:
        held.stop()


class _Held:
    """What was read and not taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._ended = False
        self._error: Exception | None = None
        self._change = threading.Condition()

    def fill(self, pieces: Iterator[bytes]) -> None:
        """Take all ``pieces``, or those until nobody wants more."""
        error = None
        try:
            for piece in pieces:
                with self._change:
                    self._pieces.append(piece)
                    self._size += len(piece)
                    self._change.notify_all()
                    self._change.wait_for(lambda: self._ended or self._size < limits.LOT_BYTES)
                    if self._ended:
                        return
        except Exception as found:  # it is raised where the bytes are asked for
            error = found
        with self._change:
            self._ended, self._error = True, error
            self._change.notify_all()

    def take(self) -> bytes:
        """All that is there, once there is something; nothing at the end."""
        with self._change:
            self._change.wait_for(lambda: self._ended or self._size)
            data = b"".join(self._pieces)
            self._pieces, self._size = [], 0
            self._change.notify_all()
            if not data and self._error is not None:
                raise self._error
            return data

    def stop(self) -> None:
        """Nobody wants more."""
        with self._change:
            self._ended = True
            self._change.notify_all()
