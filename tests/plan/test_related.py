"""The stages of related coverage give one answer in any parts: the answer of the core on all texts at once."""

import numpy as np
import pytest

import dedup
from dedup.core.arrays.tables import Table
from dedup.core.plan import COVERAGE, PLAN
from dedup.core.related.candidates import find_candidates, lookup_rows
from dedup.core.related.coverage import find_coverage
from dedup.core.related.numbers import LEAST_TEXTS
from dedup.core.related.rarity import count_slots, tell_rarity
from dedup.core.related.records import coverage_records
from dedup.core.related.scores import score_pairs
from dedup.core.related.vectors import make_vectors
from dedup.core.stages.counts import FEW_TEXTS, sum_counts
from dedup.core.stages.stage import StageContext
from dedup.engines.plan.walk import walk
from dedup.settings import Settings
from tests.helpers.event_pages import event_pages
from tests.helpers.plan_results import StrictOperators
from tests.helpers.plan_tables import PARTS, documents_table, rows_of

KEEP = ("coverage", "rewrites", "leading_texts", "counts", "event_texts")


def covered(pages: list[dict[str, str]], parts: int = 1, seed: int | None = None) -> dict[str, Table]:
    """The tables of related coverage of pages."""
    documents = documents_table([dedup.Document(**page) for page in pages])
    operators = StrictOperators(StageContext(Settings()), parts, seed)
    return walk((*PLAN, *COVERAGE), operators, {"documents": documents}, KEEP)


def test_an_article_its_spun_copy_and_another_report_are_one_coverage():
    """One event in three texts is one coverage among other pages. The spun copy is a rewrite, the report is none."""
    tables = covered(event_pages(1))
    assert ["article", "report", "spun"] == sorted(tables["coverage"].lists("id").texts())
    names = dict(zip(tables["leading_texts"]["num"].tolist(), tables["leading_texts"].lists("id").texts(), strict=True))
    pairs = zip(tables["rewrites"]["a"].tolist(), tables["rewrites"]["b"].tolist(), strict=True)
    assert [{"article", "spun"}] == [{names[a], names[b]} for a, b in pairs]


@pytest.mark.parametrize(("parts", "seed"), PARTS)
def test_coverage_in_any_parts_is_that_of_the_core(parts, seed):
    """The stages give the coverage and the rewrites that the core gives for all texts at once."""
    pages = [page for number in range(3) for page in event_pages(number, 40)]
    pages = [page | {"id": f"{page['id']} {place}"} for place, page in enumerate(pages)]
    tables = covered(pages, parts, seed)
    texts = tables["event_texts"].take(tables["event_texts"]["num"].argsort())
    tokens = texts.lists("tokens").ragged
    vectors = make_vectors(tokens, tell_rarity(*count_slots(tokens), len(texts)))
    rows, lengths = lookup_rows(vectors)
    pairs = find_candidates(vectors.terms[rows], lengths)
    scores = score_pairs(vectors, pairs)
    labels = find_coverage(vectors, pairs, scores, texts["time"]).labels
    groups = [texts["num"][labels == label].tolist() for label in range(labels.max() + 1)]
    expected = sorted((num, group[0]) for group in groups for num in group if len(group) > 1)
    assert expected == rows_of(tables["coverage"], "num", "coverage")
    inside = scores.rewrites & (labels[pairs[:, 0]] == labels[pairs[:, 1]])
    assert texts["num"][pairs[inside]].tolist() == [list(row) for row in rows_of(tables["rewrites"], "a", "b")]
    assert len(expected) > 2


@pytest.mark.parametrize(("parts", "seed"), PARTS)
def test_the_plan_gives_the_coverage_of_a_job(parts, seed):
    """The tables of the plan make the records of `dedup.cluster`, on the corpus too."""
    pages = list(dedup.read("corpus/pages")) + [dedup.Document(**page) for page in event_pages(7)]
    operators = StrictOperators(StageContext(Settings()), parts, seed)
    tables = walk((*PLAN, *COVERAGE), operators, {"documents": documents_table(pages)}, KEEP)
    found = tables["coverage"].take(tables["coverage"]["num"].argsort())
    rewrites = tables["rewrites"].take(np.lexsort((tables["rewrites"]["b"], tables["rewrites"]["a"])))
    pairs = np.stack((rewrites["a"], rewrites["b"]), axis=1)
    ids = found.lists("id").texts()
    records = coverage_records(found["num"], ids, found["coverage"], found["score"], pairs, rewrites["cosine"])
    assert dedup.cluster(pages, related=True).coverage == records
    assert any({"article", "spun", "report"} == set(record.stories) for record in records)


def test_a_small_collection_gives_a_count_and_no_coverage():
    """Fewer stories than are necessary to tell rare words have no coverage, and a count says how many there are."""
    tables = covered(event_pages(1, LEAST_TEXTS - 4))
    assert (0, 0) == (len(tables["coverage"]), len(tables["rewrites"]))
    assert (LEAST_TEXTS - 1,) * 2 == sum_counts(tables["counts"])[FEW_TEXTS]


def test_copies_count_as_one_story():
    """A story of many copies has one text in the lane: its words stay rare, and no copy is a rewrite of another."""
    pages = event_pages(1)
    (article,) = (page for page in pages if page["id"] == "article")
    copies = [article | {"id": f"copy {number}", "text": f"{article['text']} Ends {number}."} for number in range(30)]
    tables = covered([*pages, *copies])
    assert 3 == len(tables["coverage"])
    assert 1 == len(tables["rewrites"])
    assert not np.isin(tables["counts"]["kind"], [FEW_TEXTS]).any()
