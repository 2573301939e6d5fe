"""Texts that are no articles are set aside with the reason; they are no copies, but still documents."""

import io
import itertools
import json

import pytest

import dedup
from dedup import Document, Index
from dedup.report import Listing, write

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
    """One text under two headlines whose words it does not have."""
    titles = "Harvest begins early this summer", "Parliament votes about pensions"
    return [Document(prose(9, 60), f"wall {place}", title=title) for place, title in enumerate(titles)]


@pytest.fixture
def notices():
    """A log-in page of two sites, and an article with the words of its headline."""
    return [
        Document(LOGIN, "notice 0", title="Storm reaches the coast"),
        Document(f"{LOGIN} Welcome.", "notice 1"),
        Document(f"{LOGIN} Privacy rules for accounts begin.", "article", title="Privacy rules for accounts begin"),
    ]


def reasons(report):
    """Return why documents are no articles, by id, without the articles."""
    members = [*report.singletons, *(member for story in report.stories for member in story.members)]
    return {member.id: member.no_article for member in members if member.no_article}


def test_each_reason_is_reported(site, walls, notices):
    """Boilerplate alone, one text under two headlines and a notice are set aside, and articles are not."""
    report = dedup.cluster([*site, *walls, *notices, Document("...", "empty")])
    expected = {"menu": NOTHING, "empty": NOTHING, **dict.fromkeys(("wall 0", "wall 1"), WALL)}
    expected |= dict.fromkeys(("notice 0", "notice 1"), NOTICE)
    assert expected == reasons(report)
    assert sorted(expected) == sorted(member.id for member in report.no_articles)


def test_a_text_that_is_no_article_is_no_copy(site, walls):
    """Equal notices, equal menus and equal walls are no stories, but count as documents."""
    equal = [Document(LOGIN, f"notice {number}") for number in range(3)]
    menus = Document("\n".join(MENU), "menu again", source="a.example")
    report = dedup.cluster([*site, menus, *walls, *equal])
    assert ((), 11, 0) == (report.stories, report.documents, report.copies)
    assert {"", NOTHING, WALL, NOTICE} == {member.no_article for member in report.singletons}


def test_a_wall_is_set_aside_wherever_it_stands(walls, prose):
    """A page of a wall without a title is set aside too, once two pages show the wall."""
    silent = Document(prose(9, 60), "silent")
    assert dict.fromkeys(("wall 0", "wall 1", "silent"), WALL) == reasons(dedup.cluster([*walls, silent]))
    assert {} == reasons(dedup.cluster([walls[0], silent]))


@pytest.mark.parametrize("count", [2, 12])
def test_one_article_under_headlines_of_two_sources_is_an_article(count, prose):
    """Copies under different headlines of different sources are articles."""
    documents = [Document(prose(9), f"{n}", f"{prose(100 + n, 6)}", f"s{n}.example") for n in range(count)]
    report = dedup.cluster(documents)
    assert ([count], {}) == ([story.size for story in report.stories], reasons(report))


def test_headlines_that_say_each_others_words_are_of_one_article(prose):
    """A text under a headline and its shortened form is no wall."""
    shorter, longer = "Harvest begins early", "Harvest begins early this summer, farmers report"
    documents = [Document(prose(9, 60), "0", title=shorter), Document(prose(9, 60), "1", title=longer)]
    report = dedup.cluster(documents)
    assert ([2], {}) == ([story.size for story in report.stories], reasons(report))


def test_the_order_of_documents_does_not_matter(site, walls, notices):
    """The order of input does not change the reasons."""
    documents = [*site[2:], *walls, *notices[1:]]
    expected = reasons(dedup.cluster([*site[:2], *documents]))
    for order in itertools.islice(itertools.permutations(documents), 0, None, 97):
        assert expected == reasons(dedup.cluster([*order, *site[:2]]))


def test_an_index_has_the_reasons_after_a_review(tmp_path, site, walls, notices):
    """After a review an index has the reasons of `cluster`, and each such document is a story of its own."""
    documents = [*site, *walls, *notices]
    with Index.open(tmp_path / "index", reviews=0) as index:
        index.add_many(documents)
        index.review()
        by_id = {member.id: member.no_article for story in index.stories() for member in story.members}
        sizes = {story.canonical.id: story.size for story in index.stories() if story.canonical.no_article}
    expected = reasons(dedup.cluster(documents))
    assert expected == {id: reason for id, reason in by_id.items() if reason}
    assert dict.fromkeys(expected, 1) == sizes


def test_an_index_sets_texts_aside_as_they_arrive(tmp_path, site, walls, notices):
    """An arriving text is set aside by the site profiles: a menu, a known wall; a notice needs no profile."""
    with Index.open(tmp_path / "index", reviews=0) as index:
        assert "original" == index.add(notices[0]).relation
        index.add_many([*site[:-1], *walls])
        index.review()
        again = Document(walls[0].text, "wall 2", title="Museum shows forgotten paintings")
        decisions = index.add_many([site[-1], again, notices[1]])
        by_id = {member.id: member.no_article for story in index.stories() for member in story.members}
    assert [()] * 3 == [decision.matches for decision in decisions]
    assert (NOTHING, WALL, NOTICE, NOTICE) == tuple(by_id[id] for id in ("menu", "wall 2", "notice 1", "notice 0"))


def test_an_index_learns_of_a_wall_from_the_second_page(tmp_path, walls):
    """The second page under another headline shows a wall: the two pages are no copies."""
    with Index.open(tmp_path / "index", reviews=0) as index:
        stories = [index.add(document).story for document in walls]
        assert 2 == len(set(stories))
        index.review()
        assert {WALL} == {member.no_article for story in index.stories() for member in story.members}


def test_rows_of_a_report_hold_it(walls):
    """A written report has the reasons in the rows of singletons, and their number."""
    stream = io.BytesIO()
    write(dedup.cluster(walls), stream, "jsonl", Listing(singletons=True))
    _, *rows, footer = map(json.loads, stream.getvalue().splitlines())
    assert [WALL, WALL] == [row["members"][0]["no_article"] for row in rows]
    assert (2, 0, 2) == (footer["no_articles"], footer["stories"], footer["singletons"])
