"""The page of the service: its commands and its pieces of Python run."""

import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

import feedparser
import pytest

import dedup
from tests.helpers.service_process import ROOT, line_of

PAGE = (ROOT / "dedup/engines/service/README.md").read_text("utf-8")
COMMANDS = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
CONNECT, KAFKA, REDIS, EMBED, FOLLOW, FEED, SCRAPY = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)


class DoneError(Exception):
    """The end of an example that has none."""


@pytest.fixture
def remote(service):
    """The index of a service."""
    with service.connect() as connected:
        yield connected


def test_the_commands_run(tmp_path, prose):
    """The commands of the page end with 0, in one folder; a document is added, known again, and forgotten."""
    (tmp_path / "feed.jsonl").write_bytes(line_of("a", prose(1)) + line_of("b", prose(1)))
    (tmp_path / "dedup").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dedup "$@"\n')
    (tmp_path / "dedup").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    script = f"{COMMANDS}kill $!\nwait $!\n"
    done = subprocess.run(["bash", "-euxc", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [{"status": "ok"}, {"started": True}] == [rows[0], rows[-1]]
    assert ["a", "b"] == [row["id"] for row in rows[1:3]]


def test_connect(service, prose):
    """The example of `connect` adds a document."""
    names = {"dedup": dedup, "text": prose(1)}
    exec(CONNECT.replace("unix:///run/dedup.sock", service.url), names)
    assert "s1" == names["decision"].story
    names["index"].close()


def test_kafka(remote, prose):
    """Each message goes on as a story or a copy before its offset is committed."""
    messages = [SimpleNamespace(value=lambda n=n: line_of(f"d{n}", prose(n // 2))) for n in range(4)]
    broker = MagicMock()
    broker.consume.side_effect = [messages, messages, []]
    exec(KAFKA, {"json": json, "index": remote, "consumer": broker, "producer": broker})
    produced = [(call.args[0], json.loads(call.args[1])[:2]) for call in broker.produce.call_args_list]
    each = [("stories", ["d0", ""]), ("copies", ["d1", "d0"]), ("stories", ["d2", ""]), ("copies", ["d3", "d2"])]
    assert each * 2 == produced
    assert ["consume", *["produce"] * 4, "flush", "commit"] == [call[0] for call in broker.mock_calls[:7]]


def test_redis(remote, prose):
    """Each entry goes on as a story or a copy before it is acknowledged."""
    entries = [(b"%d-0" % n, {b"id": b"d%d" % n, b"text": prose(1).encode()}) for n in range(2)]
    redis = MagicMock()
    redis.xreadgroup.side_effect = [[(b"articles", entries)], []]
    exec(REDIS, {"index": remote, "redis": redis, "name": "one"})
    assert [("stories", {"id": "d0", "of": ""}), ("copies", {"id": "d1", "of": "d0"})] == [
        call.args for call in redis.xadd.call_args_list
    ]
    assert [b"0-0", b"1-0"] == [call.args[2] for call in redis.xack.call_args_list]


def test_retrieval(remote, prose):
    """A new document is embedded and a copy is an alias; a document that has left is deleted."""
    vectors = MagicMock()
    vectors.delete.side_effect = DoneError
    for id in ("a", "b"):
        exec(EMBED, {"index": remote, "vectors": vectors, "embed": len, "document": {"id": id, "text": prose(1)}})
    assert [("upsert", ("a", 2)), ("add_alias", ("a", "b"))] == [call[:2] for call in vectors.mock_calls]
    remote.remove("b")
    with pytest.raises(DoneError):
        exec(FOLLOW, {"index": remote, "vectors": vectors, "cursor": 0})
    assert ("delete", ("b",)) == vectors.mock_calls[-1][:2]


def test_feeds(remote, prose):
    """An item of a feed is shown once, whenever the feed is polled."""
    items = "".join(
        f"<item><guid>{n}</guid><link>https://news.example/{n}</link><title>t</title><description>{prose(n)}"
        f"</description></item>"
        for n in range(3)
    )
    shown = MagicMock()
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>"
    for _ in range(2):
        exec(FEED, {"index": remote, "feedparser": feedparser, "url": feed, "host": "news.example", "show": shown})
    assert ["0", "1", "2"] == [call.args[0].id for call in shown.call_args_list]


def test_the_settings_of_scrapy_are_those_of_the_pipeline():
    """The settings of the page name the pipeline and its settings."""
    names: dict = {}
    exec(SCRAPY, names)
    from dedup.engines import scrapy

    (pipeline,) = names["ITEM_PIPELINES"]
    assert scrapy.DedupPipeline is getattr(scrapy, pipeline.rpartition(".")[2])
    assert all(f"``{name}``" in scrapy.DedupPipeline.__doc__ for name in names if name.startswith("DEDUP_"))
