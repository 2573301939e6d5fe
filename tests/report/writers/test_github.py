"""Commands of a GitHub workflow: no text of a page is a command or markup of its own."""

from collections.abc import Callable

from dedup.report.writers.github import summary
from dedup.results import Report
from dedup.types import Member, Skip, Story

Render = Callable[..., bytes]


def test_annotations(report: Report, render: Render) -> None:
    """Each skipped input is a warning with file and line, and each note and each copy is a notice."""
    lines = render(report, "github").decode().splitlines()
    assert "::warning title=Not read,file=feeds/a.jsonl,line=17::not valid JSON; mend the line" == lines[0]
    assert "::warning title=Not read,file=news/b.html.gz::truncated" == lines[1]
    assert "::notice title=frost-2.txt::its id was changed" == lines[2]
    assert 3 == sum(line.startswith("::notice title=Copy,file=news/") for line in lines)


def test_escapes(render: Render) -> None:
    """Line ends, percent signs, colons and commas of names do not end a property or begin a command."""
    evil = "a,line=1::b\n::error::x\r%0A\x1b[2J"
    report = Report((Story(Member("a"), (Member(evil, "exact", path=evil),)),), (), 2, (Skip(evil, evil),))
    lines = render(report, "github").decode().splitlines()
    assert 2 == len(lines)
    assert all("file=a%2Cline=1%3A%3Ab%0A%3A%3Aerror%3A%3Ax%0D%250A\\x1b[2J::" in line for line in lines)


def test_summary_is_markdown_without_foreign_markup() -> None:
    """The job summary counts, and has a row a story; a title is plain text in it."""
    title = "<img src=x> [link](javascript:x) | `code` *bold*\n# heading"
    report = Report((Story(Member("a", title=title), (Member("b", "exact"),)),), (), 2)
    lines = summary(report).decode().splitlines()
    (row,) = [line for line in lines if "img" in line]
    assert r"\<img src\=x\> \[link\]\(javascript\:x\) \| \`code\` \*bold\* \# heading" in row
    assert any("2 documents are 1 article\\: 1 copy in 1 story" in line for line in lines)


def test_summary_of_many_stories() -> None:
    """The job summary has fifty stories, and the number of the others."""
    stories = tuple(Story(Member(f"a{number}"), (Member(f"b{number}", "exact"),)) for number in range(60))
    lines = summary(Report(stories, (), 120)).decode().splitlines()
    assert (50, True) == (
        sum(line.startswith("|  | a") for line in lines),
        "10 more stories are in the report." in lines,
    )
