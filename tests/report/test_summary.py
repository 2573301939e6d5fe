"""The lines of plain text on the results."""

from dedup.report import summary
from dedup.results import Report
from dedup.types import Skip


def test_summary_is_one_line_each() -> None:
    """A skipped input with a line end or an escape in its name is still one harmless line."""
    report = Report(stories=(), singletons=(), documents=1, skipped=(Skip("a\n\x1b[1mb", "two\nlines"),))
    expected = [
        "1 document is 1 article: 0 copies in 0 stories, 1 alone.",
        "Skipped 1 input:",
        "  a\\n\\x1b[1mb: two lines",
    ]
    assert expected == list(summary(report))
