"""JSON Lines: one bad line costs that line only."""

import codecs
import json

import pytest

from dedup.formats import discover, limits, read_all

GOOD = b'{"text": "good"}\n'


def test_rows_keep_their_ids_and_others_get_their_place(put, hear, tmp_path):
    """A row with an id keeps it; one without is named after its file and line."""
    put("sub/a.jsonl", '{"id": "x", "text": "1"}\n\n  \r\n{"id": 7, "text": "2"}\n{"text": "3"}')
    heard = hear(tmp_path)
    assert (["x", "7", "sub/a.jsonl:5"], []) == (heard.ids, heard.skips)
    assert {f"{tmp_path}/sub/a.jsonl"} == {document.path for document in heard.documents}


def test_rows_give_all_fields(put, hear):
    """A row gives text, title, source, url and time."""
    row = {"id": "1", "text": "t", "title": "T", "source": "S", "url": "u", "published": "2024-01-02T03:04:05Z"}
    (document,) = hear(put("a.jsonl", json.dumps(row))).documents
    assert ("1", "t", "T", "S", "u") == (document.id, document.text, document.title, document.source, document.url)
    assert "2024-01-02T03:04:05+00:00" == document.published.isoformat()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "caf\xe9"}', "is not UTF-8: byte 0xE9 at offset 13; convert it"),
        (b'{"text": "a\0b"}', "holds a NUL byte"),
        (b'{"text": "a"', "is not JSON: Expecting ',' delimiter at character 12; give one object a line"),
        (b"nonsense", "is not JSON: Expecting value at character 0"),
        (b'{"text": "a"} {"text": "b"}', "is not JSON: Extra data at character 14"),
        (b'{"text": "\\ud800"}', "'text' holds a lone surrogate (\\ud800) at character 0"),
        (b'{"text": "a", "id": "\\udfff"}', "'id' holds a lone surrogate"),
        (b'{"text": "a", "title": "x\\udfff"}', "'title' holds a lone surrogate"),
        (b'["text"]', "is JSON but not an object (list); give one object a line"),
        (b"null", "is JSON but not an object (NoneType)"),
        (b'{"words": "a", "x": 1}', "has neither 'text' nor 'html'; its keys are 'words', 'x'; name the one"),
        (b"{}", "has neither 'text' nor 'html'; its keys are none"),
        (b'{"text": null}', "'text' is null; give a string"),
        (b'{"text": ["a"]}', "'text' is of type list; give a string"),
        (b'{"text": null, "html": 5}', "'html' is of type int; give a string"),
        (b'{"text": "a", "id": true}', "id is True; give a string or a whole number"),
        (b'{"text": "a", "id": 1.5}', "id is 1.5; give a string or a whole number"),
        (b"[" * 100_000, "is JSON that no document has: maximum recursion depth"),
        (b'{"text": "a", "x": ' + b"9" * 5000 + b"}", "is JSON that no document has: Exceeds the limit"),
    ],
)
def test_a_bad_line_costs_that_line_only(put, hear, line, reason):
    """Each kind of bad line is a skip with its number and reason, and the lines around it are read."""
    path = put("a.jsonl", GOOD + line + b"\n" + GOOD)
    heard = hear(path)
    assert (["good", "good"], [(str(path), 2)]) == (heard.texts, [(skip.path, skip.line) for skip in heard.skips])
    assert reason == heard.skips[0].reason[: len(reason)]
    heard.skips[0].reason.encode()


@pytest.mark.parametrize("length", [50, 51, 100, 200_000])
def test_a_line_over_the_cap_costs_that_line_only(put, hear, monkeypatch, length):
    """A line over the cap, also one that spans many reads, is a skip; one at the cap is read."""
    line = b'{"text": "' + b"x" * (length - 12) + b'"}'
    heard = hear(put("a.jsonl", GOOD + line + b"\n" + GOOD + line), limits={"document_bytes": 50})
    assert (3 + (length == 50) - (length != 50), 0 if length == 50 else 2) == (len(heard.texts), len(heard.skips))
    assert ([] if length == 50 else [2, 4]) == [skip.line for skip in heard.skips]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_reads_of_any_size_give_the_same_lines(put, hear, monkeypatch, size):
    """Lines do not depend on the sizes of the reads of a file."""
    data = GOOD + b"\n\r\n" + '{"text": "é"}'.encode() + b"\n\n" + GOOD + b'{"text": "last"}'
    path = put("a.jsonl", data)
    monkeypatch.setattr(limits, "READ_BYTES", size)
    heard = hear(path)
    assert ["good", "é", "good", "last"] == heard.texts
    assert [f"{path}:{number}" for number in (1, 4, 6, 7)] == heard.ids


def test_a_mark_is_dropped(put, hear):
    """A UTF-8 mark before the first row is no part of it."""
    assert ["good"] == hear(put("a.jsonl", codecs.BOM_UTF8 + GOOD)).texts


def test_utf16_is_one_skip(put, hear):
    """JSON Lines in UTF-16 are one skip with a cure."""
    heard = hear(put("a.jsonl", '{"text": "a"}\n{"text": "b"}\n'.encode("utf-16")))
    assert ["is UTF-16; convert it: iconv -f UTF-16 -t UTF-8"] == [skip.reason for skip in heard.skips]


def test_escaped_surrogate_pairs_are_text(put, hear):
    """A pair of escaped surrogates is one character."""
    assert ["😀"] == hear(put("a.jsonl", '{"text": "\\ud83d\\ude00"}')).texts


def test_fields_map_names(put, hear):
    """The caller's names of fields replace ours."""
    path = put("a.jsonl", '{"body": "b", "text": "no", "guid": 5}')
    (document,) = hear(path, fields={"text": "body", "id": "guid"}).documents
    assert ("b", "5") == (document.text, document.id)


