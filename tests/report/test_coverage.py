"""Related coverage in reports: JSON, JSON Lines and the table."""

import io
import json
import re
from dataclasses import replace

import pytest

import dedup
from dedup.report.registry import write
from dedup.report.writers import Listing
from dedup.types import Coverage, Member, Rewrite, Story

REPORT = dedup.Report(
    stories=(),
    singletons=tuple(Member(name) for name in "abcde"),
    documents=5,
    coverage=(
        Coverage(("a", "b", "c"), 0.31246, (Rewrite("a", "c", 0.81255),)),
        Coverage(("d", "e\x1b[2J"), 0.5),
    ),
)


def written(format: str) -> str:
    """The report in a format."""
    stream = io.BytesIO()
    write(REPORT, stream, format)
    return stream.getvalue().decode()


def test_json_lines_have_a_row_for_each_coverage():
    """The rows of coverage stand before the footer, with the pairs of their rewrites."""
    rows = [json.loads(line) for line in written("jsonl").splitlines()]
    assert ["header", "coverage", "coverage", "footer"] == [row["type"] for row in rows]
    assert {
        "type": "coverage",
        "stories": ["a", "b", "c"],
        "score": 0.3125,
        "rewrite": True,
        "rewrites": [{"first": "a", "second": "c", "score": 0.8125}],
    } == rows[1]
    assert (False, []) == (rows[2]["rewrite"], rows[2]["rewrites"])


def test_json_has_the_rows_of_json_lines():
    """The object has the list ``coverage`` beside ``stories``, with the rows of JSON Lines."""
    rows = [json.loads(line) for line in written("jsonl").splitlines()]
    assert rows[1:-1] == json.loads(written("json"))["coverage"]


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_a_report_is_read_with_its_coverage(tmp_path, format):
    """A report that is read has the coverage that was written, with four digits."""
    path = tmp_path / f"report.{format}"
    path.write_text(written(format), "utf-8")
    first, second = dedup.load(path).coverage
    assert Coverage(("a", "b", "c"), 0.3125, (Rewrite("a", "c", 0.8125),)) == first
    assert REPORT.coverage[1] == second


def test_the_table_lists_coverage_and_no_id_acts_on_the_terminal():
    """The table has a part on related coverage, with ids whose control characters are spelled out."""
    lines = written("table").splitlines()
    first = lines.index("Related coverage: 2 events in 5 stories")
    assert [
        "  31 % alike by rare words",
        "    a",
        "    b",
        "    c",
        "    rewrite, 81 %: a and c",
        "  50 % alike by rare words",
        "    d",
        "    e\\x1b[2J",
    ] == lines[first + 1 : first + 9]


def test_a_story_names_the_other_stories_of_its_coverage():
    """A row of a story has the other stories of its coverage, and a story without coverage has no such key."""
    report = replace(REPORT, stories=(Story(Member("a"), (Member("copy"),)), Story(Member("x"), (Member("y"),))))
    stream = io.BytesIO()
    write(report, stream, "jsonl")
    rows = [json.loads(line) for line in stream.getvalue().decode().splitlines()]
    assert ["b", "c"] == rows[1]["related"]
    assert "related" not in rows[2]


def test_csv_names_the_coverage_of_each_row():
    """The last column has the first story of the coverage, and stands only where there is coverage."""
    report = replace(REPORT, stories=(Story(Member("a"), (Member("copy"),)), Story(Member("x"), (Member("y"),))))
    for coverage, last in ((REPORT.coverage, ["coverage", "a", "a", "", ""]), ((), ["no_article", "", "", "", ""])):
        stream = io.BytesIO()
        write(replace(report, coverage=coverage), stream, "csv")
        assert last == [line.rpartition(",")[2] for line in stream.getvalue().decode().splitlines()]


def test_parquet_keeps_coverage(tmp_path):
    """A report in Parquet is read with its coverage as it was."""
    REPORT.save(tmp_path / "report.parquet")
    assert REPORT.coverage == dedup.load(tmp_path / "report.parquet").coverage


def test_the_page_lists_coverage(tmp_path):
    """The page has the stories of each coverage with their titles, and where each one is on the page."""
    story = Story(Member("a", title="One title"), (Member("copy"),))
    report = replace(REPORT, stories=(story,), singletons=(Member("b", source="A source"), Member("c")))
    stream = io.BytesIO()
    write(report, stream, "html", Listing(singletons=True))
    head = json.loads(re.search(rb'id="head">(.*?)</script>', stream.getvalue(), re.DOTALL)[1])
    first, second = head["coverage"]
    assert [["a", "", "One title", None, 0], ["b", "A source", "", None, -1], ["c", "", "", None, -1]] == first[0]
    assert (0.3125, [[0, 2, 0.8125]]) == (first[1], first[2])
    assert ["d", "e\x1b[2J"] == [entry[0] for entry in second[0]]
