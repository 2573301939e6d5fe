"""Chunks: places cut by what the registry says of their formats, and read again."""

import pytest

from dedup.engines.estimate import estimate
from dedup.formats import (
    ReadOptions,
    chunks,
    columns_of_documents,
    discover,
    limits,
    read_all,
    read_chunk,
    sample,
)
from dedup.formats.chunks import ColumnChunk, FileChunk, RangeChunk
from dedup.formats.cutter import CutContext, cut_chunks
from dedup.formats.registry import FORMATS, Format
from dedup.settings import Settings
from dedup.types import Document, Skip

PARAGRAPH = b"A ferry sails at noon.\n"


def read_paragraphs(pieces, place, _context, _first):
    """Read a document from each line of a file whose first line is a header."""
    for number, line in enumerate(b"".join(pieces).splitlines()[1:], 2):
        yield columns_of_documents([Document(line.decode(), f"{place.id}:{number}", path=place.path)])


def read_without_library(_pieces, _place, _context, _first):
    """Fail as a reader whose library is not installed."""
    raise ModuleNotFoundError("No module named 'columns'")


@pytest.fixture
def whole(monkeypatch):
    """Make ``.txt`` a format of many documents that cannot be split."""
    monkeypatch.setitem(FORMATS, ".txt", Format(read_paragraphs, many=True))


def cut(path):
    """The chunks of a path."""
    places = discover(path, on_skip=pytest.fail, on_note=pytest.fail)
    context = CutContext(ReadOptions(), pytest.fail, pytest.fail, lambda _count: None)
    return list(cut_chunks(places, context))


def test_only_splittable_formats_are_cut(put, tmp_path, monkeypatch):
    """Files of a splittable format are cut at line ends, and all other files are read whole."""
    monkeypatch.setattr(limits, "CHUNK_BYTES", 100)
    put("a.txt", PARAGRAPH * 20)
    put("b.jsonl", b'{"text": "A ferry sails."}\n' * 20)
    put("c.md", PARAGRAPH)
    kinds = [type(chunk) for chunk in cut(tmp_path)]
    assert [FileChunk, *[RangeChunk] * (len(kinds) - 2), FileChunk] == kinds
    assert len(kinds) > 4


def test_small_files_of_lines_are_read_together(put, tmp_path):
    """Files of lines that are too small to be cut are one chunk, in any number up to the cap."""
    for number in range(300):
        put(f"{number:03}.jsonl", b'{"text": "A ferry sails."}\n')
    chunks = cut(tmp_path)
    assert [(FileChunk, 256), (FileChunk, 44)] == [(type(chunk), len(chunk.places)) for chunk in chunks]
    (columns,) = read_chunk(chunks[1], ReadOptions()).columns
    assert (44, "256.jsonl:1") == (len(columns), columns.ids[0])


def test_a_file_that_is_gone_is_one_skip(put, tmp_path, monkeypatch):
    """A file of many ranges that cannot be read is one skip, and all its bytes are reported."""
    monkeypatch.setattr(limits, "CHUNK_BYTES", 100)
    path = put("b.jsonl", b'{"text": "A ferry sails."}\n' * 20)
    places = discover(tmp_path, on_skip=pytest.fail, on_note=pytest.fail)
    path.unlink()
    skips, counts = [], []
    context = CutContext(ReadOptions(), skips.append, pytest.fail, counts.append)
    assert [] == list(cut_chunks(places, context))
    assert ([Skip(str(path), "cannot be read: No such file or directory")], 540) == (skips, sum(counts))


@pytest.mark.parametrize(("size", "kind"), [(limits.CHUNK_FILE_BYTES, FileChunk), (10, ColumnChunk)])
def test_a_format_of_many_documents_may_not_be_splittable(put, tmp_path, whole, monkeypatch, size, kind):
    """A file of many documents that cannot be split gives all its documents; only a small file goes to a worker."""
    monkeypatch.setattr(limits, "CHUNK_FILE_BYTES", size)
    path = put("a.txt", b"header\n" + PARAGRAPH * 3)
    (chunk,) = cut(tmp_path)
    assert kind is type(chunk)
    (columns,) = read_chunk(chunk, ReadOptions()).columns
    assert [f"{path.name}:{number}" for number in (2, 3, 4)] == columns.ids


def test_a_format_that_cannot_be_split_is_sampled_from_its_beginning(put, tmp_path, whole):
    """The sample of such a file is its first lines, header included, and the estimate counts its documents."""
    count = 200_000
    put("a.txt", b"header\n" + PARAGRAPH * count)
    places = discover(tmp_path, on_skip=pytest.fail, on_note=pytest.fail)
    (chunk,) = sample.sample_chunks(places, ReadOptions())
    assert (ColumnChunk, ["a.txt:2"]) == (type(chunk.chunk), chunk.chunk.columns.ids[:1])
    assert chunk.stored < 2 * sample.SAMPLE_BYTES
    assert abs(estimate(places, {}, Settings(), 1).documents - count) < 0.01 * count


def test_a_missing_library_is_a_skip_that_names_the_extra(put, tmp_path, monkeypatch):
    """A file whose reader needs a library that is missing is a skip with the command that installs the library."""
    monkeypatch.setitem(FORMATS, ".txt", Format(read_without_library, extra="columns"))
    put("a.txt", b"words")
    put("b.md", b"more words")
    skips = []
    places = discover(tmp_path, on_skip=pytest.fail, on_note=pytest.fail)
    assert ["more words"] == [item.text for item in read_all(places, on_skip=skips.append, on_note=pytest.fail)]
    expected = "needs a library that is missing (No module named 'columns'); run pip install 'news-dedup[columns]'"
    assert [expected] == [skip.reason for skip in skips]


def test_a_missing_library_without_an_extra_is_raised(put, tmp_path, monkeypatch):
    """A failed import in a reader without an extra is an error of this package, and is raised."""
    monkeypatch.setitem(FORMATS, ".txt", Format(read_without_library))
    put("a.txt", b"words")
    with pytest.raises(ModuleNotFoundError):
        list(chunks.read_chunk(cut(tmp_path)[0], ReadOptions()).columns)


@pytest.mark.parametrize(
    "error", [ValueError("torn"), IndexError(3), RecursionError("deep"), UnicodeError("bytes"), KeyError(1)]
)
def test_an_error_of_a_reader_is_a_skip(put, tmp_path, monkeypatch, error):
    """Any error of a reader is a skip that names it; the documents before it and all other files are read."""

    def read(_pieces, place, _context, _first):
        yield columns_of_documents([Document("words before", place.id)])
        raise error

    monkeypatch.setitem(FORMATS, ".txt", Format(read))
    put("a.txt", b"")
    put("b.md", b"more words")
    skips = []
    places = discover(tmp_path, on_skip=pytest.fail, on_note=pytest.fail)
    texts = [item.text for item in read_all(places, on_skip=skips.append, on_note=pytest.fail)]
    assert ["words before", "more words"] == texts
    assert [(f"{tmp_path}/a.txt", True)] == [
        (skip.path, type(error).__name__ in skip.reason or "memory" in skip.reason) for skip in skips
    ]
