"""What was judged to be boilerplate is told in words, and a user has the last word on it."""

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

import dedup
from dedup import Block, Document, Ruling
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages import sketch

MENU = ["Front page", "My county", "Sign in", "What's hot", "Leave a reply", "About us"]


@pytest.fixture
def sentence(prose):
    """A function from a number and a length to a sentence; other numbers share no two words with it."""
    return lambda number, words=20: prose(number, words).capitalize() + "."


@pytest.fixture
def page(sentence):
    """A function from a number, a site, and more lines to a page of that site: menu, three sentences, more lines."""

    def make(number, site, *more, menu=MENU):
        body = [sentence(100 * number + place) for place in range(3)]
        return Document("\n".join([*menu, *body, *more]), id=f"{site}/{number}", source=site)

    return make


@pytest.fixture
def globe(page, sentence):
    """Four pages of one site with a sidebar of as many words as each article, and the sidebar."""
    sidebar = sentence(99, 60)
    return [page(number, "globe", sidebar) for number in range(1, 5)], sidebar


@pytest.fixture
def reprints(page, sentence):
    """One wire story on pages of two sites that have nothing else in common, and the story."""
    story = sentence(98, 100)
    other = ["Hem", "Min sida", "Logga in", "Sök", "Kontakt", "Om oss"]
    return [
        page(1, "globe", story),
        page(2, "globe"),
        page(3, "bladet", story, menu=other),
        page(4, "bladet", menu=other),
    ], story


def words(text):
    """How many words there are in a text: What's are two."""
    return len(re.findall(r"\w+", text))


def stories(documents, *rulings):
    """The ids of each story under rulings."""
    report = dedup.cluster(documents, boilerplate=rulings)
    return [sorted(member.id for member in story.members) for story in report.stories]


def test_what_a_site_prints_on_every_page_is_told(globe, page):
    """Menu and sidebar are told as they stand in the page, with pages, stories and words; what stands once is not."""
    documents, sidebar = globe
    found = dedup.boilerplate([*documents, page(9, "bladet", menu=[])])
    (source,) = found.sources
    assert ("globe", 4) == (source.name, source.pages)
    expected = [Block(text, True, "globe", words(text), 4, 4) for text in [*MENU, sidebar]]
    assert expected == list(source.blocks) == list(found.blocks)
    assert (5, (), ()) == (found.documents, found.skipped, found.notes)


def test_what_recurs_and_was_kept_is_told_too(page, sentence):
    """A story that a site prints on two pages is told, as not chrome, on two pages of one story."""
    story = [sentence(number) for number in range(80, 95)]
    found = dedup.boilerplate([page(1, "globe", *story), page(2, "globe", *story), page(3, "globe"), page(4, "globe")])
    (source,) = found.sources
    assert set(MENU) == {block.block for block in source.blocks if block.chrome}
    kept = {(block.block, block.on_pages, block.stories) for block in source.blocks if not block.chrome}
    assert {(text, 2, 1) for text in story} == kept


def test_a_wire_story_on_many_sites_is_not_told(reprints):
    """A block that stands once on each of two sites recurs in neither."""
    documents, story = reprints
    found = dedup.boilerplate(documents)
    assert {"globe", "bladet"} == {source.name for source in found.sources}
    assert story not in {block.block for block in found.blocks}


def test_pages_of_one_name_are_told_together(sentence):
    """Pages without a menu that give one source are one site, whose legal line is boilerplate."""
    legal = sentence(97, 15)
    given = [Document(f"{sentence(number, 60)}\n{legal}", id=str(number), source="globe") for number in range(3)]
    found = dedup.boilerplate(given)
    assert [Block(legal, True, "globe", 15, 3, 3)] == list(found.blocks)
    assert [("globe", 3)] == [(source.name, source.pages) for source in found.sources]
    ruled = dedup.boilerplate(given, boilerplate=[Ruling(legal, False, "globe")])
    assert [Block(legal, False, "globe", 15, 3, 3, ruled=True)] == list(ruled.blocks)


def test_pages_without_a_name_are_told_apart(sentence):
    """Pages that give no source and share no labels are no site: what recurs on three of them is kept, and not told."""
    legal = sentence(97, 15)
    given = [Document(f"{sentence(number, 60)}\n{legal}", id=str(number)) for number in range(3)]
    assert () == dedup.boilerplate(given).sources


def test_what_stands_on_unlike_pages_of_many_sites_is_told(sentence):
    """A consent line on five pages of five sites is boilerplate; on four pages it is kept."""
    consent = sentence(97, 15)
    given = [Document(f"{sentence(number, 60)}\n{consent}", id=str(number), source=f"s{number}") for number in range(5)]
    found = dedup.boilerplate(given)
    assert {f"s{number}" for number in range(5)} == {source.name for source in found.sources}
    assert {(consent, True, 1)} == {(block.block, block.chrome, block.on_pages) for block in found.blocks}
    assert () == dedup.boilerplate(given[:4]).sources


