"""The guard around readers: whatever a library raises costs one file or one row, and is a skip that says why."""

import email
import io
import json
from collections.abc import Mapping

import pytest

import dedup
from dedup.formats import heads, record
from dedup.formats.files import decoding
from dedup.formats.pages.process import PAGES
from dedup.formats.readers import eml, jsonl, mbox, warc
from tests.helpers.html_pages import BODY, page

pa = pytest.importorskip("pyarrow")
import pyarrow.ipc  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

FAULTS = [
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "torn"),
    RecursionError("deep"),
    ValueError("Exceeds the limit (4300 digits)"),
    KeyError("missing"),
    MemoryError(),
    OSError("torn"),
    AssertionError("\x1b[31m" + "x" * 10_000),
]

MAIL = b"Subject: one\nFrom: a@b.example\n\nwords of a mail\n"
WARC = (
    b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: http://a.example/\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nwords\r\n\r\n"
)


def arrow_file():
    """Return an Arrow file of one row."""
    table, file = pa.table({"id": ["1"], "text": ["words"]}), io.BytesIO()
    with pyarrow.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def parquet_file():
    """Return a Parquet file of one row."""
    file = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"], "text": ["words"]}), file)
    return file.getvalue()


def feedparser():
    """Return the library that reads feeds."""
    import feedparser

    return feedparser


def fastwarc():
    """Return the library that reads WARC."""
    return pytest.importorskip("fastwarc.warc")


READERS = [
    ("a.txt", "caf\xe9 und mehr W\xf6rter".encode("cp1252"), lambda: decoding, "guess_codec"),
    ("a.md", b"---\ndate: 2024-01-01\n---\nwords", lambda: __import__("html"), "unescape"),
    ("a.html", page("", BODY).encode(), lambda: PAGES, "extract"),
    ("a.mhtml", b"Content-Type: text/html\n\n" + page("", BODY).encode(), lambda: email, "message_from_bytes"),
    ("a.eml", MAIL, lambda: eml.email, "message_from_bytes"),
    ("a.mbox", b"From a@b.example Mon Jan  1 10:00:00 2024\n" + MAIL, lambda: mbox, "row_of_mail"),
    ("a.json", b'[{"text": "words"}]', lambda: record, "decide_head"),
    ("a.jsonl", b'{"text": "words"}\n', lambda: jsonl, "documents_of_rows"),
    ("a.csv", b"id,text\n1,words\n", lambda: heads.DateReader, "see"),
    ("a.parquet", parquet_file(), lambda: record, "decide_head"),
    ("a.arrow", arrow_file(), lambda: pa.ipc, "open_stream"),
    ("a.rss", b"<rss><channel><item><title>A</title></item></channel></rss>", lambda: feedparser(), "parse"),
    ("a.warc", WARC, lambda: fastwarc(), "ArchiveIterator"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[type(fault).__name__ for fault in FAULTS])
@pytest.mark.parametrize(("name", "data", "module", "function"), READERS, ids=[case[0] for case in READERS])
def test_an_error_of_a_library_is_one_skip(put, hear, monkeypatch, name, data, module, function, fault):
    """A file whose library raises anything is one skip with its name and the reason, and the next file is read."""

    def fail(*_arguments, **_options):
        raise fault

    paths = put(name, data), put("b.txt", b"plain words")
    assert 2 == len(hear(*paths).documents)
    monkeypatch.setattr(module(), function, fail)
    heard = hear(*paths)
    assert ["plain words"] == heard.texts
    (skip,) = heard.skips
    assert str(paths[0]) == skip.path
    assert len(skip.reason) < 500
    known = {MemoryError: "memory", OSError: "torn"}
    assert known.get(type(fault), type(fault).__name__) in skip.reason


@pytest.mark.parametrize("fault", FAULTS, ids=[type(fault).__name__ for fault in FAULTS])
@pytest.mark.parametrize("name", ["a.jsonl", "a.mbox", "a.warc"])
def test_an_error_of_a_library_on_a_row_costs_that_row(put, hear, monkeypatch, name, fault):
    """The rows before and behind a row on which a library fails are read, and the skip has the number of the row."""
    makers = {"a.jsonl": (record, "_fields_of"), "a.mbox": (mbox, "row_of_mail"), "a.warc": (warc, "_row")}
    rows = {
        "a.jsonl": b"".join(b'{"text": "words %d"}\n' % number for number in range(3)),
        "a.mbox": (b"From a@b.example Mon Jan  1 10:00:00 2024\n" + MAIL + b"\n") * 3,
        "a.warc": b"".join(WARC.replace(b"uuid:1", b"uuid:%d" % number) for number in range(3)),
    }
    module, function = makers[name]
    right, calls = getattr(module, function), iter(range(9))

    def fail(*arguments):
        if next(calls) == 1:
            raise fault
        return right(*arguments)

    monkeypatch.setattr(module, function, fail)
    heard = hear(put(name, rows[name]))
    assert (2, [2]) == (len(heard.documents), [skip.line for skip in heard.skips])


class Odd(Mapping):
    """A mapping that raises when it is read."""

    def __init__(self, fault):
        self.fault = fault

    def __getitem__(self, key):
        raise self.fault

    def __iter__(self):
        return iter(["text"])

    def __len__(self):
        return 1


@pytest.mark.parametrize("fault", FAULTS, ids=[type(fault).__name__ for fault in FAULTS])
@pytest.mark.parametrize("give", ["cluster", "index"])
def test_a_document_that_raises_is_one_skip(tmp_path, give, fault):
    """A mapping of a program that raises is a skip; the other documents are used."""
    documents = [{"id": "a", "text": "words one"}, Odd(fault), {"id": "b", "text": "words two"}]
    if give == "cluster":
        report = dedup.cluster(documents)
        count, skips = report.documents, report.skipped
    else:
        skips = []
        with dedup.Index.open(tmp_path / "i") as index:
            count = len(list(index.add_many(documents, on_skip=skips.append)))
    assert (2, 1) == (count, sum(skip.count for skip in skips))


def test_skips_of_one_reason_are_counted(put):
    """A thousand bad rows of one reason are one skip with their number."""
    rows = [json.dumps({"id": str(number), "text": None if number else "words"}) for number in range(1001)]
    report = dedup.cluster(dedup.read(put("a.jsonl", "\n".join(rows))))
    assert [1000] == [skip.count for skip in report.skipped]


def test_a_page_that_no_process_extracts_is_a_skip(put, hear, monkeypatch):
    """Rows with pages that fail are skips, row by row."""
    monkeypatch.setattr(type(PAGES), "_ask", lambda _self, _task: 1 / 0)
    heard = hear(put("a.jsonl", "".join(json.dumps({"html": page("", BODY)}) + "\n" for _ in range(3))))
    assert ([], [1, 2, 3]) == (heard.documents, [skip.line for skip in heard.skips])
