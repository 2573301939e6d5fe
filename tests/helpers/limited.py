"""The command in a process of its own, with limits on time and memory, for input that means harm."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

SENTENCE = "the harbour ferry was delayed by fog on monday morning and two hundred passengers waited at the pier"


class Outcome(NamedTuple):
    """What a command gave: its exit code, None if it hung, and what it wrote."""

    code: int | None
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def run_limited(
    *arguments: object,
    seconds: int = 30,
    megabytes: int = 1_500,
    before: Callable[[], object] | None = None,
    env: Mapping[str, str] | None = None,
    program: str = "from dedup.cli import main; main(prog_name='dedup')",
    **options: Any,
) -> Outcome:
    """Run the command.

    Args:
        arguments: the arguments of the command.
        seconds: the most seconds of processor time; three times as many by the clock.
        megabytes: the most address space.
        before: runs in the process before the command.
        env: further variables of the environment.
        program: the program of Python.
        options: arguments of `subprocess.run`.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if before is not None:
            before()

    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200", **(env or {})}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    started = subprocess.Popen(
        [sys.executable, "-P", "-c", program, *map(str, arguments)], env=environment, preexec_fn=limit, **streams
    )
    try:
        out, err = started.communicate(timeout=3 * seconds)
    except subprocess.TimeoutExpired:
        started.kill()
        out, err = started.communicate()
        started.returncode = None
    return Outcome(started.returncode, _text(out), _text(err))


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "surrogateescape")


def index_of(folder: Path, *texts: str) -> Path:
    """Make an index of texts below a folder, and return its path."""
    import dedup

    path = folder / "i"
    with dedup.Index.open(path) as index:
        index.add_many([dedup.Document(text, id=f"d{place}") for place, text in enumerate(texts)])
    return path