def test_an_article_on_many_sites_is_kept(page, sentence):
    """How often a text is printed is no evidence against it: one article on forty sites is one story."""
    story = [sentence(number) for number in range(80, 85)]
    documents = [page(number, f"s{number}", *story, menu=[sentence(200 + number, 3)]) for number in range(1, 41)]
    assert () == dedup.boilerplate(documents).sources
    assert [sorted(each.id for each in documents)] == stories(documents)


def test_pages_that_were_read_twice_count_once(globe):
    """The same page again makes nothing more frequent."""
    documents, _ = globe
    again = [*documents, *(structs.replace(each, id=f"{each.id} again") for each in documents)]
    assert dedup.boilerplate(documents).sources == dedup.boilerplate(again).sources


def test_chrome_that_is_none(globe):
    """A block that the user wants kept counts again: pages that share it become one story."""
    documents, sidebar = globe
    assert [] == stories(documents)
    assert [[each.id for each in documents]] == stories(documents, Ruling(sidebar.upper(), False))
    assert [] == stories(documents, Ruling(sidebar, False, "bladet"))


def test_what_is_chrome_after_all(reprints):
    """A block that the user calls chrome is left out: everywhere, or on the pages of one source."""
    documents, story = reprints
    assert [["bladet/3", "globe/1"]] == stories(documents)
    assert [] == stories(documents, Ruling(story, True))
    assert [] == stories(documents, Ruling(story, True, "bladet"))
    assert [["bladet/3", "globe/1"]] == stories(documents, Ruling(story, True, "somebody"))


def test_a_ruling_for_one_source_goes_over_one_for_all(reprints):
    """Where both are given the source's own holds, in whatever order they come."""
    documents, story = reprints
    both = [Ruling(story, True), Ruling(story, False, "globe"), Ruling(story, False, "bladet")]
    assert [["bladet/3", "globe/1"]] == stories(documents, *both) == stories(documents, *reversed(both))


def test_blocks_given_back_overrule(globe):
    """A block that was told is a ruling, as it is or turned round."""
    documents, sidebar = globe
    told = dedup.boilerplate(documents).blocks
    assert [] == stories(documents, *told)
    turned = [replace(block, chrome=False) if block.block == sidebar else block for block in told]
    assert [[each.id for each in documents]] == stories(documents, *turned)
    marked = dedup.boilerplate(documents, boilerplate=turned[-1:]).blocks
    assert {sidebar: (False, True)} == {block.block: (block.chrome, block.ruled) for block in marked if block.ruled}


def letters(*numbers):
    """A word that stands for some numbers."""
    return "w" + "".join(chr(ord("a") + int(digit)) for number in numbers for digit in f"{number:02}")


SENTENCES = [f"Part {part} of it all, {' '.join(letters(part, word) for word in range(20))}." for part in range(30)]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_given_back_unchanged_changes_nothing(seed):
    """On collections of all kinds, whatever was told, given back, makes the same stories and is told again."""
    chosen = random.Random(seed)
    menus = [MENU, ["Hem", "Sök", "Kontakt", "Om oss", "Logga in", "Nytt"], []]
    documents = []
    for number in range(40):
        site = chosen.randrange(4)
        lines = [*menus[site % 3], *chosen.sample(SENTENCES, chosen.randrange(1, 7)), *SENTENCES[site : site + 2]]
        source = chosen.choice([f"site {site}", f"site {site}", "", "site 0"])
        documents.append(Document("\n".join(lines), id=f"d{number}", source=source))
    told = dedup.boilerplate(documents)
    assert {True, False} == {block.chrome for block in told.blocks}
    assert [words(block.block) for block in told.blocks] == [block.words for block in told.blocks]
    before, after = dedup.cluster(documents), dedup.cluster(documents, boilerplate=told.blocks)
    assert (before.stories, before.singletons, before.notes) == (after.stories, after.singletons, after.notes)
    again = dedup.boilerplate(documents, boilerplate=told.blocks)
    verdicts = [
        {(block.source, block.block, block.chrome, block.on_pages) for block in found.blocks} for found in (told, again)
    ]
    assert verdicts[0] == verdicts[1]
    assert all(block.ruled for block in again.blocks)


@pytest.mark.parametrize(
    "line", ["Top 10 stories of 2024", "Our twelve editors answer", "From $1,700 a year", "Q&amp;A"]
)
def test_a_block_is_known_as_its_reader_sees_it(page, line):
    """Rulings hold on blocks with figures, number words and entities, as they stand in the page or are told."""
    documents = [page(number, "globe", line) for number in range(1, 5)]
    (told,) = (block for block in dedup.boilerplate(documents).blocks if block.block not in MENU)
    for quoted in (line, told.block):
        found = dedup.boilerplate(documents, boilerplate=[Ruling(quoted, False)])
        assert [told.block] == [block.block for block in found.blocks if block.ruled]
        assert [] == [note for note in found.notes if note.about == "boilerplate"]


