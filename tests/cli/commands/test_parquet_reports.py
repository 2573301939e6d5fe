"""Reports as Parquet: ``cluster`` and ``index stories`` write them, ``eval`` and ``apply`` read them."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import dedup
from dedup.parquet_schema import COMPLETE_FILE, FACTS_FILE
from tests.helpers.harbour_news import OTHER, TEXT, Dedup
from tests.helpers.parquet_folders import split_report


@pytest.fixture
def news(run: Dedup) -> Dedup:
    """A feed of three rows, of which one is a copy and one is no document, and three pages, of which one is a copy."""
    rows = [{"id": "a", "text": TEXT * 3}, {"id": "b", "text": TEXT * 3}, {"id": "c"}, {"id": "d", "text": OTHER * 3}]
    Path("feed.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    Path("pages").mkdir()
    for name, text in (("one", TEXT), ("two", TEXT), ("three", OTHER)):
        Path(f"pages/{name}.txt").write_text(text * 3)
    return run


@pytest.fixture(params=["file", "folder"])
def report(request: pytest.FixtureRequest, news: Dedup) -> Callable[[str], str]:
    """A function that writes the report of an input as Parquet, a file or a folder of parts, and returns its path."""

    def write(path: str) -> str:
        code = 3 if path == "feed.jsonl" else 0
        news(code, "cluster", path, "--output", "stories.parquet", "--singletons", "--workers", "1")
        return "stories.parquet" if request.param == "file" else str(split_report(Path("stories.parquet"), Path("out")))

    return write


def test_report(news: Dedup, report: Callable[[str], str]) -> None:
    """The report has what the command told: stories, skipped inputs, and inputs."""
    loaded = dedup.load(report("feed.jsonl"))
    assert (("feed.jsonl",), 3, 1) == (loaded.inputs, loaded.documents, loaded.copies)
    assert [("feed.jsonl", 3)] == [(skip.path, skip.line) for skip in loaded.skipped]
    assert (["b"], ["a", "d"], ("a", "b", "d")) == (loaded.drop_ids(), loaded.keep_ids(), loaded.ids)


def test_singletons_are_listed_on_demand(news: Dedup) -> None:
    """Without --singletons the file has the stories alone, and the counts of all documents."""
    news(0, "cluster", "pages", "--output", "stories.parquet")
    loaded = dedup.load("stories.parquet")
    assert (3, 1, ()) == (loaded.documents, len(loaded.stories), loaded.singletons)


def test_eval(news: Dedup, report: Callable[[str], str]) -> None:
    """The scores are those of the report, and nothing is clustered again."""
    Path("truth.jsonl").write_text("".join(f'{{"id": "{id}", "cluster": "{id > "b"}"}}\n' for id in ("a", "b", "d")))
    path = report("feed.jsonl")
    Path("feed.jsonl").unlink()
    scores = json.loads(news(3, "eval", path, "--truth", "truth.jsonl", "--format", "json").stdout)
    assert (1.0, 3, ["feed.jsonl"]) == (scores["clusters"]["f1"], scores["documents"], scores["inputs"])
    assert "is a report" in news(2, "eval", path, "--truth", "truth.jsonl", "--workers", "1").stderr


def test_apply_to_rows(news: Dedup, report: Callable[[str], str]) -> None:
    """Rows that are no copies are written, and the row that is no document stays."""
    news(0, "apply", report("feed.jsonl"), "--rows-to", "clean.jsonl")
    assert ["a", "c", "d"] == [json.loads(line)["id"] for line in Path("clean.jsonl").read_text().splitlines()]


def test_apply_to_files(news: Dedup, report: Callable[[str], str]) -> None:
    """Files that are no copies are copied, also if the report lies among the inputs."""
    path = report("pages")
    Path(path).rename(f"pages/{path}")
    news(0, "apply", f"pages/{path}", "--copy-to", "clean")
    assert ["one.txt", "three.txt"] == sorted(file.name for file in Path("clean").iterdir())


def test_apply_of_rows_without_ids(news: Dedup, report: Callable[[str], str]) -> None:
    """Rows that are named by their numbers are refused if their file changed after the report was written."""
    Path("feed.jsonl").write_text(
        "".join(f'{{"text": "{text * 3}"}}\n' for text in (TEXT, OTHER, TEXT)) + '{"id": 1}\n'
    )
    path = report("feed.jsonl")
    news(0, "apply", path, "--rows-to", "clean.jsonl")
    assert 3 == len(Path("clean.jsonl").read_text().splitlines())
    os.utime(f"{path}/{COMPLETE_FILE}" if Path(path).is_dir() else path, (1, 1))
    assert "changed after the report was written" in news(2, "apply", path, "--rows-to", "more.jsonl").stderr


def test_a_folder_that_is_not_complete(news: Dedup) -> None:
    """``eval`` and ``apply`` refuse a folder of a job that was cut short, and ``apply`` a folder that is no report."""
    news(0, "cluster", "pages", "--output", "stories.parquet")
    folder = split_report(Path("stories.parquet"), Path("out"))
    (folder / COMPLETE_FILE).unlink()
    Path("truth.jsonl").write_text('{"id": "a", "cluster": "x"}\n')
    for arguments in (("eval", "out", "--truth", "truth.jsonl"), ("apply", "out", "--copy-to", "clean")):
        assert "out: is not complete, for it has no _SUCCESS" in news(2, *arguments).stderr
    (folder / FACTS_FILE).unlink()
    assert "out: is a folder without _report.json" in news(2, "apply", "out", "--copy-to", "clean").stderr


@pytest.mark.parametrize("command", ["cluster", "index stories"])
def test_parquet_needs_a_file(news: Dedup, command: str) -> None:
    """Parquet is not written to standard output, which is told before any work."""
    told = news(2, *command.split(), "pages", "--format", "parquet").stderr
    assert "a report as parquet is no text: give its file, --output stories.parquet" in told


def test_without_the_library(news: Dedup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow the command says how to install it before any input is read."""
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    told = news(2, "cluster", "lost", "--output", "stories.parquet").stderr
    assert "pyarrow is not installed: run pip install 'news-dedup[parquet]'" in told
    assert "lost" not in told


def test_stories_of_an_index(news: Dedup) -> None:
    """The stories of an index are written as Parquet, with their names."""
    news(0, "index", "add", "news.dedup", "pages")
    news(0, "index", "stories", "news.dedup", "--output", "stories.parquet", "--singletons")
    (story, alone) = dedup.load("stories.parquet").stories
    assert (2, 1, "s") == (story.size, alone.size, story.story[0])
