"""``dedup index add`` as a process of its own: in a pipe, on a terminal, and interrupted."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dedup
from tests.helpers.index_command import json_row, prose

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def piped(tmp_path: Path) -> Any:
    """``dedup index add`` as a process of its own, with a pipe as its input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dedup", "index", "add", str(tmp_path / "index"), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell in the background takes it away
    )
    yield process
    process.kill()
    process.communicate()


def put(process: Any, line: str) -> None:
    """Write a line to the input of a process."""
    process.stdin.write(line.encode())
    process.stdin.flush()


def test_in_a_pipe(piped: Any) -> None:
    """A decision is printed before the next row comes, and the command ends after the last row."""
    stories = []
    for number, seed in enumerate((1, 2, 1, 2)):
        put(piped, json_row(f"d{number}", prose(seed)))
        stories.append(json.loads(piped.stdout.readline())["story"])
    assert ["s1", "s2", "s1", "s2"] == stories
    put(piped, "nonsense\n")
    assert b"Skipped -:5: is not JSON" in piped.stderr.readline()
    assert (b"", b"4 documents, 2 of them copies, 0 known before\n") == piped.communicate(timeout=60)
    assert 3 == piped.returncode


def test_interrupt(piped: Any, tmp_path: Path) -> None:
    """Ctrl-C ends the command with 130, and the index keeps the printed decisions."""
    put(piped, json_row("a", prose(1)))
    piped.stdout.readline()
    put(piped, json_row("b", prose(2))[:50])
    piped.send_signal(signal.SIGINT)
    assert 130 == piped.wait(60)
    assert b"Interrupted.\n" == piped.stderr.read()
    with dedup.Index.open(tmp_path / "index") as index:
        assert (["a"], []) == ([story.id for story in index.stories()], index.check())


def test_events_are_followed(news_index: Path) -> None:
    """With ``--follow`` events are printed as they come, until Ctrl-C ends the command."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dedup", "index", "events", str(news_index), "--since", "2", "--follow"],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert 3 == json.loads(process.stdout.readline())["number"]
    with dedup.Index.open(news_index) as index:
        index.add({"id": "later", "text": prose(12)})
    assert "later" == json.loads(process.stdout.readline())["document"]
    process.send_signal(signal.SIGINT)
    assert 130 == process.wait(60)
    process.stdout.close()


def test_closed_output(piped: Any) -> None:
    """If the reader of the decisions closes the pipe, the command ends with a message and adds no more."""
    piped.stdout.close()
    put(piped, json_row("a", prose(1)))
    assert b"Error: standard output: its reader has gone, so what came after was not added\n" == piped.stderr.read()
    assert 2 == piped.wait(60)
    piped.stdout = None


def test_progress_on_a_terminal(news: Path, tmp_path: Path) -> None:
    """On a terminal standard error shows a bar and the skips above it, and the decisions are unchanged."""
    (news / "d.jsonl").write_text("nonsense\n")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dedup", "index", "add", str(tmp_path / "index"), str(news)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # Linux says EIO where others say end of file
            break
        if not data:
            break
        shown += data
    results, _ = process.communicate(timeout=60)
    os.close(ours)
    assert (3, 3) == (process.returncode, len(results.splitlines()))
    assert [] == [word for word in (b"Reading", b"Skipped ", b"is not JSON", b"3 documents") if word not in shown]
    assert b"\x1b" not in results
