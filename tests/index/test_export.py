"""An index as one file, and back."""

import random

import pytest

from dedup.errors import IndexCorrupt, IndexExists, IndexMissing, IndexProblem
from dedup.index.export import import_index
from dedup.index.store import Store
from tests.helpers.index_making import SETTINGS, answers, made


@pytest.mark.parametrize("mode", ["r", "w"])
def test_what_was_exported_is_imported(tmp_path, mode):
    """The copy of an index in use answers as the index at the moment of the export, and is sound."""
    path = tmp_path / "a.dedup"
    model, store = made(path, 30, close=False)
    expected = model.answers()
    with store:
        if mode == "w":
            store.export(tmp_path / "a.export")
        else:
            with Store.open(path) as reader:
                reader.export(tmp_path / "a.export")
        store.commit(model.draw(99))
    import_index(tmp_path / "a.export", tmp_path / "b.dedup")
    with Store.open(tmp_path / "b.dedup", SETTINGS, "w") as copy:
        assert expected == answers(copy)
        assert [] == copy.check()
    assert {"a.dedup", "a.export", "b.dedup"} == {path.name for path in tmp_path.iterdir()}


def test_a_damaged_file_leaves_nothing_behind(tmp_path):
    """A file that is cut anywhere, or has a flipped bit, is reported, and no index is made."""
    made(tmp_path / "a.dedup", 10)
    with Store.open(tmp_path / "a.dedup") as store:
        store.export(tmp_path / "a.export")
    whole = (tmp_path / "a.export").read_bytes()
    draw = random.Random(1)
    damaged = [whole[: draw.randrange(len(whole))] for _ in range(20)] + [whole + b"more"]
    for _ in range(40):
        data = bytearray(whole)
        data[draw.choice([draw.randrange(200), draw.randrange(len(data))])] ^= 1 << draw.randrange(8)
        damaged.append(bytes(data))
    for data in damaged:
        (tmp_path / "b.export").write_bytes(data)
        with pytest.raises(IndexCorrupt, match="export it again"):
            import_index(tmp_path / "b.export", tmp_path / "b.dedup")
        assert {"a.dedup", "a.export", "b.export"} == {path.name for path in tmp_path.iterdir()}


def test_nothing_is_written_over(tmp_path):
    """An existing index stays, and a missing file is named."""
    made(tmp_path / "a.dedup", 2)
    with Store.open(tmp_path / "a.dedup") as store:
        store.export(tmp_path / "a.export")
    with pytest.raises(IndexExists, match="there already"):
        import_index(tmp_path / "a.export", tmp_path / "a.dedup")
    with pytest.raises(IndexMissing, match="no such file"):
        import_index(tmp_path / "c.export", tmp_path / "c.dedup")
    with pytest.raises(IndexMissing, match="make it first"):
        import_index(tmp_path / "a.export", tmp_path / "c" / "c.dedup")


def test_a_damaged_index_is_not_exported(tmp_path):
    """The export of a damaged index fails, for its copy would have right checksums."""
    made(tmp_path / "a.dedup", 30)
    file = next((tmp_path / "a.dedup" / "segments").iterdir())
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    with Store.open(tmp_path / "a.dedup") as store, pytest.raises(IndexProblem, match="damaged at byte"):
        store.export(tmp_path / "a.export")
    assert {"a.dedup"} == {path.name for path in tmp_path.iterdir()}
