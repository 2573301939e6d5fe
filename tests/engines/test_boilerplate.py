"""Boilerplate in words, and the rulings of a user on it."""

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

import dedup
from dedup import Block, Document, Ruling
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages import job as job_module

MENU = ["Front page", "My county", "Sign in", "What's hot", "Leave a reply", "About us"]


@pytest.fixture
def sentence(prose):
    """A function from a number and a length to a sentence; sentences of different numbers share no two words."""
    return lambda number, words=20: prose(number, words).capitalize() + "."


@pytest.fixture
def page(sentence):
    """A function from a number, a site, and more lines to a page: the menu, three sentences, the lines."""

    def make(number, site, *more, menu=MENU):
        body = [sentence(100 * number + place) for place in range(3)]
        return Document("\n".join([*menu, *body, *more]), id=f"{site}/{number}", source=site)

    return make


@pytest.fixture
def globe(page, sentence):
    """Four pages of one site with a sidebar as long as each article, and the sidebar."""
    sidebar = sentence(99, 60)
    return [page(number, "globe", sidebar) for number in range(1, 5)], sidebar


@pytest.fixture
def reprints(page, sentence):
    """One wire story on pages of two sites that share no other text, and the story."""
    story = sentence(98, 100)
    other = ["Hem", "Min sida", "Logga in", "Sök", "Kontakt", "Om oss"]
    return [
        page(1, "globe", story),
        page(2, "globe"),
        page(3, "bladet", story, menu=other),
        page(4, "bladet", menu=other),
    ], story


def words(text):
    """Return the number of words of a text: What's is two words."""
    return len(re.findall(r"\w+", text))


def stories(documents, *rulings):
    """Return the ids of each story under rulings."""
    report = dedup.cluster(documents, boilerplate=rulings)
    return [sorted(member.id for member in story.members) for story in report.stories]


def test_blocks_of_all_pages_of_a_site_are_reported(globe, page):
    """Menu and sidebar are reported with their pages, stories and words; a block that stands once is not."""
    documents, sidebar = globe
    result = dedup.boilerplate([*documents, page(9, "bladet", menu=[])])
    (source,) = result.sources
    assert ("globe", 4) == (source.name, source.pages)
    expected = [Block(text, True, "globe", words(text), 4, 4) for text in [*MENU, sidebar]]
    assert expected == list(source.blocks) == list(result.blocks)
    assert (5, (), ()) == (result.documents, result.skipped, result.notes)


def test_kept_blocks_that_recur_are_reported_too(page, sentence):
    """A story that a site prints on two pages is reported as kept, on two pages of one story."""
    story = [sentence(number) for number in range(80, 95)]
    result = dedup.boilerplate([page(1, "globe", *story), page(2, "globe", *story), page(3, "globe"), page(4, "globe")])
    (source,) = result.sources
    assert set(MENU) == {block.block for block in source.blocks if block.chrome}
    kept_blocks = {(block.block, block.on_pages, block.stories) for block in source.blocks if not block.chrome}
    assert {(text, 2, 1) for text in story} == kept_blocks


def test_a_wire_story_on_many_sites_is_not_reported(reprints):
    """A block that stands once on each of two sites is not reported."""
    documents, story = reprints
    result = dedup.boilerplate(documents)
    assert {"globe", "bladet"} == {source.name for source in result.sources}
    assert story not in {block.block for block in result.blocks}


def test_pages_of_one_name_are_reported_together(sentence):
    """Pages without a menu that give one source are one site, and its legal line is boilerplate."""
    legal = sentence(97, 15)
    pages = [Document(f"{sentence(number, 60)}\n{legal}", id=str(number), source="globe") for number in range(3)]
    result = dedup.boilerplate(pages)
    assert [Block(legal, True, "globe", 15, 3, 3)] == list(result.blocks)
    assert [("globe", 3)] == [(source.name, source.pages) for source in result.sources]
    ruled = dedup.boilerplate(pages, boilerplate=[Ruling(legal, False, "globe")])
    assert [Block(legal, False, "globe", 15, 3, 3, ruled=True)] == list(ruled.blocks)


def test_pages_without_a_name_are_no_site(sentence):
    """Pages without a source and without common labels are no site: a line on three of them is kept."""
    legal = sentence(97, 15)
    pages = [Document(f"{sentence(number, 60)}\n{legal}", id=str(number)) for number in range(3)]
    assert () == dedup.boilerplate(pages).sources


def test_a_block_on_unlike_pages_of_many_sites_is_reported(sentence):
    """A consent line on five pages of five sites is boilerplate; on four pages it is kept."""
    consent = sentence(97, 15)
    pages = [Document(f"{sentence(number, 60)}\n{consent}", id=str(number), source=f"s{number}") for number in range(5)]
    result = dedup.boilerplate(pages)
    assert {f"s{number}" for number in range(5)} == {source.name for source in result.sources}
    assert {(consent, True, 1)} == {(block.block, block.chrome, block.on_pages) for block in result.blocks}
    assert () == dedup.boilerplate(pages[:4]).sources


