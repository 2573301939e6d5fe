"""``dedup`` as a process of its own: start, terminals, pipes and signals."""

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dedup.cli.interrupt import interruptible

Spawn = Callable[..., "subprocess.Popen[bytes]"]

ROOT = Path(__file__).resolve().parents[2]

LARGE = """
members = tuple(Member(f"document-{number}.txt", "exact") for number in range(20_000))
return Report((Story(members[0], members[1:]),), (), len(members))
"""

WITH_PROGRESS = """
from dedup.cli.progress import progress
with progress(1 << 20) as bars:
    bars.on_bytes(1 << 20)
    for stage in ("reading", "signatures", "candidates", "verifying", "stories"):
        bars.on_progress(stage, 1, 2)
        bars.on_progress(stage, 3, 0)
return Report((Story(Member("a"), (Member("b", "exact"),)),), (), 2)
"""

WAITS = """
import time
print("ready", file=sys.stderr, flush=True)
time.sleep(60)
"""


def read_all(descriptor: int) -> bytes:
    """All bytes from a terminal until the other side closes."""
    shown = b""
    while True:
        try:
            data = os.read(descriptor, 65536)
        except OSError:  # Linux says EIO where others say end of file
            return shown
        if not data:
            return shown
        shown += data


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["cluster", "--help"], ["cluster"], ["index"], ["index", "add", "--help"]],
    ids=" ".join,
)
def test_quick_start(arguments: list[str]) -> None:
    """Help, the version and usage errors load neither numpy, scipy, trafilatura, lxml, pyarrow nor rich."""
    script = f"""
import atexit, sys
heavy = ("numpy", "scipy", "trafilatura", "lxml", "pyarrow", "rich")
atexit.register(lambda: print(*[name for name in heavy if name in sys.modules], file=sys.stderr))
sys.path.insert(0, {str(ROOT)!r})
sys.argv = ["dedup", *{arguments!r}]
from dedup.cli import main
main()
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "" == result.stderr.splitlines()[-1]


def test_python_m() -> None:
    """`python -m dedup` is the command ``dedup``, and its usage says so."""
    result = subprocess.run(
        [sys.executable, "-m", "dedup", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert result.stdout.startswith("Usage: dedup ")


def test_progress_on_a_terminal(spawn: Spawn) -> None:
    """On a terminal standard error shows each stage, and the results are unchanged."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    process = spawn(
        WITH_PROGRESS, "cluster", "news", "--format", "csv", stdout=subprocess.PIPE, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = read_all(ours).decode()
    results, _ = process.communicate(timeout=60)
    os.close(ours)
    assert [] == [
        stage for stage in ("Reading", "Signatures", "Candidates", "Verifying", "Stories") if stage not in shown
    ]
    assert b"\x1b" not in results
    assert 3 == len(results.splitlines())


def test_no_progress_off_a_terminal(spawn: Spawn) -> None:
    """Standard error in a pipe has the summary only, also if standard output is a terminal."""
    ours, theirs = pty.openpty()
    process = spawn(WITH_PROGRESS, "cluster", "news", "--format", "csv", stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    results = read_all(ours)
    _, errors = process.communicate(timeout=60)
    os.close(ours)
    assert b"2 documents are 1 article: 1 copy in 1 story, 0 alone.\n" == errors
    assert results.startswith(b"\xef\xbb\xbfstory,id,")


def test_table_on_a_terminal(spawn: Spawn) -> None:
    """The table has colour on a terminal, and none in a pipe."""
    environment = {**os.environ, "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    ours, theirs = pty.openpty()
    process = spawn(WITH_PROGRESS, "cluster", "news", stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    assert b"\x1b[" in read_all(ours)
    os.close(ours)
    assert 0 == process.wait(60)
    piped = spawn(WITH_PROGRESS, "cluster", "news", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    assert b"\x1b" not in piped.communicate(timeout=60)[0]


@pytest.mark.parametrize("format", ["table", "jsonl", "json", "csv"])
def test_reader_hangs_up(spawn: Spawn, format: str) -> None:
    """If the reader closes the pipe (| head), the run ends with 0 and without a message."""
    process = spawn(LARGE, "cluster", "news", "--format", format, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert 0 == process.wait(60)
    counts = "20,000 documents are 1 article: 19,999 copies in 1 story, 0 alone.\n"
    assert ("" if format == "table" else counts) == errors


def test_reader_of_both_hangs_up(spawn: Spawn) -> None:
    """If one pipe takes results and summary (2>&1 | head) and closes, the run ends with 0."""
    process = spawn(LARGE, "cluster", "news", "--format", "csv", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert 0 == process.wait(60)


def _hears_interrupts() -> None:
    """Let the child hear Ctrl-C, which a shell takes from tests that run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interrupt(spawn: Spawn, tmp_path: Path) -> None:
    """Ctrl-C ends a run with a short message, exit code 130, and no file."""
    process = spawn(
        WAITS,
        "cluster",
        "news",
        "--output",
        "stories.json",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        preexec_fn=_hears_interrupts,
    )
    assert process.stderr is not None
    assert b"ready\n" == process.stderr.readline()
    process.send_signal(signal.SIGINT)
    results, errors = process.communicate(timeout=60)
    assert (130, b"", b"Interrupted.\n") == (process.returncode, results, errors)
    assert [] == list(tmp_path.iterdir())


LONG_STEP = """
import hashlib
from dedup.cli.interrupt import interruptible
with interruptible():
    print("ready", file=sys.stderr, flush=True)
    hashlib.pbkdf2_hmac("sha256", b"one step of C that takes", b"an hour", 2**31 - 1)
"""


def test_interrupt_of_a_long_step(spawn: Spawn) -> None:
    """Ctrl-C ends a run also during a step in C that Python cannot leave."""
    process = spawn(LONG_STEP, "cluster", "news", stderr=subprocess.PIPE, preexec_fn=_hears_interrupts)
    assert process.stderr is not None
    assert b"ready\n" == process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (130, b"Interrupted.\n") == (process.returncode, errors)


@pytest.fixture
def interrupts() -> Iterator[None]:
    """The handler of interrupts of Python, which tests that run in the background lack."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_signals_after_a_run() -> None:
    """After a run signals are handled as before it, and no thread is left."""
    before = threading.active_count()
    with interruptible():
        assert before + 1 == threading.active_count()
    assert before == threading.active_count()
    assert -1 == signal.set_wakeup_fd(-1)
    with pytest.raises(KeyboardInterrupt), interruptible():
        signal.raise_signal(signal.SIGINT)


def test_interrupt_of_an_import(spawn: Spawn) -> None:
    """Ctrl-C while code is compiled and run, as by an import, ends with 130, not with the code of a kill."""
    process = spawn("exec('raise KeyboardInterrupt')", "cluster", "news", stderr=subprocess.PIPE)
    _, errors = process.communicate(timeout=60)
    assert (130, b"Interrupted.\n") == (process.returncode, errors)


@pytest.mark.parametrize("body", [LARGE, WITH_PROGRESS], ids=["large", "small"])
def test_full_standard_output(spawn: Spawn, body: str) -> None:
    """If standard output is full, the run ends with a message and exit code 2, without a traceback."""
    with Path("/dev/full").open("wb") as full:
        process = spawn(body, "cluster", "news", "--format", "json", stdout=full, stderr=subprocess.PIPE)
        _, errors = process.communicate(timeout=60)
    assert 2 == process.returncode
    assert b"Error: standard output: cannot write the results: No space left on device\n" == errors
