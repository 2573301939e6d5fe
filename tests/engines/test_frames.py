"""Data frames in the calls of the library: the ids to drop are labels of the frame, and nothing is lost silently."""

import datetime

import numpy as np
import pandas as pd
import pytest

import dedup
from dedup import InputError, ReadError, SettingsError


@pytest.fixture
def frame(prose):
    """Four rows: the third is a copy of the first."""
    times = pd.to_datetime(["2026-01-01", "2026-01-02", None, "2026-01-04"])
    return pd.DataFrame({"text": [prose(1), prose(2), prose(1), prose(3)], "published": times})


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(4),
        pd.Index([7, 5, 6, 4], name="key"),
        pd.Index(["w", "x", "y", "z"]),
        pd.date_range("2026-01-01", periods=4),
        pd.MultiIndex.from_product([["a", "b"], [1, 2]]),
        pd.Index([0.5, 1.5, 2.5, 3.5]),
    ],
    ids=["range", "named", "text", "times", "tuples", "floats"],
)
def test_the_copies_of_a_frame_can_be_dropped(frame, index):
    """``df.drop(report.drop_ids())`` leaves one row of each story, whatever the index is."""
    frame = frame.set_axis(index)
    report = dedup.cluster(frame, workers=1)
    assert [index[2]] == report.drop_ids()
    assert [index[0], index[1], index[3]] == report.keep_ids()
    pd.testing.assert_frame_equal(frame.loc[report.keep_ids()], frame.drop(report.drop_ids()))


def test_an_id_column_is_compared(frame):
    """With a column of ids, ``isin`` drops the copies."""
    frame = frame.assign(id=np.array([10, 11, 12, 13])).iloc[::-1]
    report = dedup.cluster(frame, workers=1)
    assert [13, 11, 10] == frame[~frame["id"].isin(report.drop_ids())]["id"].tolist()
    assert {int} == set(map(type, (*report.drop_ids(), *report.keep_ids())))
    assert ["ids are those of the column 'id': drop copies by frame[~frame['id'].isin(drop_ids())]"] == [
        note.reason for note in report.notes
    ]


def test_a_label_of_a_row_that_stays_is_not_dropped(frame):
    """A label of two rows names no copy; a note says so, and no row is lost."""
    report = dedup.cluster(frame.set_axis(["a", "b", "a", "c"]), workers=1)
    assert ([], ["a", "b", "c"]) == (report.drop_ids(), report.keep_ids())
    (note,) = report.notes
    assert "'a#2'; give each document its own id; drop_ids() leaves out 1 copy that has no id, or the" in note.reason


def test_a_row_without_an_id_is_not_dropped(frame):
    """No id names the row alone, so that it stays."""
    report = dedup.cluster(frame.assign(id=["a", "b", None, "c"]), workers=1)
    assert ([], ["a", "b", "c"]) == (report.drop_ids(), report.keep_ids())
    (note,) = report.notes
    assert note.reason.endswith("; drop_ids() leaves out 1 copy that has no id, or the id of a document that stays")


def test_a_row_without_a_text_is_a_skip(frame, prose):
    """Missing texts are skipped; what else is missing is no value."""
    frame = frame.assign(text=[prose(1), None, prose(1), float("nan")], title=[pd.NA, "x", None, "y"])
    report = dedup.cluster(frame, workers=1)
    assert (2, [2], []) == (report.documents, report.drop_ids(), list(report.notes))
    assert {"'text' is null"} == {skip.reason.split(";")[0] for skip in report.skipped}
    assert report.stories[0].canonical.published == datetime.datetime(2026, 1, 1)


def test_missing_values_of_records_are_no_values(frame):
    """``to_dict("records")`` gives the missing values of pandas."""
    records = frame.assign(title=pd.NA, source=float("nan"), url=pd.NaT, id=[5, 6, 7, np.nan]).to_dict("records")
    report = dedup.cluster(records, workers=1)
    assert ([7.0], [5.0, 6.0, 3], ()) == (report.drop_ids(), report.keep_ids(), report.notes)
    assert {("", "")} == {(member.title, member.source) for member in report.singletons}


