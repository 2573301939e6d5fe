"""Files of strangers: each ends with the right documents, or with a skip that names it, in little time and memory."""

import bz2
import gzip
import io
import json
import lzma
import os
import socket
import struct
import tarfile
import threading
import time
import zipfile

import pytest
import zstandard

from tests.helpers.html_pages import BODY, page
from tests.helpers.limited import SENTENCE, run_limited


def cluster(*arguments, **limits):
    """Return the outcome of a run, the ids of the documents, and the skips."""
    done = run_limited("cluster", *arguments, "--format", "jsonl", "--singletons", "--workers", 1, **limits)
    ids = [member["id"] for row in done.rows for member in row.get("members", ())]
    return done, sorted(ids), done.rows[-1]["skipped"] if done.rows else []


def zipped(*members):
    """Return a zip of members: their names and bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def tarred(*members):
    """Return a tar of members: their headers and bytes."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for header, data in members:
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return file.getvalue()


def header(name, kind=tarfile.REGTYPE, link=""):
    """Return the header of a member of a tar."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


TEXT = SENTENCE.encode()
BIG = b"\n" * 20_000_000

BOMBS = {
    "a.jsonl.gz": lambda: gzip.compress(BIG),
    "a.txt.bz2": lambda: bz2.compress(BIG),
    "a.html.xz": lambda: lzma.compress(BIG),
    "a.csv.zst": lambda: zstandard.ZstdCompressor(level=19).compress(BIG),
    "a.zip": lambda: zipped(*((f"{number}.txt", BIG) for number in range(3))),
    "a.tar.gz": lambda: gzip.compress(tarred((header("a.md"), BIG))),
    "a.json.gz": lambda: gzip.compress(b'[{"text": "' + b"a" * 20_000_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_skip_that_names_the_flag(tmp_path, name):
    """A file that unpacks to much more than its size is a skip, and the file beside it is read."""
    (tmp_path / "b.txt").write_bytes(TEXT)
    (tmp_path / name).write_bytes(BOMBS[name]())
    flags = ["--max-unpacked-bytes", "1M", "--max-unpacked-ratio", "100"]
    done, ids, skips = cluster(tmp_path, *flags, seconds=15, megabytes=1_500)
    assert (3, ["b.txt"]) == (done.code, [id for id in ids if id == "b.txt"])
    assert [True] == ["raise --max-unpacked-ratio" in skip["reason"] for skip in skips]


ARCHIVES = {
    "parents": (zipped(("../../a.txt", TEXT), ("b/../../c.txt", TEXT + b" again")), 2, ""),
    "absolute": (zipped(("/etc/passwd.txt", TEXT), ("C:\\a.txt", TEXT + b" again")), 2, ""),
    "twice": (zipped(("a.txt", TEXT), ("b.txt", TEXT + b" again")), 2, ""),
    "nested": (zipped(("in.zip", zipped(("in.zip", b"PK")))), 0, "raise --max-archive-depth"),
    "empty": (zipped(), 0, "There is no document"),
    "escapes": (zipped(("a\x1b[31m\n.txt", TEXT)), 1, ""),
    "torn": (zipped(("a.txt", TEXT), ("b.txt", TEXT))[:-30], 2, "damaged"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(tmp_path, name):
    """Names of members are names alone; nothing is written, and what cannot be read says why."""
    data, count, reason = ARCHIVES[name]
    (tmp_path / "x.zip").write_bytes(data)
    done, ids, _ = cluster(tmp_path / "x.zip")
    assert [tmp_path / "x.zip"] == [*tmp_path.iterdir()]
    assert len(ids) == count
    assert reason in done.err
    assert "\x1b" not in done.err


def test_a_quine_of_archives_ends(tmp_path):
    """Archives in archives are read as deep as the limit says, and no deeper."""
    data = zipped(("a.txt", TEXT))
    for depth in range(30):
        data = zipped((f"{depth}.zip", data))
    (tmp_path / "x.zip").write_bytes(data)
    done, ids, skips = cluster(tmp_path / "x.zip", "--max-archive-depth", 16)
    assert (3, [], 1) == (done.code, ids, len(skips))


def test_links_and_devices_in_a_tar(tmp_path):
    """Links, loops, pipes and devices of a tar are passed over; its files are read."""
    (tmp_path / "x.tar").write_bytes(
        tarred(
            (header("a.txt"), TEXT),
            (header("b.txt", tarfile.SYMTYPE, "/etc/passwd"), b""),
            (header("c.txt", tarfile.LNKTYPE, "c.txt"), b""),
            (header("d.txt", tarfile.FIFOTYPE), b""),
            (header("e.txt", tarfile.CHRTYPE), b""),
        )
    )
    done, ids, _ = cluster(tmp_path / "x.tar")
    assert (0, 1) == (done.code, len(ids))


def test_odd_entries_of_a_folder(tmp_path):
    """Loops of links, pipes, sockets and odd names of a folder make nothing wait, and its files are read."""
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "missing")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket.txt"))
    for number, name in enumerate(["caf\udce9.txt", "a\nb.txt", "\x1b[31m.txt", "-rf.txt", "\u202etxt.txt"]):
        (tmp_path / name).write_bytes(TEXT + b" %d" % number)
    done, ids, skips = cluster(tmp_path, seconds=10)
    assert (3, 5) == (done.code, len(ids))
    assert len(skips) >= 3
    assert not [mark for mark in "\x1b\u202e" if mark in done.err]


@pytest.mark.parametrize("harm", ["grow", "shrink", "vanish"])
def test_files_that_change_while_they_are_read(tmp_path, harm):
    """Files that grow, shrink or vanish during a run end as documents or named skips."""
    row = json.dumps({"text": SENTENCE * 20}).encode() + b"\n"
    paths = [tmp_path / f"{number}.jsonl" for number in range(6)]
    for path in paths:
        path.write_bytes(row * 3_000)
    ended = threading.Event()

    def change():
        while not ended.is_set():
            for path in paths:
                match harm:
                    case "grow":
                        with path.open("ab") as file:
                            file.write(row[:50])
                    case "shrink":
                        size = path.stat().st_size
                        os.truncate(path, size - size // 10)
                    case "vanish":
                        path.unlink(missing_ok=True)
                time.sleep(0.05)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        done = run_limited("cluster", *paths, "--workers", 1, seconds=20)
    finally:
        ended.set()
        thread.join()
    assert done.code in {0, 3}
    assert "Traceback" not in done.err


PAGES = {
    "deep": page("", "<div>" * 50_000 + SENTENCE),
    "quadratic markup": page("", "<table>" * 3_000 + SENTENCE + "<a><b><i>" * 3_000),
    "entity bomb": "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12))
    + f"]><html><body><p>{SENTENCE}</p>&m;</body></html>",
    "attributes": page("", "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + f">{SENTENCE}</p>"),
    "comments": page("", "<!--" * 50_000 + SENTENCE),
    "script": page("<script>" + "<" * 200_000 + "</script>", f"<p>{SENTENCE}</p>"),
    "tags of nobody": page("", "".join(f"<x{n}>" for n in range(10_000)) + SENTENCE),
    "surrogates": page("", f"&#xd800;&#xffffffff;&#0;<p>{SENTENCE}</p>"),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_that_mean_harm(tmp_path, name):
    """A page of any shape is a document, and the page beside it too."""
    (tmp_path / "a.html").write_text(PAGES[name], "utf-8")
    (tmp_path / "b.html").write_text(page("", BODY))
    done, ids, _ = cluster(tmp_path, seconds=20, megabytes=6_000)
    assert (0, ["a.html", "b.html"]) == (done.code, ids)


def test_an_entity_bomb_of_a_feed(tmp_path):
    """Entities of a feed are not expanded, and files of the machine are not read."""
    entities = "<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12)
    )
    feed = (
        f"<?xml version='1.0'?><!DOCTYPE rss [{entities}<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss version='2.0'>"
        f"<channel><item><title>{SENTENCE}</title><description>&m;&x;</description></item></channel></rss>"
    )
    (tmp_path / "a.rss").write_text(feed)
    done = run_limited("cluster", tmp_path, "--format", "jsonl", "--singletons", seconds=10)
    assert done.code in {0, 3}
    assert "root:" not in done.out


ENCODINGS = {
    "utf-16": SENTENCE.encode("utf-16"),
    "utf-16 torn": SENTENCE.encode("utf-16")[:-1],
    "utf-32": SENTENCE.encode("utf-32"),
    "utf-8 mark": b"\xef\xbb\xbf" + TEXT,
    "utf-7": "Z\u00fcrich+".encode("utf-7") + TEXT,
    "overlong": b"\xc0\xaf\xe0\x80\xaf" + TEXT,
    "surrogates": b"\xed\xa0\x80\xed\xb0\x80" + TEXT,
    "beyond": b"\xf4\x90\x80\x80" + TEXT,
    "nul": TEXT + b"\0" + TEXT,
    "random": bytes(range(256)) * 40,
    "cut": "Z\u00fcrich \u65e5\u672c".encode()[:-1],
    "iso-2022": "\u65e5\u672c\u8a9e\u306e\u6587".encode("iso2022_jp"),
    "escapes": b"\x1b(I" * 5_000,
    "marks": b"\xff\xfe\xfe\xff\xef\xbb\xbf",
    "cp1252": "caf\u00e9 \u2013 na\u00efve".encode("cp1252") * 20,
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_broken_encodings(tmp_path, name):
    """Bytes of any kind, in each format of texts, are documents or named skips, and no error of Python."""
    data = ENCODINGS[name]
    rows = {
        "a.txt": data,
        "a.md": data,
        "a.html": b"<html><meta charset=utf-7><p>" + data,
        "a.csv": b"id,text\n1," + data.replace(b"\n", b""),
        "a.jsonl": b'{"text": "' + data.replace(b"\n", b"") + b'"}',
        "a.json": b'[{"text": "' + data + b'"}]',
        "a.eml": b"Content-Type: text/plain; charset=unknown\n\n" + data,
        "a.rss": b"<rss><channel><item><title>" + data + b"</title></item></channel></rss>",
    }
    for file, content in rows.items():
        (tmp_path / file).write_bytes(content)
    (tmp_path / "z.txt").write_bytes(TEXT)
    done, ids, skips = cluster(tmp_path, seconds=15, megabytes=6_000)
    assert "z.txt" in ids
    assert (done.code == 3) == bool(skips)
    assert len(rows) + 1 == len(ids) + len({skip["path"] for skip in skips})


def test_ids_that_are_twice_huge_or_odd(tmp_path):
    """Double ids get numbers, a huge id stays, and an id that is none costs its row."""
    ids = ["a", "a", "a#2", "x" * 1_000_000, 5, 5.0, 10**400, "", None, True, [1], {"a": 1}, "\u0000", "\x1b[31m"]
    lines = [json.dumps({"id": id, "text": f"{SENTENCE} {number}"}) for number, id in enumerate(ids)]
    lines += [
        '{"id": ' + "9" * 5_000 + ', "text": "a"}',
        '{"id": "b", "text": "\\ud800"}',
        '{"id": 1e999, "text": "a"}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    done, found, skips = cluster(tmp_path / "a.jsonl")
    assert (3, True) == (done.code, len(found) >= 9)
    assert len(lines) == len(found) + sum(skip.get("count", 1) for skip in skips)
    assert "\x1b" not in done.err


def test_deep_and_wide_json(tmp_path):
    """JSON that nests too deep, or has very many keys, costs its row."""
    rows = [
        json.dumps({"id": "a", "text": SENTENCE}),
        '{"id": "b", "text": "b", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"id": "c", "text": "c", ' + ", ".join(f'"k{n}": {n}' for n in range(100_000)) + "}",
        '{"id": "d", "text": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
        json.dumps({"id": "e", "text": f"{SENTENCE} again"}),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    done, ids, skips = cluster(tmp_path / "a.jsonl", seconds=15)
    assert (3, {"a", "c", "e"}) == (done.code, set(ids))
    assert skips


def test_claims_of_a_zip_are_not_believed(tmp_path):
    """A member whose header claims a size of gigabytes takes no memory."""
    data = bytearray(zipped(("a.txt", TEXT), ("b.txt", TEXT)))
    for sign, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(sign) + offset
        data[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    (tmp_path / "x.zip").write_bytes(data)
    done, _, _ = cluster(tmp_path / "x.zip", megabytes=1_200)
    assert done.code in {0, 3}
    assert "Traceback" not in done.err


@pytest.mark.long
def test_a_hundred_thousand_files_of_one_folder(tmp_path):
    """A folder of many small files is read in bounded time."""
    for number in range(100_000):
        (tmp_path / f"{number}.txt").write_bytes(b"word%d " % number * 3)
    done, ids, _ = cluster(tmp_path, seconds=120)
    assert (0, 100_000) == (done.code, len(ids))
