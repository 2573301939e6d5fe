"""Each path of the service, over HTTP."""

import contextlib
import json
import re
import sqlite3

import msgspec
import pytest

from dedup import Decision, Event, Index
from dedup.engines.service.metrics import ANSWERS
from dedup.json_rows import DecisionRow, EventRow, MemberRow, StoryRecord, decision_row
from tests.helpers.service_process import line_of

LONG = 65 << 20
"""Bytes of a line that is too long."""


def as_row(decision):
    """A decision as a row, without the time."""
    return msgspec.to_builtins(msgspec.structs.replace(decision_row(decision), first_seen=None))


def test_decisions_are_those_of_the_index(service, prose, path, tmp_path):
    """The answers to lines are the decisions of an index that adds the same documents, and so are the answers to
    queries."""
    texts = [prose(1), prose(1) + " " + prose(2, 40), prose(3), prose(1)]
    lines = [line_of(f"d{number}", text) for number, text in enumerate(texts)]
    answers = [msgspec.convert(row, Decision) for line in lines for row in service.lines("POST", "/documents", line)]
    queried = service.lines("POST", "/query", lines[1] + json.dumps({"text": prose(9)}).encode())
    with Index.open(tmp_path / "other.dedup") as index:
        decisions = [index.add({"id": f"d{number}", "text": text}) for number, text in enumerate(texts)]
        queries = [index.query({"id": "d1", "text": texts[1]}), index.query(prose(9))]
    assert [as_row(decision) for decision in decisions] == [as_row(answer) for answer in answers]
    assert [(query["story"], query["relation"], query["matches"]) for query in map(as_row, queries)] == [
        (row["story"], row["relation"], row["matches"]) for row in queried
    ]


def test_the_keys_are_those_of_the_command(shared, prose):
    """An answer has the keys of the rows of ``dedup index add``, and an event those of ``dedup index events``."""
    (row,) = shared.lines("POST", "/documents", line_of("keys", prose(10)))
    assert set(DecisionRow.__struct_fields__) == set(row)
    assert set(EventRow.__struct_fields__) == set(row["events"][0]) == set(shared.lines("GET", "/events")[0])
    (shown,) = shared.lines("GET", "/documents/keys")
    assert set(DecisionRow.__struct_fields__) == set(shown)


def test_pairs_need_two_ids_and_a_word(shared):
    """A pair without two ids, and another word than 0 and 1, are errors."""
    for method, path in (("GET", "/pairs?a=x"), ("POST", "/pairs?a=x&b=y&same=yes")):
        assert 400 == shared.request(method, path)[0]


def test_the_rows_are_those_of_reports(shared, prose):
    """A story has the keys of a story in a report, and measures have four digits as there."""
    longer = line_of("longer", f"{prose(97)} {prose(98, 7)}")
    _, copy = shared.lines("POST", "/documents", line_of("shorter", prose(97)) + longer)
    (story,) = shared.lines("GET", f"/stories/{copy['story']}")
    assert tuple(name for name in StoryRecord.__struct_fields__ if name != "related") == tuple(story)  # no coverage
    assert MemberRow.__struct_fields__ == tuple(story["members"][0])
    assert story in shared.lines("GET", "/stories")
    (shown,) = shared.lines("GET", "/documents/longer")
    measures = [row["resemblance"] for row in (*copy["matches"], *shown["matches"], *story["members"])]
    assert 0 < min(measures) < 1 and [round(measure, 4) for measure in measures] == measures


def test_a_line_that_cannot_be_used_has_its_own_answer(shared, prose):
    """Lines without JSON, object, id or text, and lines that are too long, have errors in their places; the others are
    added."""
    lines = [
        line_of("good 1", prose(11)),
        b"no json\n",
        b"[1]\n",
        b"\n",
        json.dumps({"text": prose(12)}).encode() + b"\n",
        json.dumps({"id": "no text"}).encode() + b"\n",
        b'{"id": "long", "text": "' + b"x" * LONG + b'"}\n',
        line_of("good 2", prose(13)).strip(),
    ]
    rows = shared.lines("POST", "/documents", b"".join(lines))
    assert [None, 400, 400, 422, 422, 413, None] == [row.get("status") for row in rows]
    assert ["good 1", "", "", "", "no text", "", "good 2"] == [row["id"] for row in rows]
    assert all(row["error"] for row in rows if "status" in row)
    assert [True, True] == [row["known"] for row in shared.lines("POST", "/documents", lines[0] + lines[-1])]


