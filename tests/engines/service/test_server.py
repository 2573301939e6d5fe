"""The process of the service: who may ask, its socket, and its end."""

import asyncio
import json
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

import dedup
from dedup import Index, IndexProblem
from dedup.engines.service.app import make_app
from dedup.engines.service.service import Service
from tests.helpers.service_process import ROOT, Producer, ServiceProcess, line_of

TOKEN = "correct-horse"
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # httpx, of one that was refused


@pytest.fixture
def token_file(tmp_path) -> Path:
    """A file with a token."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


def refused(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A command of a service that does not start."""
    return subprocess.run(
        [sys.executable, "-m", "dedup", "index", "serve", str(path), *options],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def asked(path: Path, client: tuple[str, int] | None, token: str, url: str, **headers: str) -> int:
    """The status of a request for ``url`` from the address ``client``."""

    async def ask() -> int:
        with Index.open(path) as index:
            transport = httpx.ASGITransport(make_app(Service(index, 8), token), client=client)
            async with httpx.AsyncClient(transport=transport) as session:
                return (await session.get(url, headers=headers)).status_code

    return asyncio.run(ask())


def test_another_machine_needs_the_token(path):
    """A request from another address is refused without the token, whatever the service was started with."""
    away, url, headers = ("192.0.2.7", 4000), "http://192.0.2.1/events", {"Authorization": f"Bearer {TOKEN}"}
    assert (403, 401, 200) == (
        asked(path, away, "", url),
        asked(path, away, TOKEN, url),
        asked(path, away, TOKEN, url, **headers),
    )
    assert 401 == asked(path, away, TOKEN, url, Authorization=f"Bearer {TOKEN}x")
    assert 401 == asked(path, ("127.0.0.1", 4000), TOKEN, url)
    assert 200 == asked(path, away, TOKEN, "http://192.0.2.1/health")


def test_this_machine_needs_no_token(path):
    """Without a token, programs of this machine are answered and pages of a browser on it are not."""
    here = ("127.0.0.1", 4000)
    assert (
        200 == asked(path, here, "", "http://127.0.0.1:80/events") == asked(path, here, "", "http://localhost/events")
    )
    assert 200 == asked(path, ("::1", 4000), "", "http://[::1]:80/events")
    assert 403 == asked(path, here, "", "http://127.0.0.1/events", Origin="https://page.example")
    assert 403 == asked(path, here, "", "http://page.example/events")


def test_a_port_and_a_token(path, token_file, prose):
    """A service at a port answers clients that have its token."""
    with ServiceProcess(path, "--token-file", str(token_file), place=("--port", "0")) as service:
        assert service.url.startswith("http://127.0.0.1:")
        with service.connect(token=TOKEN) as remote:
            assert "s1" == remote.add({"id": "a", "text": prose(1)}).story
        for token in (None, "wrong"):
            with service.connect(token=token) as remote, pytest.raises(IndexProblem, match="needs the token"):
                remote.add({"id": "b", "text": prose(1)})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "give --socket PATH or --port N"),
        (("--socket", "s", "--port", "1"), "give --socket PATH or --port N"),
        (("--port", "0", "--host", "0.0.0.0"), "give --token-file"),
        (("--port", "0", "--host", "news.example"), "give --token-file"),
        (("--port", "0", "--token-file", "none"), "cannot be read"),
        (("--port", "0", "--token-file", str(ROOT / "dedup" / "py.typed")), "holds no token"),
        (("--socket", str(ROOT / "README.md")), "is a file and no socket"),
        (("--socket", "/none/dedup.sock"), "cannot listen there"),
    ],
)
def test_wrong_use(path, options, message):
    """A place that cannot be used, and one that others reach without a token, are refused with 2, before it listens."""
    done = refused(path, *options)
    assert (2, True) == (done.returncode, message in done.stderr), done.stderr


def test_the_socket_is_of_its_owner_alone(service):
    """The file of the socket has mode 0600, and goes with the service."""
    assert 0o600 == stat.S_IMODE(service.socket.stat().st_mode)
    assert (0, False) == (service.stop(), service.socket.exists())


