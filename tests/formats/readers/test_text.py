"""Text files: a text as it is, or a skip with the line and a cure."""

import codecs

import pytest


def test_a_text_is_taken_as_it_is(put, hear):
    """A text keeps its line breaks and spaces, and has no title."""
    path = put("a.txt", " one\r\n\r\ntwo\t\n")
    (document,) = hear(path).documents
    assert (" one\r\n\r\ntwo\t\n", "", "", None) == (document.text, document.title, document.source, document.published)


def test_an_empty_text_is_a_document(put, hear):
    """An empty file is a document without text."""
    assert [""] == hear(put("a.txt", "")).texts


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "data",
    [codecs.BOM_UTF8 + "é".encode(), codecs.BOM_UTF16_LE + "é".encode("utf-16-le"), codecs.BOM_UTF16_BE + b"\0\xe9"],
)
def test_a_mark_tells_the_encoding(put, hear, name, data):
    """UTF-8 and UTF-16 with their marks are read, and the mark is dropped."""
    assert ["é"] == hear(put(name, data)).texts


def test_bytes_of_no_charset_are_a_skip_with_a_cure(put, hear):
    """Bytes that look like no text are a skip with line, offset and cure."""
    (skip,) = hear(put("a.txt", b"one\n" + bytes(range(1, 32)) * 9 + b"\xe9\n")).skips
    reason = "byte 0xE9 at offset 283; convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8"
    assert (11, f"is not UTF-8: {reason}") == (skip.line, skip.reason)


def test_offsets_count_the_mark(put, hear):
    """The offset in an error counts the mark of the file."""
    (skip,) = hear(put("a.txt", codecs.BOM_UTF8 + b"\xe9")).skips
    assert "byte 0xE9 at offset 3" in skip.reason


@pytest.mark.parametrize("data", [b"one\ntwo\0", b"\xff\xfea\0\n\0\0\0"])
def test_a_nul_is_a_skip(put, hear, data):
    """A NUL in a text is a skip with its line, in UTF-16 as well."""
    (skip,) = hear(put("a.txt", data)).skips
    assert (2, "holds a NUL byte, so it is not text; convert it, or leave it out") == (skip.line, skip.reason)


def test_broken_utf16_is_a_skip(put, hear):
    """UTF-16 with half a character is a skip."""
    (skip,) = hear(put("a.txt", b"\xff\xfea\0\0\xd8")).skips
    assert "is not valid UTF-16 at byte 4; save it as UTF-8" == skip.reason


def test_the_cap_admits_what_it_says(put, hear, monkeypatch):
    """A text as large as the cap is read, and a text with one byte more is a skip."""
    assert 1 == len(hear(put("a.txt", "x" * 100_000), limits={"document_bytes": 100_000}).documents)
    assert 1 == len(hear(put("b.txt", "x" * 100_001), limits={"document_bytes": 100_000}).skips)


def test_a_document_of_100_megabytes_is_read(put, hear):
    """One document of 100 MB on one line is read, as text and as a row."""
    text = "word " * 20_000_000
    assert [len(text)] == [len(document) for document in hear(put("a.txt", text)).texts]
    assert [len(text)] == [len(document) for document in hear(put("a.jsonl", f'{{"text": "{text}"}}')).texts]
