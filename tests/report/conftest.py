"""A small report with one thing of each kind, and a function that writes it."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest

from dedup.report import Listing, write
from dedup.results import Report
from dedup.types import Member, Note, Skip, Story

MARCH = datetime.datetime(2024, 3, 1, 9, 30, tzinfo=datetime.UTC)

LEDGER = Member(
    id="ledger/ferry.html",
    source="ledger.example",
    published=MARCH,
    title="Ferry operators cleared to merge",
    path="news/ledger/ferry.html",
)
COURIER = Member(
    id="courier/ferry.html",
    relation="reprint",
    containment=0.99961,
    resemblance=0.912345,
    source="courier.example",
    published=MARCH.replace(tzinfo=None),
    title="Ferry merger gets go-ahead",
    path="news/courier/ferry.html",
    credit="The Ledger",
)
HERALD = Member(
    id="herald/brief.txt", relation="excerpt", containment=0.29, resemblance=0.1, path="news/herald/brief.txt"
)
FROST = Member(id="frost-1.txt", path="news/frost-1.txt")
FROST_COPY = Member(id="frost-2.txt", relation="exact", path="news/frost-2.txt")
TRAM = Member(id="tram.txt", source="tram.example", path="news/tram.txt")
WALL = Member(id="wall.html", title="Log in", path="news/wall.html", no_article="a notice")

OPENING = "Frost closes the canal for the first time in nine years, and nobody can skate on it"

REPORT = Report(
    stories=(Story(LEDGER, (COURIER, HERALD), 0.612345), Story(FROST, (FROST_COPY,), opening=OPENING)),
    singletons=(TRAM, WALL),
    documents=7,
    skipped=(Skip("feeds/a.jsonl", "not valid JSON; mend the line", 17), Skip("news/b.html.gz", "truncated")),
    notes=(Note("frost-2.txt", "its id was changed"),),
    inputs=("news", "feeds"),
    settings={"shingle_size": 5, "recall": 0.99},
    seconds=1.23456,
    thresholds="0123456789abcdef",
)


@pytest.fixture
def report() -> Report:
    """A report with two stories, two singletons of which one is no article, two skipped inputs and a note."""
    return REPORT


@pytest.fixture
def one_story() -> Callable[..., Report]:
    """A function that makes a report of one story from its members."""

    def make(*members: Member) -> Report:
        return Report(stories=(Story(members[0], members[1:]),), singletons=(), documents=len(members))

    return make


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """A function that writes a report in a format, as version 1.0, at a given width."""

    def render(report: Report, format: str, *, columns: int = 80, **listing: Any) -> bytes:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr("dedup.report.schema.version", lambda: "1.0")
        stream = io.BytesIO()
        write(report, stream, format, Listing(**listing))
        return stream.getvalue()

    return render
