"""A comparison as a part of the page holds it. Places of rows are characters; here they are units of UTF-16."""

from __future__ import annotations

from typing import Any, Final

from dedup.comparison_types import Span
from dedup.report.page.rows import PageComparison, PageText, RowFile

_BEYOND: Final = "\U00010000"
"""The first character of two units."""


class PartText:
    """A text of a row, with its places as a browser counts them. ``shown`` says whether the page has it."""

    def __init__(self, row: PageText, shown: bool) -> None:
        text = row.text
        self.length = len(text)
        self.shown = shown
        self._edges: list[int] | None = None
        if not text.isascii() and max(text) >= _BEYOND:
            self._edges = [0]
            for character in text:
                self._edges.append(self._edges[-1] + 1 + (character >= _BEYOND))
        self.entry: list[Any] | None = [text, [self.units(span) for span in row.boilerplate]] if shown else None

    def units(self, span: Span) -> Span:
        """Return a place in units of UTF-16."""
        return span if self._edges is None else (self._edges[span[0]], self._edges[span[1]])


def comparison_entry(
    row: PageComparison, a: PartText | None, b: PartText | None, file: RowFile, line: int
) -> dict[str, Any]:
    """Return a comparison as the page takes it, without its sides. Passages come only with both texts.

    Args:
        row: the comparison.
        a: the text of the first document, if the rows have it.
        b: the text of the second document.
        file: the file of the row, for errors.
        line: the line of the row.

    Raises:
        ReadError: a place is outside of its text.
    """
    for side, text in (("a", a), ("b", b)):
        if text is not None:
            _check(row, side, text, file, line)
    entry: dict[str, Any] = {
        "match": row.match,
        "same": row.same_story,
        "decided": row.decided,
        "relation": row.relation,
        "known": row.boilerplate_known,
        "grounds": [
            [ground.name, ground.value, ground.bound, ground.sense, ground.passed, ground.counts]
            for ground in row.grounds
            if ground.passed is not None
        ],
        "figures": row.replaced_figures,
        "shares": [*row.containment, row.resemblance, row.estimate],
        "words": [row.a.words, row.b.words],
        "shingles": [row.a.shingles, row.b.shingles],
        "met": None if row.met is None else [row.met.bands, row.met.of_bands, row.met.sampled],
    }
    if a is not None and b is not None and a.shown and b.shown:
        entry["passages"] = [[*a.units(passage.a), *b.units(passage.b), passage.words] for passage in row.passages]
        entry["differences"] = [[other.kind, *a.units(other.a), *b.units(other.b)] for other in row.differences]
    return entry


def _check(row: PageComparison, side: str, text: PartText, file: RowFile, line: int) -> None:
    """Raise `ReadError` for a place that is none. Passages and differences may be in another order on side B."""
    for place in (*row.passages, *row.differences):
        begin, end = getattr(place, side)
        if not 0 <= begin <= end <= text.length:
            reason = f"has a place [{begin}, {end}] in the text of {side!r}, which has {text.length:,} characters"
            raise file.error(reason, line)
