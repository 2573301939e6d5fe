"""Standard input as it comes: a row comes at once, and many fast rows come together."""

import io
import itertools
import os
import threading

import pytest

from dedup.errors import ReadError
from dedup.formats import discover, limits, read_all
from dedup.formats.files.prefetch import read_ahead


def row(number, text="words"):
    return b'{"id": "%d", "text": "%s"}\n' % (number, text.encode())


@pytest.fixture
def pipe():
    """A pipe: the end to read as a file, and a function that writes to the other end, or closes it without data."""
    read_end, write_end = os.pipe()
    open_ends = [write_end]

    def write(data=b""):
        if data:
            os.write(write_end, data)
        else:
            os.close(open_ends.pop())

    with os.fdopen(read_end, "rb") as file:
        yield file, write
        for end in open_ends:
            os.close(end)


def documents(stdin, skips=None, **options):
    """The ids of the documents of each chunk."""
    report = (skips if skips is not None else []).append
    places = discover("-", on_skip=report, on_note=report)
    inputs = read_all(places, stdin=stdin, on_skip=report, on_note=report, prompt=True, **options)
    return ([document.id for document in chunk] for chunk in inputs.read())


def test_a_row_comes_before_the_next_is_written(pipe):
    """A row, several rows written at once, and a row written in halves each come while the writer waits."""
    stdin, write = pipe
    chunks = documents(stdin)
    write(row(1))
    assert ["1"] == next(chunks)
    write(row(2) + row(3) + row(4)[:9])
    assert ["2", "3"] == next(chunks)
    write(row(4)[9:])
    assert ["4"] == next(chunks)
    write(row(5).rstrip())
    write()
    assert [["5"]] == list(chunks)


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
def test_packed_rows_come_whole(pack):
    """Packed standard input is read with pieces of any size."""
    import gzip

    import zstandard

    rows = b"".join(row(number) for number in range(5_000))
    data = gzip.compress(rows) if pack == "gzip" else zstandard.ZstdCompressor().compress(rows)
    assert [str(number) for number in range(5_000)] == [*itertools.chain(*documents(io.BytesIO(data)))]


def test_bytes_that_wait_are_one_piece():
    """The bytes that wait come as one piece, and no more than a chunk is read ahead."""
    numbers = []
    full = threading.Event()

    def pieces():
        for number in itertools.count():
            numbers.append(number)
            if number == 8:
                full.set()
            yield bytes(limits.CHUNK_BYTES // 8)

    ahead = read_ahead(pieces())
    first = next(ahead)
    assert len(first) + limits.CHUNK_BYTES >= limits.CHUNK_BYTES // 8 * len(numbers)
    full.wait(10)
    assert len(next(ahead)) <= limits.CHUNK_BYTES + limits.CHUNK_BYTES // 8
    ahead.close()


def test_an_error_is_raised_after_what_came_before_it():
    """The rows before the end of cut data are read, and the cut is a skip."""
    import gzip

    skips = []
    data = gzip.compress(b"".join(row(number, os.urandom(99).hex()) for number in range(100)))
    ids = [*itertools.chain(*documents(io.BytesIO(data[: len(data) // 2]), skips))]
    assert [str(number) for number in range(len(ids))] == ids and 20 < len(ids) < 80
    assert ["cut short" in skip.reason for skip in skips] == [True]

    def pieces():
        yield b"a"
        raise ReadError("-", "is broken")

    ahead = read_ahead(pieces())
    assert b"a" == next(ahead)
    with pytest.raises(ReadError, match="is broken"):
        next(ahead)


def test_the_thread_ends_with_the_reader():
    """The thread that reads ahead ends when its generator is closed."""
    before = threading.active_count()
    ahead = read_ahead(itertools.repeat(bytes(limits.CHUNK_BYTES)))
    next(ahead)
    ahead.close()
    for thread in threading.enumerate():
        if thread.name == "dedup reads ahead":
            thread.join(10)
    assert before == threading.active_count()
