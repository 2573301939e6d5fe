"""The bench of small jobs runs."""

from pathlib import Path

from small import jobs


def test_jobs(tmp_path: Path) -> None:
    """Each job has a row with its time."""
    rows = jobs(tmp_path, 3, 1)
    assert 5 == len(rows)
    assert all(row.seconds > 0 for row in rows)
