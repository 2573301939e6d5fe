"""Text of strangers on a terminal and in a spreadsheet: nothing of it acts."""

import csv
import io
import json

import pytest

from dedup.json_rows import encode
from tests.helpers.limited import SENTENCE, run_limited

EVIL = "\x1b]0;owned\x07\x1b[31m\u202e\x9b"
MARKS = "\x7f\x80\x9b\x9f\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"


@pytest.mark.parametrize("arguments", [["cluster", "--config"], ["cluster", "--output"], ["eval", "--truth"]])
@pytest.mark.parametrize("name", [EVIL, f"{EVIL}.toml", f"{EVIL}/x.jsonl", f"a\nError: {EVIL}"])
def test_messages_spell_out_names(tmp_path, arguments, name):
    """An error is one line that names the file, without a character that a terminal obeys."""
    done = run_limited(arguments[0], "a", arguments[1], tmp_path / name)
    assert done.code == 2
    assert not [mark for mark in "\x1b\x07\u202e\x9b" if mark in done.err]
    assert "\\x1b]0;owned" in done.err
    assert len([line for line in done.err.splitlines() if line.startswith("Error:")]) == 1


@pytest.mark.parametrize("arguments", [["index", "info", EVIL], [EVIL], ["cluster", f"--{EVIL}"]])
def test_usage_errors_spell_out_arguments(arguments):
    """What is typed comes back in an error without a character that a terminal obeys."""
    done = run_limited(*arguments)
    assert done.code in {2, 4}
    assert not [mark for mark in "\x1b\x07\u202e\x9b" if mark in done.err]


@pytest.mark.parametrize("format", ["jsonl", "json", "table", "github"])
def test_reports_have_no_marks(tmp_path, format):
    """Ids and titles of strangers come without the marks that a terminal obeys, in each format that shows text."""
    rows = [{"id": f"{name}{MARKS}", "title": MARKS, "text": SENTENCE} for name in "ab"]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    members = ["--members"] if format == "table" else []
    done = run_limited("cluster", tmp_path / "rows.jsonl", "--format", format, *members)
    assert (0, []) == (done.code, [mark for mark in MARKS if mark in done.out])


def test_json_gives_the_same_text():
    """An escape of JSON is the character itself for each reader of JSON."""
    row = {"id": f"a{MARKS}\ud800é漢"}
    assert {"id": f"a{MARKS}\\ud800é漢"} == json.loads(encode(row))


TITLES = [
    "=1+1",
    "a;=1+1;b",
    "a\t=1+1\tb",
    "a;@SUM(1);b",
    "a;+1+1;b",
    'a";=1+1;"b',
    "a;\t=1+1",
    "a; =1+1",
    "a\r=1+1",
    "-2+3",
    'a;"=1',
]


def test_no_cell_is_a_formula(tmp_path):
    """No cell of the CSV begins like a formula, whichever sign a spreadsheet takes to separate cells."""
    rows = [{"id": f"r{place}", "title": title, "text": SENTENCE} for place, title in enumerate(TITLES)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run_limited("cluster", tmp_path / "rows.jsonl", "--format", "csv")
    cells = {
        cell.strip()
        for separator in ",;\t|"
        for row in csv.reader(io.StringIO(done.out, newline=""), delimiter=separator)
        for cell in row
    }
    assert (0, set()) == (done.code, {cell for cell in cells if cell[:1] in tuple("=+@-＝＋－＠")})
