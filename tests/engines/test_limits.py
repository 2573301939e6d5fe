"""The limits of a job: how many workers fit into memory, and what is short before a job starts."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from dedup import Settings
from dedup.cli import main
from dedup.engines import limits
from dedup.engines.estimate import FIXED_BYTES, WORKER_BYTES, estimate
from dedup.formats import discover

GIGABYTE = 10**9


@pytest.fixture
def cost(tmp_path):
    """The estimate of a job of one document with four workers."""
    (tmp_path / "a.txt").write_text("A ferry sails.", "utf-8")
    return estimate(discover(tmp_path, on_skip=print, on_note=print), {}, Settings(), 4)


def command(*arguments):
    """Return the result of a command."""
    return CliRunner().invoke(main, ["cluster", *map(str, arguments)])


@pytest.mark.parametrize(("workers", "spare"), [(4, 4), (3, 3.5), (1, 1), (1, -5)])
def test_as_many_workers_run_as_fit(cost, workers, spare):
    """Fewer workers run if memory is short, and one at least."""
    documents = cost.memory - FIXED_BYTES - 4 * WORKER_BYTES
    assert limits.fitting_workers(cost, round(FIXED_BYTES + documents + spare * WORKER_BYTES)) == workers


def test_memory_that_is_short_is_told(cost):
    """A job that needs more memory than it may use is short of memory."""
    assert limits.find_shortage(cost, cost.memory) is None
    assert limits.find_shortage(cost, cost.memory - 1) == limits.Shortage(cost.memory, cost.memory - 1, None)


def test_a_disk_that_is_short_is_told(cost, tmp_path, monkeypatch):
    """A job that needs more temporary files than its disk holds is short of disk, also in a new folder."""
    monkeypatch.setattr(limits.shutil, "disk_usage", lambda _path: SimpleNamespace(free=GIGABYTE))
    large = replace_disk(cost, GIGABYTE + 1)
    assert limits.find_shortage(replace_disk(cost, GIGABYTE), cost.memory, tmp_path) is None
    assert limits.find_shortage(large, cost.memory, tmp_path / "new" / "run").folder == tmp_path / "new" / "run"
    assert limits.find_shortage(large, cost.memory).free == GIGABYTE


def replace_disk(cost, most_disk):
    """Return an estimate with other bytes of temporary files."""
    return cost._replace(most_disk=most_disk)


def test_the_limit_of_a_container_counts(tmp_path, monkeypatch):
    """A container's limit is the memory of a job in it. A container without a limit has that of the machine."""
    machine = limits.usable_memory()
    for text, expected in (("1000000", 1_000_000), ("max", None)):
        file = tmp_path / text
        file.write_text(f"{text}\n", "ascii")
        monkeypatch.setattr(limits, "_CGROUP", file)
        assert limits.usable_memory() == expected or (expected is None and limits.usable_memory() >= machine)
    monkeypatch.setattr(limits, "_CGROUP", Path("no such file"))
    assert limits.usable_memory() >= machine


def test_a_command_that_does_not_fit_is_refused(tmp_path):
    """A command with too little memory writes nothing, says what it needs and what to do, and exits with 2."""
    (tmp_path / "a.txt").write_text("A ferry sails.", "utf-8")
    output = tmp_path / "stories.jsonl"
    result = command(tmp_path / "a.txt", "--memory", "20M", "--output", output)
    assert result.exit_code == 2
    assert "may use 20.0 MB: allow more (--memory)" in result.stderr
    assert not output.exists()
    assert command(tmp_path / "a.txt", "--memory", "1.5GB", "--output", output).exit_code == 0


@pytest.mark.parametrize("typed", ["much", "-1G", "4 apples"])
def test_a_memory_that_is_no_size_is_wrong_use(tmp_path, typed):
    """A size without a number or with an unknown unit is wrong use."""
    result = command(tmp_path, "--memory", typed)
    assert result.exit_code == 2
    assert "is no size: give a number with a unit" in result.stderr
