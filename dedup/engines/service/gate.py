"""The gate before all requests: who may ask, and whether the service still answers."""

import hmac
import ipaddress
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from dedup.engines.service.replies import RETRY, refuse
from dedup.engines.service.service import Service

_FREE: Final = "/health"
"""The path that asks for no token and always answers."""


class Gate:
    """Passes requests on that have the token. Without a token those from this machine pass, except those of web pages.

    Args:
        app: what requests are passed on to.
        service: the service.
        token: the token that each request needs; empty for none.
    """

    def __init__(self, app: ASGIApp, service: Service, token: str) -> None:
        self._app, self._service = app, service
        self._expected = f"Bearer {token}".encode() if token else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] == "http" and scope["path"] != _FREE:
            if error := self._refusal(scope):
                await refuse(send, *error)
                return
            if self._service.draining:
                await refuse(send, 503, "the service ends: ask again when it has started again", RETRY)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Returns the status and the reason why a request may not pass, or None."""
        headers = dict(scope["headers"])
        if self._expected:
            if hmac.compare_digest(headers.get(b"authorization", b""), self._expected):
                return None
            return 401, "the request needs the token of the service: send the header 'Authorization: Bearer TOKEN'"
        if scope.get("client") and not is_loopback(scope["client"][0]):
            return 403, "without a token the service answers this machine alone: start it with a token"
        if b"origin" in headers or not _is_own_name(headers.get(b"host", b""), scope):
            return 403, "without a token the service answers no web page: start it with a token"
        return None


def is_loopback(host: str) -> bool:
    """Returns whether an address or a name is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_own_name(host: bytes, scope: Scope) -> bool:
    """Returns whether a request asks for this machine by its own name. Any name will do at a socket of the system."""
    name = host.decode("latin-1")
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    return not scope.get("client") or is_loopback(name)
