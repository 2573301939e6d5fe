"""A small collection, an index of it, and the command in an empty folder."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.cli import main
from tests.helpers.harbour_news import Dedup
from tests.helpers.index_command import json_row, prose, run_index


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder with an article, its copy, and another article."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(prose(1) + " " + prose(2, 30))
    (folder / "b.jsonl").write_text(json_row("news/b.row", prose(1)) + json_row("c", prose(3)))
    return folder


@pytest.fixture
def news_index(news: Path, tmp_path: Path) -> Path:
    """An index of the articles of ``news``."""
    path = tmp_path / "news.dedup"
    run_index("add", path, news)
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dedup:
    """``dedup`` in an empty folder. Its exit code is the first argument."""
    monkeypatch.chdir(tmp_path)

    def run(code: int, *arguments: str) -> Result:
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert (code, arguments) == (result.exit_code, arguments), result.stderr
        return result

    return run
