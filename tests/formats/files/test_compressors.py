"""What a compressor writes is read back, and the inner stream stays open."""

import bz2
import gzip
import io
import lzma

import pytest
import zstandard

from dedup.errors import SettingsError
from dedup.formats.files.compressors import COMPRESSORS, compressing

READERS = {
    "": bytes,
    ".gz": gzip.decompress,
    ".zst": lambda data: zstandard.ZstdDecompressor().stream_reader(data).read(),
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
}


@pytest.mark.parametrize("packing", COMPRESSORS)
def test_there_and_back(packing):
    """Each packing gives the bytes back, also no bytes, and equal bytes for equal input."""
    for data in (b"", b"a line\n" * 1000):
        streams = io.BytesIO(), io.BytesIO()
        for stream in streams:
            with compressing(stream, packing, "a") as writer:
                writer.write(data)
        first, second = (stream.getvalue() for stream in streams)
        assert (data, first) == (READERS[packing](first), second)


def test_another_packing_is_an_error():
    """A packing that nothing writes is named, with those that are written."""
    with pytest.raises(SettingsError, match=r"a.lz: no rows can be written as '.lz'; give one of .gz, .zst, .bz2, .xz"):
        compressing(io.BytesIO(), ".lz", "a.lz")
