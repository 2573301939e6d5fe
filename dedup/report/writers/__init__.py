"""The report formats: one file for each, with a function ``write``. `dedup.report.registry` lists them."""

from typing import NamedTuple


class Listing(NamedTuple):
    """The part of a report that is written.

    - ``singletons``: whether to write the documents without copies too, as stories of one
    - ``members``: whether a table has the documents of each story
    - ``limit``: the stories of a table, 0 for all. Without it a terminal shows 20, and a file has all.
    - ``next_steps``: the last lines of a table
    """

    singletons: bool = False
    members: bool = False
    limit: int | None = None
    next_steps: tuple[str, ...] = ()
