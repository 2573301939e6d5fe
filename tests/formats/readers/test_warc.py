"""WARC: pages of a crawl, and what damage costs."""

import gzip
import zlib

import pytest

from dedup.formats import limits

HTML = "<html><head><title>Title {0}</title></head><body><p>The strait {0} is open.</p></body></html>"
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def record(number, body=None, http=OK, kind="response", media="application/http; msgtype=response", length=None):
    """A record of a WARC."""
    body = HTML.format(number) if body is None else body
    payload = (f"{http}\r\n".encode() if http else b"") + (body.encode() if isinstance(body, str) else body)
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        f"WARC-Record-ID: <urn:uuid:{number}>\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(payload) if length is None else length}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


def test_pages_are_documents(put, hear):
    """A page has the id of its record, its address, and the title and text of the page."""
    heard = hear(put("a.warc", record(1) + record(2)))
    assert ["urn:uuid:1", "urn:uuid:2"] == heard.ids
    assert ("The strait 1 is open.", "Title 1", "https://a.example/1") == (
        heard.documents[0].text,
        heard.documents[0].title,
        heard.documents[0].url,
    )
    assert ([], []) == (heard.skips, heard.notes)


def test_other_records_are_counted(put, hear):
    """Requests, failed fetches, images and robots.txt are one counted note."""
    others = [
        record(0, "software: a", "", "warcinfo", "application/warc-fields"),
        record(1, kind="request"),
        record(2, kind="revisit"),
        record(3, http=OK.replace("200 OK", "404 Not Found")),
        record(4, http=OK.replace("text/html", "image/png")),
        record("robots.txt", "a", OK.replace("text/html", "text/plain")),
    ]
    heard = hear(put("a.warc", b"".join([*others, record(9)])))
    assert (["urn:uuid:9"], [], 1) == (heard.ids, heard.skips, len(heard.notes))
    assert heard.notes[0].reason.startswith("6 records were passed over: requests")


@pytest.mark.parametrize(
    ("http", "body"),
    [
        (OK + "Content-Encoding: gzip\r\n", gzip.compress(HTML.format(1).encode(), mtime=0)),
        (OK + "Content-Encoding: deflate\r\n", zlib.compress(HTML.format(1).encode())),
        (OK + "Content-Encoding: gzip\r\n", HTML.format(1)),
        (OK + "Transfer-Encoding: chunked\r\n", HTML.format(1)),
        (OK + "Transfer-Encoding: chunked\r\n", f"{len(HTML.format(1)):x}\r\n{HTML.format(1)}\r\n0\r\n\r\n"),
        (OK.replace("utf-8", "iso-8859-1"), HTML.format(1)),
        ("HTTP/1.1 200 OK\r\n", HTML.format(1)),
    ],
)
def test_bodies_are_decoded(put, hear, http, body):
    """An encoded or chunked body is decoded, and one that only claims to be encoded is read as it stands."""
    assert ["The strait 1 is open."] == hear(put("a.warc", record(1, body, http))).texts


def test_the_charset_of_the_header_counts(put, hear):
    """The charset of the HTTP header decodes a page that declares none."""
    body = "<html><body><p>Ostrów żużel łąka</p></body></html>".encode("iso-8859-2")
    assert ["Ostrów żużel łąka"] == hear(put("a.warc", record(1, body, OK.replace("utf-8", "iso-8859-2")))).texts


def test_texts_of_common_crawl(put, hear):
    """A conversion record of plain text is a document."""
    data = record(1, "Plain words.", "", "conversion", "text/plain")
    assert ["Plain words."] == hear(put("a.warc.wet".replace(".wet", ".gz"), gzip.compress(data))).texts


@pytest.mark.parametrize(
    "damaged",
    [
        record(1, length=20),
        record(1, length=400),
        record(1, length=10**12),
        record(1, length=-5),
        record(1).replace(b"Content-Length", b"Content-Xength"),
        record(1).replace(b"WARC-Type", b"WARC-Tape"),
        record(1, b"\x1f\x8b\x08 broken", OK + "Content-Encoding: gzip\r\n"),
    ],
    ids=["short", "long", "huge", "negative", "no length", "no type", "bad encoding"],
)
def test_a_damaged_record_costs_itself(put, hear, damaged):
    """A record that lies about its length, or is broken in another way, is a skip with its number."""
    heard = hear(put("a.warc", record(0) + damaged + record(2) + record(3)))
    assert (["urn:uuid:0", "urn:uuid:2", "urn:uuid:3"], [2]) == (heard.ids, [skip.line for skip in heard.skips])


def test_a_warc_in_a_page_is_no_record(put, hear):
    """A record within the body of a record is part of that body."""
    heard = hear(put("a.warc", record(1, "<html>" + record(7).decode() + "</html>") + record(2)))
    assert (["urn:uuid:1", "urn:uuid:2"], []) == (heard.ids, heard.skips)


@pytest.mark.parametrize("damage", [lambda data: data[:-30], lambda data: data[:60] + b"\xff" * 20 + data[80:]])
def test_a_damaged_member_costs_its_record(put, hear, damage):
    """Records after a gzip member that is cut short or corrupt are read, and a skip names the damage."""
    members = [gzip.compress(record(number)) for number in range(5)]
    members[1] = damage(members[1])
    heard = hear(put("a.warc.gz", b"".join(members)))
    assert {"urn:uuid:0", "urn:uuid:2", "urn:uuid:3", "urn:uuid:4"} == set(heard.ids) - {"urn:uuid:1"}
    assert any("corrupt" in skip.reason for skip in heard.skips)


def test_a_cut_file_gives_the_records_before_the_cut(put, hear):
    """The records before the cut of a file are read."""
    data = b"".join(map(record, range(5)))
    heard = hear(put("a.warc", data[:-60]))
    assert ([f"urn:uuid:{number}" for number in range(4)], [5]) == (heard.ids, [skip.line for skip in heard.skips])


def test_a_file_is_cut_between_records(put, hear, monkeypatch):
    """Chunks of a file give the same documents and numbers as the whole file."""
    data = b"".join(record(number, length=7 if number == 30 else None) for number in range(50))
    whole = hear(put("a.warc", data))
    monkeypatch.setattr(limits, "CHUNK_BYTES", 1000)
    cut = hear(put("a.warc", data))
    assert (whole.ids, [skip.line for skip in whole.skips]) == (cut.ids, [skip.line for skip in cut.skips])
    assert [31] == [skip.line for skip in cut.skips]


def test_a_record_above_the_cap(put, hear, monkeypatch):
    """A large page is a skip, a large film is passed over, and the records around them are read."""
    film = record(1, "f" * 70_000, OK.replace("text/html", "video/mp4"))
    path = put("a.warc", film + record(2) + record(3, "<html>" + "w " * 50_000) + record(4))
    heard = hear(path, limits={"record_bytes": 10_000, "page_bytes": 5_000})
    assert (["urn:uuid:2", "urn:uuid:4"], [3]) == (heard.ids, [skip.line for skip in heard.skips])
    assert heard.notes[0].reason.startswith("1 record was passed over")
