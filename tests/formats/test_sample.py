"""A look into places before a run: spread over all of them, bounded, and of whole lines."""

import gzip
import json

import pytest
import zstandard

from dedup.formats import discover, read_chunk, sample_chunks
from dedup.formats.sample import SAMPLE_BYTES

ROW = 4_000


def rows(count, size=ROW):
    """JSON Lines, each of ``size`` bytes."""
    made = (json.dumps({"id": f"d{number:09}", "text": ""}) for number in range(count))
    return "".join(row[:-2] + "x" * (size - len(row) - 1) + '"}\n' for row in made).encode()


def parts(path):
    """The parts of a sample of what is there."""
    return list(sample_chunks(discover(path, on_skip=print, on_note=print)))


def ids(some):
    """The ids of the documents in parts."""
    return [document.id for part in some for document in read_chunk(part.lot, {}).documents]


def test_what_is_small_is_looked_at_as_a_whole(tmp_path):
    """Where there is no more than a sample, every document is in it, once."""
    (tmp_path / "a.jsonl").write_bytes(rows(50) + b'{"text": "no line end"}')
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(rows(70)[50 * ROW :]))
    (tmp_path / "c.txt").write_text("A ferry sails.")
    found = parts(tmp_path)
    assert 72 == len(set(ids(found))) == len(ids(found))
    assert {True} == {part.whole for part in found}
    assert sum(part.stored for part in found) == sum(each.stat().st_size for each in tmp_path.iterdir())


def test_of_a_large_file_pieces_are_looked_at(tmp_path):
    """Of a file larger than a sample there are pieces from its beginning to its end, of whole lines, none twice."""
    count = 4 * SAMPLE_BYTES // ROW
    (tmp_path / "a.jsonl").write_bytes(rows(count))
    found = parts(tmp_path)
    mine = ids(found)
    assert len(mine) == len(set(mine))
    numbers = [int(id[1:]) for id in mine]
    assert numbers == sorted(numbers)
    assert (True, True) == (numbers[0] < count * 0.05, numbers[-1] > count * 0.95)
    assert 0.9 * SAMPLE_BYTES < sum(part.stored for part in found) <= SAMPLE_BYTES
    assert {False} == {part.whole for part in found}


def test_of_many_files_some_are_looked_at(tmp_path):
    """Of files that are more than a sample, some of all folders are in it, each as a whole."""
    for folder in "abcd":
        (tmp_path / folder).mkdir()
        for number in range(20):
            (tmp_path / folder / f"{number}.txt").write_text("word " * 20_000)
    found = parts(tmp_path)
    assert {"a", "b", "c", "d"} == {id[0] for id in ids(found)}
    assert sum(part.stored for part in found) <= SAMPLE_BYTES
    assert 15 <= len(found) < 80


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_of_a_packed_file_the_beginning_is_looked_at(tmp_path, suffix):
    """What is unpacked is bounded, and the bytes stored for it are those that it was unpacked from."""
    data = rows(6 * SAMPLE_BYTES // ROW, ROW)
    noise = "".join(chr(97 + (number * number // 7) % 26) for number in range(9_973)).encode()
    data = b"".join(
        line[:40] + noise[at % 6_000 : at % 6_000 + 2_000] + line[2_040:] + b"\n"
        for at, line in enumerate(data.splitlines())
    )
    packed = gzip.compress(data, 1) if suffix == ".gz" else zstandard.compress(data)
    (tmp_path / f"a.jsonl{suffix}").write_bytes(packed)
    (part,) = parts(tmp_path)
    assert part.lot.data == data[: len(part.lot.data)]
    assert part.lot.data.endswith(b"\n")
    assert part.stored <= len(packed)


def test_broken_places_are_passed_over(tmp_path):
    """What cannot be read, or holds no whole line, is no part; nothing is raised."""
    (tmp_path / "a.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "b.jsonl").write_bytes(b"x" * (2 * SAMPLE_BYTES))
    places = discover(tmp_path, on_skip=print, on_note=print)
    (tmp_path / "a.jsonl.gz").unlink()
    assert [] == list(sample_chunks(places))
    assert [] == list(sample_chunks([]))
