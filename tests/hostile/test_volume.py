"""Input that nobody wants: too much of one thing, too long, broken. The answer is right and memory stays bounded."""

import datetime
import gzip
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import dedup
from dedup import Document

MEGABYTE = 2**20
SENTENCE = "the harbour ferry was delayed by fog on monday morning and passengers waited for two hours"

COUNT = """
import json
import dedup
SENTENCE = {sentence!r}
{documents}
report = dedup.cluster(documents())
print(json.dumps(dict(
    documents=report.documents,
    stories=[story.size for story in report.stories],
    relations=sorted(set(copy.relation for story in report.stories for copy in story.copies)),
    canonical=[story.id for story in report.stories],
    singletons=len(report.singletons),
    skipped=len(report.skipped),
    notes=[(note.about, note.reason) for note in report.notes],
)))
"""


WATCH = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], check=False).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Linux counts what the parent had in memory as its child's: a small process between, and that is little."""


MANY = pytest.mark.parametrize("many", [10**5, pytest.param(10**6, marks=pytest.mark.long)])
"""Documents of a test; a million of them take long."""


def run(*arguments):
    """Exit code, output, and most megabytes in memory of a Python of its own."""
    watched = [sys.executable, "-c", WATCH, sys.executable, *arguments]
    done = subprocess.run(watched, capture_output=True, text=True, check=False)
    megabytes = int(done.stderr.splitlines()[-1]) // (MEGABYTE if sys.platform == "darwin" else 1024)
    print(f"{megabytes} MB")
    return done.returncode, done.stdout, megabytes


def count(documents, megabytes):
    """What `cluster` finds in the documents of a generator given as source, in a process that may not take more."""
    code, output, most = run("-c", COUNT.format(sentence=SENTENCE, documents=textwrap.dedent(documents)))
    assert 0 == code
    assert most < megabytes
    return json.loads(output)


def command(path, megabytes=1000):
    """The exit code of ``dedup cluster`` on a path, and the rows it writes, in a process that may not take more."""
    code, output, most = run("-m", "dedup", "cluster", str(path), "--format", "jsonl")
    assert most < megabytes
    return code, [json.loads(line) for line in output.splitlines()]


def expected(**changes):
    """What `count` finds where nothing is found, but for what the test says."""
    nothing = {
        "documents": 0,
        "stories": [],
        "relations": [],
        "canonical": [],
        "singletons": 0,
        "skipped": 0,
        "notes": [],
    }
    return nothing | changes


@MANY
def test_very_many_identical_documents(many):
    """They are one story with all of them as members, all exact copies, in a gigabyte."""
    found = count(f"def documents():\n    for _ in range({many}): yield SENTENCE", megabytes=1000)
    story = {"stories": [many], "relations": ["exact"], "canonical": ["0"]}
    assert expected(documents=many, **story) == found


@MANY
def test_very_many_documents_of_one_id(many):
    """Repeated ids cost no more, and one note tells of all of them."""
    found = count(f"def documents():\n    for _ in range({many}): yield dedup.Document(SENTENCE, 'x')", megabytes=1000)
    ((about, reason),) = found.pop("notes")
    assert "ids" == about
    assert reason.startswith(f"{many - 1:,} ids were used before")
    assert ([many], ["x"]) == (found["stories"], found["canonical"])


@MANY
def test_very_many_empty_documents(many):
    """They are singletons, and no story."""
    found = count(f"def documents():\n    for _ in range({many}): yield ''", megabytes=1000)
    assert expected(documents=many, singletons=many) == found


@pytest.mark.long
def test_a_document_of_100_megabytes_on_one_line():
    """A document of 100 MB, of different words, is read whole, and found in half of it, in three gigabytes."""
    documents = """
    import random
    def documents():
        chosen = random.Random(1)
        text = " ".join(str(chosen.randrange(10**9)) for _ in range(10_000_000))
        yield text
        yield text[:50_000_000]
    """
    story = {"stories": [2], "relations": ["reprint"], "canonical": ["0"]}
    assert expected(documents=2, **story) == count(documents, megabytes=3000)