@pytest.mark.parametrize("settings", [dedup.Settings(seed=1), dedup.Settings(shingle_size=3)])
def test_rulings_do_not_depend_on_settings(globe, settings):
    """What was told under one seed holds under another."""
    documents, sidebar = globe
    report = dedup.cluster(documents, settings, boilerplate=[Ruling(sidebar, False)])
    assert [4] == [story.size for story in report.stories]


def test_the_order_of_documents_does_not_matter(globe, reprints, page):
    """The same documents in another order are told in the same words."""
    documents = [*globe[0], *reprints[0][2:], *(page(number, "") for number in range(20, 23))]
    told = dedup.boilerplate(documents).sources
    assert told
    assert told == dedup.boilerplate(reversed(documents)).sources


def test_rulings_that_hold_nowhere_are_noted(globe):
    """A block that stands nowhere, or not in the named source, is noted with its name; the others hold."""
    documents, sidebar = globe
    given = [Ruling("What is hot", True), Ruling("Menu", True), Ruling(sidebar, False), Ruling("Sign in", True, "wire")]
    (note,) = dedup.cluster(documents, boilerplate=given).notes
    assert "boilerplate" == note.about
    assert note.reason.startswith("3 rulings hold nowhere")
    assert note.reason.endswith(": 'What is hot', 'Menu', 'Sign in' of 'wire'")
    assert (note,) == dedup.boilerplate(documents, boilerplate=given).notes
    long = [Ruling(f"{number} {sidebar}", True) for number in range(5)]
    (note,) = dedup.cluster(documents, boilerplate=long).notes
    assert note.reason.endswith(" and 2 more")
    assert len(note.reason) < 400


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            [Ruling("Menu", True), Ruling("menu", False)],
            "ruling 1: the block 'menu' is ruled to be boilerplate and not to be",
        ),
        ([Ruling("...", True)], "ruling 0: the block '...' has no word"),
        (["Menu"], "ruling 0 is of type str: give a Ruling"),
        ([Ruling("Menu", 1)], "ruling 0: give block and source as text, and chrome as True or False"),
        ([Ruling("Menu \ud800", True)], "lone surrogate"),
    ],
)
def test_rulings_that_are_none(given, reason):
    """A ruling that cannot be followed is told before a document is read."""

    def documents():
        raise AssertionError
        yield

    for job in (dedup.cluster, dedup.boilerplate):
        with pytest.raises(dedup.InputError, match=reason.replace("...", r"\.\.\.")):
            job(documents(), boilerplate=given)


def test_to_cluster_keeps_no_text(globe, monkeypatch):
    """Only a run that is to be explained keeps the texts."""
    kinds = []

    class Watched(RaggedSpill):
        def __init__(self, writers, kind=np.uint64):
            kinds.append(kind)
            super().__init__(writers, kind)

    monkeypatch.setattr(sketch, "Shelf", Watched)
    documents, sidebar = globe
    assert [[each.id for each in documents]] == stories(documents, Ruling(sidebar, False))
    assert np.uint8 not in kinds
    dedup.boilerplate(documents)
    assert np.uint8 in kinds


def test_nothing_to_tell(prose):
    """No documents, empty ones, and documents that share nothing have no boilerplate."""
    for documents in ([], ["", " "], [prose(1), prose(2)]):
        found = dedup.boilerplate(documents, boilerplate=[])
        assert ((), len(documents), ()) == (found.sources, found.documents, found.notes)


def test_copies_of_a_dialogue_make_no_site_of_two(page, sentence):
    """Two sites that print one story with many short lines stay two, though these lines are all that they share."""
    said = [f"said number {number}" for number in range(20)]
    story = [*said, *(sentence(number) for number in range(80, 95))]
    other = ["Hem", "Min sida", "Logga in", "Sök", "Kontakt", "Om oss"]
    globe = [page(1, "globe", *story), *(page(number, "globe") for number in (2, 3, 4))]
    paper = [page(5, "bladet", *story, menu=other), *(page(number, "bladet", menu=other) for number in (6, 7, 8))]
    found = dedup.boilerplate(globe + paper)
    assert {("globe", 4), ("bladet", 4)} == {(source.name, source.pages) for source in found.sources}
    assert [] == [block.block for block in found.blocks if block.block in said]


@pytest.mark.parametrize("count", [4, 8, 30])
def test_a_page_of_boilerplate_alone_hides_none(count, page):
    """A front page or an empty page, with nothing but the menu, keeps no block of its site from being boilerplate."""
    documents = [page(number, "globe") for number in range(1, count + 1)]
    documents.append(Document("\n".join(MENU), id="globe/empty", source="globe"))
    chrome = {block.block for block in dedup.boilerplate(documents).blocks if block.chrome}
    assert (set(MENU), []) == (chrome, stories(documents))
