"""A small collection, and an index of it."""

from pathlib import Path

import pytest

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
