"""One document through each format, packed in each way, in each archive, and on standard input."""

import io
import tarfile
import zipfile
from bz2 import compress as bz2
from gzip import compress as gzip
from lzma import compress as xz

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from dedup.formats.files.compression import PACKINGS
from dedup.formats.registry import FORMATS

TEXT = "The strait is open again after a week of storms."
PAGE = f"<html><head><title>T</title></head><body><p>{TEXT}</p></body></html>"
MAIL = f"From: a@b.example\nSubject: T\n\n{TEXT}"
HTTP = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}"
SAVED = f"Snapshot-Content-Location: https://a.example\nContent-Type: text/html\n\n{PAGE}"
RSS = f'<rss version="2.0"><channel><item><guid>1</guid><description>{TEXT}</description></item></channel></rss>'
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><entry><id>urn:1</id>'
    f'<content type="text">{TEXT}</content></entry></feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    f'<item rdf:about="https://a.example/1"><description>{TEXT}</description></item></rdf:RDF>'
)
TABLE = pa.table({"id": ["1"], "text": [TEXT]})


def parquet():
    """A Parquet file of one row."""
    file = io.BytesIO()
    pq.write_table(TABLE, file)
    return file.getvalue()


def arrow(kind):
    """An Arrow IPC file or stream of one row."""
    file = io.BytesIO()
    with kind(file, TABLE.schema) as writer:
        writer.write_table(TABLE)
    return file.getvalue()


BODIES = {
    ".txt": TEXT,
    ".md": TEXT,
    ".html": PAGE,
    ".htm": PAGE,
    ".xhtml": PAGE,
    ".mhtml": SAVED,
    ".mht": SAVED,
    ".eml": MAIL,
    ".mbox": f"From a@b.example Tue Apr 23 12:00:00 2024\n{MAIL}\n",
    ".warc": f"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n"
    f"Content-Length: {len(HTTP)}\r\n\r\n{HTTP}\r\n\r\n",
    ".json": f'[{{"text": "{TEXT}"}}]',
    ".jsonl": f'{{"text": "{TEXT}"}}\n',
    ".ndjson": f'{{"text": "{TEXT}"}}\n',
    ".csv": f"id,text\n1,{TEXT}\n",
    ".tsv": f"id\ttext\n1\t{TEXT}\n",
    ".tab": f"id\ttext\n1\t{TEXT}\n",
    ".parquet": parquet(),
    ".arrow": arrow(pa.ipc.new_file),
    ".feather": arrow(pa.ipc.new_file),
    ".ipc": arrow(pa.ipc.new_stream),
    ".rss": RSS,
    ".atom": ATOM,
    ".rdf": RDF,
    ".xml": RSS,
}
PACK = {
    "": bytes,
    ".gz": gzip,
    ".zst": zstandard.ZstdCompressor().compress,
    ".bz2": bz2,
    ".xz": xz,
    ".lzma": lambda data: xz(data, 2),
}


def zipped(name, data):
    """A zip of one member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


def tarred(name, data):
    """A tar of one member."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        header = tarfile.TarInfo(name)
        header.size = len(data)
        archive.addfile(header, io.BytesIO(data))
    return file.getvalue()


def test_all_formats_and_packings_are_here():
    """The tests of this module name all formats and packings."""
    assert (set(FORMATS), set(PACKINGS)) == (set(BODIES), set(PACK) - {""})


@pytest.mark.parametrize("suffix", BODIES)
@pytest.mark.parametrize("packing", PACK)
def test_every_format_in_every_way(put, hear, suffix, packing):
    """A document is the same as a file, packed, in a zip, in a packed tar, and on standard input."""
    body = BODIES[suffix]
    name, data = f"a{suffix}{packing}", PACK[packing](body if isinstance(body, bytes) else body.encode())
    paths = [
        put(name, data),
        put("b.zip", zipped(name, data)),
        put(f"c.tar{packing}", PACK[packing](tarred(name, data))),
    ]
    heard = hear(*paths)
    assert ([TEXT] * 3, [], []) == ([text.strip() for text in heard.texts], heard.skips, heard.notes)
    typed = {".md", ".xhtml", ".ipc"} & {suffix}  # their first bytes do not tell them apart
    heard = hear("-", stdin=data, **({"format": suffix[1:]} if typed else {}))
    assert ([TEXT], []) == ([text.strip() for text in heard.texts], heard.skips)
