"""The bench of the page runs at a tiny size, and its rows are rows of a report."""

import json
from pathlib import Path

import report_page
from synthetic.stories import report_rows

from dedup.report.load import load


def test_pages_stay_below_their_bound() -> None:
    """The pages of thirty stories, plain and explained, are written and small enough."""
    for written in report_page.measure(30):
        assert 0 < written.page <= written.bound


def test_the_rows_are_a_report(tmp_path: Path) -> None:
    """The drawn rows load as a report, and their comparisons have equal words on both sides."""
    rows = list(report_page.explained_rows(report_rows(5)))
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert len(load(str(path)).stories) == 5
    texts = {row["ids"][0]: row["text"] for row in rows if row["type"] == "text"}
    for row in rows:
        for passage in row.get("passages", ()):
            a, b = (texts[row[side]["id"]][slice(*passage[side])] for side in "ab")
            assert (a, len(a.split())) == (b, passage["words"])
