"""The bench of the service runs at a tiny size."""

from pathlib import Path

import pytest
import service
from synthetic.articles import make


@pytest.mark.long
def test_all_articles_are_answered(tmp_path: Path) -> None:
    """Each way answers all articles, and lines that wait together are one commit."""
    rows = list(service.measure(make(tmp_path, "lines", 16), 16, 1))
    assert [("one process", 1)] * 3 + [("service", 1), ("service", 8)] * 2 == [(row.way, row.producers) for row in rows]
    assert all(row.cpu > 0 and row.speed > 0 for row in rows)
    assert [16, 2, 1, 16] == [row.commits for row in rows[:4]]
    assert rows[4].commits <= 16 > rows[5].commits
