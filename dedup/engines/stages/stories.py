"""Decided pairs to the stories of a report: their order, their canonical documents, and the relations of the others."""

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.ragged import counts_of
from dedup.core.arrays.sorting import first_of_equals, number_rows
from dedup.core.collection import NO_TEXT, Collection
from dedup.core.pairs.decision import ARTICLE, REASONS
from dedup.core.pairs.rule import units
from dedup.core.stories import relations as relations_
from dedup.core.stories.canonical import StoryLeaders, count_sources
from dedup.core.stories.decision import document_reasons, document_stories, joined_by_text
from dedup.core.stories.url_versions import join_versions
from dedup.engines.notes import note_large_stories, note_live_addresses, note_missing_sources
from dedup.engines.stages.canonical import lead_stories
from dedup.engines.stages.verify import VerifiedPairs
from dedup.members import Members
from dedup.settings import Settings
from dedup.types import Member, Note, Story


def report_stories(
    texts: Collection, compared: VerifiedPairs, settings: Settings
) -> tuple[tuple[Story, ...], Members, list[Note], frozenset[str]]:
    """Make the stories of a report.

    Args:
        texts: the documents and texts.
        compared: the decided pairs and the stories of texts.
        settings: the settings of the job.

    Returns:
        The stories of two documents or more, largest first; the other documents, in the order of input; notes; the ids
        of the documents that joined their stories by their addresses alone.
    """
    story, weakest = document_stories(texts.text, compared.texts, compared.stories, compared.reasons)
    versions = texts.versions(compared.reasons, compared.decider.dropped)
    matches = compared.verdicts.codes[compared.verdicts.shares >= units(settings.containment)]
    joined = join_versions(versions, story, matches, settings.max_bucket)
    by_text = joined_by_text(story)
    if joined.story is not story:
        np.minimum.at(weakest, joined.story, weakest[story])
    story, lengths = joined.story, _document_lengths(texts, compared)
    leaders = lead_stories(texts, story, lengths, versions.words, settings)
    order = leaders.order
    starts = first_of_equals(story[order]).nonzero()[0]
    sizes = counts_of(starts, order.size)
    several = sizes > 1
    alone = np.sort(order[starts[~several]])
    order, sizes = order[several.repeat(sizes)], sizes[several]
    ends = sizes.cumsum()
    canonical = order[ends - sizes]
    words = number_rows(texts.contents, texts.contents_high)
    facts = relations_.RelationFacts(words, texts.sources, texts.times, lengths, texts.urls)
    members = _make_members(texts, compared, order, canonical.repeat(sizes), facts, settings, leaders.credits)
    stories = [
        Story(members[end - size], tuple(members[end - size + 1 : end]), link)
        for end, size, link in zip(ends.tolist(), sizes.tolist(), weakest[story[canonical]].tolist(), strict=True)
    ]
    # Two sorts: a key of two values is an object that garbage collection visits.
    stories.sort(key=lambda story: story.id)
    stories.sort(key=lambda story: -story.size)
    singletons = _make_singletons(texts, compared, alone, leaders)
    present = count_sources(texts.members.home_names(), settings.prefer)
    notes = [
        *note_missing_sources(settings.prefer, present.nonzero()[0].tolist()),
        *note_large_stories(compared.stories.split, compared.stories.uncut),
        *note_live_addresses(joined.live),
    ]
    by_address = frozenset(texts.members.take(order[~by_text[order]]).ids)
    return tuple(stories), singletons, notes, by_address


def all_stories(texts: Collection, compared: VerifiedPairs, settings: Settings) -> tuple[list[Story], Indices]:
    """Make all stories, also those of one document. The ids of the documents are distinct.

    Args:
        texts: the documents and texts.
        compared: the decided pairs and the stories of texts.
        settings: the settings of the job.

    Returns:
        The stories, and ``(n,)`` the story of each document.
    """
    several, alone, *_ = report_stories(texts, compared, settings)
    stories = [*several, *map(Story, alone)]
    rows = {id: row for row, id in enumerate(texts.members.ids)}
    labels = np.empty(len(rows), np.int64)
    for label, story in enumerate(stories):
        labels[[rows[member.id] for member in story.members]] = label
    return stories, labels


def _document_lengths(texts: Collection, compared: VerifiedPairs) -> Indices:
    """Return ``(n,)`` the shingles of each document without boilerplate.

    The length is 0 for a text that is in no pair: its story has equal texts only.
    """
    of_text = np.zeros(texts.rows.size + 1, np.int64)  # the last item is that of `NO_TEXT`
    of_text[compared.texts] = compared.sizes
    return of_text[texts.text]


def _make_members(
    texts: Collection,
    compared: VerifiedPairs,
    order: Indices,
    canonical: Indices,
    facts: relations_.RelationFacts,
    settings: Settings,
    credits: dict[int, str],
) -> list[Member]:
    """Return the documents in ``order``, each with its relation to the document in ``canonical`` beside it."""
    mine, other = texts.text[order], texts.text[canonical]
    resemblance, containment = np.ones(order.size), np.ones(order.size)
    # A document without a word is in a story by its address alone.
    wordless = (mine != other) & ((mine == NO_TEXT) | (other == NO_TEXT))
    resemblance[wordless] = containment[wordless] = 0
    different = ((mine != other) & ~wordless).nonzero()[0]
    pairs = np.empty((different.size, 2), np.int64)
    pairs[:, 0], pairs[:, 1] = mine[different], other[different]
    pairs.sort(axis=1)
    resemblance[different], containment[different] = compared.measure(compared.texts.searchsorted(pairs))
    relations = relations_.relations(order, canonical, resemblance, containment, facts, settings.containment)
    return [
        Member(
            member.id,
            relations_.RELATIONS[relation],
            contained,
            alike,
            member.source,
            member.published,
            member.title,
            member.path,
            credits.get(document, ""),
            home=member.home,
        )
        for member, document, relation, contained, alike in zip(
            texts.members.take(order),
            order.tolist(),
            relations.tolist(),
            containment.tolist(),
            resemblance.tolist(),
            strict=True,
        )
    ]


def _make_singletons(texts: Collection, compared: VerifiedPairs, alone: Indices, leaders: StoryLeaders) -> Members:
    """Return the documents that are ``alone``, with their credits and the reason why a document is no article."""
    reasons = document_reasons(texts.text, compared.reasons)
    remarkable = alone[reasons[alone] != ARTICLE].tolist()
    remarks = dict.fromkeys((*remarkable, *leaders.credits), ("", ""))
    for document in remarks:
        remarks[document] = leaders.credits.get(document, ""), REASONS[reasons[document]]
    return texts.members.take(alone).with_remarks(remarks)
