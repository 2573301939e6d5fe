"""Collections of any size with their truth: articles of 3.7 KB, a tenth of them copies in the menus of their sites.

A collection is made in pieces of a thousand documents, each from its own seed and without the others, so that memory
does not grow with its size and processes can make it together: the bytes are the same for any number of them. The
copies in a piece are of articles in another piece, which may be anywhere, so that a story lies far apart. Most
stories have one copy, some five; every copy is made by one of the recipes of `copies` and wrapped in a menu.

The words are drawn as in `workloads`, from a table in place of a search, which costs a fifth.
"""

import dataclasses
import functools
import html
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from synthetic.copies import RECIPES, SITES, Chrome, chromes, copied
from synthetic.vocabulary import FORMS, weights
from synthetic.workloads import places, surface

__all__ = ["Article", "Made", "articles", "make", "pieces"]

PIECE: Final = 1_000
"""Documents made at a time."""

SHORTEST: Final = 400
LONGEST: Final = 800
"""Words of an article, evenly spread."""

_PRINTED: Final = 6
"""One article in so many is one that may be printed again."""

_STEPS: Final = 22
"""The table of words has 2 to that power of entries: six of the rarest word."""


class Article(NamedTuple):
    """One document: its ``number``; the name of its ``story``; its text ``body``; the ``site`` that prints it in its
    chrome, -1 for none."""

    number: int
    story: str
    body: str
    site: int

    @property
    def id(self) -> str:
        """Its number, in digits enough for ten million."""
        return f"{self.number:07}"

    @property
    def source(self) -> str:
        """The name of its site, or nothing."""
        return f"site-{self.site}" if self.site >= 0 else ""

    def text(self, seed: int) -> str:
        """The page as text."""
        if self.site < 0:
            return self.body
        above, below = _chrome(seed)[self.site]
        return f"{above}\n\n{self.body}\n\n{below}"

    def page(self, seed: int) -> str:
        """The page as HTML, every article in the chrome of some site."""
        site = self.site if self.site >= 0 else self.number % SITES
        return _html(self, f"site-{site}.example", _chrome(seed)[site])


class Made(NamedTuple):
    """Where a collection is, where its truth is, and the bytes of its texts."""

    documents: Path
    truth: Path
    size: int