def test_a_socket_that_was_left_is_replaced(path, service, prose):
    """A service takes the place of one that was killed."""
    service.kill()
    assert service.socket.exists()
    with ServiceProcess(path) as again, again.connect() as remote:
        assert "s1" == remote.add({"id": "a", "text": prose(1)}).story


def test_a_second_service_is_refused(path, service, tmp_path, prose):
    """A second service of one index ends with 4, one at a socket in use with 2, and the first goes on."""
    second = refused(path, "--socket", str(tmp_path / "second.sock"))
    assert (4, True) == (second.returncode, f"process {service.process.pid} writes to this index" in second.stderr)
    other = refused(tmp_path / "other.dedup", "--socket", str(service.socket))
    assert (2, True) == (other.returncode, "another service listens there" in other.stderr)
    assert not (tmp_path / "other.dedup").exists()
    with service.connect() as remote:
        assert "s1" == remote.add({"id": "a", "text": prose(1)}).story


def test_fields_of_other_names(path, prose):
    """A service reads fields from keys of other names, and our names from programs that have none of these keys."""
    with ServiceProcess(path, "--field", "text=story.words", "--field", "id=key") as service:
        row = {"key": "a", "story": {"words": prose(1)}, "text": "A teaser."}
        (decision,) = service.lines("POST", "/documents", json.dumps(row).encode())
        assert ("a", True) == (decision["id"], decision["is_new"])
        with service.connect() as remote:
            assert "a" == remote.add({"id": "b", "text": prose(1)}).duplicate_of
            assert "a" == remote.query({"text": prose(1)}).canonical


def test_the_signal_loses_nothing(path, prose):
    """After SIGTERM in the middle of producers and a follower the exit code is 0, and what was answered is what is
    stored."""
    followed: list[str] = []

    def lines(producer: int) -> Iterator[bytes]:
        for number in count():
            yield line_of(f"{producer} {number}", prose(number % 500))

    def follow(service: ServiceProcess) -> None:
        connection = service.open()
        connection.request("GET", "/events?follow=1")
        rows = [json.loads(line) for line in connection.getresponse() if line.strip()]
        connection.close()
        followed.extend(row["document"] for row in rows[:-1])
        assert 503 == rows[-1]["status"]  # the service has ended

    with ServiceProcess(path, "--queue", "128") as service:
        producers = [Producer(service, lines(number)) for number in range(4)]
        threads = [threading.Thread(target=follow, args=(service,)), *producers]
        for thread in threads:
            thread.start()
        while service.metric("dedup_commits_total") < 4:
            pass
        assert 0 == service.stop(), service.log
        for thread in threads:
            thread.join()
    answered = [row["id"] for producer in producers for row in producer.answers]
    with Index.open(path, mode="r") as index:
        stored = {event.document for event in index.events() if event.kind in ("created", "joined")}
    assert (stored, len(stored)) == (set(answered), len(answered))
    assert followed and stored >= set(followed)


def test_a_failed_commit_ends_the_service(path, prose):
    """If the disk is full the service ends with 4; what it answered is stored, and it goes on when there is room."""
    limit = 1 << 20
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        service = ServiceProcess(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    answered: list[str] = []
    with service:
        with service.connect(timeout=0.2) as remote, pytest.raises(IndexProblem):
            while True:
                number = len(answered)
                answered.append(remote.add({"id": f"d{number}", "text": prose(number, 600)}).id)
        assert answered and 4 == service.end(), service.log
    with ServiceProcess(path) as again, again.connect() as remote:
        assert all(
            decision.known
            for decision in remote.add_many({"id": id, "text": prose(int(id[1:]), 600)} for id in answered)
        )


def test_any_server_runs_the_application(path, tmp_path, prose, token_file):
    """A server of ASGI runs the application of the environment."""
    place = tmp_path / "any.sock"
    variables = {"DEDUP_INDEX": str(path), "DEDUP_QUEUE": "8", "DEDUP_TOKEN_FILE": str(token_file)}
    command = [sys.executable, "-m", "uvicorn", "dedup.engines.service.app:app", "--uds", str(place)]
    server = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)} | variables)
    try:
        with dedup.connect(f"unix://{place}", token=TOKEN) as remote:
            assert "s1" == remote.add({"id": "a", "text": prose(1)}).story
    finally:
        server.terminate()
        server.wait(60)
    with Index.open(path) as index:
        assert "a" in index
