"""A report is read as it was written, and nothing else is taken for a report."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dedup.errors import ReadError
from dedup.index_types import IndexedStory
from dedup.report.load import is_report, load
from dedup.report.summary import summary
from dedup.results import Report
from dedup.types import Member

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


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    """A pipe is no report, and nothing is read from it."""
    os.mkfifo(tmp_path / "pipe")
    assert not is_report(str(tmp_path / "pipe"))


def test_cut_short(report: Report, render: Render, tmp_path: Path) -> None:
    """A report without its footer is refused."""
    path = tmp_path / "stories.jsonl"
    path.write_bytes(b"".join(render(report, "jsonl").splitlines(keepends=True)[:-1]))
    with pytest.raises(ReadError, match="has no footer: the run that wrote it was cut short; run it again"):
        load(str(path))


def test_rows_of_other_types(report: Report, render: Render, tmp_path: Path) -> None:
    """A row of a type that a later version writes is passed over, whatever its keys hold."""
    path = tmp_path / "stories.jsonl"
    header, *others = render(report, "jsonl").splitlines(keepends=True)
    path.write_bytes(b"".join((header, b'{"type":"picture","members":7,"seconds":"many"}\n', *others)))
    assert report.stories[0].id == load(str(path)).stories[0].id


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (b"dedup.report/1", b"dedup.report/2", 1, "does not begin with the header of a dedup.report/1"),
        (b'"type":"story"', b'"kind":"story"', 2, "missing required field `type`"),
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


def test_json(report: Report, render: Render, tmp_path: Path) -> None:
    """A report as one JSON object has all that JSON Lines have, also after another program wrote it on one line."""
    for name in ("stories.json", "stories.jsonl", "compact.json"):
        content = render(report, name.partition(".")[2], singletons=True)
        (tmp_path / name).write_bytes(json.dumps(json.loads(content)).encode() if name == "compact.json" else content)
        assert is_report(str(tmp_path / name))
    rows, *objects = (load(tmp_path / name) for name in ("stories.jsonl", "stories.json", "compact.json"))
    assert [rows, rows] == objects


def test_broken_json(report: Report, render: Render, tmp_path: Path) -> None:
    """A report as JSON that was cut short, or is of another schema, is refused with the cure."""
    content = render(report, "json")
    for broken in (content[:-30], content.replace(b"dedup.report/1", b"dedup.report/2")):
        (tmp_path / "stories.json").write_bytes(broken)
        with pytest.raises(ReadError, match="write the report again, with --format jsonl"):
            load(tmp_path / "stories.json")


@pytest.mark.parametrize("name", ["stories.jsonl", "stories.json"])
def test_counts_of_what_is_not_listed(report: Report, render: Render, tmp_path: Path, name: str) -> None:
    """A report without its singletons has the counts of all documents, and is written again with these counts."""
    (tmp_path / name).write_bytes(render(report, name.partition(".")[2]))
    again = load(tmp_path / name)
    assert ((), 1, list(summary(report))) == (again.no_articles, again.no_article_count, list(summary(again)))
    assert (tmp_path / name).read_bytes() == render(again, name.partition(".")[2])


def test_csv_is_told(report: Report, render: Render, tmp_path: Path) -> None:
    """A report as CSV is recognised, and refused with the name of the right format."""
    (tmp_path / "stories.csv").write_bytes(render(report, "csv"))
    assert is_report(str(tmp_path / "stories.csv"))
    with pytest.raises(ReadError, match=r"is a report as CSV, which has not all .*; .* --format jsonl"):
        load(tmp_path / "stories.csv")


def test_names_of_an_index(render: Render, tmp_path: Path) -> None:
    """The names of stories of an index come back."""
    report = Report((IndexedStory(Member("a"), (Member("b", "exact"),), 1.0, "s12"),), (), 2)
    (tmp_path / "stories.jsonl").write_bytes(render(report, "jsonl"))
    assert report.stories == load(tmp_path / "stories.jsonl").stories