def test_answers_come_while_lines_go(shared, prose):
    """A client gets the answer to a line before it sends the next line of the same request."""
    connection = shared.open()
    connection.putrequest("POST", "/documents")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    stream = connection.sock.makefile("rb")
    for number in range(3):
        line = line_of(f"streamed {number}", prose(20 + number))
        connection.send(b"%x\r\n%s\r\n" % (len(line), line))
        while not (answer := stream.readline()).startswith(b"{"):
            assert answer  # headers, and the sizes of chunks
        assert f"streamed {number}" == json.loads(answer)["id"]
    connection.send(b"0\r\n\r\n")
    assert b"0\r\n\r\n" == stream.read(7)[2:]
    stream.close()
    connection.close()


def test_a_client_may_send_all_before_it_reads(shared, prose):
    """A client that takes no answer until it has sent thousands of lines gets all answers, in order."""
    lines = (line_of(f"many {number}", prose(1000 + number, 20)) for number in range(3000))
    rows = shared.lines("POST", "/documents", b"".join(lines))
    assert [f"many {number}" for number in range(3000)] == [row["id"] for row in rows]


def test_a_line_that_is_not_complete_is_not_added(shared, prose):
    """If a connection breaks in a line, the lines before are added and this line is not."""
    whole, cut = line_of("whole", prose(41)), line_of("cut", prose(42))
    connection = shared.open()
    connection.putrequest("POST", "/documents")
    connection.putheader("Content-Length", str(len(whole + cut)))
    connection.endheaders(whole + cut.rstrip()[:-2])
    stream = connection.sock.makefile("rb")
    while not stream.readline().startswith(b"{"):
        pass
    stream.close()
    connection.close()
    assert [200, 404] == [shared.request("GET", f"/documents/{id}")[0] for id in ("whole", "cut")]


def test_documents_and_stories(shared, prose):
    """A document and its story can be read, and a document can be forgotten; without one the status is 404."""
    added, _ = shared.lines("POST", "/documents", line_of("read/ä", prose(51)) + line_of("copy", prose(51)))
    (shown,) = shared.lines("GET", "/documents/read%2F%C3%A4")
    assert ("read/ä", added["story"], True) == (shown["id"], shown["story"], shown["known"])
    assert [{"story": added["story"]}] == shared.lines("GET", "/stories?of=read%2F%C3%A4")
    (story,) = shared.lines("GET", f"/stories/{added['story']}")
    assert {"read/ä", "copy"} == {member["id"] for member in story["members"]}
    assert story in shared.lines("GET", "/stories")
    assert (204, b"") == shared.request("DELETE", "/documents/copy")
    for method, path in (
        ("DELETE", "/documents/copy"),
        ("GET", "/documents/copy"),
        ("GET", "/stories/s99999"),
        ("GET", "/stories?of=copy"),
    ):
        status, data = shared.request(method, path)
        assert (404, 404) == (status, json.loads(data)["status"])


def test_events(shared, prose):
    """The events after a number are lines, and a wrong number is an error."""
    shared.lines("POST", "/documents", line_of("event 0", prose(60)) + line_of("event", prose(61)))
    events = [msgspec.convert(row, Event) for row in shared.lines("GET", "/events")]
    assert ("created", "event") == (events[-1].kind, events[-1].document)
    assert events[-2:] == [
        msgspec.convert(row, Event) for row in shared.lines("GET", f"/events?since={events[-2].number - 1}")
    ]
    assert 400 == shared.request("GET", "/events?since=x")[0]
    for follow in (0, 1):
        status, data = shared.request("GET", f"/events?since=9999&follow={follow}")
        assert (400, True) == (status, f"number {events[-1].number}: begin anew" in json.loads(data)["error"])


