"""Files at addresses become places, and their documents are those of the same files by their paths."""

import pytest

from dedup.formats import read_all

pytestmark = pytest.mark.spark


def documents_of(places):
    """The documents of places by their paths below the folder."""
    documents = read_all(places, on_skip=pytest.fail, on_note=lambda _note: None)
    return sorted((document.id, document.text) for document in documents)


def test_files_at_an_address_give_the_documents_of_files(tmp_path):
    """Plain and packed files below an address are read, hidden ones and those of no format are not."""
    import gzip

    from dedup.engines.spark.inputs import find_places

    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("A text of one file.")
    (tmp_path / "two.txt.gz").write_bytes(gzip.compress(b"A text of a packed file."))
    (tmp_path / "rows.jsonl").write_text('{"id": "r", "text": "A text of a row."}\n')
    (tmp_path / ".hidden.txt").write_text("A text that nobody reads.")
    (tmp_path / "table.xlsx").write_text("A format that nobody reads.")
    notes = []
    places = find_places([f"file://{tmp_path}"], pytest.fail, notes.append)
    local = find_places([str(tmp_path)], pytest.fail, lambda _note: None)
    assert documents_of(local) == documents_of(places)
    assert 3 == len(places)
    assert 1 == len(notes)


def test_an_address_where_nothing_is_is_skipped(tmp_path):
    """A skip names the address."""
    from dedup.engines.spark.inputs import find_places

    skips = []
    assert [] == find_places([f"file://{tmp_path}/none"], skips.append, pytest.fail)
    assert [f"file://{tmp_path}/none"] == [skip.path for skip in skips]
