"""Byte ranges: each line of a file belongs to one range, which any process counts and reads."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.errors import ReadError
from dedup.formats import ByteRange, FileChunk, ReadOptions, limits, read_chunk, survey_range
from dedup.formats.chunks import RangeChunk
from dedup.formats.files.ranges import count_lines, read_range
from dedup.formats.places import NO_HEAD, Place
from dedup.settings import InputLimits
from dedup.types import Skip

LINES = (
    b'{"text": "a"}',
    b'{"text": "b", "id": "x"}',
    b'\xef\xbb\xbf{"text": "marked"}',
    b'{"text": "' + b"long " * 30 + b'"}',
    b"nonsense",
    b'["text"]',
    b'{"text": "caf\xe9"}',
    b"",
    b" \t",
)
contents = st.builds(
    lambda lines, end, last: end.join(lines) + last,
    st.lists(st.sampled_from(LINES) | st.binary(max_size=9), max_size=12),
    st.sampled_from([b"\n", b"\r\n", b"\n\n"]),
    st.sampled_from([b"", b"\n", b"\r\n", b"\n\n"]),
)
cuts = st.lists(st.integers(1, 600), max_size=20)
one_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def place(tmp_path):
    """A function that writes a file, and gives its place."""

    def write(data):
        path = tmp_path / "a.jsonl"
        path.write_bytes(data)
        return Place(str(path), "a.jsonl", "a.jsonl", ".jsonl", size=len(data))

    return write


def ranges(data, cuts):
    """The ranges between the cuts of a file, none of them empty."""
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    return list(pairwise(edges))


def lines_by_walk(data, start, end):
    """The lines that begin in a range, by a walk over all lines of a file."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines = [*lines[:-1], lines[-1][:-1]]
    begins = [0, *accumulate(map(len, lines))]
    return [line for begin, line in zip(begins, lines, strict=False) if line and start <= begin < end]


def outcome(chunks):
    """The documents and the skips of chunks."""
    documents, skips = [], []
    for chunk in chunks:
        read = read_chunk(chunk, ReadOptions())
        documents += [document for columns in read.columns for document in columns]
        skips += read.skips
    return documents, skips


@one_file
@given(contents, cuts)
def test_lines_belong_to_the_range_of_their_first_byte(place, data, cuts):
    """A range gives the lines that begin in it, and their number, wherever the file is cut."""
    file = place(data)
    for start, end in ranges(data, cuts):
        lines = lines_by_walk(data, start, end)
        assert (b"".join(lines), len(lines)) == (
            b"".join(read_range(file, start, end)),
            count_lines(file, start, end),
        )


@one_file
@given(contents, cuts)
def test_a_cut_file_is_the_whole_file(place, data, cuts):
    """Any cuts of any bytes give the documents, the ids, and the skips with their lines, of the whole file."""
    file, chunks, first = place(data), [], 1
    for start, end in ranges(data, cuts):
        chunks.append(RangeChunk(file, first, start, end))
        first += survey_range(ByteRange(file, start, end, {})).lines
    assert outcome([FileChunk((file,))]) == outcome(chunks)


def test_a_long_line_comes_in_pieces(place, monkeypatch):
    """A line above the cap comes in pieces, and the ranges in its middle hold no line."""
    bounds = InputLimits(document_bytes=100)
    monkeypatch.setattr(limits, "CHUNK_BYTES", 40)
    monkeypatch.setattr(limits, "READ_BYTES", 7)
    file = place(b"a\n" + b"x" * 200 + b"\nb\n")
    pieces = list(read_range(file, 0, 40, bounds))
    assert (203, 40) == (sum(map(len, pieces)), max(map(len, pieces)))
    assert [[], []] == [list(read_range(file, start, start + 40)) for start in (40, 80)]
    assert [b"b\n"] == list(read_range(file, 200, 205))
    assert [2, 0, 0, 1] == [count_lines(file, *edges) for edges in ((0, 40), (40, 80), (80, 120), (200, 205))]


def test_a_file_that_grows_gives_what_was_there(place, tmp_path):
    """Lines that are appended later are not read; the end of a line that was being written is."""
    file = place(b'{"text": "a"}\n{"text": ')
    with (tmp_path / "a.jsonl").open("ab") as appended:
        appended.write(b'"b"}\n{"text": "c"}\n')
    documents, skips = outcome([RangeChunk(file, 1, 0, file.size)])
    assert (["a", "b"], []) == ([document.text for document in documents], skips)


@pytest.mark.parametrize("size", range(26))
def test_a_file_that_became_shorter_is_a_skip(place, size):
    """Each range that the file no longer fills gives the whole lines that are left, and a skip."""
    data = b'{"text": "a"}\n{"text": "b"}'
    file = place(data)
    place(data[:size])
    documents, skips = outcome([RangeChunk(file, 1, 0, 27)])
    assert (["a"] if size >= 14 else []) == [document.text for document in documents]
    assert [("a.jsonl", True)] == [(skip.path, "became shorter" in skip.reason) for skip in skips]
    with pytest.raises(ReadError, match="became shorter"):
        list(read_range(file, 26, 27))


def test_a_file_that_cannot_be_read_is_part_of_its_survey(place, tmp_path):
    """The survey of a file that is gone says why, and so does a worker that reads the range."""
    file = place(b"{}\n")
    (tmp_path / "a.jsonl").unlink()
    survey = survey_range(ByteRange(file, 0, 3, {}))
    assert (0, NO_HEAD, "cannot be read: No such file or directory") == (survey.lines, survey.head, survey.problem)
    assert ([], [Skip("a.jsonl", survey.problem)]) == outcome([RangeChunk(file, 1, 0, 3)])
