"""Damaged files give the right answer or an error: never a wrong answer, never a crash."""

import subprocess
import sys
from pathlib import Path

import pytest

from dedup.errors import IndexCorrupt, IndexProblem, InputError
from dedup.index.records import FORGOTTEN
from dedup.index.store import Store
from tests.helpers.index_making import SETTINGS, answers, made, sketch

PROGRAM = Path(__file__).parents[1] / "helpers" / "index_damaging.py"


def damage(folder: Path, *arguments: str) -> None:
    """Run the program, which prints each wrong answer."""
    run = subprocess.run(
        [sys.executable, PROGRAM, arguments[0], folder, *arguments[1:]], capture_output=True, text=True
    )
    assert 0 == run.returncode, run.stdout + run.stderr


def test_files_that_were_cut_short(tmp_path):
    """Files that are cut at every 512 bytes give the right answers or are corrupt."""
    damage(tmp_path, "cut")


@pytest.mark.parametrize("count", ["60", pytest.param("500", marks=pytest.mark.long)])
def test_flipped_bits(tmp_path, count):
    """Files with one flipped bit give the right answers or are corrupt."""
    damage(tmp_path, "flip", count)


@pytest.mark.parametrize("count", ["20", pytest.param("200", marks=pytest.mark.long)])
def test_flipped_bits_of_the_log(tmp_path, count):
    """A bad frame ends the log of a dead writer: the index answers as at an earlier commit."""
    damage(tmp_path, "log", count)


def test_swapped_and_spliced_segments(tmp_path):
    """A segment that is replaced by another one, or by half of another one, is corrupt."""
    damage(tmp_path, "splice")


def test_damaged_segments_are_made_anew(tmp_path):
    """A missing or damaged segment is reported, prevents answers, and is rebuilt from the documents."""
    path = tmp_path / "a.dedup"
    model, _ = made(path, 30)
    for harm in (lambda file: file.unlink(), lambda file: file.write_bytes(file.read_bytes()[:-9] + b"bad bytes")):
        harm(next((path / "segments").iterdir()))
        with Store.open(path, mode="w") as store, pytest.raises(IndexCorrupt, match=r"check\(fix=True\)"):
            answers(store)
        with Store.open(path, mode="w") as store:
            assert 1 == len(store.check())
            assert 1 == len(store.check(fix=True, sketch=sketch))
            assert [] == store.check()
            assert model.answers() == answers(store)
    with Store.open(path) as store:
        assert model.answers() == answers(store)


def test_a_document_that_cannot_be_read_is_removed_by_a_fix(tmp_path):
    """A document with a changed text is reported by its id, and a fix removes it and leaves a sound index."""
    path = tmp_path / "a.dedup"
    model, _ = made(path, 30)
    lost = max(model.documents.values(), key=lambda entry: len(entry.document.text))
    with Store.open(path, mode="w") as store:
        connection = store._session.database.connection
        connection.execute("UPDATE texts SET value = zeroblob(9) WHERE number = ?", (lost.number,))
        with pytest.raises(IndexCorrupt, match=lost.document.id):
            store.documents([lost.number])
        problems = store.check(fix=True, sketch=sketch)
        assert 1 == len(problems)
        assert lost.document.id in problems[0]
        assert [] == store.check()
        assert store.number(lost.document.id) is None
        assert sorted({*model.documents} - {lost.number}) == store.all_numbers().tolist()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DELETE FROM documents WHERE number = (SELECT max(number) FROM documents)", "no row"),
        ("DELETE FROM stories WHERE number = (SELECT max(number) FROM stories)", "no row"),
        ("DELETE FROM events WHERE number = 3", "events are missing"),
        ("DELETE FROM events WHERE number = (SELECT max(number) FROM events)", "events are missing"),
        ("DELETE FROM tail", "commits are missing"),
        ("UPDATE documents SET seen = 1e9 WHERE number = (SELECT max(number) FROM documents)", "damaged"),
        ("UPDATE documents SET story = 1 + story WHERE number = (SELECT max(number) FROM documents)", "damaged"),
        ("UPDATE stories SET canonical = 1 + canonical WHERE number = (SELECT max(number) FROM stories)", "damaged"),
        ("UPDATE events SET kind = 'left' WHERE number = 1", "damaged"),
        ("DELETE FROM meta WHERE name = 'gone'", "not there"),
        ("UPDATE meta SET value = X'00' WHERE name = 'counters'", "damaged"),
        ("UPDATE tail SET value = zeroblob(48)", "damaged"),
    ],
)
def test_rows_that_were_changed_are_noticed(tmp_path, statement, message):
    """A row that another program changed is reported by reading it, and by the check."""
    path = tmp_path / "a.dedup"
    _, store = made(path, 10, close=False)
    with store:
        store._session.database.connection.execute(statement)
    with Store.open(path) as reader:
        assert any(message in problem for problem in reader.check())
        with pytest.raises(IndexCorrupt, match=message):
            answers(reader)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM stories",
        "DELETE FROM stories WHERE number = (SELECT max(story) FROM documents)",
        "UPDATE stories SET canonical = 1 + canonical",
        "DELETE FROM documents WHERE number IN (SELECT canonical FROM stories)",
        "DELETE FROM documents",
        "UPDATE documents SET seen = 1e9 WHERE number = (SELECT max(number) FROM documents)",
    ],
)
def test_stories_are_mended(tmp_path, statement):
    """After a fix each document is in a story, and a document of the story leads it, whatever rows are lost."""
    path = tmp_path / "a.dedup"
    made(path, 30)
    with Store.open(path, mode="w") as store:
        store._session.database.connection.execute(statement)
    with Store.open(path, mode="w") as store:
        assert store.check()
        store.check(fix=True, sketch=sketch)
        assert [] == store.check()
        numbers = store.all_numbers().tolist()
        rows = {row.number: row for row in store.all_stories()}
        assert rows.keys() >= set(store.stories_of(numbers).values())
        assert {row.canonical for row in rows.values() if not row.alias} <= {*numbers, FORGOTTEN}


@pytest.mark.parametrize("name", [b"other TEXT", b"fingerprint BLOB", b"canonical INTEGER", b"documents"])
def test_names_that_are_no_text(tmp_path, name):
    """A byte that is not UTF-8 in the name of a table or a column is damage, wherever Python reads the name."""
    path = tmp_path / "a.dedup"
    made(path, 5)
    file = path / "documents.sqlite"
    file.write_bytes(file.read_bytes().replace(name, bytes([name[0] | 128]) + name[1:]))
    with pytest.raises(IndexCorrupt), Store.open(path) as store:
        answers(store)


def test_a_fix_needs_a_way_to_sketch_and_a_writer(tmp_path):
    """The error of a fix names the missing function or the missing mode."""
    path = tmp_path / "a.dedup"
    made(path, 30)
    with Store.open(path, SETTINGS) as reader:
        with pytest.raises(InputError, match="sketched"):
            reader.check(fix=True)
        assert [] == reader.check(fix=True, sketch=sketch)
    next((path / "segments").iterdir()).unlink()
    with Store.open(path, SETTINGS) as reader, pytest.raises((InputError, IndexProblem), match="mode='w'"):
        reader.check(fix=True, sketch=sketch)
