"""Standard input as it comes: rows are given as soon as they are there, and in lots where they come fast."""

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
    ours, theirs = os.pipe()
    open_ends = [theirs]

    def write(data=b""):
        if data:
            os.write(theirs, data)
        else:
            os.close(open_ends.pop())

    with os.fdopen(ours, "rb") as file:
        yield file, write
        for end in open_ends:
            os.close(end)


def documents(stdin, skips=None, **options):
    """The ids of each lot."""
    told = (skips if skips is not None else []).append
    places = discover("-", on_skip=told, on_note=told)
    read = read_all(places, stdin=stdin, on_skip=told, on_note=told, prompt=True, **options)
    return ([document.id for document in lot] for lot in read.read())


def test_a_row_comes_before_the_next_is_written(pipe):
    """Each row is given while the writer waits; so are several that came at once, and a row that came in halves."""
    stdin, write = pipe
    found = documents(stdin)
    write(row(1))
    assert ["1"] == next(found)
    write(row(2) + row(3) + row(4)[:9])
    assert ["2", "3"] == next(found)
    write(row(4)[9:])
    assert ["4"] == next(found)
    write(row(5).rstrip())
    write()
    assert [["5"]] == list(found)


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
def test_packed_rows_come_whole(pack):
    """Packed standard input is read too, whatever the sizes of its pieces."""
    import gzip

    import zstandard

    rows = b"".join(row(number) for number in range(5_000))
    data = gzip.compress(rows) if pack == "gzip" else zstandard.ZstdCompressor().compress(rows)
    assert [str(number) for number in range(5_000)] == [*itertools.chain(*documents(io.BytesIO(data)))]


def test_what_came_meanwhile_is_one_lot():
    """All that has come while nobody asked is given at once, but no more than a lot is read ahead."""
    read = []
    full = threading.Event()

    def pieces():
        for number in itertools.count():
            read.append(number)
            if number == 8:
                full.set()
            yield bytes(limits.LOT_BYTES // 8)

    given = read_ahead(pieces())
    first = next(given)
    assert len(first) + limits.LOT_BYTES >= limits.LOT_BYTES // 8 * len(read)
    full.wait(10)
    assert len(next(given)) <= limits.LOT_BYTES + limits.LOT_BYTES // 8
    given.close()


def test_an_error_is_raised_after_what_came_before_it():
    """What is cut short is told, and the rows before it are given."""
    import gzip

    skips = []
    data = gzip.compress(b"".join(row(number, os.urandom(99).hex()) for number in range(100)))
    found = [*itertools.chain(*documents(io.BytesIO(data[: len(data) // 2]), skips))]
    assert [str(number) for number in range(len(found))] == found and 20 < len(found) < 80
    assert ["cut short" in skip.reason for skip in skips] == [True]

    def pieces():
        yield b"a"
        raise ReadError("-", "is broken")

    given = read_ahead(pieces())
    assert b"a" == next(given)
    with pytest.raises(ReadError, match="is broken"):
        next(given)


def test_nobody_wants_more():
    """Where reading is given up, the thread that reads ahead ends."""
    before = threading.active_count()
    given = read_ahead(itertools.repeat(bytes(limits.LOT_BYTES)))
    next(given)
    given.close()
    for thread in threading.enumerate():
        if thread.name == "dedup reads ahead":
            thread.join(10)
    assert before == threading.active_count()


def test_rows_without_an_id_of_their_own(put):
    """Where documents must be known again, a row that has no id is told with its line, under the user's name of it;
    a file that is one document is known by its path."""
    put("news/a.jsonl", b'{"id": "x", "text": "t"}\n{"text": "t"}\n{"id": "", "text": "t"}\n{"id": 0, "text": "t"}\n')
    put("news/b.txt", "words")
    skips = []
    path = put("news/c.jsonl", b'{"id": "y", "text": "t"}\n').parent

    def ids(**options):
        places = discover(path, on_skip=skips.append, on_note=skips.append)
        read = read_all(places, on_skip=skips.append, on_note=skips.append, own_ids=True, **options)
        return [document.id for document in read]

    assert ["x", "0", "b.txt", "y"] == ids()
    assert [2, 3] == [skip.line for skip in skips]
    assert skips[0].reason.startswith("has no 'id'; give each")
    assert ["b.txt"] == ids(fields={"id": "guid"})
    assert skips[-1].reason.startswith("has no 'guid'; give each")
