"""Fixtures of indexes."""

import pytest

from dedup import Index


@pytest.fixture
def path(tmp_path):
    """A path for an index."""
    return tmp_path / "news.dedup"


@pytest.fixture
def index(path):
    """An empty index that never reviews itself."""
    with Index.open(path, reviews=0) as opened:
        yield opened
