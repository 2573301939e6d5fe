"""The registry: names, suffixes, and what is refused."""

import importlib
import io
from pathlib import Path

import pytest

import dedup.report
from dedup.errors import SettingsError
from dedup.report import FORMATS, format_of, summary, write
from dedup.types import Report, Skip


def test_public_names() -> None:
    """The room offers four names, sorted."""
    assert ["FORMATS", "format_of", "summary", "write"] == dedup.report.__all__


def test_formats() -> None:
    """There are four formats, each with a module that can write."""
    assert ["table", "jsonl", "json", "csv"] == list(FORMATS)
    assert all(callable(importlib.import_module(module).write) for module in FORMATS.values())


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.jsonl", "jsonl"), (Path("a.b/c.json"), "json"), ("A.CSV", "csv"), ("stories.txt", "table")],
)
def test_suffix_picks_the_format(path: str | Path, expected: str) -> None:
    """A suffix names its format, in either case of letters."""
    assert expected == format_of(path)


@pytest.mark.parametrize("path", ["a.xml", "a", "a.jsonl.gz", ".json"])
def test_unknown_suffix(path: str) -> None:
    """A suffix that names no format is refused, with those that do."""
    with pytest.raises(SettingsError, match=r"\.jsonl, \.json, \.csv, \.txt"):
        format_of(path)


def test_unknown_format() -> None:
    """A format that is none is refused before a byte is written."""
    stream = io.BytesIO()
    with pytest.raises(SettingsError, match="there are table, jsonl, json, csv"):
        write(Report(stories=(), singletons=(), documents=0), stream, "xml")
    assert b"" == stream.getvalue()


def test_summary_is_one_line_each() -> None:
    """A skipped input with a line end or an escape in its name is still one harmless line."""
    report = Report(stories=(), singletons=(), documents=1, skipped=(Skip("a\n\x1b[1mb", "two\nlines"),))
    expected = ["1 document, 0 stories, 0 copies; 1 original", "Skipped 1 input:", "  a\\n\\x1b[1mb: two lines"]
    assert expected == list(summary(report))
