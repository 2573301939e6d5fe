"""Large components to stories in one part each: a component is gathered with its articles.

A large component needs the shares of pairs that were no candidates, and each turn of its cut depends on the turn
before. `core.stages.stories.rounds` takes a round of the plan for each turn. Here one call takes all turns of a
component whose articles fit its memory.
"""

from typing import Final

import numpy as np

from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.sorting import distinct, rising
from dedup.core.arrays.tables import I64, Schema, Table
from dedup.core.stages.counts import COUNTS
from dedup.core.stages.result_schemas import ARTICLES, DECIDED, LABELS, LINKED, MEASURED, TEXT_STORIES, UNMEASURED
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stages.stories.article_pairs import ArticlePairs
from dedup.core.stages.stories.rounds import ComponentRows

MAX_WORDS: Final = 1 << 24
"""Words of the articles of a component that is gathered, at most. They take 0.6 GB.

This number saves rounds and decides nothing.
"""

_COUNTED: Final[Schema] = {**LABELS, "words": I64}
_GATHERED: Final[Schema] = {**ARTICLES, "component": I64}


def count_words(context: StageContext, large: Table, facts: Table) -> Table:
    """Return the texts of large components, and the words of each text without boilerplate.

    Args:
        context: not used.
        large: the texts of large components.
        facts: the facts of their texts, and perhaps of others.
    """
    return large.using(words=facts["words"][positions_of(facts["num"], large["num"])])


def choose_gathered(context: StageContext, counted: Table) -> tuple[Table, Table]:
    """Return the texts of the components that are gathered, and no texts of large components."""
    components, position = distinct(counted["component"])
    words = np.zeros(components.size, np.int64)
    np.add.at(words, position, counted["words"])
    return counted.take(words[position] <= MAX_WORDS).select(LABELS), Table.empty(LABELS)


def gather_articles(context: StageContext, texts: Table, articles: Table) -> Table:
    """Return the articles of components.

    Args:
        context: not used.
        texts: the texts of the components.
        articles: the articles of their texts, and perhaps others.
    """
    return articles.take(positions_of(articles["num"], texts["num"])).using(component=texts["component"])


def make_gathered(context: StageContext, linked: Table, unmeasured: Table, articles: Table) -> tuple[Table, ...]:
    """Make the stories of the components whose articles are there.

    Args:
        context: the settings.
        linked: the texts of components, with the shares of their candidates.
        unmeasured: the pairs that components wait for.
        articles: the articles of the components that are gathered.

    Returns:
        The stories of the texts of these components, their decided pairs, the counts of components that were cut; and
        the texts and the pairs of the other components.
    """
    gathered = rising(articles["component"])
    linked_here, pairs_here = (np.isin(table["component"], gathered) for table in (linked, unmeasured))
    rows = ComponentRows(context, linked.take(linked_here), Table.empty(MEASURED))
    decided = [Table.empty(DECIDED)]
    for component in gathered.tolist():
        pairs = ArticlePairs(context, articles, (articles["component"] == component).nonzero()[0])
        rows.make_component(component, pairs.measure)
        decided.append(pairs.decided())
    return (
        rows.texts(),
        Table.joined(decided, DECIDED),
        rows.counts,
        linked.take(~linked_here),
        unmeasured.take(~pairs_here),
    )


STAGES: Final[Step] = Repeat(
    "gathered stories",
    "large",
    (
        PlanStage(
            "words of large", Operator.GROUP, ("large", "text_facts"), ("num",), {"large_words": _COUNTED}, count_words
        ),
        PlanStage(
            "gathered texts",
            Operator.GROUP,
            ("large_words",),
            ("component",),
            {"gathered": LABELS, "large": LABELS},
            choose_gathered,
        ),
        PlanStage(
            "gathered articles",
            Operator.GROUP,
            ("gathered", "articles"),
            ("num",),
            {"gathered_articles": _GATHERED},
            gather_articles,
        ),
        PlanStage(
            "gathered stories",
            Operator.GROUP,
            ("linked", "unmeasured", "gathered_articles"),
            ("component",),
            {
                "text_stories": TEXT_STORIES,
                "decided": DECIDED,
                "counts": COUNTS,
                "linked": LINKED,
                "unmeasured": UNMEASURED,
            },
            make_gathered,
            adds=frozenset({"text_stories", "decided", "counts"}),
        ),
    ),
)
"""The stages that make the stories of large components. Most jobs have none."""
