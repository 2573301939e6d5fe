"""Dialects of CSV: texts full of other delimiters do not mislead."""

import csv
import io
import random

import pytest

from dedup.formats.syntax.dialects import sniff_dialect, split_hint

WORDS = [
    "storm",
    "council",
    "vote;",
    "bridge,",
    "river;",
    "train,",
    "“mayor”",
    "it's",
    "said:",
    "|",
    "now",
    "10,5",
    "A;B",
]
HEADERS = [["id", "text"], ["text"], ["id", "title", "text", "date"], ["URL", "Date", "Article body"]]


def write(header: list[str], delimiter: str, quoting: int, seed: int) -> str:
    """CSV with rows of prose."""
    rng = random.Random(seed)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting)
    writer.writerow(header)
    writer.writerows([" ".join(rng.choices(WORDS, k=rng.randrange(1, 40))) for _ in header] for _ in range(12))
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("header", HEADERS)
def test_prose_does_not_mislead(header, delimiter, quoting):
    """The delimiter and the number of columns are right for prose full of commas and semicolons."""
    for seed in range(20):
        dialect = sniff_dialect(write(header, delimiter, quoting, seed).splitlines(keepends=True))
        assert len(header) == max(dialect.width, 1)
        assert len(header) == 1 or delimiter == dialect.delimiter


def test_one_torn_quote_does_not_change_the_dialect():
    """A torn quote is no sign of another quote."""
    lines = ["id,text\n", "1,'Tis so\n", '2,"torn\n', "3,three\n"]
    assert '"' == sniff_dialect(lines).quote


@pytest.mark.parametrize(
    ("lines", "hint"), [(["sep=;\r\n", "a;b\n"], ";"), (["a;b\n"], ""), ([], ""), (["sep=\n"], "")]
)
def test_the_hint_of_a_spreadsheet_is_taken(lines, hint):
    """A first line like sep=; gives the delimiter, and is no row."""
    before = len(lines)
    assert hint == split_hint(lines)
    assert before - bool(hint) == len(lines)
