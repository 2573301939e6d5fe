"""What is fuzzed: each target takes any bytes, and fails if the package breaks a promise on them.

`tests.fuzz.run` gives a target bytes by coverage, for as long as you like; `test_targets` gives it mutations of its
seeds, a few seconds each.
"""

import functools
import json
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

import dedup
from dedup.engines.service.answers import query_lines
from dedup.engines.service.lines import LineSplitter
from dedup.errors import IndexProblem, InputError, ReadError
from dedup.formats import discover, read_all
from dedup.formats.pages.extract import extract

WORDS: Final = "the harbour ferry was delayed by fog on monday morning and two hundred passengers waited at the pier"

SUFFIXES: Final = (
    *(".txt", ".md", ".jsonl", ".json", ".csv", ".tsv", ".rss", ".eml", ".mbox", ".warc", ".parquet", ".arrow"),
    *(".tar", ".zip", ".txt.gz", ".txt.zst", ".txt.bz2", ".txt.xz", ".jsonl.gz", ""),
)
"""The names of files for `read_file`. Pages have a target of their own, because a process of its own reads them."""


class Target(NamedTuple):
    """A function that takes any bytes, and bytes to begin with."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


@functools.cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def read_file(data: bytes) -> None:
    """Read a file whose suffix is that of the first byte. Whatever it holds, it gives documents and named skips."""
    path = _folder() / f"input{SUFFIXES[data[0] % len(SUFFIXES)] if data else ''}"
    path.write_bytes(data[1:])
    skips, notes = [], []
    places = discover([path], on_skip=skips.append, on_note=notes.append)
    documents = list(read_all(places, on_skip=skips.append, on_note=notes.append))
    assert all(isinstance(document.text, str) and document.id for document in documents)
    assert all(skip.reason and "\n" not in skip.reason for skip in skips)


def extract_page(data: bytes) -> None:
    """Extract a page. It gives a text, or a refusal."""
    try:
        page = extract(data.decode("utf-8", "replace"), "page")
    except ReadError:
        return
    assert isinstance(page.text, str)


def sketch_column(data: bytes) -> None:
    """Sketch a column of bytes. The signatures of a buffer are those of its texts, or the offsets are refused."""
    count = data[0] % 8 if data else 0
    cuts = [value % (len(data) + 2) for value in struct.unpack(f"<{count}H", data[1 : 1 + 2 * count].ljust(2 * count))]
    buffer = data[1 + 2 * count :]
    try:
        signatures = dedup.signatures((buffer, np.array([0, *cuts, len(buffer)])), k=16)
    except InputError:
        return
    assert (count + 1, 16) == signatures.shape
    texts = buffer.decode("utf-8", "replace").split("\n")
    encoded = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)])
    assert (dedup.signatures(texts, k=16) == dedup.signatures((b"".join(encoded), offsets), k=16)).all()


@functools.cache
def _index() -> tuple[Path, dict[str, bytes]]:
    """Make an index, and return its folder and its files."""
    path = _folder() / "index"
    with dedup.Index.open(path, durable=False) as index:
        index.add_many([dedup.Document(f"{WORDS} {number % 7}", id=f"d{number}") for number in range(40)])
        index.review()
    return path, {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def open_index(data: bytes) -> None:
    """Open an index with changed bytes: 5 bytes name the file, the place and the new byte. It answers or is refused."""
    path, files = _index()
    names = sorted(files)
    changed = {name: bytearray(files[name]) for name in names}
    for number, place, value in struct.iter_unpack("<BHBx", data[: len(data) // 5 * 5]):
        target = changed[names[number % len(names)]]
        if target:
            target[(place * 37) % len(target)] = value
    for name in names:
        (path / name).write_bytes(changed[name])
    try:
        with dedup.Index.open(path, mode="r") as index:
            index.query(dedup.Document(WORDS))
            index.check()
    except IndexProblem:
        return


@functools.cache
def _open_index() -> dedup.Index:
    index = dedup.Index.open(_folder() / "service", durable=False)
    index.add_many([dedup.Document(WORDS, id="d0")])
    return index


def answer_body(data: bytes) -> None:
    """Answer the body of a request, in two pieces. Each line has one answer, and none is a fault of the service."""
    splitter, half = LineSplitter(1 << 16), len(data) // 2
    lines = [*splitter.feed(data[:half]), *splitter.feed(data[half:]), *splitter.end()]
    answers = query_lines(_open_index(), {}, lines)
    assert len(lines) == len(answers)
    assert all(json.loads(answer.line).get("status", 0) < 500 for answer in answers)


def _file_seeds() -> Iterator[bytes]:
    row = {
        "id": "a",
        "text": WORDS,
        "title": "Ferry",
        "published": "2026-11-30T10:00:00Z",
        "url": "https://a.example/b",
    }
    item = f"<item><title>Ferry</title><description>{WORDS}</description></item>"
    feed = f"<rss version='2.0'><channel>{item}</channel></rss>"
    mail = (
        f"From: a@b.example\r\nSubject: =?utf-8?q?Ferry?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{WORDS}\r\n"
    )
    texts = {
        ".txt": WORDS,
        ".md": f"---\ntitle: Ferry\n---\n# Ferry\n\n{WORDS} [a](b) &amp; **c**\n",
        ".jsonl": json.dumps(row) + "\n" + json.dumps({**row, "id": "b"}) + "\n",
        ".json": json.dumps({"items": [row, row]}),
        ".csv": f'id,title,text\na,"Ferry, late",{WORDS}\n',
        ".tsv": f"id\ttext\na\t{WORDS}\n",
        ".rss": feed,
        ".eml": mail,
        ".mbox": f"From a@b.example Mon Nov 30 10:00:00 2026\n{mail}\n",
    }
    for suffix, text in texts.items():
        yield bytes([SUFFIXES.index(suffix)]) + text.encode()


PAGE: Final = (
    f"<html><head><title>Ferry</title><meta property='og:title' content='Ferry'><script type='application/ld+json'>"
    f'{{"@type": "NewsArticle", "headline": "Ferry", "author": {{"name": "A"}}}}</script></head><body><nav>Home</nav>'
    f"<article><h1>Ferry</h1><p>{WORDS}</p><p style='display:none'>{WORDS}</p></article></body></html>"
)

TARGETS: Final = {
    "files": Target(read_file, tuple(_file_seeds())),
    "pages": Target(extract_page, (PAGE.encode(),)),
    "core": Target(sketch_column, (b"\x02\x10\x00\x20\x00" + WORDS.encode() * 3, "\x00über 漢字 ٣٤ İ\n".encode() * 3)),
    "index": Target(open_index, (b"", b"\x00\x01\x00\x07\x00" * 3, b"\x01\x00\x01\xff\x00\x00\x30\x00\x00\x00")),
    "service": Target(
        answer_body,
        (json.dumps({"id": "a", "text": WORDS}).encode() + b"\n" + b'{"html": "<p>x</p>"}\n', b'{"text": 1}\n'),
    ),
}
