"""`dedup.connect`: the methods of an index over HTTP, for threads and for event loops."""

import asyncio
import datetime
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pandas
import pytest

import dedup
from dedup import Document, IndexProblem, InputError, ReadError
from tests.helpers.index_stories import replay
from tests.helpers.service_process import ServiceProcess

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # httpx, of one that was refused

IDS = ("..", ".", "a/b/../c", "https://news.example/a?b=c&d#e", "50%", "ä ö", "x;y", "//")


def test_the_word_of_a_person(shared, prose):
    """A word changes the stories, is told by a comparison, and errors are those of an index."""
    with shared.connect() as remote:
        for id, text in (("one", prose(31)), ("two", prose(31) + " more"), ("a/b?", prose(32))):
            remote.add({"id": id, "text": text})
        assert 1 == remote.rule("one", "two", False)
        assert remote.story_of("one") != remote.story_of("two")
        comparison = remote.compare("two", "one")
        assert ("by hand", True, False) == (comparison.decided, comparison.match, comparison.same_story)
        assert 1 == remote.rule("one", "a/b?", True)
        assert remote.story_of("one") == remote.story_of("a/b?")
        with pytest.raises(InputError, match="contradict each other"):
            remote.rule("two", "a/b?", True)
        with pytest.raises(InputError, match="no document with the id 'nobody'"):
            remote.compare("one", "nobody")
        assert 1 == remote.rule("one", "two", None)
        for id in ("one", "two", "a/b?"):
            remote.remove(id)


def test_the_methods_answer_as_those_of_an_index(shared, prose):
    """Documents are added, asked for, found in their story, and forgotten."""
    with shared.connect() as remote:
        published = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
        first = remote.add(Document(prose(1), id="a", title="A title", published=published))
        copy = remote.add({"id": "b", "text": prose(1) + " more"})
        assert (first.story, "a") == (copy.story, copy.matches[0].id)
        assert (copy.story, ()) == (remote.query(prose(1)).story, remote.query(prose(1)).events)
        member = remote.story(first.story).canonical
        assert ("a", "A title", published) == (member.id, member.title, member.published)
        assert {first.story: {"a", "b"}} == {
            story.story: {member.id for member in story.members} for story in remote.stories()
        }
        assert replay(remote.events()) == {first.story: {"a", "b"}}
        assert (msgspec.structs.replace(copy, known=True, events=()), None) == (remote.show("b"), remote.show("c"))
        assert (first.story, None) == (remote.story_of("b"), remote.story_of("c"))
        assert (True, False, None) == (remote.remove("b"), remote.remove("b"), remote.story("s999"))
        remote.add({"id": "c", "text": prose(1)})
        assert (True, False) == (remote.remove("c", erase=True), remote.remove("c", erase=True))
        remote.review(wait=True)
        assert replay(remote.events()) == {first.story: {"a"}}
        with pytest.raises(IndexProblem, match="begin anew"):
            next(remote.events(since=99, follow=True))


def test_all_fields_of_a_document_arrive(service, path, prose):
    """A service stores all fields of a document."""
    time = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    fields = {name: f"the {name}" for name in Document.__struct_fields__} | {"published": time, "modified": time}
    documents = [Document(**fields | {"text": prose(number), "id": f"d{number}"}) for number in range(2)]
    with service.connect() as remote:
        remote.add(documents[0])
        remote.add_many(documents[1:])
    with dedup.Index.open(path, mode="r") as index:
        assert documents == [index.get(document.id) for document in documents]


@pytest.mark.parametrize("id", IDS)
def test_any_id_can_be_named(shared, prose, id):
    """A document of any id can be forgotten."""
    with shared.connect() as remote:
        remote.add({"id": id, "text": prose(2)})
        assert (True, False) == (remote.remove(id), remote.remove(id))


def test_many_documents(shared, prose):
    """Documents in any form that an index takes are added in requests, and the decisions come in their order."""
    frame = pandas.DataFrame(
        [(f"row {number}", prose(100 + number, 20)) for number in range(300)], columns=["key", "body"]
    )
    with shared.connect() as remote:
        batches = list(remote.add_stream(frame, fields={"id": "key", "text": "body"}))
        assert list(frame["key"]) == [decision.id for batch in batches for decision in batch]
        assert len(batches) > 1 and [] == list(remote.add_stream([]))
        inputs = dedup.read(str(ROOT / "corpus" / "pages" / "harbour-wire"))
        decisions = remote.add_many(inputs)
        assert decisions and {document.id for document in inputs} == {decision.id for decision in decisions}


