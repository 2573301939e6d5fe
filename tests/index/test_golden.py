"""An index of each released format is still read, and gives the same answers.

``python -m tests.index.test_golden`` makes the files of the current format, once. The files then stay as they are.
"""

import contextlib
import datetime
import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import zstandard

from dedup.errors import IndexMismatch
from dedup.index import changes
from dedup.index.disk.codec import checksum
from dedup.index.disk.database import FORMAT, NAME, Database
from dedup.index.disk.files import FILES
from dedup.index.export import import_index
from dedup.index.migrations import migrate
from dedup.index.records import Change, StoryRow
from dedup.index.store import Store
from tests.helpers.index_making import SMALL, answers, entry, made

GOLDEN = Path(__file__).with_name("golden")


NEW_FIELDS = dict.fromkeys(("canonical_url", "syndicated_from", "publisher", "author", "language"), "") | {
    "modified": None
}
"""The fields of a document that formats 1 to 3 do not have."""


def golden_answers(version: int) -> Any:
    """Return the answers of the index of a format, with all fields of its documents."""
    answers = json.loads((GOLDEN / f"format-{version}.json").read_text("utf-8"))
    for row in answers["documents"]:
        row[1] = {**NEW_FIELDS, **row[1]}
    if version < 7:
        answers["hand"] = []
    if version < 6:
        answers["knowledge"][1], answers["remembered"] = "", []
    if version < 5:
        answers["stories"] = [with_first_and_seen(row, answers["documents"]) for row in answers["stories"]]
    return answers


def with_first_and_seen(story: list[int], documents: list[Any]) -> list[Any]:
    """Return the row of a story of formats 1 to 4 with the two columns that its documents give it."""
    times = [seen for _, _, _, of_story, seen, *_ in documents if of_story == story[0]]
    return [*story, min(times, default=0.0), len(times)]


def add_page(store: Store) -> None:
    """Add a document that has all fields of a page."""
    new = entry(store.next_document, 7, store.next_story)
    page = msgspec.structs.replace(
        new.document,
        canonical_url="https://wire.example/7",
        syndicated_from="The Wire",
        publisher="Wire Press",
        author="Ada Ä. Author",
        language="de-AT",
        modified=datetime.datetime(2026, 3, 2, 7, 30, tzinfo=datetime.UTC),
    )
    store.commit(Change([new._replace(document=page)], stories=[StoryRow(new.story, new.number)]))


def plain(store: Store) -> Any:
    """Return the answers of an index, as JSON holds them."""
    return json.loads(msgspec.json.encode(answers(store)))


@pytest.mark.parametrize("version", range(1, FORMAT + 1))
@pytest.mark.parametrize("mode", ["r", "w"])
def test_an_index_of_a_released_format_answers_as_it_did(tmp_path, version, mode):
    """An imported index gives the answers of its time and is sound, after a writer has migrated an older one."""
    exported = zstandard.decompress((GOLDEN / f"format-{version}.export.zst").read_bytes())
    (tmp_path / "a.export").write_bytes(exported)
    import_index(tmp_path / "a.export", tmp_path / "a.dedup")
    if version < FORMAT and mode == "r":
        with pytest.raises(IndexMismatch, match="mode='w'"):
            Store.open(tmp_path / "a.dedup")
        Store.open(tmp_path / "a.dedup", mode="w").close()
    with Store.open(tmp_path / "a.dedup", mode=mode) as store:
        assert golden_answers(version) == plain(store)
        assert [] == store.check()
        assert store.counts().segments
        assert FORMAT == store.counts().format


@pytest.mark.parametrize("version", range(1, FORMAT))
def test_each_step_ends_in_a_format_of_its_own(tmp_path, version):
    """A migration that stopped after any step goes on from there, and formats before 6 have fingerprints of 64 bits."""
    exported = zstandard.decompress((GOLDEN / f"format-{version}.export.zst").read_bytes())
    (tmp_path / "a.export").write_bytes(exported)
    import_index(tmp_path / "a.export", tmp_path / "a.dedup")
    for latest in range(version, FORMAT):
        with contextlib.closing(Database(tmp_path / "a.dedup" / NAME, "w", True, SMALL)) as database:
            migrate(tmp_path / "a.dedup", database, "w", FILES, latest=latest)
            assert latest == database.get("format", int)
            kinds = database.execute("SELECT DISTINCT typeof(fingerprint) FROM documents").fetchall()
            assert [("integer" if version < 6 else "blob",)] == kinds
    with Store.open(tmp_path / "a.dedup", mode="w") as store:
        assert golden_answers(version) == plain(store)
        assert [] == store.check()


def test_an_older_index_goes_on_as_a_new_one(tmp_path):
    """Texts that were packed before there were dictionaries are read beside texts that are packed with one."""
    exported = zstandard.decompress((GOLDEN / "format-1.export.zst").read_bytes())
    (tmp_path / "a.export").write_bytes(exported)
    import_index(tmp_path / "a.export", tmp_path / "a.dedup")
    with Store.open(tmp_path / "a.dedup", mode="w", policy=SMALL) as store:
        before = store.documents(store.all_numbers())
        number, story = store.next_document, store.next_story
        for offset in range(2):
            new = entry(number + offset, 7, story + offset)
            store.commit(Change([new], stories=[StoryRow(new.story, new.number)]))
        assert store.using
        assert before == store.documents([stored.number for stored in before])
        assert [new] == store.documents([new.number])
        assert [] == store.check()


def test_the_keys_of_look_ups_are_what_they_were():
    """The keys stay the same, for other keys would find nothing in existing indexes."""
    assert [888810216, 57660158] == changes.name_keys(["", "https://site.example/ß"], 25214903917).tolist()
    assert [2654435761, 1013904226, 0] == changes.story_keys(np.array([1, 2, 2**32])).tolist()
    assert 3919352000621131166 == checksum(b"a row", 3)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        _, store = made(Path(folder, "a.dedup"), 25, close=False)
        with store:
            add_page(store)
            store.export(Path(folder, "a.export"))
            (GOLDEN / f"format-{FORMAT}.json").write_text(json.dumps(plain(store), ensure_ascii=False), "utf-8")
        packed = zstandard.compress(Path(folder, "a.export").read_bytes(), 19)
        (GOLDEN / f"format-{FORMAT}.export.zst").write_bytes(packed)
