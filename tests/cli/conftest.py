"""``dedup`` without the library: a run returns the report of the test, in this process or in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dedup.cli import main
from dedup.cli.jobs import JobArguments
from dedup.results import Report
from dedup.settings import Settings
from dedup.types import Member, Ruling, Skip, Story

FOUND = Report(
    stories=(Story(Member("a.txt"), (Member("b.txt", "exact"),)),),
    singletons=(Member("c.txt"),),
    documents=3,
)

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from dedup.cli import main
from dedup.results import Report
from dedup.types import Member, Skip, Story
import dedup.cli.commands.cluster
def run(task):
{body}
dedup.cli.commands.cluster.run = run
main(prog_name="dedup")
"""


@dataclass
class Command:
    """``dedup`` that returns ``report`` and keeps its arguments in ``calls``, ``rulings`` and ``workers``."""

    report: Report = FOUND
    error: BaseException | None = None
    calls: list[tuple[tuple[str, ...], Mapping[str, str], Settings]] = field(default_factory=list)
    rulings: Sequence[Ruling] = ()
    workers: int | None = None

    def run(self, task: JobArguments) -> Report:
        """Stand in for the library."""
        self.calls.append((task.paths, task.fields, task.settings))
        self.rulings, self.workers = task.rulings, task.workers
        if self.error is not None:
            raise self.error
        return self.report

    def __call__(self, *arguments: str, **options: Any) -> Result:
        """Run ``dedup`` with ``arguments``, and raise an exception that is no exit code."""
        return CliRunner().invoke(main, arguments, catch_exceptions=False, **options)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """``dedup`` in this process, with a report of one story and one singleton."""
    command = Command()
    monkeypatch.setattr(import_module("dedup.cli.commands.cluster"), "run", command.run)
    return command


@pytest.fixture
def skipping(command: Command) -> Command:
    """``dedup`` with a report that skips two inputs."""
    skipped = (Skip("feed.jsonl", "not valid JSON", 7), Skip("lost", "there is no such file"))
    command.report = Report(FOUND.stories, FOUND.singletons, FOUND.documents, skipped)
    return command


@pytest.fixture
def spawn() -> Callable[..., "subprocess.Popen[bytes]"]:
    """A function that starts ``dedup`` as a process, with ``body`` in place of the library."""

    def spawn(body: str, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        indented = "\n".join(f"    {line}" for line in body.splitlines())
        script = SCRIPT.format(root=str(ROOT), body=indented)
        return subprocess.Popen([sys.executable, "-c", script, *arguments], **options)

    return spawn
