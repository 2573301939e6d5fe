"""Extractors of HTML pages against labelled main texts.

Precision, recall and F1 are of words, each word as often as it stands there, and are means over the pages. Pages a
second are those of one process, by its processor time, with what a page says of itself. Beside them stands how many
times as long an extractor takes as `extract_alone`.
"""

import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dedup.formats.pages.charset import decode_page
from dedup.formats.pages.extract import extract
from dedup.formats.pages.extractors import EXTRACTORS, OPTIONS
from dedup.formats.pages.metadata import DATES

_WORD = re.compile(r"\w+")


class Score(NamedTuple):
    """How much of a text is main text, how much of the main text it has, and the harmonic mean of the two."""

    precision: float
    recall: float
    f1: float


def score(text: str, article: str) -> Score:
    """Compare an extracted text with the labelled main text of a page."""
    words, expected = (Counter(_WORD.findall(side.casefold())) for side in (text, article))
    shared = (words & expected).total()
    precision, recall = shared / max(words.total(), 1), shared / max(expected.total(), 1)
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if shared else 0.0)


def extract_alone(page: str) -> int:
    """Extract the main text and all that a page says of itself by trafilatura alone, as its documentation has it.

    Returns:
        The characters of the main text.
    """
    import trafilatura

    tree = trafilatura.load_html(page)
    article = trafilatura.bare_extraction(tree, **OPTIONS, with_metadata=True, date_extraction_params=dict(DATES))
    return 0 if article is None or isinstance(article, dict) else len(article.text or "")


def measure(extractor: str, pages: Sequence[tuple[str, str]]) -> tuple[Score, float]:
    """Extract pages, and return the mean score and the seconds of processor time.

    Args:
        extractor: the name of the extractor.
        pages: the source and the labelled main text of each page.
    """
    extract(pages[0][0], "warm-up", extractor)
    start = time.process_time()
    texts = [extract(page, "page", extractor).text for page, _ in pages]
    seconds = time.process_time() - start
    scores = [score(text, article) for text, (_, article) in zip(texts, pages, strict=True)]
    return Score(*map(statistics.fmean, zip(*scores, strict=True))), seconds


def _read(path: Path) -> str:
    """The source of a page."""
    data = path.read_bytes()
    return decode_page(gzip.decompress(data) if path.suffix == ".gz" else data, str(path))


def compare(folder: Path) -> Iterator[str]:
    """Yield a table of the extractors, line by line.

    Args:
        folder: holds pages, packed by gzip or not, and ``gold.jsonl``: a line a page, with its file name as ``page``
            and its main text as ``article``.
    """
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    pages = [(_read(folder / row["page"]), row["article"]) for row in rows]
    extract_alone(pages[0][0])
    start = time.process_time()
    for page, _ in pages:
        extract_alone(page)
    alone = time.process_time() - start
    yield f"{len(pages)} pages"
    yield f"{'extractor':14}{'precision':>10}{'recall':>8}{'F1':>8}{'pages/s':>9}{'/ alone':>9}"
    for extractor in EXTRACTORS:
        mean, seconds = measure(extractor, pages)
        speed = len(pages) / seconds
        yield f"{extractor:14}{mean.precision:10.3f}{mean.recall:8.3f}{mean.f1:8.3f}{speed:9.0f}{seconds / alone:9.2f}"
