"""Boilerplate as a table and as JSON Lines."""

import io
import json
from typing import Any

import pytest

from dedup.report.boilerplate import SHOWN, summary, write
from dedup.types import Block, Boilerplate, Note, Skip, Source

LEGAL = "By continuing to browse you consent to our use of cookies and to those of our 112 partners."

GLOBE = Source(
    "globe.example",
    12,
    (
        Block("What's hot", True, "globe.example", 3, 12, 11),
        Block(LEGAL, True, "globe.example", 18, 9, 9, ruled=True),
        Block("The council met on Tuesday.", False, "globe.example", 5, 2, 1),
    ),
)
COURIER = Source("courier/1.txt", 2, (Block("Share", False, "courier/1.txt", 1, 2, 2),))

FOUND = Boilerplate(
    sources=(GLOBE, COURIER),
    documents=15,
    skipped=(Skip("feeds/a.jsonl", "not valid JSON; mend the line", 17),),
    notes=(Note("boilerplate", "1 ruling holds nowhere"),),
    inputs=("news",),
    settings={"k": 256},
    seconds=1.23456,
)

END = """\
15 documents, 2 blocks of boilerplate in 1 source; 2 others recur
Skipped 1 input:
  feeds/a.jsonl:17: not valid JSON; mend the line
1 note:
  boilerplate: 1 ruling holds nowhere
"""


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that writes boilerplate in a format, as version 1.0, at a given width."""

    def render(result: Boilerplate, format: str, columns: int = 80, **options: bool) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr("dedup.report.boilerplate.version", lambda: "1.0")
        stream = io.BytesIO()
        write(result, stream, format, **options)
        return stream.getvalue().decode()

    return render


def test_table(render: Any) -> None:
    """The table has the boilerplate of each source, cut to the width, and ends with the counts."""
    expected = """\
globe.example: 12 pages
  pages  stories  words  block (chrome)
     12       11      3  What's hot
      9        9     18  [ruled] By continuing to browse you consent to our use…

"""
    assert expected + END == render(FOUND, "table")


def test_table_with_retained_blocks(render: Any) -> None:
    """A recurring block that is no boilerplate stands after the boilerplate of its source, or alone."""
    expected = f"""\
globe.example: 12 pages
  pages  stories  words  block (chrome)
     12       11      3  What's hot
      9        9     18  [ruled] {LEGAL}
  pages  stories  words  block (kept)
      2        1      5  The council met on Tuesday.

courier/1.txt: 2 pages
  pages  stories  words  block (kept)
      2        2      1  Share

"""
    assert expected + END == render(FOUND, "table", columns=140, retained=True)


def test_many_blocks(render: Any) -> None:
    """The table shows the most frequent blocks of a source and counts the others, or shows all with ``all``."""
    blocks = tuple(Block(f"entry {number}", True, "a", 2, 900 - number, 9) for number in range(SHOWN + 5))
    result = Boilerplate((Source("a", 900, blocks),), 900)
    few, all = render(result, "table"), render(result, "table", all=True)
    assert ("  entry 19\n" in few, "  entry 20\n" in few) == (True, False)
    assert "\n                         and 5 more: --all\n" in few
    assert ("  entry 24\n" in all, "more" in all) == (True, False)


def test_blocks_cannot_act_on_the_terminal(render: Any) -> None:
    """Control characters and line ends in a block or a name are spelled out, and wide characters fit the width."""
    blocks = (Block("red \x1b[31m alert\nnow", True, "s", 3, 2, 2), Block("新聞" * 50, True, "s", 100, 2, 2))
    lines = render(Boilerplate((Source("s\x1b[2J\n", 2, blocks),), 2), "table").splitlines()
    assert "s\\x1b[2J\\n: 2 pages" == lines[0]
    assert "      2        2      3  red \\x1b[31m alert now" == lines[2]
    assert ("新聞" * 50)[:27] + "…" == lines[3].split()[-1]


def test_json_lines(render: Any) -> None:
    """JSON Lines are a header, a row for each block, and a footer."""
    header, *rows, footer = map(json.loads, render(FOUND, "jsonl").splitlines())
    expected = {"schema": "dedup.boilerplate/1", "type": "header", "version": "1.0"}
    assert expected | {"settings": {"k": 256}, "inputs": ["news"]} == header
    first = {"type": "block", "source": "globe.example", "pages": 12, "block": "What's hot", "on_pages": 12}
    assert first | {"stories": 11, "words": 3, "chrome": True, "ruled": False} == rows[0]
    assert [(12, True), (12, True), (12, False), (2, False)] == [(row["pages"], row["chrome"]) for row in rows]
    assert {
        "type": "footer",
        "documents": 15,
        "sources": 2,
        "blocks": 4,
        "left_out": 2,
        "skipped": [{"path": "feeds/a.jsonl", "line": 17, "reason": "not valid JSON; mend the line"}],
        "notes": [{"about": "boilerplate", "reason": "1 ruling holds nowhere"}],
        "seconds": 1.2346,
        "complete": True,
    } == footer


def test_nothing_found(render: Any) -> None:
    """Without blocks the table is the counts, and the JSON Lines are a header and a footer."""
    nothing = Boilerplate((), 0)
    assert ["0 documents, 0 blocks of boilerplate in 0 sources; 0 others recur"] == list(summary(nothing))
    assert 1 == render(nothing, "table").count("\n")
    assert ["header", "footer"] == [json.loads(line)["type"] for line in render(nothing, "jsonl").splitlines()]
