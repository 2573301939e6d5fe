"""A service in a process of its own, for tests."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import dedup
from dedup.engines.service.client import RemoteIndex

ROOT = Path(__file__).resolve().parents[2]


class ServiceProcess:
    """A process of ``dedup index serve`` at a socket, which ends with the block.

    ``url`` is its address for `dedup.connect`.
    """

    def __init__(self, folder: Path, *options: str, place: tuple[str, ...] = ()) -> None:
        self.socket = folder.with_suffix(".sock")
        command = [sys.executable, "-m", "dedup", "index", "serve", str(folder)]
        self.process = subprocess.Popen(
            [*command, *(place or ("--socket", str(self.socket))), *options],
            cwd=folder.parent,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = self.process.stderr.readline()
        self.url = self.log.rpartition(" at ")[2].strip()

    def __enter__(self) -> "ServiceProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def connect(self, timeout: float = 30.0, token: str | None = None) -> RemoteIndex:
        """A client of the service."""
        return dedup.connect(self.url, timeout=timeout, token=token)

    def kill(self) -> None:
        """End the process as a crash would."""
        self.process.kill()
        self.end()

    def stop(self) -> int:
        """Ask the process to end. Return its exit code."""
        self.process.terminate()
        return self.end()

    def end(self) -> int:
        """Wait for the end of the process. Return its exit code."""
        self.log += self.process.communicate(timeout=60)[1] or ""
        return self.process.returncode

    def open(self) -> http.client.HTTPConnection:
        """A connection, which its user closes."""
        connection = http.client.HTTPConnection("dedup")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(60)
        connection.sock.connect(str(self.socket))
        return connection

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """The status and the body of a response."""
        connection = self.open()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def lines(self, method: str, path: str, body: bytes | None = None) -> list[dict]:
        """The objects of a response that must be 200."""
        status, data = self.request(method, path, body)
        assert 200 == status, data
        return [json.loads(line) for line in data.splitlines() if line]

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        text = self.request("GET", "/metrics")[1].decode()
        return float(re.search(rf"^{name} (.+)$", text, re.MULTILINE)[1])


def line_of(id: str, text: str) -> bytes:
    """A document as a line of JSON."""
    return json.dumps({"id": id, "text": text}).encode() + b"\n"


class Producer(threading.Thread):
    """A client that sends lines in one request, until there are no more or the service ends.

    ``answers`` are the decisions so far.
    """

    def __init__(self, service: ServiceProcess, lines: Iterable[bytes]) -> None:
        super().__init__()
        self._service, self._lines = service, lines
        self.answers: list[dict] = []

    def run(self) -> None:
        """Send the lines, while another thread reads the answers."""
        connection = self._service.open()
        with suppress(OSError), connection.sock.makefile("rb") as stream:  # the service may end
            reader = threading.Thread(target=self._read, args=(stream,))
            reader.start()
            try:
                connection.putrequest("POST", "/documents")
                connection.putheader("Transfer-Encoding", "chunked")
                connection.endheaders()
                for line in self._lines:
                    connection.send(b"%x\r\n%s\r\n" % (len(line), line))
                connection.send(b"0\r\n\r\n")
            finally:
                reader.join()
        connection.close()

    def _read(self, stream: BinaryIO) -> None:
        with suppress(OSError):
            for line in stream:
                if line.startswith(b"{") and line.endswith(b"}\n") and "id" in (row := json.loads(line)):
                    self.answers.append(row)
                if line == b"0\r\n":
                    return