def test_a_document_that_cannot_be_used(shared, prose):
    """Such a document raises an error with its place; with a function for it, the others are answered."""
    documents = [{"id": "usable", "text": prose(4)}, {"id": "odd", "text": "a \ud800"}, {"text": "no id"}]
    with shared.connect() as remote:
        with pytest.raises(ReadError, match="document 1: holds what is no Unicode text"):
            remote.add_many(documents)
        assert "usable" == remote.show("usable").id
        with pytest.raises(ReadError, match="document 1: has no id"):
            remote.add_many(documents[::2])
        skips: list[dedup.Skip] = []
        assert ["usable"] == [decision.id for decision in remote.add_many(documents, on_skip=skips.append)]
        assert ["document 1", "document 2"] == [skip.path for skip in skips]
        with pytest.raises(InputError, match="give a Document"):
            remote.add(7)


def test_event_loops(shared, prose):
    """The methods of event loops answer as the others, also in a second event loop."""

    async def ingest() -> list[str]:
        async with shared.connect() as remote:
            one, many = await asyncio.gather(
                remote.aadd({"id": "async", "text": prose(5)}),
                remote.aadd_many([{"id": "async 2", "text": prose(5)}, {"id": "async 3", "text": prose(6)}]),
            )
            asked = await remote.aquery(prose(5))
            assert one.story == many[0].story == asked.story
            return [event.document async for event in remote.aevents() if event.story == one.story]

    assert {"async", "async 2"} == set(asyncio.run(ingest())) == set(asyncio.run(ingest()))


def test_a_client_outlives_the_service(path, prose):
    """A client that is older than the service waits for it; a follower gets each event once after restarts."""
    remote = dedup.connect(f"unix://{path.with_suffix('.sock')}", timeout=30)
    numbers: list[int] = []

    def follow() -> None:
        for event in remote.events(follow=True):
            numbers.append(event.number)
            if event.kind == "left":
                return

    follower = threading.Thread(target=follow)
    follower.start()
    for number in range(3):
        with ServiceProcess(path) as service:
            remote.add({"id": f"d{number}", "text": prose(number)})
            service.kill() if number % 2 else service.stop()
    with ServiceProcess(path):
        while len(numbers) < 3:
            time.sleep(0.01)
        remote.remove("d0")
        assert ["left"] == [event.kind for event in remote.events(since=3, follow=True, timeout=0.5)]
        follower.join()
    assert [1, 2, 3, 4] == numbers
    remote.close()


def test_a_service_that_does_not_run(path):
    """Without a service a call ends after the timeout, with an error that says what to do."""
    with pytest.raises(IndexProblem, match=r"no answer for 0\.2 seconds .*see that the service runs"):
        dedup.connect(f"unix://{path}.sock", timeout=0.2).add({"id": "a", "text": "b"})


@pytest.mark.parametrize("address", ["/run/dedup.sock", "ftp://host", "unix://", ""])
def test_a_wrong_address(address):
    """An address of another form is refused, and the error shows the forms."""
    with pytest.raises(InputError, match="give unix:///path/of/socket or http://host:port"):
        dedup.connect(address)


def test_without_the_libraries_the_error_says_what_to_install():
    """Without httpx, `connect` raises an error; without uvicorn the command ends with 2. Both name the extra."""
    code = "import sys; sys.modules[sys.argv.pop(1)] = None; import dedup, dedup.cli; exec(sys.argv.pop(1))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for library, line, status in (
        ("httpx", "dedup.connect('http://127.0.0.1:1')", 1),
        ("uvicorn", "dedup.cli.main(['index', 'serve', 'none.dedup', '--port', '0'])", 2),
    ):
        done = subprocess.run([sys.executable, "-c", code, library, line], env=environment, capture_output=True)
        assert status == done.returncode
        assert f"{library} is not installed: run pip install 'news-dedup[serve]'".encode() in done.stderr
