"""``dedup cluster`` as a job of several processes: what it says of a dead one, and what Ctrl-C leaves behind."""

import fcntl
import json
import os
import pty
import random
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

INTERRUPTED = """
import os, pathlib, signal, sys
from dedup.cli import main, progress
told = progress.Bars.on_progress
def on_progress(self, stage, done, total):
    if (stage, bool(done)) == ({stage!r}, {midst!r}):
        me = os.getpid()
        print(pathlib.Path(f"/proc/{{me}}/task/{{me}}/children").read_text(), file=sys.stderr, flush=True)
        os.killpg(0, signal.SIGINT)
    told(self, stage, done, total)
progress.Bars.on_progress = on_progress
main(prog_name="dedup")
"""


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 12 MB of JSON Lines, which are six lots: work for several processes."""
    chosen = random.Random(1)
    words = ["".join(chosen.choices("bcdfglmnprst", k=3)) + "a" for _ in range(5_000)]
    path = tmp_path_factory.mktemp("feed") / "feed.jsonl"
    rows = ({"id": f"d{number}", "text": " ".join(chosen.choices(words, k=800))} for number in range(3_000))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def started(tmp_path: Path) -> Callable[..., "subprocess.Popen[bytes]"]:
    """A function that starts Python with ``dedup``, whose temporary files lie in a folder of their own."""
    (tmp_path / "temporary").mkdir()

    def start(*arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "temporary"), "TERM": "xterm"}
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": tmp_path, "env": environment}
        return subprocess.Popen([sys.executable, *arguments], **{**piped, **options})

    return start


def workers(process: int, count: int) -> list[int]:
    """The processes that a process has started, when there are so many."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        if len(found) >= count:
            return [int(number) for number in found]
        time.sleep(0.01)
    raise TimeoutError("no process was started")


def gone(process: int) -> bool:
    """Whether a process ends within a time that only a hang takes."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        status = Path(f"/proc/{process}/stat")
        if not status.exists() or ") Z " in status.read_text():
            return True
        time.sleep(0.01)
    return False


def hears_interrupts() -> None:
    """Undo what a shell does to a test run in the background: its children do not hear Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_process_that_is_killed(started: Any, feed: Path, tmp_path: Path) -> None:
    """A run of which a process is killed ends with 5, says what that was at, and leaves no results, file or process."""
    process = started("-m", "dedup", "cluster", str(feed), "--workers", "2", "--output", "stories.jsonl")
    mine = workers(process.pid, 2)
    os.kill(mine[0], signal.SIGKILL)
    results, errors = process.communicate(timeout=60)
    assert (5, b"") == (process.returncode, results)
    assert b"Error: a process was killed by signal 9 while reading " in errors
    assert b"Traceback" not in errors
    assert [True, True] == [gone(worker) for worker in mine]
    assert [tmp_path / "temporary"] == list(tmp_path.rglob("*"))


def test_a_process_that_fails(command: Any) -> None:
    """An error of a process is the message and exit code 5, without a word on usage."""
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
    """Ctrl-C, which all of a group hear, ends a run in any stage with 130 and a word, and leaves nothing behind."""
    script = INTERRUPTED.format(stage=stage, midst=midst)
    process = started(
        *("-c", script, "cluster", str(feed), "--workers", "2", "--output", "stories.jsonl"),
        start_new_session=True,
        preexec_fn=hears_interrupts,
    )
    results, errors = process.communicate(timeout=120)
    children, *said = errors.decode().splitlines()
    assert (130, b"", ["Interrupted."]) == (process.returncode, results, said)
    assert {True} >= {gone(int(worker)) for worker in children.split()}
    assert [tmp_path / "temporary"] == list(tmp_path.rglob("*"))


def _on_a_terminal() -> None:
    hears_interrupts()
    fcntl.ioctl(2, termios.TIOCSCTTY, 0)


def test_interrupt_on_a_terminal(started: Any, feed: Path, tmp_path: Path) -> None:
    """Ctrl-C typed at the bars does the same, and takes them off the screen."""
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
    while part := _read(ours):
        shown += part
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
