"""The small report in every format, byte for byte, against the files in ``golden``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dedup.results import Report

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "format", "columns"),
    [
        ("report.jsonl", "jsonl", 80),
        ("report.json", "json", 80),
        ("report.csv", "csv", 80),
        ("table-60.txt", "table", 60),
        ("table-80.txt", "table", 80),
        ("table-120.txt", "table", 120),
    ],
)
def test_golden(report: Report, render: Callable[..., bytes], name: str, format: str, columns: int) -> None:
    """Each format writes the small report with its singletons exactly as its golden file has it."""
    expected = (GOLDEN / name).read_bytes()
    assert expected == render(report, format, singletons=True, columns=columns)
