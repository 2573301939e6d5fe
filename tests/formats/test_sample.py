"""A sample of places: spread over all bytes, bounded, and of whole lines."""

import gzip
import json

import pytest
import zstandard

from dedup.formats import ReadOptions, discover, read_chunk, sample_chunks
from dedup.formats.sample import SAMPLE_BYTES

ROW = 4_000


def rows(count, size=ROW):
    """JSON Lines, each of ``size`` bytes."""
    encoded = (json.dumps({"id": f"d{number:09}", "text": ""}) for number in range(count))
    return "".join(row[:-2] + "x" * (size - len(row) - 1) + '"}\n' for row in encoded).encode()


def sample_of(path):
    """The chunks of a sample of a path."""
    return list(sample_chunks(discover(path, on_skip=print, on_note=print), ReadOptions()))


def ids(chunks):
    """The ids of the documents in sampled chunks."""
    return [
        document.id
        for chunk in chunks
        for columns in read_chunk(chunk.chunk, ReadOptions()).columns
        for document in columns
    ]


def test_small_places_are_sampled_whole(tmp_path):
    """Places that are no larger than a sample have each document in it, once."""
    (tmp_path / "a.jsonl").write_bytes(rows(50) + b'{"text": "no line end"}')
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(rows(70)[50 * ROW :]))
    (tmp_path / "c.txt").write_text("A ferry sails.")
    chunks = sample_of(tmp_path)
    assert 72 == len(set(ids(chunks))) == len(ids(chunks))
    assert {1.0} == {chunk.larger for chunk in chunks}
    assert sum(chunk.stored for chunk in chunks) == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_a_large_file_is_sampled_in_pieces(tmp_path):
    """The sample of a larger file has pieces from its beginning to its end, of whole lines, none twice."""
    count = 4 * SAMPLE_BYTES // ROW
    (tmp_path / "a.jsonl").write_bytes(rows(count))
    chunks = sample_of(tmp_path)
    sampled = ids(chunks)
    assert len(sampled) == len(set(sampled))
    numbers = [int(id[1:]) for id in sampled]
    assert numbers == sorted(numbers)
    assert (True, True) == (numbers[0] < count * 0.05, numbers[-1] > count * 0.95)
    assert 0.9 * SAMPLE_BYTES < sum(chunk.stored for chunk in chunks) <= SAMPLE_BYTES
    assert 1 < min(chunk.larger for chunk in chunks)


def test_many_files_are_sampled_in_all_folders(tmp_path):
    """The sample of many files has whole files of each folder."""
    for folder in "abcd":
        (tmp_path / folder).mkdir()
        for number in range(20):
            (tmp_path / folder / f"{number}.txt").write_text("word " * 20_000)
    chunks = sample_of(tmp_path)
    assert {"a", "b", "c", "d"} == {id[0] for id in ids(chunks)}
    assert sum(chunk.stored for chunk in chunks) <= SAMPLE_BYTES
    assert 15 <= len(chunks) < 80


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_packed_file_is_sampled_from_its_beginning(tmp_path, suffix):
    """The sample of a packed file is the beginning of its data, with the packed bytes that hold it."""
    data = rows(6 * SAMPLE_BYTES // ROW, ROW)
    noise = "".join(chr(97 + (number * number // 7) % 26) for number in range(9_973)).encode()
    data = b"".join(
        line[:40] + noise[number % 6_000 : number % 6_000 + 2_000] + line[2_040:] + b"\n"
        for number, line in enumerate(data.splitlines())
    )
    packed = gzip.compress(data, 1) if suffix == ".gz" else zstandard.compress(data)
    (tmp_path / f"a.jsonl{suffix}").write_bytes(packed)
    (chunk,) = sample_of(tmp_path)
    assert chunk.chunk.data == data[: len(chunk.chunk.data)]
    assert chunk.chunk.data.endswith(b"\n")
    assert chunk.stored <= len(packed)


def test_broken_places_are_passed_over(tmp_path):
    """A place that cannot be read, or holds no whole line, is not in the sample, and raises nothing."""
    (tmp_path / "a.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "b.jsonl").write_bytes(b"x" * (2 * SAMPLE_BYTES))
    places = discover(tmp_path, on_skip=print, on_note=print)
    (tmp_path / "a.jsonl.gz").unlink()
    assert [] == list(sample_chunks(places, ReadOptions()))
    assert [] == list(sample_chunks([], ReadOptions()))
