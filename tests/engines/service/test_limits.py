"""Limits on input in a service that runs: a line beyond one has an answer that names its flag, and the others go on."""

import asyncio
import json
import os
import re
from pathlib import Path

import httpx
import pytest

from dedup import Index
from dedup.engines.service.app import make_app
from dedup.engines.service.service import Service
from tests.helpers.html_pages import page
from tests.helpers.service_process import ServiceProcess, line_of

BEYOND = [
    ("tokens", 20, {"text": "word " * 21}, 422),
    ("page_bytes", 300, {"html": page()}, 422),
    ("record_bytes", 300, {"text": "x" * 300}, 413),
    ("document_bytes", 300, {"text": "x" * 300}, 413),
]
"""A limit, its value, a document beyond it, and the status of its answer."""


def answers_of(index: Index, bodies: list[tuple[str, bytes]]) -> list[list[dict]]:
    """The answers of a running service of an index to bodies, each for a path."""

    async def ask() -> list[list[dict]]:
        service = Service(index, 8)
        work = asyncio.create_task(service.run())
        transport = httpx.ASGITransport(make_app(service, ""), client=("127.0.0.1", 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as session:
            replies = [await session.post(path, content=body) for path, body in bodies]
        service.drain()
        await work
        assert [200] * len(bodies) == [reply.status_code for reply in replies]
        return [[json.loads(line) for line in reply.text.splitlines()] for reply in replies]

    return asyncio.run(ask())


@pytest.mark.parametrize(("name", "most", "row", "status"), BEYOND)
def test_a_line_beyond_a_limit_names_its_flag(path, name, most, row, status):
    """The lines before and after it are answered, in the same request and in the next one."""
    beyond = json.dumps({"id": "beyond", **row}).encode() + b"\n"
    body = line_of("a", "some words here") + beyond * 30 + line_of("b", "other words there")
    with Index.open(path, limits={name: most}) as index:
        asked = [(where, body) for where in ("/documents", "/query", "/documents")]
        for rows in answers_of(index, asked):
            assert ["a", "b"] == [rows[0]["id"], rows[-1]["id"]]
            assert [None, *[status] * 30, None] == [row.get("status") for row in rows]
            assert all(f"--max-{name.replace('_', '-')}" in row["error"] for row in rows[1:-1])
        assert 2 == len(index)


@pytest.mark.long
def test_a_service_goes_on_after_too_much(path, prose):
    """Long lines without an end, half lines, bytes that are no text, and very many lines cost a process no more."""
    with ServiceProcess(path, "--max-record-bytes", "1M", "--max-tokens", "1000") as service:
        (row,) = service.lines("POST", "/documents", b"x" * (100 << 20))
        assert (413, True) == (row["status"], "--max-record-bytes" in row["error"])
        rows = service.lines("POST", "/documents", (os.urandom(1 << 12) + b"\n[" * 9 + b"{" * 10**5 + b"\n") * 20)
        assert {400} == {row["status"] for row in rows}
        rows = service.lines("POST", "/documents", line_of("a", "word " * 1001) * 2_000)
        assert (2_000, {422}) == (len(rows), {row["status"] for row in rows})
        rows = service.lines("POST", "/documents", b"".join(line_of(str(n), f"words {n}") for n in range(20_000)))
        assert [str(number) for number in range(20_000)] == [row["id"] for row in rows]
        with service.connect() as remote:
            assert "c" == remote.add({"id": "c", "text": prose(1)}).id
        status = Path(f"/proc/{service.process.pid}/status").read_text()
        assert int(re.search(r"VmHWM:\s*(\d+)", status)[1]) < 400_000
        assert 0 == service.stop(), service.log
