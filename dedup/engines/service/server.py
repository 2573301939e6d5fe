"""The server process of `dedup index serve`: one socket, one index, until a signal ends it in order."""

import asyncio
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn

from dedup.engines.online.index import Index
from dedup.engines.service.app import make_app
from dedup.engines.service.gate import is_loopback
from dedup.engines.service.service import QUEUE, Service
from dedup.errors import InputError

_PRIVATE: Final = 0o177
"""The mode bits that a socket file does not get: only its owner may use it."""

_END: Final = 30
"""Seconds that requests may take to end after the signal."""

_KEEP_ALIVE: Final = 75
"""Seconds for which a connection without a request stays open. Clients end such a connection earlier."""

_BACKLOG: Final = 2048


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """Where a service listens: the path of a ``socket``, or else a ``host`` and a ``port`` (0 for any free one)."""

    socket: str = ""
    host: str = "127.0.0.1"
    port: int = 0


class _Server(uvicorn.Server):
    """A server that leaves the signals alone, and says when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(
    index: Index,
    listener: socket.socket,
    *,
    token: str = "",
    queue: int = QUEUE,
    fields: Mapping[str, str] | None = None,
    on_ready: Callable[[str], object] = lambda address: None,
) -> None:
    """Serves an index until SIGTERM or SIGINT. Documents that wait then are added and answered.

    Args:
        index: the index, open to write.
        listener: a socket of `listen`.
        token: the token that each request needs; empty for none.
        queue: the most documents that wait.
        fields: our names of fields -> the keys of lines that hold them, in a line that has the key.
        on_ready: is called with the address for `dedup.connect` when the service answers.

    Raises:
        DedupError: the index cannot be written any more.
    """
    asyncio.run(_serve(listener, token, partial(Service, index, queue, fields), on_ready))


async def _serve(
    listener: socket.socket,
    token: str,
    make_service: Callable[[Callable[[], object]], Service],
    on_ready: Callable[[str], object],
) -> None:
    """Serves an index at a socket that listens."""
    service = make_service(lambda: end())
    config = uvicorn.Config(
        make_app(service, token),
        lifespan="off",
        loop="asyncio",
        http="h11",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_END,
    )
    server = _Server(config, lambda: on_ready(_url(listener)))

    def end() -> None:
        server.force_exit = server.should_exit  # a second signal does not wait for requests
        server.should_exit = True
        service.drain()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    work = asyncio.create_task(service.run())
    await server.serve([listener])
    service.drain()
    await work
    if service.failure:
        raise service.failure


@contextmanager
def listen(address: ServiceAddress, token: str = "") -> Iterator[socket.socket]:
    """Opens the socket of an address. The file of a socket is removed in the end.

    A service listens before it opens its index, so that an address in use leaves no new index behind.

    Args:
        address: where to listen.
        token: the token that each request needs; empty for none.

    Raises:
        InputError: the address cannot be used, or other machines can reach it and there is no token.
    """
    if not address.socket and not token and not is_loopback(address.host):
        raise InputError(f"host {address.host} can be reached from other machines: give --token-file, or 127.0.0.1")
    if not address.socket:
        with _bind(socket.AF_INET6 if ":" in address.host else socket.AF_INET, (address.host, address.port)) as bound:
            yield bound
        return
    path = Path(address.socket)
    _remove_stale(path)
    before = os.umask(_PRIVATE)
    try:
        bound = _bind(socket.AF_UNIX, str(path))
    finally:
        os.umask(before)
    with bound:
        try:
            yield bound
        finally:
            path.unlink(missing_ok=True)


def _bind(family: int, place: str | tuple[str, int]) -> socket.socket:
    """Returns a socket that listens at a place."""
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        bound.close()
        shown = place if isinstance(place, str) else f"{place[0]}:{place[1]}"
        raise InputError(f"{shown}: the service cannot listen there ({error}): give another place") from error
    return bound


def _remove_stale(path: Path) -> None:
    """Removes the file of a socket at which no process listens. A service that was killed leaves one."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise InputError(f"{path} is a file and no socket: give another path")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{path}: the socket cannot be used ({error}): give another path") from error
        else:
            raise InputError(f"{path}: another service listens there: end it first, or give another path")


def _url(listener: socket.socket) -> str:
    """Returns the address of a socket for clients."""
    place = listener.getsockname()
    if isinstance(place, str):
        return f"unix://{Path(place).absolute()}"
    return f"http://[{place[0]}]:{place[1]}" if ":" in place[0] else f"http://{place[0]}:{place[1]}"
