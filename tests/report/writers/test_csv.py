"""CSV: the standard reader reads it back, and a spreadsheet runs nothing of it."""

import csv
import io
from collections.abc import Callable

import pytest

from dedup.results import Report
from dedup.types import Member

Render = Callable[..., bytes]


def read_back(text: bytes) -> list[dict[str, str]]:
    """The rows of a CSV text as mappings."""
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def test_columns(report: Report, render: Render) -> None:
    """The mark of UTF-8 comes first, the first row names the columns, and lines end as in RFC 4180."""
    expected = b"story,id,relation,containment,resemblance,size,source,published,title,path,credit,no_article\r\n"
    assert render(report, "csv").startswith(b"\xef\xbb\xbf" + expected)


def test_a_row_a_member(report: Report, render: Render) -> None:
    """Each member of each story has one row, with the id and size of its story."""
    rows = read_back(render(report, "csv", singletons=True))
    expected = [(story.id, member.id, str(story.size)) for story in report.stories for member in story.members]
    expected += [("tram.txt", "tram.txt", "1"), ("wall.html", "wall.html", "1")]
    assert expected == [(row["story"], row["id"], row["size"]) for row in rows]


def test_reasons(report: Report, render: Render) -> None:
    """A column says why a text is no article, and is empty for an article."""
    rows = read_back(render(report, "csv", singletons=True))
    assert [""] * 6 + ["a notice"] == [row["no_article"] for row in rows]


def test_parse_back(one_story: Callable[..., Report], render: Render) -> None:
    """Commas, quotes, line ends and other scripts survive the way out and back."""
    title = 'Mayor: "no, never"\nsays paper, çà 市長'
    (row,) = read_back(render(one_story(Member(id="a,b", title=title)), "csv"))
    assert ("a,b", title) == (row["id"], row["title"])


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        *((text, f"'{text}") for text in ("=1+1", "+cmd", "-2+3", "@SUM(A1)", "\uff1d1")),
        *((f"{end}=1", f"'{end}'=1") for end in "\t\r\n"),
        *(("a;=1", "a;'=1"), ("a\t +1", "a\t' +1"), ('a;"=1', "a;'\"=1")),
    ],
)
def test_formulas_are_defused(one_story: Callable[..., Report], render: Render, text: str, cell: str) -> None:
    """A text that a spreadsheet would run gets an apostrophe before it, in each text column, at each separator."""
    member = Member(id=text, title=text, source=text, path=text)
    (row,) = read_back(render(one_story(member), "csv"))
    assert {cell} == {row[column] for column in ("story", "id", "title", "source", "path")}


@pytest.mark.parametrize("text", ["-8123", "+4.5", "-0.5", "1=1", "a@b"])
def test_harmless_text_is_left_alone(one_story: Callable[..., Report], render: Render, text: str) -> None:
    """Plain numbers, and texts with a sign inside, are written unchanged."""
    (row,) = read_back(render(one_story(Member(id=text)), "csv"))
    assert text == row["id"]


def test_lone_surrogate_in_csv(one_story: Callable[..., Report], render: Render) -> None:
    """A file name that is not UTF-8 is spelled out."""
    assert b"caf\\udce9.txt" in render(one_story(Member(id="caf\udce9.txt")), "csv")
