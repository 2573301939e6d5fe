"""Fixtures of services."""

from collections.abc import Iterator

import pytest

from tests.helpers.service_process import ServiceProcess


@pytest.fixture
def path(tmp_path):
    """A path for an index."""
    return tmp_path / "news.dedup"


@pytest.fixture
def service(path) -> Iterator[ServiceProcess]:
    """A service of an empty index."""
    with ServiceProcess(path) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Iterator[ServiceProcess]:
    """A service that the tests of a module share. Each test has its own documents."""
    with ServiceProcess(tmp_path_factory.mktemp("shared") / "news.dedup") as running:
        yield running