def test_a_follower_gets_an_event_when_it_happens(shared, prose):
    """A response that follows has the events so far, and each later event as soon as its document is answered."""
    connection = shared.open()
    connection.request("GET", "/events?follow=1")
    response = connection.getresponse()
    for number in range(2):
        shared.lines("POST", "/documents", line_of(f"followed {number}", prose(70 + number)))
        assert any(json.loads(line)["document"] == f"followed {number}" for line in response)
    connection.close()


def test_a_review_is_started(shared, prose):
    """A review runs beside the service, one at a time; its end can be asked for, and the metrics count it."""
    shared.lines("POST", "/documents", line_of("reviewed", prose(81)))
    before = shared.metric("dedup_review_seconds_count")
    assert (202, b'{"started":true}\n') == shared.request("POST", "/review")
    while (state := shared.lines("GET", "/review")[0])["running"]:
        assert 200 == shared.request("GET", "/health")[0]
    assert ("", True) == (state["error"], state["seconds"] > 0)
    assert before + 1 == shared.metric("dedup_review_seconds_count")


def test_reviews_of_the_index_itself_are_counted(service, prose):
    """The metrics count a review that nobody asked for."""
    service.lines("POST", "/documents", b"".join(line_of(f"{number}", prose(number, 20)) for number in range(40)))
    assert (False, True) == ((state := service.lines("GET", "/review")[0])["running"], state["seconds"] > 0)
    assert 1 == service.metric("dedup_review_seconds_count")


def test_a_document_is_erased(service, path, prose):
    """With ``erase`` no byte of the text of a document stays in a file of the index, and the service goes on."""
    service.lines("POST", "/documents", line_of("kept", prose(1)) + line_of("secret", prose(2)))
    with contextlib.closing(sqlite3.connect(f"file:{path}/documents.sqlite?mode=ro", uri=True)) as reader:
        kept, secret = [packed[-64:] for (packed,) in reader.execute("SELECT value FROM texts ORDER BY number")]
    assert (204, b"") == service.request("DELETE", "/documents/secret?erase=1")
    files = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    assert (True, False) == (kept in files, secret in files)
    assert [True] == [row["known"] for row in service.lines("POST", "/documents", line_of("kept", prose(1)))]


def test_metrics(service, prose):
    """The metrics have each answer by its kind, the batches, and what there is, in the text form of Prometheus."""
    copy = json.dumps({"id": "b", "text": prose(1) + " " + prose(2, 20), "source": "daily.example"}).encode() + b"\n"
    rows = service.lines("POST", "/documents", line_of("a", prose(1)) + copy + b"no json\n")
    rows += service.lines("POST", "/documents", line_of("a", prose(1)))
    text = service.request("GET", "/metrics")[1].decode()
    samples = dict(re.findall(r"^(\w+(?:\{.*\})?) ([\d.e+-]+|\+Inf)$", text, re.MULTILINE))
    assert len(samples) == len([line for line in text.splitlines() if not line.startswith("#")])
    kinds = {kind: int(samples[f'dedup_documents_total{{answer="{kind}"}}']) for kind in ANSWERS}
    assert {"new": 1, "copy": 1, "known": 1, "skipped": 1, "stale": 0, "no_article": 0} == kinds
    assert 0 < sum(row.get("cold", False) for row in rows) == int(samples["dedup_cold_total"])
    assert ("2", "0") == (samples["dedup_index_documents"], samples["dedup_queue_documents"])
    assert "4" == samples["dedup_batch_documents_sum"] == samples["dedup_add_seconds_count"]
    assert samples["dedup_commits_total"] == samples['dedup_batch_documents_bucket{le="+Inf"}']
    assert float(samples["dedup_index_bytes"]) > 0 and float(samples["process_resident_memory_bytes"]) > 1 << 20


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("PUT", "/documents", 405)])
def test_a_wrong_path_is_an_error_in_json(shared, method, path, status):
    """An unknown path and a wrong method are errors in the form of all errors."""
    answer, data = shared.request(method, path)
    assert (status, status) == (answer, json.loads(data)["status"])
