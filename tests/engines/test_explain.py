"""An explained report says why each document is in its story, and has the texts and comparisons that show it."""

import dataclasses
from pathlib import Path

import pytest

import dedup
from dedup.core.pairs.rules import RULES
from dedup.core.stories.canonical import LEADS

CORPUS = Path(__file__).parents[2] / "corpus" / "pages"


@pytest.fixture(scope="module")
def report() -> dedup.Report:
    """Returns the explained report on the corpus."""
    return dedup.cluster(dedup.read(CORPUS), workers=1, explain=True)


def test_the_report_is_that_of_a_job_without_reasons(report: dedup.Report) -> None:
    """Stories, singletons and notes are equal, and a usual report has no explanation."""
    plain = dedup.cluster(dedup.read(CORPUS), workers=1)
    assert plain.explanation is None
    assert (plain.stories, list(plain.singletons), plain.notes) == (
        report.stories,
        list(report.singletons),
        report.notes,
    )


def test_each_copy_has_a_reason(report: dedup.Report) -> None:
    """Each copy names another member of its story, and a rule or what else joined it; no link is below the weakest."""
    assert report.explanation is not None
    reasons = report.explanation.members
    assert {copy.id for story in report for copy in story.copies} == reasons.keys()
    for story in report:
        ids = {member.id for member in story.members}
        for copy in story.copies:
            reason = reasons[copy.id]
            assert reason.by in ids - {copy.id}
            assert reason.decided in {rule.name for rule in RULES} | {"address", "headline", "story"}
            assert story.weakest - 1e-6 <= reason.link <= 1
            assert 0 <= reason.boilerplate <= 1


def test_each_story_has_the_reason_of_its_leader(report: dedup.Report) -> None:
    """A leader comes before the next document by an answer of the canonical rule."""
    assert report.explanation is not None
    leads = report.explanation.leads
    assert {story.id for story in report} == leads.keys()
    for story in report:
        assert story.copies[0].id == leads[story.id].over
        assert leads[story.id].canonical_rule in LEADS


def test_preferred_sources_lead_because_they_are_preferred() -> None:
    """The reason of a preferred leader is that, and the later of two dated documents is not the first."""
    text = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 2
    early, late = (
        dedup.Document(text, id=str(day), source=f"s{day}", published=f"2026-03-0{day}T09:00:00Z") for day in (1, 2)
    )
    for prefer, lead, rule in (((), "1", "earliest"), (("s2",), "2", "preferred")):
        report = dedup.cluster([late, early], workers=1, explain=True, prefer=prefer)
        assert report.explanation is not None
        assert (lead, rule) == (report.stories[0].id, report.explanation.leads[lead].canonical_rule)


def test_texts_and_comparisons_of_a_story(report: dedup.Report) -> None:
    """Every member of a story has its text once. Each text is compared with the leader's, and sides have no text."""
    assert report.explanation is not None
    for story in report:
        texts, pairs = report.explanation.evidence(story.id)
        ids = [id for text in texts for id in text.ids]
        assert sorted(ids) == sorted(member.id for member in story.members)
        assert {story.id} <= {side.id for pair in pairs for side in (pair.comparison.a, pair.comparison.b)}
        for pair in pairs:
            assert ("member", True, "", "") == (
                pair.why,
                pair.comparison.same_story,
                pair.comparison.a.text,
                pair.comparison.b.text,
            )


def test_pairs_that_are_told_apart(report: dedup.Report) -> None:
    """No pair is in one story. A pair below the bound by its share alone is among the nearest."""
    assert report.explanation is not None
    texts, pairs = report.explanation.evidence()
    ids = {id for text in texts for id in text.ids}
    assert {"apart", "nearest"} == {pair.why for pair in pairs}
    for pair in pairs:
        comparison = pair.comparison
        assert not comparison.same_story
        assert {comparison.a.id, comparison.b.id} <= ids
        assert pair.why == "apart" or (not comparison.match and comparison.decided in ("share", "no_article"))


def test_explained_json_lines_are_a_report(report: dedup.Report, tmp_path: Path) -> None:
    """Reading an explained report passes over texts and comparisons."""
    for name in ("explained.jsonl", "explained.json"):
        report.save(tmp_path / name)
        dataclasses.replace(report, explanation=None).save(tmp_path / f"plain-{name}")
        assert dedup.load(tmp_path / f"plain-{name}") == dedup.load(tmp_path / name)
