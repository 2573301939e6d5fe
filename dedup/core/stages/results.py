"""Stories of documents to results: canonical documents, credits, measures and relations."""

from typing import Final

import msgspec
import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays import pair_codes
from dedup.core.arrays.names import number_names
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import distinct, find, first_of_equals, rising
from dedup.core.arrays.tables import Lists, Table
from dedup.core.pairs.decision import ARTICLE
from dedup.core.pairs.similarity import ratios
from dedup.core.stages.pairs import decide_rows, decided_table
from dedup.core.stages.result_schemas import RESULTS, UNMEASURED_RESULTS
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stories import canonical
from dedup.core.stories.canonical import StoryDocuments, StoryLeaders
from dedup.core.stories.credits import Credit
from dedup.core.stories.decision import TEXT, choose_evidence
from dedup.core.stories.newsrooms import plain
from dedup.core.stories.order import id_order
from dedup.core.stories.relations import (
    RELATIONS,
    RelationFacts,
    RelationFlags,
    choose_relations,
    compare_facts,
    number_words,
)

_ORIGINAL: Final = RELATIONS.index("original")

_CREDITS: Final = msgspec.json.Decoder(tuple[Credit, ...])


def lone_results(documents: Table) -> Table:
    """Return the results of documents that are stories of their own, with the reason why one is no article."""
    count = len(documents)
    credits = [""] * count
    for row, of_document in _read_credits(documents).items():
        credits[row] = canonical.alone_credit(of_document)
    return documents.using(
        story=documents.lists("id"),
        rank=np.zeros(count, np.int64),
        canonical=np.ones(count, np.bool_),
        evidence=np.full(count, TEXT, np.int8),
        relation=np.full(count, _ORIGINAL, np.int8),
        containment=np.ones(count),
        resemblance=np.ones(count),
        weakest=np.ones(count),
        credit=Lists.of_texts(credits),
        no_article=documents["reason"],
        opening=Lists.of_texts([""] * count),
    ).select(RESULTS)


def lead_stories(context: StageContext, documents: Table) -> tuple[Table, Table]:
    """Choose the canonical document of each story.

    Args:
        context: the settings.
        documents: the documents.

    Returns:
        The results, and the documents whose text is compared with that of their canonical document.
    """
    counts = _story_sizes(documents["story"])
    results = lone_results(documents.take(counts == 1))
    documents = documents.take(counts > 1)
    led = _lead(context, documents)
    story = documents["story"][led.order]
    starts = first_of_equals(story).nonzero()[0]
    sizes = counts_of(starts, story.size)
    leader = led.order[starts].repeat(sizes)
    members = documents.take(led.order)
    rows = _story_rows(members, starts, sizes, led)
    flags = _compare(documents, led.order, leader)
    number, other = documents["num"][led.order], documents["num"][leader]
    # A document without a word, or whose text is in no candidate, is in a story by its address or headline alone.
    compared = (number != other) & (documents["size"][led.order] > 0) & (documents["size"][leader] > 0)
    measures = (number == other).astype(np.float64)
    rows = rows.using(resemblance=measures, containment=measures)
    rows = rows.using(relation=choose_relations(flags, measures, measures, context.settings.containment))
    pairs = {"a": np.minimum(number, other), "b": np.maximum(number, other)}
    facts = {name: getattr(flags, name) for name in ("exact", "update", "shorter", "one_url")}
    unmeasured = rows.using(**pairs, **facts).take(compared).select(UNMEASURED_RESULTS)
    return results.plus(rows.take(~compared).select(RESULTS)), unmeasured


def _story_sizes(story: Indices) -> Indices:
    """Return the number of documents of the story of each document."""
    position = distinct(story)[1]
    sizes: Indices = np.bincount(position)[position]
    return sizes


def _read_credits(documents: Table) -> dict[int, tuple[Credit, ...]]:
    """Return the credits of the documents that have credits, by row."""
    credits = documents.lists("credits")
    rows = credits.lengths.nonzero()[0]
    return {row: _CREDITS.decode(text) for row, text in zip(rows.tolist(), credits.take(rows).texts(), strict=True)}


def _lead(context: StageContext, documents: Table) -> StoryLeaders:
    """Return the order of the documents of each story, and their credits."""
    homes = documents.lists("home").texts()
    numbers = {name: number for number, name in enumerate(dict.fromkeys(homes))}
    return canonical.lead_stories(
        StoryDocuments(
            homes=np.fromiter(map(numbers.__getitem__, homes), np.int64, len(homes)),
            names=list(numbers),
            credits=_read_credits(documents),
            urls=documents["url"],
            times=documents["time"],
            by_id=id_order(documents.lists("id").strings),
            story=distinct(documents["story"])[1],
            lengths=documents["size"],
            words=documents["words"],
        ),
        context.settings,
    )


