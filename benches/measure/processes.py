"""A command and all of its processes, watched from outside: how long it takes, what it costs, what it holds at most.

Linux only. Memory is looked at many times a second in ``/proc``; what a process holds for less than that is missed, and
so ``bound`` is told besides, the sum of the peaks of all processes, which may not have been at the same time.
"""

import contextlib
import os
import stat
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["Held", "Watched", "family", "held", "watch"]

PAUSE: Final = 0.05
"""Seconds between two looks."""

_KB: Final = 1024


class Held(NamedTuple):
    """Bytes held by some processes: ``anonymous`` memory, ``files`` mapped from disk (libraries are counted for each
    process that maps them), and ``disk``, the temporary files without a name that they have open."""

    anonymous: int = 0
    files: int = 0
    disk: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """``seconds`` of wall time, ``cpu`` seconds of all processes, and the most that was held of each kind; ``memory``
    is the most anonymous and file memory at one time. ``error`` is what was written to standard error."""

    seconds: float
    cpu: float
    memory: int
    anonymous: int
    files: int
    disk: int
    bound: int
    processes: int
    code: int
    error: str


def watch(command: Sequence[str], environment: dict[str, str] | None = None, cwd: Path | None = None) -> Watched:
    """Run ``command`` to its end; its standard output is thrown away. ``environment`` is added to that of this process.
    An exit code other than 0 is for the caller to judge."""
    looks: list[Held] = []
    peaks: dict[int, int] = {}
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
        cwd=cwd,
    )
    if process.stderr is None:
        raise ValueError("the process was started without pipes")
    os.set_blocking(process.stderr.fileno(), False)
    error = b""
    try:
        while True:
            found, status, used = os.wait4(process.pid, os.WNOHANG)
            if found:
                break
            looks.append(held(process.pid, peaks))
            error += process.stderr.read() or b""
            time.sleep(PAUSE)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        error += process.stderr.read() or b""
    finally:
        if process.returncode is None:
            process.kill()
        process.wait()
        process.stderr.close()
    looks = looks or [Held()]
    return Watched(
        seconds=seconds,
        cpu=used.ru_utime + used.ru_stime,
        memory=max(look.anonymous + look.files for look in looks),
        anonymous=max(look.anonymous for look in looks),
        files=max(look.files for look in looks),
        disk=max(look.disk for look in looks),
        bound=sum(peaks.values()),
        processes=len(peaks),
        code=process.returncode,
        error=error.decode("utf-8", "replace"),
    )


def family(pid: int) -> list[int]:
    """A process and all that it and its children have started, as far as they still are."""
    parents: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                rest = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
                parents.setdefault(int(rest[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def held(pid: int, peaks: dict[int, int] | None = None) -> Held:
    """What a process and its children hold now; the peak of each goes to ``peaks``, if those are wanted."""
    anonymous = files = 0
    for one in family(pid):
        with contextlib.suppress(OSError, KeyError):  # it has ended
            status = _status(one)
            anonymous += status["RssAnon"] + status["RssShmem"]
            files += status["RssFile"]
            if peaks is not None:
                peaks[one] = max(peaks.get(one, 0), status["VmHWM"])
    return Held(anonymous, files, _unnamed(pid))


def _status(pid: int) -> dict[str, int]:
    """The sizes in the status of a process, in bytes."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: int(size.split()[0]) * _KB for name, _, size in (row.partition(":") for row in rows) if " kB" in size}


def _unnamed(pid: int) -> int:
    """The bytes on disk of the files without a name that a process has open."""
    total = 0
    with contextlib.suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found = os.stat(entry.path)  # noqa: PTH116  the file, not the link that Path would resolve
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    total += found.st_blocks * 512
    return total
