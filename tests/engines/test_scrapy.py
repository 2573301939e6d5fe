"""The item pipeline in a real crawl of a server on loopback."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import dedup
from dedup.engines.scrapy import DedupPipeline
from tests.helpers.service_process import ServiceProcess

ROOT = Path(__file__).resolve().parents[2]

SPIDER = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess


class Page(scrapy.Item):
    url, body, title, dedup = scrapy.Field(), scrapy.Field(), scrapy.Field(), scrapy.Field()


class Spider(scrapy.Spider):
    name = "news"

    async def start(self):
        for url in json.loads(sys.argv[1]):
            yield scrapy.Request(url)

    def parse(self, response):
        text = "\\n".join(response.css("p::text").getall()) or None
        made = dict if "plain" in response.url else Page
        yield made(url=response.url, body=text, title=response.css("title::text").get())


settings = {
    "ITEM_PIPELINES": {"dedup.engines.scrapy.DedupPipeline": 300},
    "DEDUP_FIELDS": {"text": "body"},
    "FEEDS": {"items.jsonl": {"format": "jsonlines"}},
    "STATS_DUMP": False,
    "CONCURRENT_REQUESTS": 1,
    "TELNETCONSOLE_ENABLED": False,
    **json.loads(sys.argv[2]),
}
process = CrawlerProcess(settings)
crawler = process.create_crawler(Spider)
process.crawl(crawler)
process.start()
print(json.dumps({key: value for key, value in crawler.stats.get_stats().items() if key.startswith("dedup/")}))
"""


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that logs nothing."""

    def log_message(self, format, *args):
        """Log no request."""


@pytest.fixture
def site(tmp_path, prose):
    """The addresses of three pages with one article, one page with another article, and one without text."""
    texts = {"a": prose(1), "copy": prose(1) + " " + prose(2, 30), "plain": prose(1), "other": prose(3), "void": ""}
    folder = tmp_path / "site"
    folder.mkdir()
    for name, text in texts.items():
        paragraph = f"<p>{text}</p>" if text else ""
        (folder / f"{name}.html").write_text(f"<title>{name}</title>{paragraph}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield {name: f"http://127.0.0.1:{server.server_port}/{name}.html" for name in texts}
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def crawl(tmp_path, site):
    """A function that crawls the site: to the items by the names of their pages, the counts, and the log."""

    def run(**settings):
        script = tmp_path / "crawl.py"
        script.write_text(SPIDER)
        (tmp_path / "items.jsonl").unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, str(script), json.dumps(list(site.values())), json.dumps(settings)],
            cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
            | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        lines = (tmp_path / "items.jsonl").read_text().splitlines()
        names = {url: name for name, url in site.items()}
        items = {names[item["url"]]: item for item in map(json.loads, lines)}
        return items, json.loads(done.stdout.splitlines()[-1]), done.stderr

    return run


def test_items_get_their_story(crawl, site, tmp_path):
    """Items get their story, an item without text passes with a warning, and a second crawl changes no story."""
    items, counts, log = crawl(DEDUP_INDEX="news.dedup")
    assert {"a", "copy", "plain", "other", "void"} == set(items)
    stories = {name: item["dedup"]["story"] for name, item in items.items() if "dedup" in item}
    assert stories["a"] == stories["copy"] == stories["plain"] != stories["other"]
    assert {"story", "canonical", "is_new", "duplicate_of", "reason", "cold", "replaced"} < set(items["a"]["dedup"])
    assert (site["a"], "same", False) == tuple(
        items["plain"]["dedup"][name] for name in ("duplicate_of", "reason", "cold")
    )
    assert ("original", site["other"]) == (items["other"]["dedup"]["relation"], items["other"]["dedup"]["canonical"])
    assert (4, 1) == (sum(counts.values()) - 1, counts["dedup/skipped"])
    assert "an item is passed on without a decision" in log
    with dedup.Index.open(tmp_path / "news.dedup", mode="r") as index:
        assert (4, "other") == (len(index), index.get(site["other"]).title)
        events = list(index.events())
    again, _, _ = crawl(DEDUP_INDEX="news.dedup")
    assert stories == {name: item["dedup"]["story"] for name, item in again.items() if "dedup" in item}
    with dedup.Index.open(tmp_path / "news.dedup", mode="r") as index:
        assert events == list(index.events())


def test_no_item_is_lost_while_the_service_is_down(crawl, tmp_path):
    """If no service answers in time, all items pass without a decision, with an error in the log."""
    items, counts, log = crawl(DEDUP_INDEX=f"unix://{tmp_path}/none.sock", DEDUP_DROP=True, DEDUP_TIMEOUT=0.1)
    assert {"a", "copy", "plain", "other", "void"} == set(items)
    assert not any("dedup" in item for item in items.values())
    assert ({"dedup/failed": 5}, True) == (counts, "see that the service runs" in log)


def test_copies_are_dropped(crawl):
    """With DEDUP_DROP only one item of each story passes, also when the copies come again."""
    crawl(DEDUP_INDEX="news.dedup")
    items, _, log = crawl(DEDUP_INDEX="news.dedup", DEDUP_DROP=True)
    assert {"a", "other", "void"} == set(items)
    assert f"is a copy (same) of {items['a']['url']}" in log


@pytest.mark.parametrize(("drop", "passing"), [(False, "abcd"), (True, "ac"), ("always", "a")])
def test_a_cold_copy_is_dropped_by_always_alone(tmp_path, prose, drop, passing):
    """A copy in the frame of an unknown site is cold, and passes unless the setting is "always"."""
    from scrapy.exceptions import DropItem

    menu = "Home\nWorld news\nSport today\nWhat is hot\nSign in here\nTerms of use\n"
    texts = {"a": prose(1), "b": prose(1), "c": menu + prose(1), "d": prose(1)}
    pipeline = DedupPipeline(str(tmp_path / "news.dedup"), drop=drop)
    pipeline.open_spider()
    passed = []
    for id, text in texts.items():
        with contextlib.suppress(DropItem):
            item = asyncio.run(pipeline.process_item({"id": id, "text": text, "source": f"{id}.example"}))
            passed.append(item["id"])
    pipeline.close_spider()
    assert [*passing] == passed


def test_without_an_index_there_is_no_pipeline(crawl):
    """Without DEDUP_INDEX the pipeline is off, and the log says so."""
    items, counts, log = crawl()
    assert (5, {}) == (len(items), counts)
    assert "DEDUP_INDEX is not set: give the folder of the index" in log


def test_the_package_does_not_need_scrapy():
    """The module of the pipeline can be imported without Scrapy."""
    code = "import sys; sys.modules['scrapy'] = None; import dedup.engines.scrapy"
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert "scrapy" not in vars(sys.modules[DedupPipeline.__module__])


def test_spiders_share_a_service(crawl, site, tmp_path):
    """With the address of a service as DEDUP_INDEX, items get their story from it, and the next crawl knows them."""
    with ServiceProcess(tmp_path / "shared.dedup") as service:
        items, counts, log = crawl(DEDUP_INDEX=service.url)
        assert "never awaited" not in log
        stories = {name: item["dedup"]["story"] for name, item in items.items() if "dedup" in item}
        assert stories["a"] == stories["copy"] == stories["plain"] != stories["other"]
        assert (4, 1) == (sum(counts.values()) - 1, counts["dedup/skipped"])
        again, _, _ = crawl(DEDUP_INDEX=service.url)
        assert stories == {name: item["dedup"]["story"] for name, item in again.items() if "dedup" in item}
