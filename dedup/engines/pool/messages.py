"""What the processes of one job say to each other, as bytes: MessagePack, with arrays as their bytes.

No message says how to run anything, as a pickle does: what is decoded is data of the types of `engines.tasks.tasks` and
`engines.tasks.results`.
"""

from typing import IO, Any, Final, TypeVar

import msgspec
import numpy as np

Array = np.ndarray[Any, Any]
"""An array in a message, of numbers or flags; so may be the named tuples of arrays that the core knows."""

_Message = TypeVar("_Message")


def encode(message: Any) -> bytes:
    """The bytes of a message."""
    return _ENCODER.encode(message)


def encode_into(message: Any, buffer: bytearray, start: int) -> None:
    """Write the bytes of a message to a buffer from ``start`` on, where it ends with them: one that is used again costs
    a third of memory that is new."""
    _ENCODER.encode_into(message, buffer, start)


def decode(data: bytes | memoryview, kind: type[_Message]) -> _Message:
    """The message of this kind that the bytes are; arrays cannot be written to."""
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_unpacked)


def send(pipe: IO[bytes], message: bytes | bytearray) -> None:
    """Write the bytes of one message to a pipe, behind eight that say how many these are. Raises `OSError` if nobody
    reads it."""
    pipe.write(len(message).to_bytes(8, "little"))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read the bytes of one message from a pipe. Raises `EOFError` if there is none, or not all of it."""
    size = pipe.read(8)
    message = pipe.read(int.from_bytes(size, "little")) if len(size) == 8 else b""
    if len(size) < 8 or len(message) < int.from_bytes(size, "little"):
        raise EOFError("the other side has hung up")
    return message


def _packed(found: Any) -> Any:
    if isinstance(found, np.ndarray):
        data = np.ascontiguousarray(found).data.cast("B") if found.size else b""
        return found.dtype.str, data, *(found.shape if found.ndim > 1 else ())
    raise TypeError(f"{type(found).__name__} is not part of any message")


def _unpacked(_kind: type, packed: Any) -> Array:
    dtype, data, *shape = packed
    return np.frombuffer(data, dtype).reshape(shape or -1)


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_packed)
