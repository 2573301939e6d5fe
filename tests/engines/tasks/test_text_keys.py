"""Texts are equal only if their fingerprints are equal, whatever shorter keys say."""

import pytest

import dedup
from dedup.engines.tasks import text_keys
from dedup.settings import Settings
from tests.helpers.plan_results import report_of, told_of
from tests.helpers.plan_tables import documents_table

DOCUMENTS = [
    {"id": "a", "text": "The harbour board approved the merger of the two ferry lines.", "source": "wire.example"},
    {"id": "b", "text": "Nobody knows when the last lighthouse keeper went home.", "source": "wire.example"},
    {"id": "c", "text": "Nobody knows when the last lighthouse keeper went home.", "source": "other.example"},
    {"id": "d", "text": "The harbour board approved the merger of the two ferry lines.", "source": "wire.example"},
]


@pytest.fixture
def forged(monkeypatch):
    """The shorter keys of all texts are equal, as if each text was made to have the keys of another one."""
    make = text_keys.TextKeyMaker.make

    def forge(*args):
        keys = make(*args)
        ones = keys.prints * 0 + 1
        return keys._replace(prints=ones, texts=ones, contents=ones)

    monkeypatch.setattr(text_keys.TextKeyMaker, "make", forge)


@pytest.mark.usefixtures("forged")
def test_texts_of_equal_keys_stay_apart(tmp_path):
    """A job, the plan and an index tell texts apart by the upper half of the fingerprint alone."""
    report = dedup.cluster(DOCUMENTS, workers=1)
    assert [{"a", "d"}, {"b", "c"}] == sorted({member.id for member in story.members} for story in report.stories)
    assert {"exact"} == {copy.relation for story in report.stories for copy in story.copies}
    table = documents_table([dedup.Document(**row) for row in DOCUMENTS], chunk=2)
    assert told_of(report) == told_of(report_of(table, Settings(), 3, 1))
    with dedup.Index.open(tmp_path / "news.dedup", reviews=0) as index:
        assert [decision.story for decision in index.add_many(DOCUMENTS)] == ["s1", "s2", "s2", "s1"]
        assert [True] * 4 == [decision.known for decision in index.add_many(DOCUMENTS)]
        assert not index.add({**DOCUMENTS[1], "id": "a"}).known


def test_equal_words_of_another_headline_or_source_are_another_text(tmp_path):
    """A document is known by its words, its headline and its source, however the words are written."""
    row = DOCUMENTS[0]
    others = [{**row, "title": "Merger"}, {**row, "source": "x.example"}]
    with dedup.Index.open(tmp_path / "news.dedup", reviews=0) as index:
        assert [False, True] == [index.add(row).known, index.add({**row, "text": f" {row['text'].upper()} "}).known]
        assert [False, False] == [index.add(other).known for other in others]
