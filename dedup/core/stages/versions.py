"""Stories of documents of one address to joined stories (`core.stories.url_versions`)."""

from typing import Final

import numpy as np

from dedup.core.arrays import pair_codes
from dedup.core.arrays.sorting import distinct, find, rising
from dedup.core.arrays.tables import Table
from dedup.core.pairs.rule import units
from dedup.core.stages.counts import COUNTS, LIVE, count_sizes
from dedup.core.stages.result_schemas import (
    FOLLOWED,
    FOLLOWING,
    JOINED_STORIES,
    PAGE_VERSIONS,
    STORY_DOCUMENTS,
    STORY_EDGES,
    STORY_NODES,
    VERSIONS,
)
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stories.url_versions import (
    follow_edges,
    following_rows,
    is_long_text,
    live_pages,
    rows_of_shared,
    single_edges,
)

_FIRST_PAGE: Final = -2
"""Pages are numbered down from here, by their first places. Only even numbers are used, and no story has them."""


def find_versions(context: StageContext, versions: Table) -> tuple[Table, Table]:
    """Find the versions of pages that documents of several stories show.

    Args:
        context: not used.
        versions: the documents that may be versions.

    Returns:
        The versions, and the long texts that follow each other at one page, in two stories.
    """
    versions = versions.take(rows_of_shared(versions["url"], versions["story"]))
    page, story, text = distinct(versions["url"])[1], versions["story"], versions["num"]
    before, after = following_rows(page, text, is_long_text(versions["words"]), story)
    stories = {"first_story": story[before], "second_story": story[after]}
    return versions, Table({"a": text[before], "b": text[after], **stories})


def join_alike(context: StageContext, following: Table, decided: Table) -> Table:
    """Return the stories of texts that follow each other at one page and are copies.

    Args:
        context: the settings.
        following: the texts that follow each other.
        decided: the decided pairs.
    """
    copies = decided.take(decided["share"] >= units(context.settings.containment))
    codes = np.sort(pair_codes.encode(copies["a"], copies["b"]))
    alike = following.take(find(codes, pair_codes.encode(following["a"], following["b"]))[1])
    return Table({"a": alike["first_story"], "b": alike["second_story"]})


def name_joined(context: StageContext, edges: Table) -> Table:
    """Return the story that each story is joined to."""
    return Table({"story": edges["node"], "joined": edges["label"]})


def rename_all(context: StageContext, documents: Table, versions: Table, joined: Table) -> tuple[Table, Table]:
    """Put documents and versions into the stories that their stories are joined to.

    Args:
        context: not used.
        documents: the documents.
        versions: the versions of pages.
        joined: the joined stories.
    """
    return rename_documents(context, documents, joined), rename_stories(context, versions, joined)


def rename_documents(context: StageContext, documents: Table, joined: Table) -> Table:
    """Put documents into the stories that their stories are joined to.

    Args:
        context: not used.
        documents: the documents.
        joined: the joined stories.
    """
    documents = rename_stories(context, documents, joined)
    return documents.using(page_story=documents["story"])


def rename_stories(context: StageContext, rows: Table, joined: Table) -> Table:
    """Put rows into the stories that their stories are joined to.

    Args:
        context: not used.
        rows: rows with a story.
        joined: the joined stories.
    """
    order = joined["story"].argsort()
    position, is_joined = find(joined["story"][order], rows["story"])
    story = rows["story"].copy()
    story[is_joined] = joined["joined"][order[position[is_joined]]]
    return rows.using(story=story)


def find_long(context: StageContext, documents: Table, rows: Table) -> Table:
    """Return rows of stories, and whether their stories have a text that is not short.

    Args:
        context: not used.
        documents: the documents.
        rows: rows with a story.
    """
    long = rising(documents["story"][is_long_text(documents["words"])])
    return rows.using(of_long=find(long, rows["story"])[1])


def follow_pages(context: StageContext, versions: Table) -> tuple[Table, Table]:
    """Return which stories the stories of short texts follow, page by page, and the count of live pages."""
    page, is_long, story = distinct(versions["url"])[1], is_long_text(versions["words"]), versions["story"]
    live = live_pages(page, versions["num"], is_long, story, context.settings.max_bucket)
    first = np.full(live.size, np.iinfo(np.int64).max)
    np.minimum.at(first, page, versions["place"])
    edges = follow_edges(page, story, is_long, versions["of_long"], live, _FIRST_PAGE - 2 * first)
    return Table({"story": edges[:, 0], "target": edges[:, 1]}), count_sizes(LIVE, np.bincount(page)[live])


def choose_followed(context: StageContext, followed: Table) -> tuple[Table, Table]:
    """Return what each story of short texts follows, if that is a single story or page; and no versions."""
    edges = single_edges(np.unique(np.stack((followed["story"], followed["target"]), axis=1), axis=0))
    return Table({"a": edges[:, 0], "b": edges[:, 1]}), Table.empty(VERSIONS)


STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "page versions",
        Operator.GROUP,
        ("versions",),
        ("url",),
        {"page_versions": VERSIONS, "following": FOLLOWING},
        find_versions,
    ),
    Repeat(
        "page versions",
        "page_versions",
        (
            PlanStage(
                "alike versions",
                Operator.GROUP,
                ("following", "decided"),
                ("a", "b"),
                {"story_edges": STORY_EDGES},
                join_alike,
            ),
            PlanStage("joined versions", Operator.COMPONENTS, ("story_edges",), (), {"story_nodes": STORY_NODES}),
            PlanStage(
                "joined names", Operator.MAP, ("story_nodes",), (), {"joined_stories": JOINED_STORIES}, name_joined
            ),
            PlanStage(
                "joined stories",
                Operator.GROUP,
                ("story_documents", "page_versions", "joined_stories"),
                ("story",),
                {"story_documents": STORY_DOCUMENTS, "page_versions": VERSIONS},
                rename_all,
            ),
            PlanStage(
                "long texts",
                Operator.GROUP,
                ("story_documents", "page_versions"),
                ("story",),
                {"long_versions": PAGE_VERSIONS},
                find_long,
            ),
            PlanStage(
                "followed",
                Operator.GROUP,
                ("long_versions",),
                ("url",),
                {"followed": FOLLOWED, "counts": COUNTS},
                follow_pages,
                adds=frozenset({"counts"}),
            ),
            PlanStage(
                "followed once",
                Operator.GROUP,
                ("followed",),
                ("story",),
                {"story_edges": STORY_EDGES, "page_versions": VERSIONS},
                choose_followed,
            ),
            PlanStage("followed versions", Operator.COMPONENTS, ("story_edges",), (), {"story_nodes": STORY_NODES}),
            PlanStage(
                "followed names", Operator.MAP, ("story_nodes",), (), {"joined_stories": JOINED_STORIES}, name_joined
            ),
            PlanStage(
                "following stories",
                Operator.GROUP,
                ("story_documents", "joined_stories"),
                ("story",),
                {"story_documents": STORY_DOCUMENTS},
                rename_documents,
            ),
        ),
    ),
)
"""The stages that join the stories of one address."""
