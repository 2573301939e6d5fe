"""The difference between two reports as a table, as JSON and as a summary of GitHub."""

import io
import json

import pytest

from dedup.cli.commands import difference as command
from dedup.engines.difference import compare_reports
from dedup.report.difference import FORMATS, write
from dedup.results import Report
from dedup.types import Member, Story


def report(*stories, alone=(), unlisted=0, **facts):
    """A report of stories of these ids."""
    several = tuple(Story(Member(ids[0]), tuple(map(Member, ids[1:]))) for ids in stories)
    documents = sum(map(len, stories)) + len(alone) + unlisted
    return Report(several, tuple(map(Member, alone)), documents, **facts)


OLD = report(["a", "b", "c"], ["d", "e"], alone=["f", "g\x1b[31m"], settings={"k": 64}, thresholds="x")
NEW = report(["b", "a"], ["d", "g\x1b[31m", "h"], unlisted=2, settings={"k": 128}, thresholds="y")


def render(format, old=OLD, new=NEW, limit=20):
    """The text of a difference."""
    stream = io.BytesIO()
    write(compare_reports(old, new), ("old.jsonl", "new.jsonl"), stream, format, limit)
    return stream.getvalue().decode()


def test_the_table():
    """The table names each change under its kind, and ends with counts. Nothing in it acts on a terminal."""
    expected = """\
other numbers decided: the reports are of two versions of dedup
setting k: 64 -> 128
new.jsonl leaves out 2 documents without copies: what it does not list counts as alone

1 story has another canonical document
  b (2 documents), before a

3 documents have moved
  g\\x1b[31m: alone -> d
  c: a -> alone
  e: d -> alone

1 document is added to a story
  h, d (3 documents)

                     old         new
documents              7           7
stories                2           2
copies                 3           3
0 stories are the same; 5 changes
"""
    assert expected == render("table")


def test_stories_in_the_table():
    """Stories that are created, gone, merged or split off have their size, and the stories that they come from."""
    old, new = (
        report(["a", "b"], ["c", "d"], ["e", "f", "g", "h"], ["i", "j"], alone=["k", "l"]),
        report(["a", "b", "c", "d"], ["e", "f"], ["g", "h"], ["k", "l"], alone=["i", "j"]),
    )
    lines = render("table", old, new).splitlines()
    assert ["1 story is created", "  k (2 documents)", ""] == lines[:3]
    assert ["1 story is gone", "  i (2 documents)", ""] == lines[3:6]
    assert ["1 story has merged", "  a (4 documents), from a, c", ""] == lines[6:9]
    assert ["1 story has split off", "  g (2 documents), from e", ""] == lines[9:12]


def test_the_table_is_cut():
    """The table shows some changes of a kind and counts the others, or shows all."""
    assert "  g\\x1b[31m: alone -> d\n  and 2 more (--limit 0 shows all)\n" in render("table", limit=1)
    assert render("table") == render("table", limit=0)


def test_json_has_all():
    """JSON has each change, and what differs between the reports."""
    row = json.loads(render("json", limit=1))
    assert 5 == len(row["changes"])
    assert {"kind": "moved", "story": "", "size": 1, "document": "c", "sources": ["a"]} in row["changes"]
    assert [{"name": "k", "old": 64, "new": 128}] == row["settings"]
    assert (False, 2) == (row["same_rule"], row["new"]["unlisted"])


def test_a_summary_of_github_has_no_markup_of_documents():
    """The summary of GitHub is Markdown, and an id is no markup in it."""
    old, new = report(["<b>", "x"]), report(["<b>", "x", "y|z"])
    text = render("github", old, new)
    assert text.startswith("### Difference of stories\n\n| | old | new |\n")
    assert "- y\\|z\\, \\<b\\> \\(3 documents\\)\n" in text


def test_the_command_knows_all_formats():
    """The formats of the command are those of the writers."""
    assert list(FORMATS) == list(command.FORMATS)


@pytest.mark.parametrize("format", FORMATS)
def test_equal_reports(format):
    """A difference of equal reports is written too."""
    assert render(format, OLD, OLD)
