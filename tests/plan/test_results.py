"""The plan from texts to results gives the report of `dedup.cluster`, in any number of parts."""

import random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from synthetic.articles import articles, pieces

import dedup
from dedup.core.arrays.tables import Table
from dedup.core.plan import TEXTS_TO_RESULTS
from dedup.core.stages.stage import Operator, Repeat, StageContext
from dedup.core.stories import clustering
from dedup.settings import Settings
from tests.helpers.plan_pages import NOTICE, chain, crowd, pages, prose, star
from tests.helpers.plan_tables import check_columns, rows_of, tables_of, walked


def assert_equal(documents, settings=None, parts=(1, 2, 7)):
    """Assert that the plan gives the report of `dedup.cluster` in all numbers of parts."""
    settings = settings or Settings()
    report = rows_of(dedup.cluster(documents, settings, workers=1))
    tables = tables_of(documents, settings)
    for count in parts:
        assert report == rows_of(walked(tables, settings, count, None if count == 1 else count))
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
@given(st.integers(0, 2**32), st.sampled_from([2, 3, 5]))
def test_large_components_in_rounds(seed, largest):
    """Components that are cut give the same stories, although their pairs are measured in rounds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MAX_COMPONENT", largest)
        assert_equal(pages(seed, 60), Settings(containment=0.2), parts=(7,))


def test_a_crowd():
    """Two thousand near copies of one text are one story, in any parts."""
    stories = assert_equal(crowd(2_000), parts=(1, 7))[0]
    assert 2_000 == len(stories[0][1])


def test_a_star():
    """A text and its parts have the same stories in any parts."""
    assert_equal(star(600), parts=(1, 7))


def test_a_chain():
    """A chain of texts, longer than a component that is compared in full, has the same stories in any parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MAX_COMPONENT", 16)
        assert_equal(chain(100), parts=(7,))


def test_an_id_that_comes_twice_and_equal_texts():
    """Documents of one id and of one text stay apart by their ids, and are one story by their text."""
    text = prose(random.Random(1), 80)
    stories = assert_equal([{"id": "a", "text": text}, {"id": "a", "text": text}, {"id": "b", "text": text}])[0]
    assert ["a", "a#2", "b"] == sorted(member.id for member in stories[0][1])


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


def test_no_documents_of_a_kind():
    """Every stage takes tables without rows, and gives the columns that it promises."""
    schemas = {name: schema for stage in _stages(TEXTS_TO_RESULTS) for name, schema in stage.gives.items()}
    tables = tables_of([{"id": "a", "text": "some words"}])
    for stage in _stages(TEXTS_TO_RESULTS):
        if stage.function is not None:
            empty = [
                Table.empty(schemas[name]) if name in schemas else tables[name].take(tables[name]["num"] < -1)
                for name in stage.reads
            ]
            result = stage.function(StageContext(Settings()), *empty)
            for table, schema in zip(
                (result,) if isinstance(result, Table) else result, stage.gives.values(), strict=True
            ):
                check_columns(table, schema, stage.name)
                assert 0 == len(table)


def test_stages_are_data():
    """Each stage has the key that its operator needs, and reads tables that a stage before gives."""
    tables = {"texts", "members", "dropped", "sites"}
    for stage in _stages(TEXTS_TO_RESULTS):
        assert set(stage.reads) | stage.adds <= tables
        assert bool(stage.key) == (stage.operator in (Operator.GROUP, Operator.PAIRS, Operator.ORDER))
        tables |= set(stage.gives)


def _stages(steps):
    """The stages of a plan, those of its repeats too."""
    for step in steps:
        if isinstance(step, Repeat):
            yield from _stages(step.steps)
        else:
            yield step