def test_an_article_on_many_sites_is_kept(page, sentence):
    """One article on forty sites is one story, and no boilerplate."""
    story = [sentence(number) for number in range(80, 85)]
    documents = [page(number, f"s{number}", *story, menu=[sentence(200 + number, 3)]) for number in range(1, 41)]
    assert () == dedup.boilerplate(documents).sources
    assert [sorted(document.id for document in documents)] == stories(documents)


def test_pages_that_were_read_twice_count_once(globe):
    """A page that comes twice makes no block more frequent."""
    documents, _ = globe
    again = [*documents, *(structs.replace(document, id=f"{document.id} again") for document in documents)]
    assert dedup.boilerplate(documents).sources == dedup.boilerplate(again).sources


def test_a_block_that_a_user_keeps_counts(globe):
    """Pages that share a block that the user keeps become one story."""
    documents, sidebar = globe
    assert [] == stories(documents)
    assert [[document.id for document in documents]] == stories(documents, Ruling(sidebar.upper(), False))
    assert [] == stories(documents, Ruling(sidebar, False, "bladet"))


def test_a_block_that_a_user_calls_boilerplate_is_left_out(reprints):
    """A block that the user calls boilerplate is left out on all pages, or on the pages of one source."""
    documents, story = reprints
    assert [["bladet/3", "globe/1"]] == stories(documents)
    assert [] == stories(documents, Ruling(story, True))
    assert [] == stories(documents, Ruling(story, True, "bladet"))
    assert [["bladet/3", "globe/1"]] == stories(documents, Ruling(story, True, "somebody"))


def test_a_ruling_for_one_source_goes_over_one_for_all(reprints):
    """The ruling for one source holds before the ruling for all sources, in each order."""
    documents, story = reprints
    both = [Ruling(story, True), Ruling(story, False, "globe"), Ruling(story, False, "bladet")]
    assert [["bladet/3", "globe/1"]] == stories(documents, *both) == stories(documents, *reversed(both))


def test_blocks_given_back_overrule(globe):
    """A reported block is a ruling, unchanged or with the opposite verdict."""
    documents, sidebar = globe
    reported = dedup.boilerplate(documents).blocks
    assert [] == stories(documents, *reported)
    turned = [replace(block, chrome=False) if block.block == sidebar else block for block in reported]
    assert [[document.id for document in documents]] == stories(documents, *turned)
    marked = dedup.boilerplate(documents, boilerplate=turned[-1:]).blocks
    assert {sidebar: (False, True)} == {block.block: (block.chrome, block.ruled) for block in marked if block.ruled}


def letters(*numbers):
    """Return a word of letters for some numbers."""
    return "w" + "".join(chr(ord("a") + int(digit)) for number in numbers for digit in f"{number:02}")


SENTENCES = [
    f"Part {number} of it all, {' '.join(letters(number, word) for word in range(20))}." for number in range(30)
]


@pytest.mark.parametrize("seed", range(12))
def test_reported_blocks_as_rulings_change_no_story(seed):
    """The reported blocks as rulings change no story, and are reported again."""
    generator = random.Random(seed)
    menus = [MENU, ["Hem", "Sök", "Kontakt", "Om oss", "Logga in", "Nytt"], []]
    documents = []
    for number in range(40):
        site = generator.randrange(4)
        lines = [*menus[site % 3], *generator.sample(SENTENCES, generator.randrange(1, 7)), *SENTENCES[site : site + 2]]
        source = generator.choice([f"site {site}", f"site {site}", "", "site 0"])
        documents.append(Document("\n".join(lines), id=f"d{number}", source=source))
    reported = dedup.boilerplate(documents)
    assert {True, False} == {block.chrome for block in reported.blocks}
    assert [words(block.block) for block in reported.blocks] == [block.words for block in reported.blocks]
    before, after = dedup.cluster(documents), dedup.cluster(documents, boilerplate=reported.blocks)
    assert (before.stories, before.singletons, before.notes) == (after.stories, after.singletons, after.notes)
    again = dedup.boilerplate(documents, boilerplate=reported.blocks)
    verdicts = [
        {(block.source, block.block, block.chrome, block.on_pages) for block in result.blocks}
        for result in (reported, again)
    ]
    assert verdicts[0] == verdicts[1]
    assert all(block.ruled for block in again.blocks)


