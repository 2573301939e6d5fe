"""A stream of bytes to a stream that compresses what is written to it, by the suffix of the packing."""

import bz2
import gzip
import lzma
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, BinaryIO

import zstandard

from dedup.errors import SettingsError


def _gzip(stream: BinaryIO) -> AbstractContextManager[Any]:
    return gzip.GzipFile("", "wb", 6, stream, 0)  # neither name nor time, so that equal rows give equal bytes


def _zstd(stream: BinaryIO) -> AbstractContextManager[Any]:
    return zstandard.ZstdCompressor(write_checksum=True).stream_writer(stream, closefd=False)


def _bzip2(stream: BinaryIO) -> AbstractContextManager[Any]:
    return bz2.BZ2File(stream, "wb")


def _xz(stream: BinaryIO) -> AbstractContextManager[Any]:
    return lzma.LZMAFile(stream, "wb")


COMPRESSORS: Mapping[str, Callable[[BinaryIO], AbstractContextManager[Any]]] = {
    "": nullcontext,
    ".gz": _gzip,
    ".zst": _zstd,
    ".bz2": _bzip2,
    ".xz": _xz,
}
"""The function that wraps a stream, by the suffix of the packing. The caller closes the inner stream."""


def compressing(stream: BinaryIO, packing: str, path: str) -> AbstractContextManager[Any]:
    """Return a stream that compresses into ``stream``.

    Args:
        stream: takes the compressed bytes, and stays open.
        packing: the suffix of the packing, or ``""`` for bytes as they are.
        path: names the file in errors.

    Raises:
        SettingsError: nothing can be packed in this way.
    """
    if packing not in COMPRESSORS:
        names = ", ".join(filter(None, COMPRESSORS))
        raise SettingsError(f"{path}: no rows can be written as {packing!r}; give one of {names}, or none")
    return COMPRESSORS[packing](stream)
