"""Messages between the processes of one job, as bytes: MessagePack, with each array as its bytes.

A message holds data only, never code, as a pickle may. The reader names the type that it expects.
"""

from typing import IO, Any, Final, TypeVar

import msgspec
import numpy as np

Array = np.ndarray[Any, Any]
"""An array of numbers or flags in a message. A named tuple of such arrays may stand in a message too."""

_Message = TypeVar("_Message")


def encode(message: Any) -> bytes:
    """Return the bytes of a message."""
    return _ENCODER.encode(message)


def encode_into(message: Any, buffer: bytearray, start: int) -> None:
    """Write the bytes of a message into a buffer.

    A buffer that is used again costs a third of the time of new memory.

    Args:
        message: the message.
        buffer: the buffer. It ends with the message afterwards.
        start: the index in the buffer where the message begins.
    """
    _ENCODER.encode_into(message, buffer, start)


def decode(data: bytes | memoryview, kind: type[_Message]) -> _Message:
    """Return the message of type ``kind`` that the bytes hold. Its arrays are read-only."""
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_unpack_array)


def send(pipe: IO[bytes], message: bytes | bytearray) -> None:
    """Write one message to a pipe: eight bytes for its length, then its bytes.

    Raises:
        OSError: no process reads the pipe.
    """
    pipe.write(len(message).to_bytes(8, "little"))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read the bytes of one message from a pipe.

    Raises:
        EOFError: the pipe has no message, or only a part of one.
    """
    size = pipe.read(8)
    message = pipe.read(int.from_bytes(size, "little")) if len(size) == 8 else b""
    if len(size) < 8 or len(message) < int.from_bytes(size, "little"):
        raise EOFError("the other side has hung up")
    return message


def _pack_array(value: Any) -> Any:
    """Return an array as a tuple of its dtype, its bytes, and its shape if it has several dimensions."""
    if isinstance(value, np.ndarray):
        data = np.ascontiguousarray(value).data.cast("B") if value.size else b""
        return value.dtype.str, data, *(value.shape if value.ndim > 1 else ())
    raise TypeError(f"{type(value).__name__} is not part of any message")


def _unpack_array(_kind: type, packed: Any) -> Array:
    """Return the array of a tuple that `_pack_array` made."""
    dtype, data, *shape = packed
    return np.frombuffer(data, dtype).reshape(shape or -1)


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_pack_array)
