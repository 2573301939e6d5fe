"""HTML: one page that opens from disk, with the stories, the texts and the comparisons (`dedup.report.page`).

The page lists the documents without copies too. Comparisons and texts are there if the report has an explanation.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dedup.report.page import write_page
from dedup.report.writers import jsonl

if TYPE_CHECKING:
    from dedup.report.writers import Listing
    from dedup.results import Report


def write(report: Report, stream: BinaryIO, listing: Listing) -> None:
    """Write ``report`` to ``stream``. Its rows go to a temporary file first, so that memory holds one story at a time.

    Args:
        report: the report
        stream: a binary stream
        listing: makes no difference, because the page lists the documents without copies in any case
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.jsonl")
        with path.open("wb") as rows:
            jsonl.write(report, rows, listing._replace(singletons=True))
        write_page(str(path), stream)
