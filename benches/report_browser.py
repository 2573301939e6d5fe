"""A report of 10^5 documents in Chromium: `python benches/report_browser.py`, with the extra `browser`.

The rows are those of `synthetic/stories.py`, 10^4 stories and documents alone, without texts. A round opens the page
in a new tab, and types a search; the least of the rounds counts. `page` is the processor time of the thread that runs
the script, lays out and paints; `wall` is the time that a reader waits, which means something on a quiet machine only.
The bars are 2 s for the first view and .1 s for a search.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from measure import options
from measure.browser import DrawingTime, launch
from synthetic.stories import report_rows

from dedup.cli import main as dedup

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["Drawn", "drawn", "write_report"]

STORIES: Final = 10_000
ROUNDS: Final = 5
WORDS: Final = ("example", "the ta", "html", "0-1")

_DRAWN: Final = "() => document.body.dataset.drawn"
_GO: Final = """address => new Promise(resolve => {
    const begin = performance.now();
    new MutationObserver(() => document.body.dataset.drawn && resolve(performance.now() - begin)).observe(
        document.body, {attributes: true, attributeFilter: ["data-drawn"]});
    delete document.body.dataset.drawn;
    location.hash = address;
})"""
_SEARCH: Final = """word => new Promise(resolve => {
    const begin = performance.now(), box = document.getElementById("q");
    box.value = word;
    box.dispatchEvent(new Event("input"));
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begin)));
})"""


class Drawn(NamedTuple):
    """Seconds until something is drawn: of the thread of the page, and on the clock."""

    what: str
    page: float
    wall: float


def write_report(rows: Iterable[dict[str, Any]], folder: Path) -> Path:
    """Return the HTML report of rows, in a folder."""
    stories, page = folder / "stories.jsonl", folder / "report.html"
    with stories.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    dedup(["report", str(stories), "--output", str(page)], standalone_mode=False)
    return page


def drawn(browser: Browser, report: Path) -> list[Drawn]:
    """One round: the first view, the list of stories, and the slowest of some searches."""
    page = browser.new_page()
    thread = DrawingTime(page)
    page.goto(report.as_uri())
    page.wait_for_function(_DRAWN)
    results = [Drawn("first view", thread.seconds(), float(page.evaluate(_DRAWN)) / 1000)]
    steps = [("stories", _GO, "#/stories"), *((f"search {word!r}", _SEARCH, word) for word in WORDS)]
    for what, script, argument in steps:
        before = thread.seconds()
        wall = page.evaluate(script, argument) / 1000
        results.append(Drawn(what, thread.seconds() - before, wall))
    page.close()
    first, stories, *searches = results
    return [first, stories, max(searches, key=lambda search: search.page)._replace(what="slowest search")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    from playwright.sync_api import sync_playwright

    given = options.parser(__doc__, folder=False)
    given.add_argument("--stories", type=int, default=STORIES)
    given.add_argument("--rounds", type=int, default=ROUNDS)
    wishes = given.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = write_report(report_rows(wishes.stories), Path(folder))
        print(f"{report.stat().st_size:,} bytes")
        browser = launch(playwright)
        rounds = [drawn(browser, report) for _ in range(wishes.rounds)]
        browser.close()
    best = [
        Drawn(same[0].what, min(each.page for each in same), min(each.wall for each in same))
        for same in zip(*rounds, strict=True)
    ]
    for row in best:
        print(f"{row.what:24} {row.page:6.3f} s page {row.wall:6.3f} s wall")
    options.save(wishes.json, best)
    return 0


if __name__ == "__main__":
    sys.exit(main())
