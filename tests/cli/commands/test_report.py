"""``dedup report``, and the pages that `cluster`, `compare` and `index stories` write."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.cli import main
from tests.helpers.report_page import ReportPage

TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 2
OTHER = "A fox was seen in the old mill by the river, and the miller left the door open for it all night long. " * 2


def run(*arguments: str, input: bytes | None = None) -> Result:
    """The result of a command line."""
    return CliRunner().invoke(main, arguments, input=input)


def page(path: str) -> ReportPage:
    """The page in a file."""
    return ReportPage(Path(path).read_bytes())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the working folder: three pages, and the rows of a run with reasons."""
    monkeypatch.chdir(tmp_path)
    Path("pages").mkdir()
    for name, text in (("a", TEXT), ("b", f"{TEXT}\nMore on page two."), ("c", OTHER)):
        Path("pages", f"{name}.txt").write_text(text, "utf-8")
    run("cluster", "pages", "--explain", "--singletons", "--output", "rows.jsonl")


def test_a_page_of_rows() -> None:
    """The page has the stories, the texts and the comparison of the rows."""
    assert 0 == run("report", "rows.jsonl", "--output", "report.html").exit_code
    made = page("report.html")
    assert ([2], 1, 2) == (made.list["size"], len(made.stories()[0]["compared"]), len(made.texts()))


def test_the_page_of_a_run_is_that_of_its_rows() -> None:
    """``cluster --output report.html`` writes the page that ``report`` makes of the rows of ``--explain``."""
    run("report", "rows.jsonl", "--output", "report.html")
    run("cluster", "pages", "--output", "cluster.html")
    made, direct = page("report.html"), page("cluster.html")
    assert (made.parts, made.list) == (direct.parts, direct.list)
    assert run("cluster", "pages", "--format", "html").stdout_bytes == Path("cluster.html").read_bytes()


def test_rows_from_a_pipe() -> None:
    """Rows may come by standard input, or by a named pipe: the page is the same."""
    run("report", "rows.jsonl", "--output", "report.html")
    run("report", "-", "--output", "stdin.html", input=Path("rows.jsonl").read_bytes())
    assert Path("report.html").read_bytes() == Path("stdin.html").read_bytes()


def test_rows_from_a_named_pipe() -> None:
    """A named pipe is read once, and gives the same page."""
    os.mkfifo("pipe")
    command = [sys.executable, "-m", "dedup", "report", "pipe", "--output", "pipe.html"]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    Path("pipe").write_bytes(Path("rows.jsonl").read_bytes())
    assert 0 == process.wait(60)
    run("report", "rows.jsonl", "--output", "report.html")
    assert Path("report.html").read_bytes() == Path("pipe.html").read_bytes()


def test_reports_of_other_formats() -> None:
    """Parquet and JSON give a page of the stories, without texts."""
    for name in ("rows.parquet", "rows.json"):
        run("cluster", "pages", "--output", name)
        assert 0 == run("report", name, "--output", "report.html").exit_code
        assert ([2], []) == (page("report.html").list["size"], page("report.html").texts())


def test_texts_limit() -> None:
    """``--texts-limit 0`` leaves all texts out, and the verdict stays."""
    run("report", "rows.jsonl", "--output", "report.html", "--texts-limit", "0")
    made = page("report.html")
    assert ([], True) == (made.texts(), made.stories()[0]["compared"][0]["match"])


@pytest.mark.parametrize(
    ("rows", "line"),
    [("no report\n", 1), ('{"type":"story"}\n', 1), (None, 1), ("", 1)],
    ids=["text", "row", "no file", "empty"],
)
def test_a_wrong_row_is_named_and_nothing_is_written(rows: str | None, line: int) -> None:
    """The message names file and line, the exit code is 3, and an older page stays as it is."""
    Path("report.html").write_text("old")
    if rows is not None:
        Path("wrong.jsonl").write_text(rows)
    result = run("report", "wrong.jsonl", "--output", "report.html")
    assert (3, "old") == (result.exit_code, Path("report.html").read_text())
    assert f"Error: wrong.jsonl:{line}: " in result.stderr
    assert "Traceback" not in result.output


def test_a_page_of_one_comparison() -> None:
    """``compare --output pair.html`` writes a page with one comparison and both texts, that of ``--format html``."""
    assert 0 == run("compare", "pages/a.txt", "pages/b.txt", "--output", "pair.html").exit_code
    made = page("pair.html")
    (comparison,) = made.parts["apart/0"]["compared"]
    assert (True, False, None) == (made.head["pair"], comparison["known"], comparison["same"])
    assert 2 == len(made.texts())
    printed = run("compare", "pages/a.txt", "pages/b.txt", "--format", "html").stdout_bytes
    assert printed == Path("pair.html").read_bytes()


def test_no_input_is_replaced() -> None:
    """The report, the two articles, and the articles among which they are compared, stay as they are."""
    for arguments in (
        ("report", "rows.jsonl", "--output", "rows.jsonl"),
        ("compare", "pages/a.txt", "pages/b.txt", "--output", "pages/b.txt"),
        ("compare", "a.txt", "b.txt", "--among", "pages", "--output", "pages/c.txt"),
    ):
        before = Path(arguments[-1]).read_bytes()
        assert (2, before) == (run(*arguments).exit_code, Path(arguments[-1]).read_bytes())


def test_a_comparison_goes_to_a_file() -> None:
    """The suffix of ``--output`` picks the format of a comparison, and an unknown suffix is refused."""
    run("compare", "a.txt", "b.txt", "--among", "pages", "--output", "pair.json")
    assert "a.txt" == json.loads(Path("pair.json").read_text())["a"]["id"]
    run("compare", "a.txt", "b.txt", "--among", "pages", "--output", "pair.txt")
    assert Path("pair.txt").read_text().startswith("One story: ")
    result = run("compare", "a.txt", "b.txt", "--among", "pages", "--output", "pair.csv")
    assert (2, True) == (result.exit_code, "give .txt, .json, .html" in result.stderr)


def test_a_page_of_an_index() -> None:
    """``index stories --format html`` writes the stories of an index."""
    run("index", "add", "news.dedup", "pages")
    assert 0 == run("index", "stories", "news.dedup", "--output", "index.html").exit_code
    assert [2] == page("index.html").list["size"]
