"""JSON Lines and JSON: the schema ``dedup.report/1``, key by key."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from dedup.report.schema import header
from dedup.results import Report
from dedup.types import Member

Render = Callable[..., bytes]


def rows(text: bytes) -> list[dict[str, Any]]:
    """The rows of JSON Lines."""
    return [json.loads(line) for line in text.decode().splitlines()]


def test_row_order(report: Report, render: Render) -> None:
    """JSON Lines are a header, a row for each story, and a footer, in this order."""
    assert ["header", "story", "story", "footer"] == [row["type"] for row in rows(render(report, "jsonl"))]


def test_keys(report: Report, render: Render) -> None:
    """Each row has the keys of the schema, in the order of the schema."""
    header, story, _, footer = rows(render(report, "jsonl"))
    assert ["schema", "type", "version", "settings", "inputs", "thresholds"] == list(header)
    assert ["type", "story", "canonical", "size", "weakest", "members", "opening"] == list(story)
    measures = ["id", "relation", "containment", "resemblance"]
    member_keys = [*measures, "source", "published", "title", "path", "credit", "no_article"]
    assert [member_keys] * 3 == [list(member) for member in story["members"]]
    counts = ["type", "documents", "stories", "copies", "singletons"]
    assert [*counts, "skipped", "notes", "seconds", "complete", "no_articles"] == list(footer)
    assert [["path", "line", "reason"]] * 2 == [list(skip) for skip in footer["skipped"]]
    assert [["about", "reason"]] == [list(note) for note in footer["notes"]]


def test_counts_add_up(report: Report, render: Render) -> None:
    """Documents are stories plus copies plus singletons, also if singletons are not written."""
    for singletons in (False, True):
        footer = rows(render(report, "jsonl", singletons=singletons))[-1]
        assert (7, 2, 3, 2) == tuple(footer[key] for key in ("documents", "stories", "copies", "singletons"))
        assert footer["documents"] == footer["stories"] + footer["copies"] + footer["singletons"]
        assert 1 == footer["no_articles"]


def test_reasons(report: Report, render: Render) -> None:
    """A member says why its text is no article, and an article has an empty reason."""
    members = [member for row in rows(render(report, "jsonl", singletons=True))[1:-1] for member in row["members"]]
    expected = {member["id"]: "" for member in members} | {"wall.html": "a notice"}
    assert expected == {member["id"]: member["no_article"] for member in members}


def test_thresholds(report: Report) -> None:
    """The header has the hash of the numbers that decided."""
    assert "0123456789abcdef" == header(report).thresholds


def test_canonical_first(report: Report, render: Render) -> None:
    """The first member of a story is its canonical document, with the relation ``original``."""
    for row in rows(render(report, "jsonl", singletons=True))[1:-1]:
        assert (row["canonical"], "original") == (row["members"][0]["id"], row["members"][0]["relation"])
        assert row["size"] == len(row["members"])


def test_singletons_on_demand(report: Report, render: Render) -> None:
    """A document without copies is written as a story of one with ``singletons``, and only then."""
    assert b"tram.txt" not in render(report, "jsonl")
    row = rows(render(report, "jsonl", singletons=True))[3]
    assert ("tram.txt", 1, 1.0) == (row["story"], row["size"], row["weakest"])


def test_four_digits(report: Report, render: Render) -> None:
    """Measures and seconds are rounded to four digits."""
    _, story, _, footer = rows(render(report, "jsonl"))
    assert (0.9996, 0.9123) == (story["members"][1]["containment"], story["members"][1]["resemblance"])
    assert (0.6123, 1.2346) == (story["weakest"], footer["seconds"])


def test_times_have_a_zone(report: Report, render: Render) -> None:
    """A time without a zone is written as UTC, and an unknown time as null."""
    members = rows(render(report, "jsonl"))[1]["members"]
    expected = ["2024-03-01T09:30:00+00:00", "2024-03-01T09:30:00+00:00", None]
    assert expected == [member["published"] for member in members]


def test_unknown_text_is_empty(report: Report, render: Render) -> None:
    """An unknown title or source is an empty string, never null."""
    member = rows(render(report, "jsonl"))[1]["members"][2]
    assert ("", "") == (member["title"], member["source"])


def test_json_says_the_same(report: Report, render: Render) -> None:
    """The JSON object holds the keys of the header, the rows of the JSON Lines, and the keys of the footer."""
    header, *stories, footer = rows(render(report, "jsonl", singletons=True))
    del header["type"], footer["type"], footer["stories"]
    whole = json.loads(render(report, "json", singletons=True))
    assert {**header, "stories": stories, **footer} == whole
    assert [*header, "stories", *footer] == list(whole)


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_empty_report(render: Render, format: str) -> None:
    """A report without documents is valid and complete."""
    text = render(Report(stories=(), singletons=(), documents=0), format)
    last = json.loads(text) if format == "json" else rows(text)[-1]
    assert (0, True) == (last["documents"], last["complete"])


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_lone_surrogate(one_story: Callable[..., Report], render: Render, format: str) -> None:
    """A file name that is not UTF-8 is spelled out, so that a strict parser reads the report."""
    text = render(one_story(Member(id="caf\udce9.txt")), format)
    story = msgspec.json.decode(text)["stories"][0] if format == "json" else msgspec.json.decode(text.splitlines()[1])
    assert "caf\\udce9.txt" == story["canonical"]


def test_large_seed(render: Render) -> None:
    """The largest seed is written exactly."""
    report = Report(stories=(), singletons=(), documents=0, settings={"seed": 2**64 - 1})
    assert 2**64 - 1 == rows(render(report, "jsonl"))[0]["settings"]["seed"]
