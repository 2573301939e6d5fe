"""Rows of a report with its reasons, as small as they can be, and a function that makes the page of rows."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup.report.page import TEXTS_LIMIT, write_page
from tests.helpers.report_page import ReportPage

Rows = list[dict[str, Any]]

HEADER = {"schema": "dedup.report/1", "type": "header", "version": "1.0", "settings": {"k": 128}, "inputs": ["news"]}
FOOTER = {"type": "footer", "documents": 6, "stories": 2, "copies": 3, "singletons": 1, "skipped": [], "notes": []}


def member(id: str, relation: str = "original", **others: Any) -> dict[str, Any]:
    """A document of a story."""
    return {"id": id, "relation": relation, "containment": 0.9, "resemblance": 0.8, "source": "", "published": None} | {
        "title": "",
        "path": f"news/{id}",
        "credit": "",
        "no_article": "",
        **others,
    }


def story(*members: dict[str, Any], opening: str = "") -> dict[str, Any]:
    """A story."""
    id, size = members[0]["id"], len(members)
    row = {"type": "story", "story": id, "canonical": id, "size": size, "weakest": 0.5, "members": [*members]}
    return row | {"opening": opening}


def text(id: str, words: str, boilerplate: list[list[int]] | None = None) -> dict[str, Any]:
    """The text of a document."""
    return {"type": "text", "ids": [id], "text": words, "boilerplate": boilerplate or []}


def compared(a: str, b: str, why: str = "member", **others: Any) -> dict[str, Any]:
    """A comparison of two documents."""
    sides = [{"id": id, "source": "", "title": "", "published": None, "words": 3, "shingles": 1} for id in (a, b)]
    ground = {"name": "share", "value": 0.5, "bound": 0.3, "sense": "at least", "passed": True, "counts": [1, 2]}
    return {
        "type": "comparison",
        "why": why,
        "a": sides[0],
        "b": sides[1],
        "match": True,
        "same_story": why == "member",
        "decided": "share",
        "relation": "reprint",
        "boilerplate_known": True,
        "grounds": [ground],
        "replaced_figures": 0,
        "estimate": 0.5,
        "resemblance": 0.5,
        "containment": [0.5, 0.6],
        "passages": [{"a": [0, 3], "b": [0, 3], "words": 1}],
        "differences": [{"kind": "figure", "a": [4, 6], "b": [4, 7]}],
        "met": {"bands": 1, "of_bands": 2, "sampled": 3},
        **others,
    }


@pytest.fixture
def rows() -> Rows:
    """A report with a story of two, a larger story of three, a document alone, and a pair that is told apart."""
    return [
        HEADER,
        story(member("a/small", title="A small story"), member("b/small", "reprint")),
        text("a/small", "one 22 two"),
        text("b/small", "one 333 two and more"),
        compared("a/small", "b/small"),
        story(
            member("a/large"),
            member("b/large", "reprint"),
            member("c/large", "excerpt", published="2026-01-02T03:04:00Z"),
            opening="A first line that is long enough",
        ),
        text("a/large", "Menu\nA first line that is long enough\nand more", [[0, 5]]),
        text("b/large", "One 😀 22 two three"),
        text("c/large", "One 😀 333 two three"),
        compared("b/large", "c/large", passages=[{"a": [6, 8], "b": [6, 9], "words": 1}]),
        story(member("a/alone", no_article="a notice")),
        text("a/small", "one 22 two"),
        text("a/alone", "one 55 two"),
        compared("a/small", "a/alone", "apart", differences=[]),
        FOOTER,
    ]


@pytest.fixture
def write_rows(tmp_path: Path) -> Callable[[Rows], str]:
    """A function that writes rows to a file, and returns its path."""

    def write(rows: Rows) -> str:
        path = tmp_path / "stories.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return str(path)

    return write


@pytest.fixture
def page_bytes(write_rows: Callable[[Rows], str]) -> Callable[..., bytes]:
    """A function that makes the page of rows."""

    def make(rows: Rows, texts_limit: int = TEXTS_LIMIT) -> bytes:
        stream = io.BytesIO()
        write_page(write_rows(rows), stream, texts_limit)
        return stream.getvalue()

    return make


@pytest.fixture
def page_of(page_bytes: Callable[..., bytes]) -> Callable[..., ReportPage]:
    """A function that makes the page of rows, and reads it."""
    return lambda *arguments: ReportPage(page_bytes(*arguments))
