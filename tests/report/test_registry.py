"""The registry: names, suffixes, and refusals."""

import importlib
import io
from pathlib import Path

import pytest

import dedup.report
from dedup.errors import SettingsError
from dedup.report import FORMATS, format_of, write
from dedup.results import Report


def test_public_names() -> None:
    """The room offers six names, sorted."""
    assert ["FORMATS", "Listing", "check_library", "format_of", "summary", "write"] == dedup.report.__all__


def test_formats() -> None:
    """There are six formats, each with a module that can write."""
    assert ["table", "jsonl", "json", "csv", "github", "parquet"] == list(FORMATS)
    assert all(callable(importlib.import_module(module).write) for module in FORMATS.values())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.jsonl", "jsonl"),
        (Path("a.b/c.json"), "json"),
        ("A.CSV", "csv"),
        ("stories.txt", "table"),
        ("a.parquet", "parquet"),
    ],
)
def test_suffix_picks_the_format(path: str | Path, expected: str) -> None:
    """A suffix selects its format, in upper and in lower case."""
    assert expected == format_of(path)


@pytest.mark.parametrize("path", ["a.xml", "a", "a.jsonl.gz", ".json"])
def test_unknown_suffix(path: str) -> None:
    """An unknown suffix is refused with a list of the known suffixes."""
    with pytest.raises(SettingsError, match=r"\.jsonl, \.json, \.csv, \.txt, \.parquet"):
        format_of(path)


def test_unknown_format() -> None:
    """An unknown format is refused before a byte is written."""
    stream = io.BytesIO()
    with pytest.raises(SettingsError, match="there are table, jsonl, json, csv"):
        write(Report(stories=(), singletons=(), documents=0), stream, "xml")
    assert b"" == stream.getvalue()