def test_a_value_that_cannot_be_used_is_counted_in_a_note(frame):
    """Times and titles of a program that cannot be used are left out, and told once."""
    report = dedup.cluster(frame.assign(published=["x", "y", "2026-01-01", None], title=[{"x": 1}, None, "", ""]))
    reasons = sorted(note.reason.split(":")[0] for note in report.notes)
    assert ["published in 2 documents", "title in 1 document"] == reasons


def test_fields_are_arguments_of_all_calls(frame, tmp_path):
    """Names of columns and of keys can be given in each call that takes documents."""
    frame = frame.rename(columns={"text": "blob"}).assign(key=list("abcd"))
    fields = {"text": "blob", "id": "key"}
    for documents in (frame, frame.to_dict("records")):
        assert ["c"] == dedup.cluster(documents, fields=fields, workers=1).drop_ids()
        assert 4 == dedup.boilerplate(documents, fields=fields, workers=1).documents
    with dedup.Index.open(tmp_path / "news.dedup") as index:
        decisions = index.add_many(frame, fields=fields)
        assert [("a", False), ("b", False), ("c", False), ("d", False)] == [(d.id, d.known) for d in decisions]
        assert {True} == {decision.known for decision in index.add_many(frame.to_dict("records"), fields=fields)}


def test_an_index_refuses_numbers_of_rows(frame, tmp_path):
    """Rows of two frames have the same numbers: as ids they would replace each other."""
    with dedup.Index.open(tmp_path / "news.dedup") as index:
        with pytest.raises(ReadError, match="document 0: has no id"):
            index.add_many(frame)
        assert 0 == len(index)
        assert 4 == len(index.add_many(frame.rename_axis("key")))


@pytest.mark.parametrize("call", [dedup.cluster, dedup.boilerplate])
def test_a_run_without_a_document_is_an_error(call):
    """If none of the rows can be read, the error has the reason and the names of the fields."""
    with pytest.raises(InputError, match="no document can be read, 2 were skipped; the fields are 'text', 'x'; doc"):
        call(pd.DataFrame({"text": [None, pd.NA], "x": 1}))
    with pytest.raises(InputError, match="no document can be read; the fields are 'x'; document 0: has neither 'text'"):
        call([{"x": "a"}])
    assert 0 == call(pd.DataFrame({"text": []})).documents == call([]).documents


def test_settings_are_a_mapping_or_arguments(frame, tmp_path):
    """All calls that have settings take them by name."""
    for named in ({"settings": {"k": 64}}, {"k": 64}, {"settings": dedup.Settings(k=256), "k": 64}):
        assert 64 == dedup.cluster(frame, workers=1, **named).settings["k"]
        assert 64 == dedup.boilerplate(frame, workers=1, **named).settings["k"]
        assert (1, 64) == dedup.signatures(["a b c d e f"], **named).shape
        assert dedup.similarity("a b c d e f", "a b c d e f g", **named).estimate > 0
    with dedup.Index.open(tmp_path / "news.dedup", k=64) as index:
        assert 64 == index.settings.k


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"kk": 64}, "'kk' is neither a setting nor another argument; .*; the nearest is 'k'"),
        ({"worker": 2}, "'worker' is neither a setting .*; the nearest is 'workers'"),
        ({"settings": {"shingles": 5}}, "'shingles' is not a setting; .*; the nearest is 'shingle_size'"),
        ({"settings": 5}, "settings are of type int: give Settings, or a mapping"),
        ({"k": 5}, "k = 5 is out of range"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_an_error(named, message):
    """The error names the nearest setting or argument."""
    with pytest.raises(SettingsError, match=message):
        dedup.cluster([], **named)
