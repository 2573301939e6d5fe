"""Related coverage in reports: JSON, JSON Lines and the table."""

import io
import json

import pytest

import dedup
from dedup.report.registry import write
from dedup.types import Coverage, Member, Rewrite

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
