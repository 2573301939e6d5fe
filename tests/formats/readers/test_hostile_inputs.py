"""Inputs that stop a library, or take it too long, cost themselves only: what stands beside them is read."""

import json
import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup

WORDS = "The ferry to the island sails at nine from the old harbour, and the mayor is on board."


@pytest.mark.parametrize(
    "mail",
    [b"Content-Type: text/plain; " + b"a*0*=x;" * 20_000, b"Content-Type: message/rfc822\n\n" * 3_000],
    ids=["long header", "nested too deep"],
)
def test_a_mail_that_stops_the_library_costs_that_mail_only(tmp_path: Path, mail: bytes) -> None:
    """The mails behind it in an mbox are read, and soon."""
    line = b"From a@b.example Mon Jan  1 00:00:00 2024\n"
    path = tmp_path / "a.mbox"
    path.write_bytes(line + mail + b"\n\nOne.\n\n" + line + b"Subject: b\n\nTwo words.\n")
    started = time.process_time()
    assert "Two words." == [*dedup.read(path)][-1].text.strip()
    assert time.process_time() - started < 10


def test_millions_of_blank_lines_take_no_time_and_count(tmp_path: Path) -> None:
    """Blank lines before a row are counted, and those with spaces too."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n" * 3_000_000 + b" \n\t\r\n" + json.dumps({"text": WORDS}).encode() + b"\n\n\n")
    started = time.process_time()
    assert ["a.jsonl:3000003"] == [document.id.rpartition("/")[2] for document in dedup.read(path)]
    assert time.process_time() - started < 3


def test_json_nested_without_end_takes_no_time(tmp_path: Path) -> None:
    """Brackets that nest 100,000 deep are a skip, without time in their square."""
    path = tmp_path / "a.json"
    path.write_text('{"a":' * 100_000 + "1" + "}" * 100_000)
    started = time.process_time()
    with pytest.raises(dedup.InputError, match="JSON that no document has"):
        dedup.cluster(dedup.read(path))
    assert time.process_time() - started < 5


def test_files_whose_names_are_not_unicode_are_read_beside_workers(tmp_path: Path) -> None:
    """Two workers read such files of one document, of lines and of columns, as one process does."""
    for number in range(300):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/%d\xe9.txt" % number)).write_text(f"{WORDS} {number}")
    rows = "".join(json.dumps({"text": f"{WORDS} row {number}"}) + "\n" for number in range(30_000))
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xe9.jsonl")).write_text(rows)
    with Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xe9.parquet")).open("wb") as file:
        pq.write_table(pa.table({"text": [WORDS]}), file)
    assert 30_301 == dedup.cluster(dedup.read(tmp_path), workers=2).documents


def test_a_table_with_a_column_twice_is_named(tmp_path: Path) -> None:
    """No one can tell which of two columns holds the texts."""
    pq.write_table(pa.Table.from_arrays([pa.array([WORDS])] * 2, names=["text", "text"]), tmp_path / "a.parquet")
    with pytest.raises(dedup.InputError, match="several columns 'text'"):
        dedup.cluster(dedup.read(tmp_path))


def test_numbers_that_python_does_not_write_stop_nothing() -> None:
    """An id of 5,000 digits costs its document, and a title of 5,000 digits is left out with a note."""
    rows = [{"text": WORDS, "id": 10**5000}, {"text": WORDS, "title": -(10**5000)}, {"text": WORDS, "id": [10**5000]}]
    report = dedup.cluster(rows)
    assert (1, 2) == (report.documents, sum(skip.count for skip in report.skipped))
    assert "title in 1 document" in report.notes[0].reason
