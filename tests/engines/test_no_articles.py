"""Texts that are no articles are set aside with the reason, are nobody's copies, and stay documents."""

import io
import itertools
import json

import pytest

import dedup
from dedup import Document, Index
from dedup.report import write

MENU = ["Front page", "My county", "Sign in", "Top news", "Leave a reply", "About us"]
NOTHING, WALL, NOTICE = "nothing of its own", "the same under other headlines", "a notice"
LOGIN = "To continue you need an account. Log in or register, and read our privacy policy."


@pytest.fixture
def site(prose):
    """Four pages of a site with a menu, and the menu without an article."""
    pages = [Document("\n".join([*MENU, prose(n)]), f"page {n}", source="a.example") for n in range(4)]
    return [*pages, Document("\n".join(MENU), "menu", source="a.example")]


@pytest.fixture
def walls(prose):
    """One text under two headlines none of which it says."""
    titles = "Harvest begins early this summer", "Parliament votes about pensions"
    return [Document(prose(9, 60), f"wall {place}", title=title) for place, title in enumerate(titles)]


@pytest.fixture
def notices():
    """A log-in page of two sites, and one that says its headline."""
    return [
        Document(LOGIN, "notice 0", title="Storm reaches the coast"),
        Document(f"{LOGIN} Welcome.", "notice 1"),
        Document(f"{LOGIN} Privacy rules for accounts begin.", "article", title="Privacy rules for accounts begin"),
    ]


def reasons(report):
    """Why documents are no articles, by their ids; those that are have no reason."""
    members = [*report.singletons, *(member for story in report.stories for member in story.members)]
    return {member.id: member.no_article for member in members if member.no_article}


def test_each_reason_is_told(site, walls, notices):
    """Boilerplate alone, one text under other headlines, a notice; articles and headlines that are said have none."""
    report = dedup.cluster([*site, *walls, *notices, Document("...", "empty")])
    expected = {"menu": NOTHING, "empty": NOTHING, **dict.fromkeys(("wall 0", "wall 1"), WALL)}
    expected |= dict.fromkeys(("notice 0", "notice 1"), NOTICE)
    assert expected == reasons(report)
    assert sorted(expected) == sorted(member.id for member in report.no_articles)


def test_what_is_no_article_is_nobodys_copy(site, walls):
    """Equal notices, equal menus and equal walls are no stories, and yet count as documents."""
    equal = [Document(LOGIN, f"notice {number}") for number in range(3)]
    menus = Document("\n".join(MENU), "menu again", source="a.example")
    report = dedup.cluster([*site, menus, *walls, *equal])
    assert ((), 11, 0) == (report.stories, report.documents, report.copies)
    assert {"", NOTHING, WALL, NOTICE} == {member.no_article for member in report.singletons}


def test_a_wall_is_set_aside_wherever_it_stands(walls, prose):
    """Where two pages show that a text is a wall, a page of it without a title is set aside too."""
    silent = Document(prose(9, 60), "silent")
    assert dict.fromkeys(("wall 0", "wall 1", "silent"), WALL) == reasons(dedup.cluster([*walls, silent]))
    assert {} == reasons(dedup.cluster([walls[0], silent]))


@pytest.mark.parametrize("count", [2, 12])
def test_one_article_under_headlines_of_two_sources_is_an_article(count, prose):
    """Each newsroom writes its own headline: where sources are given, no copy is set aside for that."""
    given = [Document(prose(9), f"{n}", f"{prose(100 + n, 6)}", f"s{n}.example") for n in range(count)]
    report = dedup.cluster(given)
    assert ([count], {}) == ([story.size for story in report.stories], reasons(report))


def test_headlines_that_say_each_others_words_are_of_one_article(prose):
    """A headline may be shortened or lengthened: then one text under both is no wall."""
    shorter, longer = "Harvest begins early", "Harvest begins early this summer, farmers report"
    given = [Document(prose(9, 60), "0", title=shorter), Document(prose(9, 60), "1", title=longer)]
    report = dedup.cluster(given)
    assert ([2], {}) == ([story.size for story in report.stories], reasons(report))


def test_the_order_of_documents_does_not_matter(site, walls, notices):
    """The same texts are set aside, for the same reasons, whatever comes first."""
    documents = [*site[2:], *walls, *notices[1:]]
    expected = reasons(dedup.cluster([*site[:2], *documents]))
    for order in itertools.islice(itertools.permutations(documents), 0, None, 97):
        assert expected == reasons(dedup.cluster([*order, *site[:2]]))


def test_an_index_says_it_too(tmp_path, site, walls, notices):
    """Members of stories of an index have the reasons of `cluster` after a review, and stories of one document each."""
    documents = [*site, *walls, *notices]
    with Index.open(tmp_path / "index", reviews=0) as index:
        index.add_many(documents)
        index.review()
        told = {member.id: member.no_article for story in index.stories() for member in story.members}
        sizes = {story.canonical.id: story.size for story in index.stories() if story.canonical.no_article}
    expected = reasons(dedup.cluster(documents))
    assert expected == {id: reason for id, reason in told.items() if reason}
    assert dict.fromkeys(expected, 1) == sizes


def test_an_index_says_it_as_a_document_arrives(tmp_path, site, walls, notices):
    """What was learned sets texts aside as they come: a menu, a known wall; a notice is one before that."""
    with Index.open(tmp_path / "index", reviews=0) as index:
        assert "original" == index.add(notices[0]).relation
        index.add_many([*site[:-1], *walls])
        index.review()
        again = Document(walls[0].text, "wall 2", title="Museum shows forgotten paintings")
        decisions = index.add_many([site[-1], again, notices[1]])
        told = {member.id: member.no_article for story in index.stories() for member in story.members}
    assert [()] * 3 == [decision.matches for decision in decisions]
    assert (NOTHING, WALL, NOTICE, NOTICE) == tuple(told[id] for id in ("menu", "wall 2", "notice 1", "notice 0"))


def test_an_index_learns_of_a_wall_from_the_second_page(tmp_path, walls):
    """The second page under another headline shows that both are a wall: the two are no copies."""
    with Index.open(tmp_path / "index", reviews=0) as index:
        stories = [index.add(document).story for document in walls]
        assert 2 == len(set(stories))
        index.review()
        assert {WALL} == {member.no_article for story in index.stories() for member in story.members}


def test_rows_of_a_report_hold_it(walls):
    """What `cluster` says is what is written: rows of singletons with their reason, and how many there are."""
    stream = io.BytesIO()
    write(dedup.cluster(walls), stream, "jsonl", singletons=True)
    _, *rows, footer = map(json.loads, stream.getvalue().splitlines())
    assert [WALL, WALL] == [row["members"][0]["no_article"] for row in rows]
    assert (2, 0, 2) == (footer["no_articles"], footer["stories"], footer["singletons"])
