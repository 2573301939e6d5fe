"""Opening an index: one writer, any number of readers, the right format and the right settings."""

import contextlib
import errno
import os
import secrets
import subprocess
import sys
import threading

import pytest

from dedup import Index
from dedup.errors import IndexExists, IndexLocked, IndexMismatch, IndexMissing, IndexProblem
from dedup.index import migrations, open_index
from dedup.index.disk.database import FORMAT
from dedup.index.disk.files import DurableFiles
from dedup.index.records import Change, StoryRow
from dedup.index.store import Store
from dedup.settings import PUBLIC_SEED, Settings
from tests.helpers.index_making import SETTINGS, SMALL, answers, entry, made


def test_a_second_writer_is_told_at_once_who_writes(tmp_path):
    """A second writer, in any process, gets the number of the process with the lock, and readers get in."""
    path = tmp_path / "a.dedup"
    program = f"from dedup.index.store import Store; Store.open({str(path)!r}, mode='w')"
    with Store.open(path, SETTINGS, "w"):
        with pytest.raises(IndexLocked, match=f"process {os.getpid()} writes"):
            Store.open(path, mode="w")
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert f"IndexLocked: {path}: process {os.getpid()} writes" in other.stderr
        Store.open(path).close()
    assert 0 == subprocess.run([sys.executable, "-c", program], check=False).returncode


def test_a_second_writer_waits(tmp_path):
    """A writer with a timeout gets the lock when the other closes the index, and else is told how long it waited."""
    path = tmp_path / "a.dedup"
    first = Store.open(path, SETTINGS, "w")
    with pytest.raises(IndexLocked, match=r"writes to this index, also after 0\.2 seconds"):
        Store.open(path, mode="w", timeout=0.2)
    threading.Timer(0.1, first.close).start()
    Store.open(path, mode="w", timeout=60).close()


@pytest.mark.parametrize("name", ["lock", "lock.pid"])
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_links_at_the_lock_are_not_written_through(tmp_path, name, link):
    """A link of the name of a file of the lock leaves its target as it is."""
    (tmp_path / "a.dedup").mkdir()
    (tmp_path / "mine").write_text("precious")
    link(tmp_path / "mine", tmp_path / "a.dedup" / name)
    with contextlib.suppress(IndexProblem):
        Store.open(tmp_path / "a.dedup", mode="w").close()
    assert "precious" == (tmp_path / "mine").read_text()


def test_a_lock_that_is_no_file_is_refused(tmp_path):
    """A link or a pipe of the name of the lock is an error with the path and the cure."""
    path = tmp_path / "a.dedup"
    made(path, 1)
    (path / "lock").unlink()
    os.mkfifo(path / "lock")
    with pytest.raises(IndexProblem, match="lock is no file: remove it"):
        Store.open(path, mode="w")


