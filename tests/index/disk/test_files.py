"""The order in which data reach the disk, and the index after a failure half-way."""

import os
from pathlib import Path

import pytest

from dedup.errors import IndexProblem
from dedup.index.disk.files import DurableFiles
from dedup.index.records import Change, Policy, StoryRow
from dedup.index.store import Store
from tests.helpers.index_making import SETTINGS, SMALL, Model, answers, entry, postings, sketch


class Recording(DurableFiles):
    """Files that record their calls, in order."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def reached(self, point: str) -> None:
        """Record that a file is written."""
        self.calls += ["write"] * (point == "file written")

    def sync(self, descriptor: int) -> None:
        """Record the call, and do it."""
        self.calls.append("sync folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "sync")  # noqa: PTH112
        super().sync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Record the call, and do it."""
        self.calls.append("rename")
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        """Record the call, and do it."""
        self.calls.append("remove")
        super().remove(path)


class Failing(DurableFiles):
    """Files that fail at calls of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = ""
        self._chosen = kind

    def arm(self) -> None:
        """Let calls fail from now on."""
        self.kind = self._chosen

    def _fail(self, kind: str) -> None:
        if kind == self.kind:
            raise OSError(28, "No space left on device")

    def reached(self, point: str) -> None:
        """Fail if the point is the kind."""
        self._fail(point)

    def sync(self, descriptor: int) -> None:
        """Fail, or do the call."""
        self._fail("sync")
        super().sync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Fail, or do the call."""
        self._fail("rename")
        super().rename(old, new)

    def sync_folder(self, folder: Path) -> None:
        """Fail, or do the call."""
        self._fail("sync folder")
        super().sync_folder(folder)


def added(number: int) -> Change:
    """Return a change that adds a document."""
    return Change(
        entries=[entry(number, number, number)],
        stories=[StoryRow(number, number)],
        postings=postings([(number, number)]),
    )


def test_a_segment_is_on_the_disk_before_it_is_listed(tmp_path):
    """A segment is written, synced, renamed and listed before the tail and the older segments are removed."""
    files = Recording()
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", files=files, policy=Policy(segments=2)) as store:
        store.commit(added(1))
        store.seal()
        files.calls.clear()
        store._session.database.connection.set_trace_callback(
            lambda statement: files.calls.append(statement) if statement in ("COMMIT", "DELETE FROM tail") else None
        )
        store.commit(added(2))
        store.seal()
    order = ["COMMIT", "write", "sync", "rename", "sync folder", "DELETE FROM tail", "COMMIT", "remove"]
    assert order == files.calls


def test_the_log_is_synced_before_segments_are_removed(tmp_path):
    """The commit that lists a segment is durable even if others are not, for older segments are removed then."""
    with Store.open(tmp_path / "a.dedup", SETTINGS, "w", durable=False) as store:
        statements: list[str] = []
        store._session.database.connection.set_trace_callback(statements.append)
        store.commit(added(1))
        store.seal()
        chosen = [text for text in statements if "synchronous" in text or text == "COMMIT"]
        assert ["COMMIT", "PRAGMA synchronous = FULL", "COMMIT", "PRAGMA synchronous = NORMAL"] == chosen


@pytest.mark.parametrize(
    "kind", ["commit begun", "committing", "file written", "sync", "rename", "sync folder", "listing", "listed"]
)
@pytest.mark.parametrize("harm", ["gone", "zeros", "half", "flipped"])
def test_after_a_failure_the_index_goes_on_when_it_is_opened_again(tmp_path, kind, harm):
    """After a failure the store answers nothing; opened again it has all commits, whatever unlisted files hold."""
    path, model, files = tmp_path / "a.dedup", Model(), Failing(kind)
    store = Store.open(path, SETTINGS, "w", files=files, policy=Policy(seal=40, runs=3))
    files.arm()
    with pytest.raises(IndexProblem, match="No space left on device"):
        for number in range(1, 60):
            store.commit(added(number))
            model.apply(added(number))
    with pytest.raises(IndexProblem, match="open it again"):
        answers(store)
    store.close()
    with Store.open(path) as reader:
        listed = {name for name, *_ in reader.counts().segments}
    for file in (path / "segments").iterdir():
        data = file.read_bytes()
        if file.name in listed:
            continue
        file.unlink()
        if harm != "gone":
            file.write_bytes({"zeros": bytes(len(data)), "half": data[: len(data) // 2], "flipped": data[::-1]}[harm])
    after = Model()
    for number in range(1, model.next_document + 1):
        after.apply(added(number))
    with Store.open(path, SETTINGS, "w", policy=SMALL) as store:
        assert answers(store) in (model.answers(), after.answers())
        assert [] == store.check()
        store.commit(added(store.next_document))
        assert listed == {file.name for file in (path / "segments").iterdir()} or store.counts().segments


@pytest.mark.parametrize("most", [12, 22, 40])
def test_a_database_that_may_not_grow(tmp_path, most):
    """At each limit of pages the commit that does not fit fails as a whole, and the commits before it remain."""
    path, model = tmp_path / "a.dedup", Model()
    with (
        pytest.raises(IndexProblem, match="full"),
        Store.open(path, SETTINGS, "w", durable=False, policy=Policy(most=most)) as store,
    ):
        for number in range(1, 2000):
            store.commit(added(number))
            model.apply(added(number))
    with Store.open(path, SETTINGS, "w") as store:
        assert [] == store.check()
        assert model.next_document == store.next_document
        store.commit(added(store.next_document))
        store.commit(Change(), [sketch(store.documents(store.all_numbers().tolist()))])
        assert [] == store.check()
