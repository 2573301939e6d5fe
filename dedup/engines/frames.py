"""Messages through a pipe: eight bytes that say how long each is, and then the message."""

from typing import IO

__all__ = ["receive", "send"]


def send(pipe: IO[bytes], message: bytes | bytearray) -> None:
    """Write one message. Raises `OSError` if nobody reads it."""
    pipe.write(len(message).to_bytes(8, "little"))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read one message. Raises `EOFError` if there is none, or not all of it."""
    size = pipe.read(8)
    message = pipe.read(int.from_bytes(size, "little")) if len(size) == 8 else b""
    if len(size) < 8 or len(message) < int.from_bytes(size, "little"):
        raise EOFError("the other side has hung up")
    return message
