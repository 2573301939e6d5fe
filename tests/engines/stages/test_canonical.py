"""The canonical document of a story, and the relations and credits of its members, in reports of `dedup.cluster`."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup import Document

NOON = datetime.datetime(2026, 1, 2, 12, 0)
LATER = NOON + datetime.timedelta(hours=3)


def story(*documents, **options):
    """Return the only story of the documents."""
    report = dedup.cluster(documents, dedup.Settings(**options))
    assert 1 == len(report.stories)
    return report.stories[0]


def leader(*documents, **options):
    """Return the id of the canonical document of the only story of the documents."""
    return story(*documents, **options).id


@pytest.mark.parametrize(
    ("line", "source", "named"),
    [
        ("This article first appeared on The Gazette.", "gazette.example", "The Gazette"),
        ("Source link", "gazette.example", "an unnamed source"),
        ("via Gazette", "", "Gazette"),
        ("Source: Gazette", "www.gazette.example", "Gazette"),
        ("Source: Reuters", "gazette.example", "Reuters"),
    ],
)
def test_an_undated_original_leads_a_dated_copy_with_a_credit(line, source, named, prose):
    """A document with a credit is a copy, even if the credited source is absent, and its member holds the credit."""
    original = Document(prose(1), "b", source=source)
    with_credit = story(Document(f"{prose(1)}\n\n{line}", "a", source="a.example", published=NOON), original)
    assert [("b", ""), ("a", named)] == [(member.id, member.credit) for member in with_credit.members]


@pytest.mark.parametrize("line", ["Source: Statistics Office", "A source said so.", "Read more", "Published: today"])
def test_a_dated_copy_leads_where_nothing_says_that_it_is_one(line, prose):
    """Without a credit a dated document leads an undated one; the source of a chart is no credit."""
    copy = Document(f"{prose(1)}\n\n{line}", "a", source="a.example", published=NOON)
    assert "a" == leader(copy, Document(prose(1), "b", source="b.example"))


def test_a_dateline_is_a_credit_on_another_page_than_the_agencys(prose):
    """A dateline is a credit on the page of another source, but not on the agency's page or a page without a source."""
    text = f"LONDON (Reuters) - {prose(1)}"
    agency = Document(text, "b", source="www.reuters.com", published=LATER)
    story_of_two = story(Document(text, "a", source="a.example", published=NOON), agency)
    assert [("b", ""), ("a", "Reuters")] == [(member.id, member.credit) for member in story_of_two.members]
    assert ["", ""] == [member.credit for member in story(Document(text, "a", published=NOON), agency).members]


def test_a_host_and_a_folder_stand_for_a_source(prose):
    """The address or the folder of a document without a source stands for its source."""
    copy = Document(f"{prose(1)}\n\nFirst published by The Gazette.", "a", source="a.example", published=NOON)
    silent = Document(f"{prose(1)} Indeed.", "c", source="c.example", published=NOON)
    for original in (
        Document(prose(1), "b", url="https://www.gazette.example/1"),
        Document(prose(1), "b", path="pages/the-gazette/1.txt"),
    ):
        assert "b" == leader(copy, silent, original)
    for original in (
        Document(prose(1), "b", url="https://www.B.example/1"),
        Document(prose(1), "b", path="x/B.EXAMPLE/1"),
    ):
        assert "c" == leader(copy, silent, original)
        assert "b" == leader(copy, silent, original, prefer=("b.example",))


def test_preferred_sources_lead_in_their_order(prose):
    """Preferred sources lead in their order before each other rule; case and a leading www. do not count."""
    documents = [
        Document(f"{prose(1)}\n\nSource link", "a", source="WWW.A.example", published=LATER),
        Document(prose(1), "b", source="b.example", published=LATER),
        Document(prose(1), "c", source="c.example", published=NOON),
    ]
    for rule in ("earliest", "longest", "source"):
        preferred = story(*documents, prefer=("www.a.example", "B.EXAMPLE"), canonical=rule)
        assert ["a", "b", "c"] == [member.id for member in preferred.members]
    assert "c" == leader(*documents)


def test_a_preference_for_nobody_is_noted(prose):
    """A preferred source that no document has is noted."""
    report = dedup.cluster([Document(prose(1), source="a.example")], dedup.Settings(prefer=("a.example", "a.exmaple")))
    assert [("prefer", "no document is of the source 'a.exmaple'; name it as the documents do")] == [
        (note.about, note.reason) for note in report.notes
    ]


