"""The log of the package: records under the names of its modules, and no handler but one that ignores them."""

import logging
from pathlib import Path
from typing import NamedTuple

import pytest

import dedup
from dedup.engines.pool.pool import Work, WorkerPool
from dedup.errors import WorkError
from dedup.formats import discover, read_all

PROSE = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four."


class WorkSetup(NamedTuple):
    """The setup of a worker without files."""

    number: int
    descriptors: tuple[int, ...] = ()


WORK = Work("raise SystemExit(7)", make_runner=id, name=lambda task: f"reading {task}")
"""The work of a worker that dies at once."""


def test_the_package_has_no_handler() -> None:
    """The logger of the package ignores records, until a program adds a handler."""
    assert [logging.NullHandler] == [type(handler) for handler in logging.getLogger("dedup").handlers]


def test_an_index_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Opening, a review and sealing are logged by the modules that do them, below the level of a warning."""
    caplog.set_level(logging.DEBUG, "dedup")
    with dedup.Index.open(tmp_path / "news.dedup") as index:
        index.add({"id": "a", "text": PROSE})
        index.review()
    names = {record.name for record in caplog.records}
    assert {"dedup.index.open_index", "dedup.engines.online.review", "dedup.index.state"} <= names
    assert logging.INFO >= max(record.levelno for record in caplog.records)


def test_skips_are_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each skipped input is logged."""
    caplog.set_level(logging.DEBUG, "dedup")
    (tmp_path / "feed.jsonl").write_text("nonsense\n")
    places = discover([tmp_path, tmp_path / "lost"], on_skip=id, on_note=id)
    assert [] == list(read_all(places, on_skip=id, on_note=id))
    skips = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert [f"skipped {tmp_path / 'lost'}", f"skipped {tmp_path / 'feed.jsonl'}, line 1"] == skips


def test_workers_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The start of each worker is logged, and so is its death with the task."""
    caplog.set_level(logging.DEBUG, "dedup")
    with WorkerPool([WorkSetup(0), WorkSetup(1)], WORK) as pool, pytest.raises(WorkError):
        list(pool.ask(["one"], str))
    starts = [record for record in caplog.records if record.levelno == logging.DEBUG]
    deaths = [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]
    assert (2, True) == (len(starts), deaths[0].endswith(" ended with exit code 7 while reading one"))