def test_a_line_of_100_megabytes_through_the_command(tmp_path):
    """The same as a row of JSON Lines in a file, next to an article; the row is a document like any other."""
    with (tmp_path / "rows.jsonl").open("w") as rows:
        rows.write('{"id": "long", "text": "')
        rows.writelines(f"{SENTENCE} " for _ in range(100_000_000 // len(SENTENCE)))
        rows.write(f'"}}\n{{"id": "short", "text": "{SENTENCE}"}}\n')
    code, rows = command(tmp_path, megabytes=3000)
    assert (0, 2) == (code, rows[-1]["documents"])
    (story,) = rows[1:-1]
    assert {"long", "short"} == {member["id"] for member in story["members"]}


def test_a_page_of_one_word_a_million_times():
    """A million times one word is one shingle; twice that is the same article, and a second word is another."""
    documents = """
    def documents():
        yield "word " * 10**6
        yield "word " * (2 * 10**6)
        yield "Word, " * 10**6
        yield "term " * 10**6
    """
    found = count(documents, megabytes=1000)
    assert ([3], ["0"], 1) == (found["stories"], found["canonical"], found["singletons"])


def test_a_word_of_a_million_letters():
    """A word longer than any is a word: with four more it makes a shingle, and its copy is found."""
    word = "a" * 10**6
    report = dedup.cluster([f"{word} b c d e", f"{word} b c d e", f"{word}a b c d e", word])
    assert [["0", "1"]] == [[member.id for member in story.members] for story in report.stories]


def test_ten_thousand_reports_of_one_template():
    """A bucket that is too large to compare in full is bounded and told, with its size, whatever comes of it."""
    documents = """
    def documents():
        body = " ".join(f"term{n}" for n in range(120))
        for day in range(10_000):
            points, shares = day * 7919 % 100_003, day * 31_337 % 1_000_003
            yield f"On day {day} the index closed at {points} points. {body} volume {shares} shares"
    """
    found = count(documents, megabytes=1000)
    assert 10_000 == found["documents"] == sum(found["stories"]) + found["singletons"]
    reasons = [reason for about, reason in found["notes"] if about == "candidates"]
    assert 1 == len(reasons)
    assert "buckets held more than 64 texts, the largest " in reasons[0]


def test_a_label_of_a_million_letters_costs_no_more_than_itself():
    """One long source, title or id among many short ones does not give all of them its width."""
    documents = """
    def documents():
        for number in range(20_000):
            long = "x" * 10**6 if number == 7 else "y"
            yield dedup.Document(SENTENCE, f"{number}{long}", long, long, long)
    """
    found = count(documents, megabytes=500)
    assert [20_000] == found["stories"]


def test_a_source_that_ends_in_nul_is_another():
    """Sources are told apart to their last character: what numpy takes for padding is none."""
    time = datetime.datetime(2026, 1, 1)
    given = [
        Document(SENTENCE * 9, source="wire", published=time),
        Document(SENTENCE * 9 + " indeed", source="wire\0", published=time.replace(hour=1)),
    ]
    (story,) = dedup.cluster(given).stories
    assert ["reprint"] == [copy.relation for copy in story.copies]


@pytest.fixture
def broken(tmp_path):
    """A directory with three copies of one article and everything that can be wrong with a file."""
    good = json.dumps({"id": "row", "text": SENTENCE}).encode()
    (tmp_path / "a.txt").write_text(SENTENCE)
    (tmp_path / "empty.txt").touch()
    (tmp_path / "noise.txt").write_bytes(b"line one\n" + bytes(range(14, 32)) + b"\xdf\n")
    (tmp_path / "nul.txt").write_bytes(b"before\0after")
    bad = [rb'{"text": "a \ud800 b"}', b"[1, 2]", b'"text"', b'{"text": ', b'{"text": "Flu\xdf"}', b'{"text": "a\0"}']
    (tmp_path / "rows.jsonl").write_bytes(b"\n".join([good, *bad, b"", good]) + b"\n")
    noise = gzip.compress(os.urandom(1000) + SENTENCE.encode())
    (tmp_path / "cut.txt.gz").write_bytes(noise[:-20])
    (tmp_path / "plain.txt.gz").write_text("not gzip")
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "up").symlink_to("..")
    return tmp_path


def test_whatever_is_broken_in_a_directory_the_rest_is_processed(broken):
    """Each broken input is named in the footer with file, line and reason; the rest makes its story; exit code 3."""
    code, rows = command(broken)
    footer = rows[-1]
    skipped = {
        (str(Path(skip["path"]).relative_to(broken)), skip["line"]): skip["reason"] for skip in footer["skipped"]
    }
    reasons = {
        ("cut.txt.gz", None): "is cut short",
        ("folder/up", None): "is a symbolic link back to",
        ("gone.txt", None): "cannot be found",
        ("noise.txt", 2): "is not UTF-8: byte 0xDF at offset 27",
        ("nul.txt", 1): "holds a NUL byte",
        ("plain.txt.gz", None): "the compressed data is corrupt",
        ("rows.jsonl", 2): "holds a lone surrogate",
        ("rows.jsonl", 3): "is JSON but not an object (list)",
        ("rows.jsonl", 4): "is JSON but not an object (str)",
        ("rows.jsonl", 5): "is not JSON",
        ("rows.jsonl", 6): "is not UTF-8: byte 0xDF",
        ("rows.jsonl", 7): "holds a NUL byte",
        ("self.txt", None): "cannot be found: Too many levels of symbolic links",
    }
    assert reasons.keys() == skipped.keys()
    assert [] == [(place, skipped[place]) for place, reason in reasons.items() if reason not in skipped[place]]
    assert (3, 4, True) == (code, footer["documents"], footer["complete"])
    assert [["row", "a.txt", "row#2"]] == [[member["id"] for member in row["members"]] for row in rows[1:-1]]
    assert any("row#2" in note["reason"] for note in footer["notes"])
