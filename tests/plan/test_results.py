"""The plan gives the report of `dedup.cluster`, in any number of parts."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from synthetic.articles import articles, pieces

import dedup
from dedup.core.arrays.tables import Table
from dedup.core.plan import COVERAGE, PLAN
from dedup.core.stages.schemas import DOCUMENTS
from dedup.core.stages.stage import Operator, Repeat, StageContext
from dedup.core.stages.stories import gathered
from dedup.core.stories import clustering
from dedup.formats import Inputs
from dedup.settings import Settings
from tests.helpers.feed_items import rows
from tests.helpers.plan_pages import NOTICE, chain, crowd, pages, prose, star
from tests.helpers.plan_results import check_columns, report_of, told_of
from tests.helpers.plan_tables import documents_table
from tests.helpers.scans import article, scanned


def assert_equal(documents, settings=None, parts=(1, 2, 7), rulings=()):
    """Assert that the plan gives the report of `dedup.cluster` in all numbers of parts."""
    settings = settings or Settings()
    report = told_of(dedup.cluster(documents, settings, workers=1, boilerplate=rulings))
    table = documents_table(
        documents if isinstance(documents, Inputs) else [dedup.Document(**row) for row in documents], settings=settings
    )
    for count in parts:
        assert report == told_of(report_of(table, settings, count, None if count == 1 else count, rulings))
    return report


def test_the_corpus_in_any_parts():
    """The pages of `corpus/` have the same report in 1, 2 and 7 parts, shuffled, with an empty part."""
    assert_equal(dedup.read("corpus/pages"))


def test_generated_articles_in_any_parts():
    """Generated articles have the same report in any parts."""
    count = 2_000
    of_pieces = [page for piece in range(pieces(count)) for page in articles(count, piece, 0)]
    assert_equal(
        [{"id": article.id, "text": article.text(0), "source": article.source} for article in of_pieces], parts=(1, 7)
    )


@hypothesis_settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 7]), st.sampled_from(["earliest", "longest", "source"]))
def test_pages_of_all_kinds(seed, parts, rule):
    """Pages with shared addresses, credits, notices, digests and ids that come twice have the same report."""
    assert_equal(pages(seed, 60), Settings(canonical=rule, prefer=("b.example",)), parts=(parts,))


@hypothesis_settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 3, 5]), st.sampled_from([0, 900, gathered.MAX_WORDS]))
def test_large_components(seed, largest, words):
    """Components that are cut give the same stories, gathered or with pairs that are measured in rounds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MAX_COMPONENT", largest)
        patch.setattr(gathered, "MAX_WORDS", words)
        assert_equal(pages(seed, 60), Settings(containment=0.2), parts=(7,))


def test_a_crowd():
    """Two thousand near copies of one text are one story, in any parts."""
    stories = assert_equal(crowd(2_000), parts=(1, 7))[0]
    assert 2_000 == len(stories[0][1])


def test_a_star():
    """A text and its parts have the same stories in any parts."""
    assert_equal(star(600), parts=(1, 7))