def _story_rows(members: Table, starts: Indices, sizes: Indices, led: StoryLeaders) -> Table:
    """Return the rows of stories, without relations and measures.

    Args:
        members: the documents, story after story, each canonical document first.
        starts: ``(s,)`` the first row of each story.
        sizes: ``(s,)`` the documents of each story.
        led: the order of the documents, and their credits.
    """
    count = len(members)
    is_first = np.zeros(count, np.bool_)
    is_first[starts] = True
    weakest = np.minimum.reduceat(members["weakest"], starts) if count else np.zeros(0)
    return members.using(
        story=members.lists("id").take(starts.repeat(sizes)),
        rank=ranges(np.zeros_like(starts), sizes),
        canonical=is_first,
        evidence=choose_evidence(distinct(members["text_story"])[1], distinct(members["page_story"])[1]),
        weakest=weakest.repeat(sizes),
        credit=Lists.of_texts([led.credits.get(row, "") for row in led.order.tolist()]),
        no_article=np.full(count, ARTICLE, np.int8),
        opening=_untitled_openings(members, starts, sizes),
    )


def _untitled_openings(members: Table, starts: Indices, sizes: Indices) -> Lists:
    """Return the opening of the canonical document of each story without a title, and nothing of other documents."""
    titled = np.add.reduceat(members.lists("title").lengths, starts) if starts.size else starts
    openings = members.lists("opening")
    leads_untitled = np.zeros(len(members), np.bool_)
    leads_untitled[starts[titled == 0]] = True
    return Lists.of_lengths(openings.values[leads_untitled[openings.owners]], openings.lengths * leads_untitled)


def _compare(documents: Table, members: Indices, leaders: Indices) -> RelationFlags:
    """Compare the facts of ``members`` ``(m,)`` with those of the ``leaders`` ``(m,)`` of their stories."""
    sources = number_names([plain(name) for name in documents.lists("name").texts()])
    words = number_words(documents["contents"], documents["contents_high"])
    facts = RelationFacts(words, sources, documents["time"], documents["size"], documents["url"])
    return compare_facts(members, leaders, facts)


def find_measures(context: StageContext, unmeasured: Table, decided: Table) -> tuple[Table, Table]:
    """Finish the results whose pair is decided.

    Args:
        context: the settings.
        unmeasured: results without measures.
        decided: the decided pairs.

    Returns:
        The results, and the results whose pair is not decided.
    """
    codes = pair_codes.encode(decided["a"], decided["b"])
    order = codes.argsort()
    position, is_decided = find(codes[order], pair_codes.encode(unmeasured["a"], unmeasured["b"]))
    rows = decided.take(order[position[is_decided]])
    return _finish(context, unmeasured.take(is_decided), rows), unmeasured.take(~is_decided)


def measure_copies(context: StageContext, unmeasured: Table, articles: Table) -> tuple[Table, Table]:
    """Decide the pairs of results, and finish the results.

    Args:
        context: the settings.
        unmeasured: results without measures.
        articles: the articles of their texts, and perhaps others.

    Returns:
        The results, and no results without measures.
    """
    codes = rising(pair_codes.encode(unmeasured["a"], unmeasured["b"]))
    first, second = pair_codes.decode(codes).T
    rows = decide_rows(context, Table({"a": first, "b": second}), articles)
    decided = decided_table(rows, np.zeros(codes.size, np.bool_))
    return find_measures(context, unmeasured, decided)[0], Table.empty(UNMEASURED_RESULTS)


def _finish(context: StageContext, unmeasured: Table, decided: Table) -> Table:
    """Return results with the measures of the ``decided`` pairs beside them."""
    resemblance, containment = ratios(decided["common"], np.stack((decided["size_a"], decided["size_b"]), axis=1))
    flags = RelationFlags(
        original=unmeasured["canonical"],
        exact=unmeasured["exact"],
        update=unmeasured["update"],
        shorter=unmeasured["shorter"],
        one_url=unmeasured["one_url"],
    )
    relation = choose_relations(flags, resemblance, containment, context.settings.containment)
    return unmeasured.using(resemblance=resemblance, containment=containment, relation=relation).select(RESULTS)


STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "leaders",
        Operator.GROUP,
        ("story_documents",),
        ("story",),
        {"results": RESULTS, "unmeasured_results": UNMEASURED_RESULTS},
        lead_stories,
        adds=frozenset({"results"}),
    ),
    PlanStage(
        "measures",
        Operator.GROUP,
        ("unmeasured_results", "decided"),
        ("a", "b"),
        {"results": RESULTS, "unmeasured_results": UNMEASURED_RESULTS},
        find_measures,
        adds=frozenset({"results"}),
    ),
    Repeat(
        "more measures",
        "unmeasured_results",
        (
            PlanStage(
                "more measures",
                Operator.PAIRS,
                ("unmeasured_results", "articles"),
                ("a", "b"),
                {"results": RESULTS, "unmeasured_results": UNMEASURED_RESULTS},
                measure_copies,
                adds=frozenset({"results"}),
            ),
        ),
    ),
)
"""The stages that make the results."""
