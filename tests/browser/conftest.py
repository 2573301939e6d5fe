"""The report of ``corpus/``, written once, and one tab of Chromium for each process of the tests."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from filelock import FileLock
from measure.browser import launch

from dedup.cli import main

ROOT = Path(__file__).resolve().parents[2]


class WrittenReport(NamedTuple):
    """Rows of JSON Lines, and the page that they give."""

    rows: Path
    page: Path


def dedup(*arguments: str | Path) -> None:
    """Run ``dedup``."""
    result = CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def as_page(rows: Path, *options: str) -> WrittenReport:
    """The page of rows."""
    page = rows.with_suffix(".html")
    dedup("report", rows, "--output", page, *options)
    return WrittenReport(rows, page)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A Chromium for all tests of a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(chromium: Any) -> Iterator[Any]:
    """A tab for all tests of a process: a new one takes half a second of a processor."""
    from tests.helpers.report_view import View

    view = View(chromium)
    yield view
    view.close()


@pytest.fixture
def show(tab: Any) -> Callable[..., Any]:
    """Open a report in the tab."""

    def show(report: WrittenReport, address: str = "#/", **look: Any) -> Any:
        tab.open(report.page, address, **look)
        return tab

    return show


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> WrittenReport:
    """The report of ``corpus/``, with comparisons and with documents alone: made once for all processes."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    rows = folder / "corpus.jsonl"
    with FileLock(folder / "corpus.lock"):
        if not rows.with_suffix(".html").exists():
            dedup("cluster", ROOT / "corpus" / "pages", "--explain", "--singletons", "--output", rows)
            as_page(rows)
    return WrittenReport(rows, rows.with_suffix(".html"))


@pytest.fixture(scope="session")
def report_of_rows(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., WrittenReport]:
    """Write the report of rows."""

    def report_of_rows(rows: Iterable[dict[str, Any]], *options: str) -> WrittenReport:
        path = tmp_path_factory.mktemp("report") / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return as_page(path, *options)

    return report_of_rows


@pytest.fixture(scope="session")
def report_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., WrittenReport]:
    """Cluster documents, and write the report."""

    def report_of(
        documents: Iterable[dict[str, str]], *options: str, cluster: tuple[str, ...] = ("--explain", "--singletons")
    ) -> WrittenReport:
        folder = tmp_path_factory.mktemp("report")
        feed, rows = folder / "feed.jsonl", folder / "rows.jsonl"
        feed.write_text("".join(json.dumps(document) + "\n" for document in documents), "utf-8")
        dedup("cluster", feed, *cluster, "--output", rows)
        return as_page(rows, *options)

    return report_of


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., WrittenReport]:
    """Compare two documents, and write the page."""

    def compared(*documents: dict[str, str]) -> WrittenReport:
        folder = tmp_path_factory.mktemp("pair")
        for document in documents:
            (folder / document["id"]).write_text(document["text"], "utf-8")
        page = folder / "pair.html"
        dedup("compare", *(folder / document["id"] for document in documents), "--output", page)
        return WrittenReport(folder, page)

    return compared