def test_a_file_system_without_locks_is_refused(tmp_path, monkeypatch):
    """Where the system cannot lock a file, no writer opens an index."""

    def fail(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", fail)
    with pytest.raises(IndexProblem, match="the file system has no locks"):
        Store.open(tmp_path / "a.dedup", mode="w")


def test_the_lock_goes_with_the_process(tmp_path):
    """The lock file of a dead process does not lock the index."""
    path = tmp_path / "a.dedup"
    made(path, 1)
    (path / "lock").write_text("12345\n")
    Store.open(path, mode="w").close()


@pytest.mark.parametrize("name", ["a.dedup", "b/c.dedup"])
def test_nothing_there_to_read(tmp_path, name):
    """A reader makes no index, and its error says how to make one."""
    with pytest.raises(IndexMissing, match="opening it to write"):
        Store.open(tmp_path / name)
    assert [] == list(tmp_path.iterdir())


def test_a_writer_makes_no_folders_but_its_own(tmp_path):
    """A writer needs the parent folder of the index."""
    with pytest.raises(IndexMissing, match="make it first"):
        Store.open(tmp_path / "b" / "c.dedup", mode="w")


def test_something_else_is_left_alone(tmp_path):
    """No index is made in place of a file, in a folder with other files, or beside segments without a database."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("mine")
    made(tmp_path / "a.dedup", 30)
    (tmp_path / "a.dedup" / "documents.sqlite").unlink()
    for name in ("file", "folder", "a.dedup"):
        with pytest.raises(IndexExists):
            Store.open(tmp_path / name, mode="w")
    assert "mine" == (tmp_path / "folder" / "notes.txt").read_text()


def test_other_settings_are_refused_by_name(tmp_path):
    """The error names each different setting with both values; without settings the index keeps its settings."""
    path = tmp_path / "a.dedup"
    Store.open(path, Settings(k=256, prefer=("a",)), "w").close()
    with pytest.raises(
        IndexMismatch, match=r"k is 256, not 128; prefer is \('a',\), not \(\)\. Leave the settings out"
    ):
        Store.open(path, Settings())
    for mode in ("r", "w"):
        with Store.open(path, mode=mode) as store:
            assert Settings(k=256, prefer=("a",)) == store.settings
        Store.open(path, Settings(k=256, prefer=("a",)), mode).close()
    with Store.open(tmp_path / "b.dedup", mode="w") as store:
        assert Settings() == store.settings


def test_settings_of_another_version_are_refused(tmp_path):
    """An index with a setting that this version does not know is refused."""
    path = tmp_path / "a.dedup"
    with Store.open(path, mode="w") as store:
        store._session.database.put("settings", {**Settings().to_mapping(), "colour": "blue"})
    with pytest.raises(IndexMismatch, match="another version"):
        Store.open(path)


@pytest.mark.parametrize(("version", "message"), [(FORMAT + 1, "newer version"), (0, "older version")])
def test_other_formats_are_refused(tmp_path, version, message):
    """The error for a newer or too old format names the version of dedup that can open it."""
    path = tmp_path / "a.dedup"
    with Store.open(path, mode="w") as store:
        store._session.database.put("format", version)
    with pytest.raises(IndexMismatch, match=message):
        Store.open(path, mode="w")


def test_an_older_format_is_brought_up_step_by_step(tmp_path):
    """Each step runs once, in order, when a writer opens the index, and a reader is refused before."""
    path = tmp_path / "a.dedup"
    steps_run = []
    steps = {number: (lambda database, number=number: steps_run.append(number)) for number in (1, 2)}
    with Store.open(path, mode="w") as store:
        database = store._session.database
        database.put("format", 1)
        with pytest.raises(IndexMismatch, match="once with mode='w'"):
            migrations.migrate(path, database, "r", DurableFiles(), steps, 3)
        for _ in range(2):
            migrations.migrate(path, database, "w", DurableFiles(), steps, 3)
        assert ([1, 2], 3) == (steps_run, database.get("format", int))


def test_four_readers_while_segments_merge(tmp_path):
    """Four readers that stay open answer as the writer after each commit."""
    path = tmp_path / "a.dedup"
    _, store = made(path, 5, close=False)
    readers = [Store.open(path) for _ in range(4)]
    with store:
        for number in range(store.next_document, store.next_document + 40, 4):
            numbers = range(number, number + 4)
            new = [entry(added, added % 60, store.next_story) for added in numbers]
            store.commit(Change(entries=new, stories=[StoryRow(store.next_story, number)]))
            expected = answers(store)
            assert all(expected == answers(reader) for reader in readers)
        assert SMALL.seal < 10**6
    for reader in readers:
        assert expected == answers(reader)
        reader.close()


def test_a_folder_that_can_only_be_read(tmp_path):
    """A copy of a closed index is read without writing a byte into it."""
    path = tmp_path / "a.dedup"
    model, _ = made(path, 10)
    before = {file.name: file.read_bytes() for file in path.rglob("*") if file.is_file() and "sqlite-" not in file.name}
    with Store.open(path) as store:
        assert model.answers() == answers(store)
    assert before == {
        file.name: file.read_bytes() for file in path.rglob("*") if file.is_file() and "sqlite-" not in file.name
    }


def test_a_new_index_draws_a_secret_seed(tmp_path, monkeypatch):
    """Two new indexes have different seeds that nobody knows, and go on with them under settings that name none."""
    monkeypatch.setattr(open_index, "secrets", secrets)
    seeds = set()
    for name in ("a", "b"):
        with Index.open(tmp_path / name, k=64) as index:
            seeds.add(index.settings.seed)
        for settings in (Settings(k=64), {"k": 64}, None):
            with Index.open(tmp_path / name, settings) as index:
                assert index.settings.seed in seeds and "seed" not in index.stats().settings
    assert 2 == len(seeds - {PUBLIC_SEED})


@pytest.mark.parametrize("seed", [5, PUBLIC_SEED])
def test_a_seed_that_is_named_is_the_seed(tmp_path, seed):
    """An index has the seed that its first opening names, and refuses another one without printing either."""
    with Index.open(tmp_path / "a.dedup", seed=seed) as index:
        assert seed == index.settings.seed
    Index.open(tmp_path / "a.dedup", Settings()).close()
    with pytest.raises(IndexMismatch, match="seed is another one") as refused:
        Index.open(tmp_path / "a.dedup", seed=987654321987)
    assert "987654321987" not in str(refused.value)