def test_times_that_cannot_be_read_are_one_note(put, hear):
    """A document with an unreadable time has no time, and one note a file counts such documents."""
    path = put("a.jsonl", '{"text": "a", "published": "soon"}\n' * 3 + '{"text": "b", "published": 0}\n')
    heard = hear(path)
    assert [None, None, None, 1970] == [d.published and d.published.year for d in heard.documents]
    assert [
        "published in 3 documents: not a time, left out; give ISO 8601, RFC 2822, or seconds since 1970 "
        f"({path}:1: 'soon')"
    ] == [note.reason for note in heard.notes]


def test_html_in_a_row_is_extracted(put, hear):
    """The html of a row gives the text, and the fields that the row lacks."""
    page = "<html><head><title>T</title></head><body><p>Some words of a page.</p></body></html>"
    (document,) = hear(put("a.jsonl", json.dumps({"html": page, "source": "S"}))).documents
    assert ("Some words of a page.", "T", "S") == (document.text, document.title, document.source)


def test_pages_read_whole_are_one_note(put, hear):
    """A page in a row that nests too deep gives its whole text, and one note a file counts such pages."""
    row = json.dumps({"html": "<div>" * 300 + "words"}) + "\n"
    path = put("a.jsonl", row * 2)
    heard = hear(path)
    assert ["words", "words"] == heard.texts
    assert [
        "html in 2 documents: its whole text was taken, with what boilerplate it has "
        f"({path}:1: 'the page has more than 250 nested elements')"
    ] == [note.reason for note in heard.notes]


def test_standard_input_is_json_lines(hear):
    """A dash is JSON Lines on standard input, and its rows have ids like -:LINE."""
    heard = hear("-", "-", stdin=GOOD + b"bad\n" + GOOD)
    assert (["-:1", "-:3"], [("-", 2)]) == (heard.ids, [(skip.path, skip.line) for skip in heard.skips])


def test_an_empty_standard_input_is_nothing(hear):
    """Nothing on standard input gives nothing."""
    heard = hear("-")
    assert ([], []) == (heard.documents, heard.skips)


def test_rows_come_as_a_stream(tmp_path):
    """The first document comes before the rest of a file is read."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD * 1_000_000)
    counts = []
    places = discover(path, on_skip=pytest.fail, on_note=pytest.fail)
    documents = iter(read_all(places, on_skip=pytest.fail, on_note=pytest.fail, on_bytes=counts.append))
    assert "good" == next(documents).text
    assert limits.CHUNK_BYTES == sum(counts)
    documents.close()
    assert path.stat().st_size == sum(counts)


@pytest.mark.parametrize(
    ("data", "texts", "lines"),
    [
        (b'{"text": "a"}\n{"text": "b"}\n', ["a", "b"], []),
        (b'{"text":\n"a"} {"text": "b"}\n', [], [1, 2]),
        (b'{"text": "a"} {"text": "b"}\n', [], [1]),
        (b'{"text": "a"}\n{"x": {"text": "b"},\n"text": "c"}\n{"text": "d"} {"text": "e"}\n', ["a"], [2, 3, 4]),
        (b'{"text": "a"}\r\n\n {"text": "b"} \n', ["a", "b"], []),
    ],
)
def test_an_object_has_a_line_of_its_own(put, hear, data, texts, lines):
    """Objects that share a line, or take several lines, are skips, also if there are as many objects as lines."""
    heard = hear(put("a.jsonl", data))
    assert (texts, lines) == (heard.texts, [skip.line for skip in heard.skips])


@pytest.mark.parametrize("size", [1, 7, 20, 33, 64, 1 << 20])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_a_file_is_the_same_in_chunks_of_any_size(put, hear, monkeypatch, size, end):
    """Documents and line numbers are the same with chunks of any size."""
    data = GOOD * 3 + b"bad\n\n" + b'{"text": "' + b"long " * 50 + b'"}\r\n' + GOOD + b'{"text": "last"}' + end
    monkeypatch.setattr(limits, "CHUNK_BYTES", size)
    heard = hear(put("a.jsonl", data))
    expected = ["1", "2", "3", "6", "7", "8"], [4]
    assert expected == ([id.rpartition(":")[2] for id in heard.ids], [skip.line for skip in heard.skips])
    assert "last" == heard.texts[-1]


def test_a_line_that_is_too_long_is_passed_over_in_a_file_of_any_size(put, hear, monkeypatch):
    """A line above the cap costs that line only, also if it is longer than a chunk."""
    monkeypatch.setattr(limits, "CHUNK_BYTES", 50)
    heard = hear(put("a.jsonl", GOOD + b'{"text": "' + b"x" * 900 + b'"}\n' + GOOD), limits={"document_bytes": 200})
    assert (["good", "good"], [2]) == (heard.texts, [skip.line for skip in heard.skips])


def test_a_file_that_becomes_shorter_is_a_skip_that_names_it(tmp_path, monkeypatch):
    """A file that is cut while it is read is a skip, and the lines before the cut are read."""
    monkeypatch.setattr(limits, "CHUNK_BYTES", len(GOOD))
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD * 3)
    skips = []
    places = discover(path, on_skip=pytest.fail, on_note=pytest.fail)
    documents = iter(read_all(places, on_skip=skips.append, on_note=pytest.fail))
    assert "good" == next(documents).text
    path.write_bytes(GOOD * 2)
    assert 1 == len(list(documents))
    assert [str(path)] == [skip.path for skip in skips]
    assert "shorter" in skips[0].reason
