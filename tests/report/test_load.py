"""A report is read as it was written, and nothing else is taken for a report."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from dedup.errors import ReadError
from dedup.report.load import is_report, load
from dedup.results import Report

Render = Callable[..., bytes]


@pytest.mark.parametrize("singletons", [False, True])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_there_and_back(
    report: Report, render: Render, tmp_path: Path, singletons: bool, pack: Callable[[bytes], bytes]
) -> None:
    """A report in JSON Lines is read as it was written, compressed or not, with its singletons if they were written."""
    path = tmp_path / "stories.jsonl"
    path.write_bytes(pack(render(report, "jsonl", singletons=singletons)))
    assert is_report(str(path))
    again = load(str(path))
    assert [[member.id for member in story.members] for story in report.stories] == [
        [member.id for member in story.members] for story in again.stories
    ]
    assert report.stories[0].canonical == again.stories[0].canonical
    assert report.stories[0].copies[0].credit == again.stories[0].copies[0].credit
    assert (0.9996, 0.9123) == (again.stories[0].copies[0].containment, again.stories[0].copies[0].resemblance)
    assert (report.singletons if singletons else ()) == again.singletons
    assert (report.no_articles if singletons else ()) == again.no_articles
    for name in ("documents", "skipped", "notes", "inputs", "settings"):
        assert getattr(report, name) == getattr(again, name)


@pytest.mark.parametrize(
    "content", [b"", b"An article.", b'{"id": "a", "text": "x"}\n', b'{"schema": "dedup.scores/1"}\n', b"\x1f\x8b\x00"]
)
def test_what_is_no_report(tmp_path: Path, content: bytes) -> None:
    """Articles, feeds, scores, broken files, folders and missing files are no reports."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    assert [False] * 3 == [is_report(str(place)) for place in (path, tmp_path, tmp_path / "lost")]


def test_cut_short(report: Report, render: Render, tmp_path: Path) -> None:
    """A report without its footer is refused."""
    path = tmp_path / "stories.jsonl"
    path.write_bytes(b"".join(render(report, "jsonl").splitlines(keepends=True)[:-1]))
    with pytest.raises(ReadError, match="has no footer: the run that wrote it was cut short; run it again"):
        load(str(path))


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (b"dedup.report/1", b"dedup.report/2", 1, "does not begin with the header of a dedup.report/1"),
        (b'"type":"story"', b'"type":"tale"', 2, "is no row of a dedup.report/1"),
        (b'"relation":"exact"', b'"relation":"twin"', 3, "Invalid enum value 'twin'"),
        (b'"id":"frost-2.txt"', b'"id":"ledger/ferry.html"', 3, "names the document 'ledger/ferry.html' a second time"),
    ],
)
def test_broken(report: Report, render: Render, tmp_path: Path, old: bytes, new: bytes, line: int, reason: str) -> None:
    """A report of another schema, or with a broken row, is refused with the line and the cure."""
    path = tmp_path / "stories.jsonl"
    path.write_bytes(render(report, "jsonl").replace(old, new))
    with pytest.raises(ReadError) as error:
        load(str(path))
    assert (line, True) == (error.value.line, reason in error.value.reason)
    assert "write the report again, with --format jsonl" in error.value.reason


def test_json_is_not_json_lines(report: Report, render: Render, tmp_path: Path) -> None:
    """A report as one JSON object is recognised, and refused with the name of the right format."""
    path = tmp_path / "stories.json"
    path.write_bytes(render(report, "json"))
    assert is_report(str(path))
    with pytest.raises(ReadError, match="with --format jsonl"):
        load(str(path))
