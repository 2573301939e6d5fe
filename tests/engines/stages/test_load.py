"""The number of processes of a job."""

import pytest

import dedup
from dedup.engines.stages.load import is_small
from dedup.formats.places import STDIN, Place

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("places", "small"),
    [
        ([Place("a", "a", "a", ".jsonl", "", 79 * MEGABYTE)], True),
        ([Place("a", "a", "a", ".jsonl", "", 40 * MEGABYTE)] * 2, False),
        ([Place("a", "a", "a", ".html", "", 19 * MEGABYTE)], True),
        ([Place("a", "a", "a", ".html", "", 20 * MEGABYTE)], False),
        ([Place("a", "a", "a", ".jsonl", ".gz", 20 * MEGABYTE)], False),
        ([Place("a", "a", "a", ".tar", "", 5 * MEGABYTE, ".html")], False),
        ([Place("a", "a", "a", ".txt", "", 9), STDIN], False),
        ([], False),
    ],
)
def test_small_jobs(places: list[Place], small: bool) -> None:
    """A job is small by its bytes and their kind: a page or a packed byte takes the time of several bytes of text."""
    assert small == is_small(places)


def test_a_small_job_has_one_process(tmp_path) -> None:
    """Hundreds of small files are read by one process, unless the caller asks for more."""
    for number in range(600):
        (tmp_path / f"{number}.txt").write_text(f"article {number}")
    assert 1 == dedup.cluster(dedup.read(tmp_path)).stats.workers
    assert 2 == dedup.cluster(dedup.read(tmp_path), workers=2).stats.workers