def test_boilerplate_does_not_count_for_the_longest(prose):
    """Boilerplate does not make an article longer."""
    menu = "\n".join(f"Menu entry {number} of this site" for number in range(60))
    pages = [Document(f"{menu}\n{prose(number)}", f"p{number}", source="site.example") for number in range(2, 8)]
    copy = Document(f"{menu}\n{prose(1)}", "a", source="site.example")
    report = dedup.cluster([*pages, copy, Document(f"{prose(1)} And more.", "b")], dedup.Settings(canonical="longest"))
    assert [("b", "a")] == [tuple(member.id for member in story.members) for story in report.stories]


def test_relations_are_those_to_the_canonical_document(prose):
    """Relations depend on the canonical document: a later version is a revision of the first one, not the reverse."""
    first = Document(prose(1), "a", source="s.example", published=NOON)
    second = Document(f"{prose(1)} A paragraph was added.", "b", source="www.S.example", published=LATER)
    copy = Document(f"{prose(1)}", "c", source="t.example", published=LATER)
    members = {rule: story(first, second, copy, canonical=rule).members for rule in ("earliest", "longest")}
    assert [("a", "original"), ("b", "revision"), ("c", "exact")] == sorted(
        (m.id, m.relation) for m in members["earliest"]
    )
    assert [("a", "reprint"), ("b", "original"), ("c", "reprint")] == sorted(
        (m.id, m.relation) for m in members["longest"]
    )


def test_a_document_of_openings_is_read_in_part():
    """Of very many lines that look like credits, the first and the last ones are read."""
    lines = [f"This article number {number} is about nothing" for number in range(20_000)]
    for place in (0, len(lines)):
        text = "\n".join([*lines[:place], "This article first appeared on The Gazette.", *lines[place:]])
        assert ["The Gazette"] == [member.credit for member in dedup.cluster([text]).singletons]


def test_a_singleton_tells_its_credit_too(prose):
    """A document that is in no story has its credit too."""
    report = dedup.cluster([Document(f"{prose(1)}\n\nThis story first appeared on The Gazette.")])
    assert ["The Gazette"] == [member.credit for member in report.singletons]


@pytest.mark.parametrize("line", ["Source link", "Original article", "Read the full article here", "Source: link"])
def test_a_credit_is_a_name_or_that_there_is_one(line, prose):
    """The words of a link are no name, for a copy and for a singleton."""
    pages = [Document(f"{prose(1)}\n\n{line}", "a", source="a.example"), Document(prose(1), "b", source="b.example")]
    for documents in (pages, pages[:1]):
        report = dedup.cluster(documents)
        members = [*report.singletons, *(member for group in report.stories for member in group.members)]
        assert {member.credit for member in members} <= {"", "an unnamed source"}


LINES = ["", "Source link", "This story first appeared on B.", "Source: C", "via a.example", "Source: Reuters"]
SOURCES = ["", "a.example", "www.B.example", "c.example"]


@st.composite
def stories(draw):
    """Draw copies of two texts with credits, sources and times in all combinations."""
    rows = st.tuples(
        st.integers(1, 2), st.sampled_from(LINES), st.sampled_from(SOURCES), st.sampled_from([None, NOON, LATER])
    )
    bodies = {number: " ".join(f"w{number}x{place}" for place in range(80)) + "." for number in (1, 2)}
    return [
        Document(f"{bodies[body]}\n\n{line}", id=f"d{number}", source=source, published=time)
        for number, (body, line, source, time) in enumerate(draw(st.lists(rows, min_size=1, max_size=8)))
    ]


@settings(deadline=None, max_examples=60)
@given(stories(), st.sampled_from(["earliest", "longest", "source"]), st.permutations(SOURCES[1:]), st.randoms())
def test_order_of_input_and_rule_do_not_change_the_stories(documents, rule, prefer, random):
    """The order of input does not change the report; the rule and the preferred sources do not change the stories."""
    chosen = dedup.Settings(canonical=rule, prefer=tuple(prefer[:2]))
    expected = dedup.cluster(documents, chosen)
    plain = dedup.cluster(documents)
    random.shuffle(documents)
    again = dedup.cluster(documents, chosen)
    assert expected.stories == again.stories
    sets = [sorted(sorted(m.id for m in group.members) for group in report.stories) for report in (expected, plain)]
    assert sets[0] == sets[1]
    assert all([] == [m for m in group.copies if m.relation == "original"] for group in expected.stories)
