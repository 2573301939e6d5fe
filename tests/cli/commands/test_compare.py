"""``dedup compare``: files, ids and lines; alone, among others, and in an index."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.cli import main

TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 2
OTHER = "A fox was seen in the old mill by the river, and the miller left the door open for it all night long. " * 2


def run(*arguments: str) -> Result:
    """The result of a command line."""
    return CliRunner().invoke(main, ["compare", *arguments])


def told(*arguments: str) -> tuple[str, str, bool, bool | None]:
    """The ids and the verdicts that a command line prints as JSON."""
    result = run(*arguments, "--format", "json")
    assert 0 == result.exit_code, result.stderr
    row = json.loads(result.stdout)
    return row["a"]["id"], row["b"]["id"], row["match"], row["same_story"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the working folder: pages in a folder, a page beside it, and a feed."""
    monkeypatch.chdir(tmp_path)
    Path("pages").mkdir()
    for name, text in (("a", TEXT), ("b", f"{TEXT}\nMore on page two."), ("c", OTHER)):
        Path("pages", f"{name}.txt").write_text(text, "utf-8")
    Path("d.txt").write_text(TEXT, "utf-8")
    rows = [{"id": "x", "text": TEXT}, {"text": OTHER}, {"id": "z", "text": TEXT}]
    Path("feed.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")


def test_files_alone() -> None:
    """Two files have their names as ids, and no story. The table says first that boilerplate is not known."""
    assert ("pages/a.txt", "pages/b.txt", True, None) == told("pages/a.txt", "pages/b.txt")
    assert run("pages/a.txt", "pages/c.txt").stdout.startswith("Boilerplate is not known")


def test_lines_of_a_file_alone() -> None:
    """A line has its own id, or the name of its place."""
    assert ("x", "z", True, None) == told("feed.jsonl:1", "feed.jsonl:3")
    assert ("feed.jsonl:2", "pages/c.txt", True, None) == told("feed.jsonl:2", "pages/c.txt")


def test_documents_among_others() -> None:
    """A file of the collection is that document, an id names it too, and another file joins the collection."""
    assert ("a.txt", "b.txt", True, True) == told("pages/a.txt", "b.txt", "--among", "pages")
    assert ("a.txt", "c.txt", False, False) == told("a.txt", "pages/c.txt", "--among", "pages")
    assert ("d.txt", "b.txt", True, True) == told("d.txt", "b.txt", "--among", "pages")
    among = ("--among", "pages", "--among", "feed.jsonl")
    assert ("feed.jsonl:2", "c.txt", True, True) == told("feed.jsonl:2", "c.txt", *among)
    assert ("x", "a.txt", True, True) == told("feed.jsonl:1", "pages/a.txt", *among)


def test_documents_of_an_index() -> None:
    """Ids and files of an index are compared by its stories."""
    CliRunner().invoke(main, ["index", "add", "news.dedup", "pages", "feed.jsonl"])
    assert ("pages/a.txt", "x", True, True) == told("pages/a.txt", "x", "--index", "news.dedup")
    assert ("pages/c.txt", "x", False, False) == told("pages/c.txt", "x", "--index", "news.dedup")


def test_two_versions_of_a_row() -> None:
    """Two documents of one id have the names that were typed."""
    Path("old.jsonl").write_text(json.dumps({"id": "x", "text": OTHER}), "utf-8")
    assert ("feed.jsonl:1", "old.jsonl:1", False, None) == told("feed.jsonl:1", "old.jsonl:1")


def test_inputs_that_are_not_read_are_told() -> None:
    """The comparison is printed, the input that was skipped is named, and the exit code is 3."""
    result = run("a.txt", "b.txt", "--among", "pages", "--among", "nowhere")
    assert (3, True, True) == (result.exit_code, "One story" in result.stdout, "nowhere" in result.stderr)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("a.txt", "pages/b.txt"), "a.txt is no file"),
        (("feed.jsonl", "d.txt"), "feed.jsonl has several documents"),
        (("feed.jsonl:9", "d.txt"), "feed.jsonl:9 is no line of JSON Lines"),
        (("no", "a.txt", "--among", "pages"), "no document with the id 'no'"),
        (("a.txt", "d.txt", "--among", "."), "id 'a.txt': give the whole id, as 'pages/a.txt'"),
        (("a.txt", "a.txt", "--among", "pages"), "'a.txt' is one document"),
        (("a.txt", "pages/c.txt", "--among", "nowhere"), "no document with the id 'a.txt'"),
        (("a.txt", "b.txt", "--among", "pages", "--index", "i"), "do not go together"),
    ],
)
def test_what_cannot_be_compared(arguments: tuple[str, ...], reason: str) -> None:
    """A wrong name is told with its reason, and the exit code is 2."""
    result = run(*arguments)
    assert (2, True) == (result.exit_code, reason in result.stderr)
    assert 4 == run("a", "b", "--index", "none.dedup").exit_code


@pytest.mark.parametrize("among", [(), ("--among", "pages")])
def test_pairs_of_a_person(among: tuple[str, ...]) -> None:
    """A pair of a file holds, and is told; a contradiction ends with 2, and so does a file beside an index."""
    names = ["a.txt", "b.txt", "c.txt"] if among else ["pages/a.txt", "pages/b.txt", "pages/c.txt"]
    pairs = [{"a": names[0], "b": names[1], "same": False}, {"a": names[2], "b": names[1], "same": True}]
    Path("pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)), "utf-8")
    assert (*names[:2], True, False) == told("pages/a.txt", "pages/b.txt", *among, "--pairs", "pairs.jsonl")
    assert (*names[1:], False, True) == told("pages/b.txt", "pages/c.txt", *among, "--pairs", "pairs.jsonl")
    assert "a person decided" in run("pages/c.txt", "pages/b.txt", *among, "--pairs", "pairs.jsonl").stdout
    wrong = {"a": names[0], "b": names[2], "same": True}
    Path("pairs.jsonl").write_text("\n".join(map(json.dumps, [*pairs, wrong])), "utf-8")
    refused = run("pages/a.txt", "pages/b.txt", *among, "--pairs", "pairs.jsonl")
    assert (2, True) == (refused.exit_code, "contradict each other" in refused.stderr)
    assert 2 == run("a", "b", "--index", "news.dedup", "--pairs", "pairs.jsonl").exit_code
