"""Responses that are sent without Starlette: their beginnings, refusals, and lines that report an error."""

from collections.abc import Sequence
from typing import Final

from starlette.types import Send

from dedup.json_rows import encode

JSON_LINES: Final = b"application/jsonl"

RETRY: Final = ((b"retry-after", b"1"),)
"""Headers of a refusal that a client may meet with another try."""


async def start(
    send: Send, content_type: bytes, status: int = 200, headers: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    """Sends the beginning of a response.

    Args:
        send: sends a message of ASGI.
        content_type: the type of the body.
        status: the status.
        headers: more headers.
    """
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-type", content_type), *headers]}
    )


async def refuse(send: Send, status: int, error: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Sends a response that is an error.

    Args:
        send: sends a message of ASGI.
        status: the status.
        error: the reason and the cure.
        headers: more headers.
    """
    await start(send, b"application/json", status, headers)
    await send({"type": "http.response.body", "body": error_line(status, error)})


def error_line(status: int, error: str) -> bytes:
    """Returns an error as a line of JSON. The answer to a line of a client has an ``id`` besides."""
    return encode({"error": error, "status": status}) + b"\n"
