"""The report as one page of HTML that opens from disk. `README.md` has the format of the file.

- `rows` reads rows of ``dedup.report/1``, and checks them.
- `choice` makes a first pass over the rows, and chooses the texts.
- `writer` makes the second pass, and writes.
- `stories` and `comparisons` make what a part of the file holds, and the list. `overview` makes the sums.
- `blocks` makes the bytes. ``page.html``, ``style`` and ``script`` are the page itself.
"""

from dedup.report.page.blocks import TEXTS_LIMIT
from dedup.report.page.writer import write_page, write_pair

__all__ = ["TEXTS_LIMIT", "write_page", "write_pair"]