@pytest.mark.parametrize(
    "line", ["Top 10 stories of 2024", "Our twelve editors answer", "From $1,700 a year", "Q&amp;A"]
)
def test_a_block_is_known_as_its_reader_sees_it(page, line):
    """Rulings hold on blocks with figures, number words and entities, in the words of the page or of the report."""
    documents = [page(number, "globe", line) for number in range(1, 5)]
    (reported,) = (block for block in dedup.boilerplate(documents).blocks if block.block not in MENU)
    for quoted in (line, reported.block):
        result = dedup.boilerplate(documents, boilerplate=[Ruling(quoted, False)])
        assert [reported.block] == [block.block for block in result.blocks if block.ruled]
        assert [] == [note for note in result.notes if note.about == "boilerplate"]


@pytest.mark.parametrize("settings", [dedup.Settings(seed=1), dedup.Settings(shingle_size=3)])
def test_rulings_do_not_depend_on_settings(globe, settings):
    """A block that was reported under one seed holds under another seed."""
    documents, sidebar = globe
    report = dedup.cluster(documents, settings, boilerplate=[Ruling(sidebar, False)])
    assert [4] == [story.size for story in report.stories]


def test_the_order_of_documents_does_not_matter(globe, reprints, page):
    """The order of documents does not change the reported blocks."""
    documents = [*globe[0], *reprints[0][2:], *(page(number, "") for number in range(20, 23))]
    sources = dedup.boilerplate(documents).sources
    assert sources
    assert sources == dedup.boilerplate(reversed(documents)).sources


def test_rulings_that_hold_nowhere_are_noted(globe):
    """A ruling on a block that stands on no page of its source is noted, and the other rulings hold."""
    documents, sidebar = globe
    rulings = [
        Ruling("What is hot", True),
        Ruling("Menu", True),
        Ruling(sidebar, False),
        Ruling("Sign in", True, "wire"),
    ]
    (note,) = dedup.cluster(documents, boilerplate=rulings).notes
    assert "boilerplate" == note.about
    assert note.reason.startswith("3 rulings hold nowhere")
    assert note.reason.endswith(": 'What is hot', 'Menu', 'Sign in' of 'wire'")
    assert (note,) == dedup.boilerplate(documents, boilerplate=rulings).notes
    long = [Ruling(f"{number} {sidebar}", True) for number in range(5)]
    (note,) = dedup.cluster(documents, boilerplate=long).notes
    assert note.reason.endswith(" and 2 more")
    assert len(note.reason) < 400


@pytest.mark.parametrize(
    ("rulings", "reason"),
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
def test_wrong_rulings_are_errors(rulings, reason):
    """A ruling that cannot be followed is an error before a document is read."""

    def documents():
        raise AssertionError
        yield

    for job in (dedup.cluster, dedup.boilerplate):
        with pytest.raises(dedup.InputError, match=reason.replace("...", r"\.\.\.")):
            job(documents(), boilerplate=rulings)


def test_to_cluster_keeps_no_text(globe, monkeypatch):
    """Only `dedup.boilerplate` keeps whole texts."""
    kinds = []

    class Watched(RaggedSpill):
        def __init__(self, writers, kind=np.uint64, **options):
            kinds.append(kind)
            super().__init__(writers, kind, **options)

    monkeypatch.setattr(job_module, "RaggedSpill", Watched)
    documents, sidebar = globe
    assert [[document.id for document in documents]] == stories(documents, Ruling(sidebar, False))
    assert np.uint8 not in kinds
    dedup.boilerplate(documents)
    assert np.uint8 in kinds


def test_no_boilerplate(prose):
    """No documents, empty documents, and documents that share no text have no boilerplate."""
    for documents in ([], ["", " "], [prose(1), prose(2)]):
        result = dedup.boilerplate(documents, boilerplate=[])
        assert ((), len(documents), ()) == (result.sources, result.documents, result.notes)


def test_copies_of_a_dialogue_make_no_site_of_two(page, sentence):
    """Two sites that share only the short lines of one story stay two sites."""
    dialogue = [f"said number {number}" for number in range(20)]
    story = [*dialogue, *(sentence(number) for number in range(80, 95))]
    other = ["Hem", "Min sida", "Logga in", "Sök", "Kontakt", "Om oss"]
    globe = [page(1, "globe", *story), *(page(number, "globe") for number in (2, 3, 4))]
    paper = [page(5, "bladet", *story, menu=other), *(page(number, "bladet", menu=other) for number in (6, 7, 8))]
    result = dedup.boilerplate(globe + paper)
    assert {("globe", 4), ("bladet", 4)} == {(source.name, source.pages) for source in result.sources}
    assert [] == [block.block for block in result.blocks if block.block in dialogue]


@pytest.mark.parametrize("count", [4, 8, 30])
def test_a_page_of_boilerplate_alone_hides_none(count, page):
    """A page that has only the menu does not keep the menu from being boilerplate."""
    documents = [page(number, "globe") for number in range(1, count + 1)]
    documents.append(Document("\n".join(MENU), id="globe/empty", source="globe"))
    chrome = {block.block for block in dedup.boilerplate(documents).blocks if block.chrome}
    assert (set(MENU), []) == (chrome, stories(documents))
