"""Links, pipes and devices in place of files: nothing behind a link is written or removed, and nothing waits."""

import os
import sqlite3
from pathlib import Path

import pytest

import dedup
from dedup.errors import IndexCorrupt
from tests.helpers.limited import SENTENCE, index_of, run_limited

NAMES = ("documents.sqlite", "documents.sqlite-wal", "documents.sqlite-shm", "documents.sqlite-journal")


@pytest.fixture
def article(tmp_path):
    """A file with an article."""
    path = tmp_path / "a.txt"
    path.write_text(SENTENCE)
    return path


@pytest.fixture
def precious(tmp_path):
    """A file that nobody may change."""
    path = tmp_path / "precious"
    path.write_text("precious")
    return path


@pytest.mark.parametrize("option", ["--output", "--keep", "--drop", "--to-label"])
def test_results_are_not_written_through_a_link(tmp_path, article, precious, option):
    """Each option that writes a file refuses a link, and its target stays."""
    (tmp_path / "link.jsonl").symlink_to(precious)
    arguments = ["2", tmp_path / "link.jsonl"] if option == "--to-label" else [tmp_path / "link.jsonl"]
    assert 2 == run_limited("cluster", article, option, *arguments).code
    assert "precious" == precious.read_text()


@pytest.mark.parametrize(
    ("option", "text"),
    [("--config", ""), ("--boilerplate", ""), ("--pairs", '{"a": "one", "b": "two", "same": true}')],
)
def test_a_file_that_is_read_is_not_replaced(tmp_path, article, option, text):
    """No result replaces a file of settings, rulings or pairs."""
    path = tmp_path / "read.jsonl"
    path.write_text(text)
    done = run_limited("cluster", article, option, path, "--output", path)
    assert (2, text) == (done.code, path.read_text())
    assert "the command reads this file" in done.err


@pytest.mark.parametrize("option", ["--config", "--boilerplate", "--pairs", "--output", "--keep", "--drop"])
def test_a_pipe_makes_nothing_wait(tmp_path, article, option):
    """A pipe without another end is a clear error for each option that names a file."""
    os.mkfifo(tmp_path / "pipe.jsonl")
    done = run_limited("cluster", article, option, tmp_path / "pipe.jsonl", seconds=5)
    assert (2, True) == (done.code, "named pipe" in done.err)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
@pytest.mark.parametrize("option", ["--config", "--boilerplate", "--pairs"])
def test_an_endless_device_is_not_read(article, option, device):
    """A device in place of a file is a clear error, in little memory."""
    done = run_limited("cluster", article, option, device, seconds=5, megabytes=800)
    assert (2, True) == (done.code, "a device, not a file" in done.err)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["r", "w"])
def test_a_link_in_an_index_is_damage(tmp_path, precious, name, mode):
    """A link or a pipe of a name of the database is refused before SQLite sees it."""
    path = index_of(tmp_path, SENTENCE)
    (path / name).unlink(missing_ok=True)
    (path / name).symlink_to(precious)
    with pytest.raises(IndexCorrupt, match=f"{name} is a link, not a file"):
        dedup.Index.open(path, mode=mode)
    assert "precious" == precious.read_text()
    (path / name).unlink()
    os.mkfifo(path / name)
    with pytest.raises(IndexCorrupt, match=f"{name} is a named pipe, not a file"):
        dedup.Index.open(path, mode=mode)


def test_a_folder_of_segments_that_is_a_link_is_damage(tmp_path):
    """No file behind a link in place of the segments is removed."""
    path = index_of(tmp_path, SENTENCE)
    other = tmp_path / "other"
    other.mkdir()
    (other / "0000000009.postings").write_text("precious")
    (path / "segments").rmdir()
    (path / "segments").symlink_to(other)
    with pytest.raises(IndexCorrupt, match="segments is a link, not a folder"):
        dedup.Index.open(path)
    assert [other / "0000000009.postings"] == list(other.iterdir())


def test_an_export_has_no_foreseeable_name(tmp_path, precious):
    """Links of names that end in .part stay as they are, and so does their target."""
    path = index_of(tmp_path, SENTENCE)
    for name in ("x.packed.part", "x.packed.documents.sqlite.part"):
        (tmp_path / name).symlink_to(precious)
    assert 0 == run_limited("index", "export", path, tmp_path / "x.packed").code
    assert "precious" == precious.read_text()


def test_files_of_an_index_are_as_private_as_its_folder(tmp_path):
    """In a folder that only its owner may see, the others can read no file."""
    path = tmp_path / "i"
    path.mkdir(mode=0o700)
    index_of(tmp_path, *(f"{SENTENCE} number {number}" for number in range(20)))
    files = [file for file in path.rglob("*") if file.is_file()]
    assert {0o600} == {file.stat().st_mode & 0o777 for file in files}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON documents BEGIN DELETE FROM events; END",
        "CREATE UNIQUE INDEX u ON documents (seen)",
        "CREATE VIEW v AS SELECT * FROM documents",
        "CREATE TABLE t (x)",
        "ALTER TABLE documents ADD COLUMN more",
    ],
)
def test_a_schema_of_others_is_refused(tmp_path, statement):
    """An index with a trigger, a view, or a table, index or column more is damage, also when it is imported."""
    path = index_of(tmp_path, SENTENCE)
    with sqlite3.connect(path / "documents.sqlite") as database:
        database.executescript(statement)
    database.close()
    for mode in ("r", "w"):
        with pytest.raises(IndexCorrupt, match="that no index has"):
            dedup.Index.open(path, mode=mode)


def test_a_run_folder_with_links_is_refused(tmp_path, article, precious):
    """A run neither cuts nor writes a file behind a link in its folder."""
    for name in ("run.json", "spill-00-0", "0.results.part", "0.sizes"):
        folder = tmp_path / f"run-{name}"
        folder.mkdir()
        if name != "run.json":
            (folder / "run.json").touch()
        (folder / name).symlink_to(precious)
        run_limited("cluster", article, "--run", folder)
        assert "precious" == precious.read_text()


@pytest.mark.parametrize(
    ("kind", "limit"), [("RLIMIT_NOFILE", 16), ("RLIMIT_FSIZE", 100_000)], ids=["descriptors", "disk"]
)
@pytest.mark.parametrize("workers", [1, 2])
def test_limits_of_the_system_are_one_line(tmp_path, kind, limit, workers):
    """With few descriptors or a full disk a run ends with its results, or with one line of error."""
    import resource

    for number in range(100):
        (tmp_path / f"{number}.txt").write_text(" ".join(f"{word}{number}" for word in SENTENCE.split() * 20))
    number = getattr(resource, kind)
    done = run_limited(
        "cluster", tmp_path, "--workers", workers, before=lambda: resource.setrlimit(number, (limit, limit))
    )
    assert done.code in {0, 2, 5}
    assert "Traceback" not in done.err


def test_a_full_standard_error_stops_nothing(article):
    """Results come also when standard error takes nothing."""
    with Path("/dev/full").open("wb") as full:
        done = run_limited("cluster", article, "--format", "jsonl", stderr=full)
    assert (0, 1) == (done.code, done.rows[-1]["documents"])


def test_a_terminal_of_a_billion_columns(article):
    """The environment cannot ask for lines of a gigabyte."""
    assert 0 == run_limited("cluster", article, env={"COLUMNS": "1000000000"}, megabytes=800).code
