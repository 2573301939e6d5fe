"""Processor time of adversarial input at three sizes, each twice the one before: `python benches/hostile_time.py`.

Exit code 1 says that doubling an input more than trebles its time. The time is that of `dedup.cluster`, or of an index,
with the process of pages. The least of some rounds counts, and less than `_NOTHING` seconds more is no growth.
"""

import argparse
import contextlib
import io
import json
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import zstandard

import dedup
from dedup.formats.pages.process import PAGES

__all__ = ["KINDS", "Row", "measure"]

_NOTHING: Final = 0.05
"""Seconds that a busy machine adds to any job."""

_SENTENCE: Final = (
    "the harbour ferry was delayed by fog on monday morning and two hundred passengers waited for an hour at the pier"
)


def _page(body: str = "", head: str = "") -> bytes:
    paragraph = f"<p>{_SENTENCE}.</p>"
    return f"<html><head><title>T</title>{head}</head><body>{paragraph * 5}{body}</body></html>".encode()


def _rows(texts: Sequence[object]) -> bytes:
    return "".join(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts)).encode()


def _tar(count: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number in range(count):
            header = tarfile.TarInfo(f"{number}.txt")
            header.size = 1
            archive.addfile(header, io.BytesIO(b"a"))
    return file.getvalue()


class Kind(NamedTuple):
    """A kind of input: the name of its ``file``, the least ``size``, and what makes its bytes of a size."""

    file: str
    size: int
    make: Callable[[int], bytes]


KINDS: Final = {
    "JSON-LD": Kind(
        "a.html",
        4_000,
        lambda n: _page(head='<script type="application/ld+json">{"author": {' + '"a", ' * n + "</script>"),
    ),
    "meta tags": Kind("a.html", 2_000, lambda n: _page(head="<meta property=article:author content='a b'>" * n)),
    "attributes": Kind(
        "a.html", 25_000, lambda n: _page(("<p " + "".join(f"a{i}=1 " for i in range(500)) + ">") * (n // 500))
    ),
    "attributes of one": Kind("a.html", 10_000, lambda n: _page("<p " + "".join(f"a{i}=1 " for i in range(n)) + ">")),
    "inline elements": Kind("a.html", 4_000, lambda n: _page("<b>a</b> " * n)),
    "open elements": Kind("a.html", 10_000, lambda n: _page("<div><b>" * n)),
    "entities": Kind("a.html", 50_000, lambda n: _page("<p>" + "&amp;&#97;&bogus;" * n)),
    "combining marks": Kind("a.txt", 100_000, lambda n: ("a" + "\u0315\u0300" * n).encode()),
    "bad rows": Kind("a.jsonl", 20_000, lambda n: b"{\n" * n + _rows(["a"])),
    "zstd of line feeds": Kind(
        "a.jsonl.zst", 4_000_000, lambda n: zstandard.ZstdCompressor(level=19).compress(b"\n" * n + _rows(["a"]))
    ),
    "one word": Kind("a.txt", 250_000, lambda n: b"word " * n),
    "one character": Kind("a.txt", 500_000, lambda n: b"a" * n),
    "blank lines": Kind("a.txt", 1_000_000, lambda n: b"\n" * n + b"a"),
    "short lines": Kind("a.txt", 100_000, lambda n: b"a\n" * n),
    "quotes of CSV": Kind("a.csv", 50_000, lambda n: b"id,text\n" + b'"\n' * n),
    "nested JSON": Kind("a.json", 200_000, lambda n: b'[{"text": ' + b"[" * n),
    "broken JSON": Kind("a.json", 20_000, lambda n: b"[" + b'{"text": "a", }\n' * n + b"]"),
    "equal ids": Kind("a.jsonl", 10_000, lambda n: b'{"id": "a", "text": "a"}\n' * n),
    "marks of Markdown": Kind("a.md", 100_000, lambda n: b"![" * n + b"[a](" * n),
    "front matter": Kind("a.md", 50_000, lambda n: b"---\n" + b"a: b\n" * n),
    "headers of a mail": Kind("a.eml", 10_000, lambda n: b"Subject: =?utf-8?q?a?= " * n + b"\n\ntext"),
    "parts of a mail": Kind(
        "a.eml", 1_000, lambda n: b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\ntext\n" * n
    ),
    "entries of a feed": Kind("a.rss", 500, lambda n: b"<rss><channel>" + b"<item><title>A</title></item>" * n),
    "members of a tar": Kind("a.tar", 1_500, _tar),
    "reports of a template": Kind(
        "a.jsonl", 500, lambda n: _rows([f"{_SENTENCE} {number} {number}" for number in range(n)])
    ),
}
"""The kinds of input by name."""


class Row(NamedTuple):
    """The processor ``seconds`` of a kind of input at three sizes, each twice the one before."""

    name: str
    seconds: tuple[float, float, float]

    @property
    def holds(self) -> bool:
        """Whether no doubling trebles the time."""
        pairs = zip(self.seconds, self.seconds[1:], strict=False)
        return all(after <= 3 * max(before, _NOTHING) for before, after in pairs)


def _cluster(path: Path) -> None:
    with contextlib.suppress(dedup.InputError):  # nothing of the file can be read
        dedup.cluster(dedup.read(path), workers=1)


def _add(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, dedup.Index.open(Path(folder, "i"), workers=1) as index:
        index.add_many(dedup.read(path), on_skip=lambda _skip: None)


def _seconds(job: Callable[[Path], None], path: Path) -> float:
    start = time.process_time() + PAGES.processor
    job(path)
    return time.process_time() + PAGES.processor - start


def measure(name: str, kind: Kind, scale: float, rounds: int, job: Callable[[Path], None] = _cluster) -> Row:
    """Measure a kind of input at three sizes.

    Args:
        name: the name of the kind.
        kind: the kind.
        scale: the factor of its least size.
        rounds: the runs at each size, by turns. The least time counts.
        job: what is done with the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for factor in (1, 2, 4):
            path = Path(folder, str(factor), kind.file)
            path.parent.mkdir()
            path.write_bytes(kind.make(max(1, int(kind.size * scale * factor))))
            paths.append(path)
        times = [[_seconds(job, path) for path in paths] for _ in range(rounds)]
    return Row(name, tuple(map(min, zip(*times, strict=True))))


def main() -> None:
    """Print a row a kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [*KINDS, "template in an index"]
    parser.add_argument("--kind", choices=names, action="append", help="measure this kind alone")
    parser.add_argument("--scale", type=float, default=1.0, help="the factor of all sizes")
    parser.add_argument("--rounds", type=int, default=2, help="the runs at each size; the least time counts")
    options = parser.parse_args()
    _cluster(Path(__file__).parents[1] / "corpus" / "pages" / "scraped")  # imports are no time of the first kind
    template = KINDS["reports of a template"]
    rows = []
    for name in options.kind or names:
        kind, job = (KINDS[name], _cluster) if name in KINDS else (template, _add)
        rows.append(measure(name, kind, options.scale, options.rounds, job))
        seconds = "  ".join(f"{each:7.3f}" for each in rows[-1].seconds)
        print(f"{name:22} {seconds}  {'' if rows[-1].holds else 'trebles'}", flush=True)
    sys.exit(0 if all(row.holds for row in rows) else 1)


if __name__ == "__main__":
    main()
