"""The process of pages: a page that hangs or kills its extractor costs that page alone."""

import os
import subprocess
import sys
import threading

import pytest

from dedup.errors import ReadError, WorkError
from dedup.formats.pages.extract import extract
from dedup.formats.pages.process import PAGES, ROOM, PageProcess
from dedup.formats.readers import html
from dedup.settings import InputLimits
from tests.helpers.html_pages import page

HOSTILE = (
    ROOM
    + """
import os, signal
from dedup.formats.pages import server

HARMS = {
    "LOOPS": lambda: exec("while True: pass"),
    "LOOPS IN C": lambda: sum(range(10**15)),
    "CRASHES": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "EXITS": lambda: os._exit(3),
    "TAKES ALL MEMORY": lambda: bytearray(1 << 40),
}

extract = server.extract

def harmed(page, path, *options):
    for name, harm in HARMS.items():
        if f"<title>{name}</title>" in page:
            harm()
    return extract(page, path, *options)

server.extract = harmed

server.main()
"""
)
"""The program of a process whose extractor does harm on pages of certain titles."""

REASONS = {
    "LOOPS": "takes the extractor more than 0.3 seconds",
    "LOOPS IN C": "takes the extractor more than 0.3 seconds",
    "CRASHES": r"kills the extractor \(signal 11\)",
    "EXITS": r"ends the extractor \(exit code 3\)",
    "TAKES ALL MEMORY": "stops its extractor .MemoryError",
}


@pytest.fixture
def hostile():
    """A process of pages whose extractor can be harmed."""
    pages = PageProcess(HOSTILE)
    yield pages
    pages.close()


def titled(title):
    """Return a page of this title."""
    return page().replace("The title", title)


def good_page(pages):
    """Return what a good page gives, with enough time."""
    return pages.extract(page(), "a.html", "trafilatura")


@pytest.mark.parametrize("harm", REASONS)
def test_a_hostile_page_is_refused_and_the_next_page_is_read(hostile, harm):
    """A page that loops, crashes, exits or takes all memory is a `ReadError` with its reason, and no other is lost."""
    with pytest.raises(ReadError, match=REASONS[harm]):
        hostile.extract(titled(harm), "a.html", "trafilatura", InputLimits(page_seconds=0.3))
    assert "council decided on day 7" in good_page(hostile).text


def test_a_hostile_page_is_a_named_skip_of_a_run(put, hear, hostile, monkeypatch):
    """The other pages of a run are read, and the skip names the page at fault."""
    monkeypatch.setattr(html, "PAGES", hostile)
    paths = [put(f"{number}.html", titled(title)) for number, title in enumerate(["A", "CRASHES", "B"])]
    heard = hear(*paths)
    assert ["A", "B"] == [document.title for document in heard.documents]
    assert [str(paths[1])] == [skip.path for skip in heard.skips]


@pytest.mark.parametrize(
    "source", [page(), page().encode(), page("<meta charset='cp1252'>", "<p>Caf\xe9").encode("cp1252")]
)
def test_another_process_gives_the_same_page(source):
    """Text, bytes of UTF-8 and bytes of another charset give what the extraction in this process gives."""
    text = source if isinstance(source, str) else source.decode("cp1252" if b"\xe9" in source else "utf-8")
    assert extract(text, "a.html") == PAGES.extract(source, "a.html", "trafilatura")


def test_a_process_that_has_ended_starts_again():
    """A process that ended between two pages, for lack of memory say, costs no page."""
    pages = PageProcess()
    assert pages.extract(page(), "a.html", "none").text
    pages.close()
    assert pages.extract(page(), "a.html", "none").text
    pages.close()


def test_a_program_that_does_not_start_is_an_error_of_the_job():
    """A process that cannot start is no fault of a page."""
    with pytest.raises(WorkError, match="does not start"):
        PageProcess("raise SystemExit(7)").extract(page(), "a.html", "none")


def test_threads_share_one_process():
    """Pages of several threads come one after another, and each thread gets its own page."""
    titles: dict[int, str] = {}

    def read(number):
        titles[number] = PAGES.extract(titled(f"T{number}"), "a.html", "none").title

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: f"T{number}" for number in range(8)} == titles


def test_the_processor_time_of_pages_is_counted():
    """The processor time of pages adds up, for the statistics of a job."""
    before = PAGES.processor
    PAGES.extract(page(), "a.html", "trafilatura")
    assert PAGES.processor > before


def test_the_process_does_not_import_numpy():
    """The process of pages starts without numpy, whose import takes as long as a dozen pages."""
    program = f"{ROOM}import sys, dedup.formats.pages.server\nassert 'numpy' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
