"""The page of the service: its commands and its pieces of Python run."""

import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import get_args
from unittest.mock import MagicMock

import feedparser
import pytest

import dedup
from dedup.index_types import EventKind
from tests.helpers.service_process import ROOT, line_of

PAGE = (ROOT / "dedup/engines/service/README.md").read_text("utf-8")
COMMANDS = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
CONNECT, KAFKA, REDIS, FOLLOW, FEED, SCRAPY = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)


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
    """Each message goes on as a story or a copy before its offset is committed; one that is no article is skipped."""
    lines = [line_of("d0", prose(0)), b"no json", b"[1]", b"7", None, b'{"id": "no text"}', line_of("d1", prose(0))]
    messages = [SimpleNamespace(value=lambda line=line: line) for line in lines]
    broker, log = MagicMock(), MagicMock()
    broker.consume.side_effect = [messages, [], messages, DoneError]
    with pytest.raises(DoneError):
        exec(KAFKA, {"json": json, "index": remote, "consumer": broker, "producer": broker, "log": log})
    produced = [(call.args[0], json.loads(call.args[1])[:2]) for call in broker.produce.call_args_list]
    assert [("stories", ["d0", ""]), ("copies", ["d1", "d0"])] * 2 == produced
    assert 2 * 5 == log.warning.call_count
    assert ["consume", *["produce"] * 2, "flush", "commit"] == [call[0] for call in broker.mock_calls[:5]]


def test_redis(remote, prose):
    """Entries that were taken before come first; each goes on as a story or a copy, or is skipped, and is done then."""
    texts = [prose(1).encode(), b"\xff", prose(1).encode()]
    entries = [(b"%d-0" % n, {b"id": b"d%d" % n, b"text": text}) for n, text in enumerate(texts)]
    entries[1][1][b"id"] = b""
    redis, log = MagicMock(), MagicMock()
    redis.xreadgroup.side_effect = [[(b"articles", found)] for found in (entries[:1], [], entries[1:])] + [
        [],
        DoneError,
    ]
    with pytest.raises(DoneError):
        exec(REDIS, {"dedup": dedup, "index": remote, "redis": redis, "name": "one", "log": log})
    assert ["0", "0", ">", ">", ">"] == [call.args[2]["articles"] for call in redis.xreadgroup.call_args_list]
    assert [("stories", {"id": "d0", "of": ""}), ("copies", {"id": "d2", "of": "d0"})] == [
        call.args for call in redis.xadd.call_args_list
    ]
    assert 1 == log.warning.call_count
    assert [b"0-0", b"1-0", b"2-0"] == [call.args[2] for call in redis.xack.call_args_list]


class Vectors(dict):
    """A store of vectors: the document of the vector of each story."""

    def leader(self, story):
        """The id of the document of the vector of a story, or None."""
        return self.get(story)

    def upsert(self, story, document, vector):
        """Store the vector of a document for a story."""
        assert vector
        self[story] = document

    def delete(self, story):
        """Forget the vector of a story, if there is one."""
        self.pop(story, None)


def test_retrieval(path, prose):
    """After each change the vectors are those of the documents that lead the stories, wherever a follower begins."""
    credited = f"{prose(3)}\nSource: The Wire"
    items = {"title": "The council of Lowick votes on its new ferry today", "text": ""}
    articles = {
        **{"a": {"text": prose(1)}, "b": {"text": prose(1)}, "c": {"text": prose(2)}},
        **{"bridge": {"text": f"{prose(1)} {prose(2)}"}, "credits": {"text": credited, "source": "b.example"}},
        **{"wire": {"text": prose(3), "source": "The Wire"}, "moved": {"text": prose(1)}},
        **{f"i{n}": items | {"url": f"https://{site}.example/{n}"} for n, site in enumerate("xyx")},
        "none": {"text": "", "url": "https://a.example/none"},
    }
    kinds, vectors = set(), Vectors()
    names = {"embed": len, "articles": articles}

    def follow(index, vectors, since):
        events = list(index.events(since=since))
        kinds.update(event.kind for event in events)
        stream = SimpleNamespace(events=lambda since, follow: events, story=index.story)
        exec(FOLLOW, variables := {"index": stream, "vectors": vectors, "cursor": since} | names)
        articles_lead = {story.story: story.id for story in index.stories() if not story.canonical.no_article}
        assert articles_lead == vectors
        return variables["cursor"]

    with dedup.Index.open(path, reviews=0) as index:
        cursor = 0
        for id, article in articles.items():
            index.add({"id": id} | article)
            cursor = follow(index, vectors, cursor)
        articles["moved"] = {"text": prose(9)}
        index.add({"id": "moved"} | articles["moved"])
        for id in ("a", "b", "wire", "credits", "c"):
            cursor = follow(index, vectors, cursor)
            index.remove(id)
        follow(index, vectors, cursor)
        follow(index, Vectors(), 0)
    assert set(get_args(EventKind)) == kinds


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
