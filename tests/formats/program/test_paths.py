"""Files as documents of a program: `dedup.read`."""

import json
from pathlib import Path

import pytest

import dedup
from dedup import InputError, ReadError, SettingsError


@pytest.fixture
def folder(tmp_path):
    """A folder of two texts and a file of rows, one of them without a text."""
    (tmp_path / "a.txt").write_text("The ferry sails at nine.")
    (tmp_path / "b.txt").write_text("The mill burns down at night.")
    rows = [{"id": "r1", "blob": "The bridge opens."}, {"id": "r2"}]
    (tmp_path / "c.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return tmp_path


def test_files_are_documents(folder):
    """All calls take files; skips are in the report, and reading twice reads the same."""
    inputs = dedup.read(folder, fields={"text": "blob"})
    for _ in range(2):
        report = dedup.cluster(inputs, workers=1)
        assert ["a.txt", "b.txt", "r1"] == [member.id for member in report.singletons]
        assert [2] == [skip.line for skip in report.skipped]
        assert report.skipped == tuple(inputs.skipped)
    assert 3 == dedup.boilerplate(inputs, workers=1).documents
    assert ["a.txt", "b.txt", "r1"] == [document.id for document in inputs]


def test_an_index_takes_files(folder, tmp_path_factory):
    """A callback takes what cannot be read. Without it, the first skip is an error, after all others are added."""
    skips = []
    inputs = dedup.read(folder, fields={"text": "blob"})
    with dedup.Index.open(tmp_path_factory.mktemp("index") / "news.dedup") as index:
        assert 3 == len(index.add_many(inputs, on_skip=skips.append))
        assert [2] == [skip.line for skip in skips]
        with pytest.raises(ReadError, match=r"c\.jsonl:2: "):
            index.add_many(inputs)
        assert 3 == len(index)


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_files_without_documents_are_an_error(name, tmp_path):
    """A path that is not there, and a folder without documents, say why there is no report."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no document can be read; "):
        dedup.cluster(dedup.read(tmp_path / name))


def test_wrong_arguments_are_errors(folder):
    """Paths are names; fields are fields of a document, and belong to the files."""
    for paths in ((), (5,), (["a.txt"],), (b"a.txt",)):
        with pytest.raises(InputError, match=r"dedup\.read\('a.jsonl', 'folder'\)"):
            dedup.read(*paths)
    with pytest.raises(SettingsError, match="field 'txt' is none of a document's"):
        dedup.read(folder, fields={"txt": "blob"})
    with pytest.raises(InputError, match=r"give the fields to dedup\.read"):
        dedup.cluster(dedup.read(folder), fields={"text": "blob"})


def test_files_print_as_the_call_that_made_them():
    """In a notebook, the inputs say what they are."""
    assert "dedup.read('a.jsonl', 'b')" == repr(dedup.read("a.jsonl", Path("b")))
