"""``dedup cluster`` as a job of several processes: a dead process, and Ctrl-C."""

import fcntl
import json
import os
import pty
import random
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]

INTERRUPTED = """
import os, pathlib, signal, sys
from dedup.cli import main, progress
report = progress.Bars.on_progress
def on_progress(self, stage, done, total):
    if (stage, bool(done)) == ({stage!r}, {midst!r}):
        me = os.getpid()
        print(pathlib.Path(f"/proc/{{me}}/task/{{me}}/children").read_text(), file=sys.stderr, flush=True)
        os.killpg(0, signal.SIGINT)
    report(self, stage, done, total)
progress.Bars.on_progress = on_progress
main(prog_name="dedup")
"""


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 12 MB of JSON Lines, which are six chunks: work for several processes."""
    chosen = random.Random(1)
    words = ["".join(chosen.choices("bcdfglmnprst", k=3)) + "a" for _ in range(5_000)]
    path = tmp_path_factory.mktemp("feed") / "feed.jsonl"
    rows = ({"id": f"d{number}", "text": " ".join(chosen.choices(words, k=800))} for number in range(3_000))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def started(tmp_path: Path) -> Callable[..., "subprocess.Popen[bytes]"]:
    """A function that starts Python with ``dedup`` and a folder for its temporary files."""
    (tmp_path / "temporary").mkdir()

    def start(*arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "temporary"), "TERM": "xterm"}
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": tmp_path, "env": environment}
        return subprocess.Popen([sys.executable, *arguments], **{**piped, **options})

    return start


def workers(process: int, count: int) -> list[int]:
    """The children of a process, as soon as there are ``count`` children."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        if len(children) >= count:
            return [int(child) for child in children]
        time.sleep(0.01)
    raise TimeoutError("no process was started")


def gone(process: int) -> bool:
    """Whether a process ends within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        status = Path(f"/proc/{process}/stat")
        if not status.exists() or ") Z " in status.read_text():
            return True
        time.sleep(0.01)
    return False


def hears_interrupts() -> None:
    """Let the child hear Ctrl-C, which a shell takes from tests that run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_process_that_is_killed(started: Any, feed: Path, tmp_path: Path) -> None:
    """A run with a killed process ends with 5, names the task, and leaves no results, file or process."""
    process = started("-m", "dedup", "cluster", str(feed), "--workers", "2", "--output", "stories.jsonl")
    mine = workers(process.pid, 2)
    os.kill(mine[0], signal.SIGKILL)
    results, errors = process.communicate(timeout=60)
    assert (5, b"") == (process.returncode, results)
    assert re.search(rb"Error: a process was killed by signal 9 while (reading|counting lines of) ", errors)
    assert b"Traceback" not in errors
    assert [True, True] == [gone(worker) for worker in mine]
    assert [tmp_path / "temporary"] == list(tmp_path.rglob("*"))


def test_a_process_that_fails(command: Any) -> None:
    """An error of a process is its message and exit code 5, without a hint on usage."""
    from dedup.errors import WorkError

    command.error = WorkError("a process failed while reading a.txt")
    result = command("cluster", "news")
    assert (5, "", "Error: a process failed while reading a.txt\n") == (result.exit_code, result.stdout, result.stderr)


@pytest.mark.parametrize(
    ("stage", "midst"),
    [
        ("reading", False),
        ("reading", True),
        ("boilerplate", False),
        ("signatures", True),
        ("candidates", False),
        ("verifying", False),
        ("stories", False),
    ],
)
def test_interrupt_of_a_group(started: Any, feed: Path, tmp_path: Path, stage: str, midst: bool) -> None:
    """Ctrl-C to the group of processes ends a run in any stage with 130 and a message, and leaves nothing behind."""
    script = INTERRUPTED.format(stage=stage, midst=midst)
    process = started(
        *("-c", script, "cluster", str(feed), "--workers", "2", "--output", "stories.jsonl"),
        start_new_session=True,
        preexec_fn=hears_interrupts,
    )
    results, errors = process.communicate(timeout=120)
    children, *messages = errors.decode().splitlines()
    assert (130, b"", ["Interrupted."]) == (process.returncode, results, messages)
    assert {True} >= {gone(int(worker)) for worker in children.split()}
    assert [tmp_path / "temporary"] == list(tmp_path.rglob("*"))


def _on_a_terminal() -> None:
    hears_interrupts()
    fcntl.ioctl(2, termios.TIOCSCTTY, 0)


def test_interrupt_on_a_terminal(started: Any, feed: Path, tmp_path: Path) -> None:
    """Ctrl-C on a terminal with bars does the same, and removes the bars."""
    ours, theirs = pty.openpty()
    process = started(
        *("-m", "dedup", "cluster", str(feed), "--workers", "2"),
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_on_a_terminal,
    )
    os.close(theirs)
    mine, shown = workers(process.pid, 2), b""
    while b"Reading" not in shown:
        shown += os.read(ours, 65536)
    os.write(ours, b"\x03")
    while data := _read(ours):
        shown += data
    results, _ = process.communicate(timeout=60)
    os.close(ours)
    assert (130, b"") == (process.returncode, results)
    assert shown.endswith(b"Interrupted.\r\n")
    assert b"Traceback" not in shown
    assert [True, True] == [gone(worker) for worker in mine]
    assert [tmp_path / "temporary"] == list(tmp_path.rglob("*"))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO where others say end of file
        return b""
