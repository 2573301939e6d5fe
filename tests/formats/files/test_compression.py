"""Compressed files: whole, in members, cut short, corrupt, and bombs."""

import bz2
import gzip
import json
import lzma

import pytest
import zstandard

from dedup.formats.files.compression import UNPACKERS

CUT = "the compressed data is cut short; fetch or compress the file again"
PACK = {
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}
packed = pytest.mark.parametrize("packing", PACK)


def rows(count: int) -> bytes:
    return b"".join(
        json.dumps({"text": f"text {number} " + "lorem " * (number % 50)}).encode() + b"\n" for number in range(count)
    )


@packed
@pytest.mark.parametrize("name", ["a.txt", "A.HTML", "a.md", "a.jsonl"])
def test_every_format_may_be_packed(put, hear, packing, name):
    """Each format gives the same documents packed and plain."""
    data = b'{"text": "<p>Hello there</p>"}'
    plain, other = put(name, data), put(name + packing.upper(), PACK[packing](data))
    assert hear(plain).texts == hear(other).texts != []


@packed
def test_members_are_one_stream(put, hear, packing):
    """Several gzip members or zstd frames, one of them empty, read as one file."""
    path = put(f"a.txt{packing}", PACK[packing](b"one ") + PACK[packing](b"") + PACK[packing](b"two"))
    assert ["one two"] == hear(path).texts


def test_gzip_may_be_padded_with_zeros(put, hear):
    """Zeros after the last gzip member, as in tape archives, are allowed."""
    assert ["one"] == hear(put("a.txt.gz", gzip.compress(b"one") + b"\0" * 100_000)).texts


def test_zstd_without_a_content_size(put, hear):
    """A zstd frame without its size, as a pipe makes it, is read."""
    maker = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    assert ["one"] == hear(put("a.txt.zst", maker.compress(b"one") + maker.flush())).texts


@packed
@pytest.mark.parametrize("keep", [0, 1, 5, -1])
def test_a_document_cut_short_is_a_skip(put, hear, packing, keep):
    """A packed text that is cut anywhere, also before its first byte, is a skip."""
    data = PACK[packing](b"some text " * 100)
    heard = hear(put(f"a.txt{packing}", data[: len(data) + keep if keep < 0 else keep]))
    assert ([], [CUT]) == (heard.documents, [skip.reason for skip in heard.skips])


@packed
def test_rows_before_the_break_are_read(put, hear, packing):
    """The whole lines before the cut of a packed JSON Lines file are read, and the skip names the next line."""
    data = PACK[packing](rows(20_000))
    heard = hear(put(f"a.jsonl{packing}", data[: len(data) // 2]))
    (skip,) = heard.skips
    assert (CUT, len(heard.documents) + 1) == (skip.reason, skip.line)
    assert len(heard.documents) > 5000
    assert f"text {len(heard.documents) - 1} " == heard.texts[-1][: len(f"text {len(heard.documents) - 1} ")]


@packed
def test_corrupt_data_is_a_skip(put, hear, packing):
    """Flipped bytes in the middle are a skip that ends the file, and the lines before them are read."""
    data = bytearray(PACK[packing](rows(60_000)))
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(byte ^ 0xA5 for byte in data[middle : middle + 64])
    heard = hear(put(f"a.jsonl{packing}", bytes(data)))
    assert heard.skips[-1].reason.startswith("the compressed data is corrupt (")
    assert len(heard.documents) > 1000


@packed
def test_what_is_not_packed_is_a_skip(put, hear, packing):
    """A plain file with the suffix of a packed file is a skip."""
    (skip,) = hear(put(f"a.txt{packing}", "plain text, not packed at all")).skips
    assert skip.reason.startswith("the compressed data is corrupt (")


@packed
def test_junk_after_the_last_member_is_a_skip(put, hear, packing):
    """Junk after the data loses no row, and is a skip."""
    heard = hear(put(f"a.jsonl{packing}", PACK[packing](rows(3)) + b"junk and more junk"))
    assert (3, 1) == (len(heard.documents), len(heard.skips))


@packed
def test_a_bomb_is_a_skip(put, hear, packing, monkeypatch):
    """A stream that expands far beyond its size is a skip."""
    path = put(f"a.jsonl{packing}", PACK[packing](b"\n" * 20_000_000))
    (skip,) = hear(path, limits={"unpacked_bytes": 1_000_000, "unpacked_ratio": 100}).skips
    assert skip.reason.startswith("expands to more than 100 times its size, like a decompression bomb")


@packed
def test_a_document_may_not_swell_beyond_the_cap(put, hear, packing, monkeypatch):
    """The cap on a document counts decompressed bytes."""
    path = put(f"a.txt{packing}", PACK[packing](b"x" * 1001))
    assert ["is larger than 1,000 bytes (decompressed); split it, or raise --max-document-bytes"] == [
        s.reason for s in hear(path, limits={"document_bytes": 1000}).skips
    ]


def test_zstd_comes_in_small_steps():
    """A zstd bomb gives its bytes in bounded pieces."""
    bomb = zstandard.ZstdCompressor(level=19).compress(b"\0" * 200_000_000)
    pieces = [len(piece) for piece in UNPACKERS[".zst"](iter([bomb]))]
    assert 200_000_000 == sum(pieces)
    assert max(pieces) <= 48 * 1024**2


@packed
def test_standard_input_may_be_packed(hear, packing):
    """Compressed JSON Lines on standard input are known by their first bytes."""
    assert 5 == len(hear("-", stdin=PACK[packing](rows(5))).documents)
