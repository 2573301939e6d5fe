"""Stories of items of feeds to stories that headlines join (`core.items.headlines`)."""

from typing import Final

import numpy as np

from dedup.core.arrays import pair_codes
from dedup.core.arrays.sorting import distinct, find
from dedup.core.arrays.tables import Table
from dedup.core.items.headlines import Items, join_items
from dedup.core.pairs.decision import may_be_versions
from dedup.core.stages.result_schemas import (
    FOLLOWING,
    ITEM_STORIES,
    JOINED_PARTS,
    JOINED_STORIES,
    STORY_DOCUMENTS,
    STORY_EDGES,
    STORY_NODES,
)
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stages.versions import find_long, name_joined, rename_stories
from dedup.core.text.headlines import is_long_headline

_READ: Final = ("item_headline", "item_site", "url", "time", "num", "story", "reason")
"""The columns of documents that tell items."""


def items_of(items: Table) -> Items:
    """Return the rows of a table as items."""
    return Items(items["item_headline"], items["item_site"], items["url"], items["time"], items["num"], items["joins"])


def select_items(context: StageContext, documents: Table) -> Table:
    """Return the documents that are items of feeds. A notice and a wall join no others."""
    items = documents.select(_READ).take(documents["item_headline"] != 0)
    reason = items["reason"]
    return items.using(joins=may_be_versions(reason)).select(tuple(ITEM_STORIES))


def pair_items(context: StageContext, items: Table) -> tuple[Table, Table]:
    """Return the pairs of items that one headline joins, in two stories.

    Args:
        context: the settings.
        items: the items.

    Returns:
        The stories of items under a long headline, and the texts and stories of items under a short headline.
    """
    pairs = join_items(items_of(items), context.settings.max_bucket)
    stories, numbers = items["story"][pairs], items["num"][pairs]
    is_long = is_long_headline(items["item_headline"][pairs[:, 0]])
    differ = stories[:, 0] != stories[:, 1]
    edges = stories[differ & is_long]
    worded = differ & ~is_long & (numbers >= 0).all(axis=1)
    texts, stories = np.sort(numbers[worded], axis=1), stories[worded]
    item_pairs = {"a": texts[:, 0], "b": texts[:, 1], "first_story": stories[:, 0], "second_story": stories[:, 1]}
    return Table({"a": edges[:, 0], "b": edges[:, 1]}), Table(item_pairs)


def join_sharing(context: StageContext, item_pairs: Table, decided: Table) -> Table:
    """Return the stories of items under a short headline whose texts share a shingle.

    Args:
        context: not used.
        item_pairs: the pairs of items under a short headline.
        decided: the decided pairs.
    """
    sharing = decided.take(decided["common"] > 0)
    codes = np.sort(pair_codes.encode(sharing["a"], sharing["b"]))
    joined = item_pairs.take(find(codes, pair_codes.encode(item_pairs["a"], item_pairs["b"]))[1])
    return Table({"a": joined["first_story"], "b": joined["second_story"]})


def choose_parts(context: StageContext, parts: Table) -> tuple[Table, Table]:
    """Return the joined stories without those of which two parts have a text that is not short, and no items."""
    position = distinct(parts["joined"])[1]
    joined = parts.take(np.bincount(position, parts["of_long"])[position] <= 1)
    return joined.select(tuple(JOINED_STORIES)), Table.empty(ITEM_STORIES)


STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "items", Operator.MAP, ("story_documents",), (), {"item_stories": ITEM_STORIES}, select_items, columns=_READ
    ),
    Repeat(
        "headlines",
        "item_stories",
        (
            PlanStage(
                "headlines",
                Operator.GROUP,
                ("item_stories",),
                ("item_headline",),
                {"story_edges": STORY_EDGES, "item_pairs": FOLLOWING},
                pair_items,
            ),
            PlanStage(
                "sharing items",
                Operator.GROUP,
                ("item_pairs", "decided"),
                ("a", "b"),
                {"story_edges": STORY_EDGES},
                join_sharing,
                adds=frozenset({"story_edges"}),
            ),
            PlanStage("joined items", Operator.COMPONENTS, ("story_edges",), (), {"story_nodes": STORY_NODES}),
            PlanStage(
                "item names", Operator.MAP, ("story_nodes",), (), {"joined_stories": JOINED_STORIES}, name_joined
            ),
            PlanStage(
                "parts of stories",
                Operator.GROUP,
                ("story_documents", "joined_stories"),
                ("story",),
                {"joined_parts": JOINED_PARTS},
                find_long,
            ),
            PlanStage(
                "joined parts",
                Operator.GROUP,
                ("joined_parts",),
                ("joined",),
                {"joined_stories": JOINED_STORIES, "item_stories": ITEM_STORIES},
                choose_parts,
            ),
            PlanStage(
                "stories of items",
                Operator.GROUP,
                ("story_documents", "joined_stories"),
                ("story",),
                {"story_documents": STORY_DOCUMENTS},
                rename_stories,
            ),
        ),
    ),
)
"""The stages that join the stories of items under one headline."""
