"""Stories of texts to stories of documents. A document that can be in no story with another one is a result at once."""

from typing import Final

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.sorting import find, firsts
from dedup.core.arrays.tables import Lists, Table
from dedup.core.pairs.decision import ARTICLE, NOTHING, may_be_versions
from dedup.core.stages.result_schemas import RESULTS, STORY_DOCUMENTS, VERSIONS
from dedup.core.stages.results import lone_results
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step
from dedup.core.text.openings import first_lines

_ALONE: Final = -1
"""Stories of documents alone are numbered down from here, by the places of the documents. Only odd numbers are used."""


def place_documents(
    context: StageContext, members: Table, facts: Table, sizes: Table, stories: Table
) -> tuple[Table, Table, Table]:
    """Return the story of each document, by its text alone.

    A text that is in no pair is a story. A document that is no article is a story of its own.

    Args:
        context: the settings.
        members: the documents.
        facts: the facts of texts.
        sizes: the sizes of the shingle sets of texts that are in candidates.
        stories: the stories of texts that have a link.

    Returns:
        The documents that may be in a story with others, the results of the other documents, and the documents that
        are versions of a page.
    """
    number = members["num"]
    facts, sizes, stories = (_by_number(table) for table in (facts, sizes, stories))
    position, has_text = find(facts["num"], number)
    reason, words = np.full(len(members), NOTHING, np.int8), np.zeros(len(members), np.int64)
    reason[has_text], words[has_text] = facts["reason"][position[has_text]], facts["words"][position[has_text]]
    size, story, weakest = np.zeros(len(members), np.int64), number.copy(), np.ones(len(members))
    position, is_compared = find(sizes["num"], number)
    size[is_compared] = sizes["size"][position[is_compared]]
    position, is_linked = find(stories["num"], number)
    story[is_linked] = stories["story"][position[is_linked]]
    weakest[is_linked] = stories["weakest"][position[is_linked]]
    alone = reason != ARTICLE
    story[alone], weakest[alone] = _ALONE - 2 * members["place"][alone], 1.0
    stories_of = {"story": story, "text_story": story, "page_story": story, "weakest": weakest}
    documents = members.using(**stories_of, words=words, size=size, reason=reason).select(STORY_DOCUMENTS)
    is_unshared = (members["url"] == 0) & (members["item_headline"] == 0)
    lone = is_unshared & (alone | (~is_linked & (_counts(number) == 1)))
    # A notice and a wall are no versions.
    is_version = (members["url"] != 0) & may_be_versions(reason)
    documents = documents.using(opening=_find_lines(documents, facts, ~lone))
    return documents.take(~lone), lone_results(documents.take(lone)), documents.take(is_version).select(VERSIONS)


def _find_lines(documents: Table, facts: Table, shared: Flags) -> Lists:
    """Return the first line of each of the ``shared`` documents ``(n,)`` without a headline.

    Args:
        documents: the documents.
        facts: the facts of texts.
        shared: ``(n,)`` the documents whose line is returned. The line of other documents is empty.
    """
    openings = documents.lists("opening")
    rows = (shared & (openings.lengths > 0)).nonzero()[0]
    lines, flags = openings.take(rows), facts.lists("left_out").take(positions_of(facts["num"], documents["num"][rows]))
    in_rows = Lists.of_texts(first_lines(lines.values, lines.edges, flags.values.view(np.bool_), flags.edges))
    lengths = np.zeros(len(documents), np.int64)
    lengths[rows] = in_rows.lengths
    return Lists.of_lengths(in_rows.values, lengths)


def _by_number(table: Table) -> Table:
    """Return the rows in the order of their numbers, one row a number."""
    return table.take(firsts(table["num"]))


def _counts(numbers: Indices) -> Indices:
    """Return how many documents have the number of each document."""
    _, position, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    of_documents: Indices = counts[position]
    return of_documents


STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "documents",
        Operator.GROUP,
        ("members", "text_facts", "sizes", "text_stories"),
        ("num",),
        {"story_documents": STORY_DOCUMENTS, "results": RESULTS, "versions": VERSIONS},
        place_documents,
    ),
)
"""The stage that gives documents their stories."""
