"""Bytes as they come: a thread reads ahead, and each piece holds all bytes that came since the piece before.

A reader of a slow pipe must not wait for more bytes than have come.
"""

import io
import threading
from collections.abc import Generator, Iterator
from typing import BinaryIO

from dedup.formats import limits


def unbuffered(stream: BinaryIO) -> BinaryIO:
    """A stream of the same bytes, of which a read gives the bytes that are there.

    A buffered stream holds a lock while it waits, and the interpreter fails at its end because of that lock. A stream
    that is not a file of the system never waits, and comes back as it is.
    """
    try:
        return open(stream.fileno(), "rb", buffering=0, closefd=False)  # the caller closes the stream
    except io.UnsupportedOperation:
        return stream


def read_ahead(pieces: Iterator[bytes]) -> Generator[bytes]:
    """The bytes of ``pieces``. A thread reads up to ``limits.CHUNK_BYTES`` ahead. Raises the errors of ``pieces``."""
    buffer = _Buffer()
    threading.Thread(target=buffer.fill, args=(pieces,), name="dedup reads ahead", daemon=True).start()
    try:
        while piece := buffer.take():
            yield piece
    finally:
        buffer.stop()


class _Buffer:
    """Bytes that one thread puts in and another thread takes out."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._ended = False
        self._error: Exception | None = None
        self._change = threading.Condition()

    def fill(self, pieces: Iterator[bytes]) -> None:
        """Put in all ``pieces``, until `stop` is called."""
        error = None
        try:
            for piece in pieces:
                with self._change:
                    self._pieces.append(piece)
                    self._size += len(piece)
                    self._change.notify_all()
                    self._change.wait_for(lambda: self._ended or self._size < limits.CHUNK_BYTES)
                    if self._ended:
                        return
        except Exception as raised:  # `take` raises it in the other thread
            error = raised
        with self._change:
            self._ended, self._error = True, error
            self._change.notify_all()

    def take(self) -> bytes:
        """Wait for bytes and take all of them; ``b""`` at the end."""
        with self._change:
            self._change.wait_for(lambda: self._ended or self._size)
            data = b"".join(self._pieces)
            self._pieces, self._size = [], 0
            self._change.notify_all()
            if not data and self._error is not None:
                raise self._error
            return data

    def stop(self) -> None:
        """End `fill`: the bytes are not needed any more."""
        with self._change:
            self._ended = True
            self._change.notify_all()
