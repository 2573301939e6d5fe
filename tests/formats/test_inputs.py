"""Inputs: the ids of rows, the names of fields, and reports in the order of the inputs."""

import pytest

from dedup.errors import SettingsError
from dedup.formats import discover, read_all


def test_rows_without_an_id_of_their_own(put):
    """With ``ids``, a row without an id is a skip, and a file of one document has its path as its id."""
    put("news/a.jsonl", b'{"id": "x", "text": "t"}\n{"text": "t"}\n{"id": "", "text": "t"}\n{"id": 0, "text": "t"}\n')
    put("news/b.txt", "words")
    skips = []
    path = put("news/c.jsonl", b'{"id": "y", "text": "t"}\n').parent

    def ids(**options):
        places = discover(path, on_skip=skips.append, on_note=skips.append)
        inputs = read_all(places, on_skip=skips.append, on_note=skips.append, ids="path", **options)
        return [document.id for document in inputs]

    assert ["x", "0", "b.txt", "y"] == ids()
    assert [2, 3] == [skip.line for skip in skips]
    assert skips[0].reason.startswith("has no id; give each")
    assert ["b.txt"] == ids(fields={"id": "guid"})
    assert skips[-1].reason.startswith("has no id; give each")


def test_a_field_that_is_not_ours_is_a_setting_error(put):
    """A name that is not a field of a document raises an error before anything is read."""
    with pytest.raises(SettingsError, match="field 'txet' is none of a document's; there are id, text, html"):
        read_all([], fields={"txet": "body"}, on_skip=pytest.fail, on_note=pytest.fail)


def test_reports_come_in_the_order_of_the_inputs(put, tmp_path):
    """Skips before, in and after a chunk come in the order of the inputs, and notes on all chunks come last."""
    put("a.jsonl.gz", b"not packed")
    put("b.jsonl", '{"text": "t", "published": "soon"}\nbad\n')
    put("c.txt", b"\xff")
    put("d.jsonl.gz", b"not packed")
    reports = []
    places = discover(tmp_path, on_skip=pytest.fail, on_note=pytest.fail)
    assert ["t"] == [document.text for document in read_all(places, on_skip=reports.append, on_note=reports.append)]
    expected = ["a.jsonl.gz", "b.jsonl", "c.txt", "d.jsonl.gz"]
    assert expected == [skip.path.rpartition("/")[2] for skip in reports[:-1]]
    assert f"{tmp_path}/b.jsonl" == reports[-1].about