def pieces(count: int) -> int:
    """How many pieces a collection of ``count`` documents has."""
    return -(-count // PIECE)


def articles(count: int, piece: int, seed: int) -> list[Article]:
    """One piece of a collection of ``count`` documents, in the order of the collection."""
    size = _size(count, piece)
    copies = size // 10
    found = [(f"{piece}-{row}", body, -1) for row, body in enumerate(_originals(count, piece, seed))]
    rng = np.random.default_rng((seed, piece, 2))
    origin = int(np.random.default_rng((seed, count)).permutation(pieces(count))[piece])
    printed = _printed(count, origin, seed)
    chrome = _chrome(seed)
    for row in rng.integers(0, len(printed), copies).tolist():
        recipe = dataclasses.replace(RECIPES[int(rng.integers(len(RECIPES)))], wrapped=False)  # wrapped by `text`
        site = int(rng.integers(SITES))
        found.append((f"{origin}-{row}", copied(printed[row], recipe, chrome[site], rng), site))
    return [Article(piece * PIECE + place, *found[row]) for place, row in enumerate(rng.permutation(size).tolist())]


def make(folder: Path, kind: str, count: int, seed: int = 20251104, workers: int = 1) -> Made:
    """A collection of ``count`` documents of a ``kind`` in ``folder``: `lines`, one file of JSON Lines; `files`, a
    folder of texts; or `pages`, one of HTML. One that is there already is taken as it is."""
    name = f"{kind}-{count}-{seed}"
    documents, truth = folder / (f"{name}.jsonl" if kind == "lines" else name), folder / f"{name}.truth"
    tell = folder / f"{name}.size"
    if not tell.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "lines":
            documents.write_bytes(b"")
        size = 0
        with truth.open("wb") as labels:
            for made, bytes_of_text in _all(_KINDS[kind], (documents, count, seed), pieces(count), workers):
                size += bytes_of_text
                labels.write(made[0])
                if kind == "lines":
                    with documents.open("ab") as rows:
                        rows.write(made[1])
        tell.write_text(f"{size}\n")  # last, so that what was cut short is made again
    return Made(documents, truth, int(tell.read_text()))


_Piece = tuple[tuple[bytes, bytes], int]
"""The labels of a piece, its rows if it is to be in lines, and the bytes of its texts."""


def _all(
    one: Callable[[Path, int, int, int], _Piece], arguments: tuple[Path, int, int], count: int, workers: int
) -> Iterator[_Piece]:
    """All pieces in order, a few at a time."""
    if workers == 1:
        yield from (one(*arguments, piece) for piece in range(count))
        return
    with ProcessPoolExecutor(workers) as pool:
        for first in range(0, count, 8 * workers):  # a pool hands out all that it is given, whoever waits for it
            wave = range(first, min(first + 8 * workers, count))
            yield from pool.map(functools.partial(one, *arguments), wave)


def _lines(_documents: Path, count: int, seed: int, piece: int) -> _Piece:
    found = articles(count, piece, seed)
    rows = [{"id": article.id, "text": article.text(seed), "source": article.source} for article in found]
    labels = [{"id": article.id, "cluster": article.story} for article in found]
    return (_encoded(labels), _encoded(rows)), sum(len(row["text"]) for row in rows)


def _files(documents: Path, count: int, seed: int, piece: int) -> _Piece:
    return _written(documents, "txt", articles(count, piece, seed), lambda article: article.text(seed))


def _pages(documents: Path, count: int, seed: int, piece: int) -> _Piece:
    return _written(documents, "html", articles(count, piece, seed), lambda article: article.page(seed))


def _written(documents: Path, suffix: str, found: list[Article], text: Callable[[Article], str]) -> _Piece:
    """Articles as files, in the folders of their sites."""
    labels, size = [], 0
    for article in found:
        id = f"{article.source or 'agency'}/{article.id}.{suffix}"
        path, data = documents / id, text(article).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        size += len(data)
        labels.append({"id": id, "cluster": article.story})
    return (_encoded(labels), b""), size


_KINDS: Final = {"lines": _lines, "files": _files, "pages": _pages}


def _encoded(rows: list[Any]) -> bytes:
    return msgspec.json.Encoder().encode_lines(rows)


def _size(count: int, piece: int) -> int:
    """How many documents a piece has."""
    return min(PIECE, count - piece * PIECE)


def _shares(count: int, piece: int) -> tuple[int, int]:
    """How many articles of a piece may be printed again, and how many others it has."""
    own = _size(count, piece) - _size(count, piece) // 10
    printed = -(-own // _PRINTED)
    return printed, own - printed


def _originals(count: int, piece: int, seed: int) -> list[str]:
    """The articles of a piece; those that may be printed again come first."""
    _, others = _shares(count, piece)
    return _printed(count, piece, seed) + _bodies(others, np.random.default_rng((seed, piece, 1)))


def _printed(count: int, piece: int, seed: int) -> list[str]:
    """The articles of a piece that may be printed again, which have a seed of their own: they are made twice."""
    return _bodies(_shares(count, piece)[0], np.random.default_rng((seed, piece, 0)))


def _bodies(count: int, rng: np.random.Generator) -> list[str]:
    """So many articles."""
    if not count:
        return []
    lengths = rng.integers(SHORTEST, LONGEST + 1, count)
    chosen = _drawn()[rng.integers(0, 1 << _STEPS, int(lengths.sum()), np.uint32)]
    tokens = surface("ascii").reshape(-1)[places(lengths, rng) * np.int32(FORMS) + chosen].tolist()
    ends = np.cumsum(lengths).tolist()
    return ["".join(tokens[end - size : end]).rstrip() for end, size in zip(ends, lengths.tolist(), strict=True)]


@functools.cache
def _drawn() -> npt.NDArray[np.uint16]:
    """Each word as often as it is drawn: the inverse of the distribution at so many steps."""
    steps = (np.arange(1 << _STEPS) + 0.5) / (1 << _STEPS)
    found = np.searchsorted(np.cumsum(weights()), steps, "right")
    return np.minimum(found, FORMS - 1).astype(np.uint16)


@functools.cache
def _chrome(seed: int) -> list[Chrome]:
    return chromes(np.random.default_rng(seed))


def _html(article: Article, host: str, chrome: Chrome) -> str:
    """An article as a page of its site: menu above, teasers beside, legal lines below, in the marks of real pages."""
    above, below = (part.split("\n") for part in chrome)
    title = html.escape(" ".join(article.body.split(maxsplit=9)[:8]).strip('."'))
    day = f"2026-{article.number % 12 + 1:02}-{article.number % 28 + 1:02}"
    address = f"https://{host}/{day.replace('-', '/')}/{article.id}.html"
    return _PAGE.format(
        title=title,
        host=host,
        day=day,
        address=address,
        menu="\n".join(f'<li class="menu-item"><a href="/s/{n}">{line}</a></li>' for n, line in enumerate(above)),
        body="\n".join(f"<p>{html.escape(part, quote=False)}</p>" for part in article.body.split("\n\n")),
        teasers="\n".join(
            f'<div class="teaser"><a href="/t/{n}"><img src="/i/{n}.jpg" alt=""><span>{line}</span></a></div>'
            for n, line in enumerate(below[:25])
        ),
        footer="\n".join(f'<a href="/f/{n}">{line}</a>' for n, line in enumerate(below[25:])),
        style="\n".join(f".c{n}{{margin:0 {n}px;padding:{n}px 0;color:#{n:03x}}}" for n in range(60)),
    )


_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} | {host}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="{host}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="{day}T08:00:00+00:00">
<link rel="canonical" href="{address}">
<style>
{style}
</style>
<script>window.dataLayer = window.dataLayer || []; function tag() {{ dataLayer.push(arguments); }} tag("js");</script>
</head>
<body class="single">
<header><a class="logo" href="/">{host}</a><nav class="main-menu"><ul>
{menu}
</ul></nav></header>
<div class="columns"><main><article>
<h1>{title}</h1>
<div class="meta"><time datetime="{day}T08:00:00+00:00">{day}</time></div>
{body}
</article></main>
<aside class="sidebar">
{teasers}
</aside></div>
<footer class="site-footer">
{footer}
</footer>
</body>
</html>
"""
