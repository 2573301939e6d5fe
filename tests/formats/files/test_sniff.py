"""The first bytes of a file, and the format that they tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.files.sniff import sniff


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (b'{"text": "a"}\n', ".jsonl"),
        (b'\xef\xbb\xbf  {"text": "a"}', ".jsonl"),
        (b'{\n  "text": "a"', ".json"),
        (b'[{"text": "a"}', ".json"),
        (b'<?xml version="1.0"?>\n<!-- a --><rss version="2.0">', ".xml"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', ".xml"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C">', ".html"),
        (b"\n<!-- saved -- from --><html>", ".html"),
        (b"<P>fragment", ".html"),
        ("<html>".encode("utf-16"), ".html"),
        (b"From a@b.example Tue Apr 23 12:00:00 2024\nSubject: a", ".mbox"),
        (b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example", ".mhtml"),
        (b"Received: from a\r\n by b\r\nSubject: c\r\n", ".eml"),
        (b"id,title,text\r\n1,a,b", ".csv"),
        ("Titel;Größe\n".encode(), ".csv"),
        (b"PK\x03\x04", ".zip"),
        (b"a" * 257 + b"ustar\x00", ".tar"),
        (b"WARC/1.1\r\n", ".warc"),
        (b"Oslo, May 3 (Agency) - The strait, closed since May, is open.\nMore.", ".txt"),
        (b"", None),
        (b"\x00\x01\x02", None),
        (b"%PDF-1.4\n1 0 obj", None),
        (b"{\\rtf1\\ansi", None),
        (b"<?php echo 1;", None),
    ],
)
def test_formats_are_known_by_their_first_bytes(head, suffix):
    """Each format is known by its first bytes, and bytes of no format are none."""
    assert suffix == sniff(head)


@given(st.lists(st.sampled_from([b"<!--", b"-->", b"<?xml ", b"a: b\n", b"\n", b" ", b"a,", b"From ", b"\xff"])))
def test_any_bytes_are_sniffed(parts):
    """Any bytes give a suffix or None."""
    assert sniff(b"".join(parts)) in {None, ".html", ".xml", ".eml", ".mhtml", ".csv", ".txt", ".mbox"}