@pytest.mark.parametrize("words", [0, gathered.MAX_WORDS])
def test_a_chain(words):
    """A chain of texts, longer than a component that is compared in full, has the same stories in any parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MAX_COMPONENT", 16)
        patch.setattr(gathered, "MAX_WORDS", words)
        assert_equal(chain(100), parts=(7,))


@pytest.mark.parametrize("name", rows())
def test_items_of_feeds(name):
    """Items with headlines and addresses have the same report, each with the evidence that joined it."""
    assert_equal(rows()[name].documents, parts=(1, 7))


def test_items_without_texts_between_texts():
    """Texts that items without a text join, and that no look-up compares, have the same measures."""
    title = "Thousands told to leave as dam on the Orle weakens"
    items = [
        {"id": "a", "title": title, "text": "Water was let out at once, and buses wait.", "source": "Birch"},
        {"id": "b", "title": title, "text": "", "url": "https://alder.example/dam"},
        {"id": "c", "title": "Dam", "text": "Engineers found a crack. " * 40, "url": "https://alder.example/dam"},
    ]
    assert 1 == len(assert_equal(items, parts=(1, 3))[0])


def test_an_id_that_comes_twice_and_equal_texts():
    """Documents of one id and of one text stay apart by their ids, and are one story by their text."""
    text = prose(random.Random(1), 80)
    stories = assert_equal([{"id": "a", "text": text}, {"id": "a", "text": text}, {"id": "b", "text": text}])[0]
    assert ["a", "a#2", "b"] == sorted(member.id for member in stories[0][1])


def test_an_id_that_is_given_once_stays():
    """Ids with numbers that documents give stay, and lead their stories under them, as in `dedup.cluster`."""
    ids = ["a", "a", "a#2", "b#2", "b", "a", "b", "b#2", "c"]
    pages = [{"id": id, "text": prose(random.Random(place // 2), 80)} for place, id in enumerate(ids)]
    report = assert_equal(pages)
    assert ("a", "a#3", "a#2", "b#2", "b", "a#4", "b#3", "b#2#2", "c") == tuple(report[2])


def test_ids_that_got_a_number_are_counted():
    """A note says how many ids got a number, in any number of parts."""
    documents = documents_table([dedup.Document(id=id, text="A sentence of some words.") for id in "aabba"])
    for parts in (1, 2, 7):
        (note,) = [note for note in report_of(documents, parts=parts).notes if note.about == "ids"]
        assert note.reason.startswith("3 ids were used before and got a number; ")


@hypothesis_settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 7]))
def test_rulings(seed, parts):
    """Rulings for one site and for all sites, and rulings that hold nowhere, give the report of `dedup.cluster`."""
    documents, rng = pages(seed, 60), random.Random(seed)
    blocks = dedup.boilerplate(documents, workers=1).blocks
    ruled = [replace(block, chrome=not block.chrome) for block in blocks if rng.random() < 0.5]
    ruled += [dedup.Ruling(block.block, True) for block in blocks if rng.random() < 0.1]
    nowhere = [dedup.Ruling("no such block", True), dedup.Ruling(blocks[0].block, True, "no such source")]
    notes = assert_equal(documents, parts=(parts,), rulings=[*ruled, *nowhere])[3]
    assert ["boilerplate"] == [note.about for note in notes if note.about == "boilerplate"]


def test_a_ruling_on_pages_without_a_source():
    """A ruling names a site without a source by the id of its first page, and a preferred source may be missing."""
    rng = random.Random(3)
    menu = [f"Entry {number} of the menu" for number in range(12)]
    documents = [{"id": f"p{n}", "text": "\n".join([*menu, prose(rng, 20)])} for n in range(6)]
    rulings = [dedup.Ruling(entry, False, "p0") for entry in menu]
    stories, _, _, notes, _ = assert_equal(documents, Settings(prefer=("nobody",)), rulings=rulings)
    assert (1, ["prefer"]) == (len(stories), [note.about for note in notes])
    assert [] == assert_equal(documents)[0]


def test_scanned_texts():
    """Misprints are read as the words of other copies, and rulings quote the words that were read."""
    rng = random.Random(5)
    menu = [f"{prose(rng, 2)} harbour entry {number}" for number in range(9)]
    articles = [article(number) for number in range(8)]
    texts = [*articles, *(scanned(text, number) for number, text in enumerate(articles))]
    documents = [{"id": f"d{number}", "text": "\n".join([*menu, text])} for number, text in enumerate(texts)]
    rulings = [dedup.Ruling(menu[3], False), dedup.Ruling(scanned(articles[0], 0), True)]
    stories, _, _, notes, _ = assert_equal(documents, Settings(scanned=True), rulings=rulings)
    assert (7, ["reading"]) == (len(stories), [note.about for note in notes])


def test_texts_without_misprints_are_not_scanned():
    """Clean texts keep their words where the job asks for a look at misprints."""
    _, _, _, notes, _ = assert_equal(pages(3, 40), Settings(scanned=True), parts=(7,))
    assert "reading" not in [note.about for note in notes]


def test_texts_that_are_no_articles():
    """Notices, walls, and documents without a word are alone, with the reason."""
    wall = "To go on reading this page today you have to take out one of our new plans for all readers of the north."
    documents = [{"id": f"n{number}", "text": NOTICE, "title": f"Log{number}"} for number in range(3)]
    documents += [{"id": "empty", "text": ""}, {"id": "signs", "text": "..."}]
    titles = ("Harbour mayor resigns", "Glacier retreat quickens")
    documents += [{"id": title, "text": wall, "title": title} for title in titles]
    singletons = assert_equal(documents)[1]
    assert {"a notice", "nothing of its own", "the same under other headlines"} <= {
        member.no_article for member in singletons
    }


def test_no_rows():
    """Every stage takes tables without rows, and gives the columns that it promises."""
    schemas = {"documents": DOCUMENTS}
    for stage in _stages(PLAN):
        if stage.function is not None:
            result = stage.function(StageContext(Settings()), *[Table.empty(schemas[name]) for name in stage.reads])
            results = (result,) if isinstance(result, Table) else result
            for table, schema in zip(results, stage.gives.values(), strict=True):
                check_columns(table, schema, stage.name)
                assert 0 == len(table)
        schemas |= stage.gives


def test_stages_are_data():
    """Each stage has the key that its operator needs. It reads tables of stages before, and a table has one schema."""
    schemas = {"documents": DOCUMENTS}
    for stage in _stages((*PLAN, *COVERAGE)):
        assert set(stage.reads) <= set(schemas), stage.name
        assert bool(stage.key) == (stage.operator in (Operator.GROUP, Operator.PAIRS, Operator.ORDER)), stage.name
        for name, schema in stage.gives.items():
            assert dict(schemas.setdefault(name, schema)) == dict(schema), (stage.name, name)


def _stages(steps):
    """The stages of a plan, those of its repeats too."""
    for step in steps:
        if isinstance(step, Repeat):
            yield from _stages(step.steps)
        else:
            yield step


def test_a_story_without_a_title_has_its_first_line():
    """The opening of a story is the same line in any parts: not the menu, a credit, or the beginning of a copy."""
    rng = random.Random(7)
    article = f"Ferry to be sold to the rival line. {prose(rng, 80)}"
    pages = [
        {"id": f"{site}{number}", "source": site, "text": f"Home News\n{site} weather sport\n{text}"}
        for site in ("a.example", "b.example")
        for number, text in enumerate([f"By Ada\n{article}", *(prose(rng, 90) for _ in range(5))])
    ]
    ((_, members, opening),) = assert_equal(pages)[0]
    assert ({"a.example0", "b.example0"}, "Ferry to be sold to the rival line.") == (
        {member.id for member in members},
        opening[:35],
    )
    titled = [page | {"title": "Sold"} if page["id"] == "b.example0" else page for page in pages]
    assert "" == assert_equal(titled)[0][0][2]
