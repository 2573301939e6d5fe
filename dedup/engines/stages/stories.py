"""Verified candidates -> the stories of a report: who is canonical, what the others are to it, in what order."""

import numpy as np
from msgspec.structs import replace

from dedup.array_types import Floats, Indices
from dedup.core.arrays.ragged import counts_of
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.pairs.decision import ARTICLE, NOTHING, REASONS, Reasons
from dedup.core.stories import clustering
from dedup.core.stories import relations as relations_
from dedup.core.stories.newsrooms import plain
from dedup.engines.stages.canonical import lead_stories
from dedup.engines.stages.collection import Collection, numbers_of
from dedup.engines.stages.verify import VerifiedPairs
from dedup.settings import Settings
from dedup.types import Member, Note, Story


def report_stories(
    texts: Collection, compared: VerifiedPairs, settings: Settings
) -> tuple[tuple[Story, ...], tuple[Member, ...], list[Note]]:
    """The stories of two documents or more, largest first; the documents that are in none, as they came; notes."""
    found = compared.stories
    story, weakest = _story_of_documents(texts, compared)
    lengths = _lengths(texts, compared)
    led = lead_stories(texts, story, lengths, settings)
    order = led.order
    starts = first_of_equals(story[order]).nonzero()[0]
    sizes = counts_of(starts, order.size)
    several = sizes > 1
    alone = np.sort(order[starts[~several]])
    order, sizes = order[several.repeat(sizes)], sizes[several]
    ends = sizes.cumsum()
    canonical = order[ends - sizes]
    facts = relations_.RelationFacts(
        texts.contents, numbers_of([plain(source) for source in texts.sources]), texts.times, lengths
    )
    members = _members(texts, compared, order, canonical.repeat(sizes), facts, settings, led.credits)
    stories = [
        Story(members[end - size], tuple(members[end - size + 1 : end]), link)
        for end, size, link in zip(ends.tolist(), sizes.tolist(), weakest[story[canonical]].tolist(), strict=True)
    ]
    stories.sort(key=lambda one: (-one.size, one.id))
    singletons = [texts.members[document] for document in alone.tolist()]
    reasons = _reasons(texts, compared)[alone]
    remarkable = reasons != ARTICLE
    remarkable |= np.isin(alone, np.fromiter(led.credits, np.int64, len(led.credits)))
    for place in remarkable.nonzero()[0].tolist():
        credit = led.credits.get(int(alone[place]), "")
        singletons[place] = replace(singletons[place], credit=credit, no_article=REASONS[reasons[place]])
    return tuple(stories), tuple(singletons), [*led.notes, *_notes(found)]


def all_stories(texts: Collection, compared: VerifiedPairs, settings: Settings) -> tuple[list[Story], Indices]:
    """All stories, those of one document too, and ``(n,)`` which of them each document is in. Ids are distinct."""
    several, alone, _ = report_stories(texts, compared, settings)
    stories = [*several, *map(Story, alone)]
    rows = {member.id: row for row, member in enumerate(texts.members)}
    labels = np.empty(len(rows), np.int64)
    for label, story in enumerate(stories):
        labels[[rows[member.id] for member in story.members]] = label
    return stories, labels


def _story_of_documents(texts: Collection, compared: VerifiedPairs) -> tuple[Indices, Floats]:
    """``(n,)`` story of each document, and the weakest link of each story. A text that was not compared with another is
    a story. A document that is no article is a story of its own."""
    count, found = texts.rows.size, compared.stories
    of_text = np.arange(count)
    of_text[compared.texts] = count + found.labels
    apart = _reasons(texts, compared) != ARTICLE
    alone = int(np.count_nonzero(apart))
    story = of_text[texts.text] if count else np.zeros(apart.size, np.int64)  # of `NO_TEXT` any, told below
    story[apart] = count + found.weakest.size + np.arange(alone)
    weakest = np.concatenate((np.ones(count), found.weakest, np.ones(alone)))
    return story, weakest


def _reasons(texts: Collection, compared: VerifiedPairs) -> Reasons:
    """``(n,)`` why each document is no article, as `core.pairs.decision` has it."""
    reasons: Reasons = np.append(compared.reasons, np.int8(NOTHING))[texts.text]  # `NO_TEXT` is the last one
    return reasons


def _lengths(texts: Collection, compared: VerifiedPairs) -> Indices:
    """``(n,)`` shingles of each document without boilerplate. One that was not compared is in a story of equal texts at
    most, so that 0 will do for it."""
    of_text = np.zeros(texts.rows.size + 1, np.int64)  # the last one is that of `NO_TEXT`
    of_text[compared.texts] = compared.sizes
    return of_text[texts.text]


def _members(
    texts: Collection,
    compared: VerifiedPairs,
    order: Indices,
    canonical: Indices,
    facts: relations_.RelationFacts,
    settings: Settings,
    credits: dict[int, str],
) -> list[Member]:
    """The documents in ``order``, with their relation to the document in ``canonical`` beside each."""
    mine, other = texts.text[order], texts.text[canonical]
    different = (mine != other).nonzero()[0]
    pairs = np.empty((different.size, 2), np.int64)
    pairs[:, 0], pairs[:, 1] = mine[different], other[different]
    pairs.sort(axis=1)
    resemblance, containment = np.ones(order.size), np.ones(order.size)
    resemblance[different], containment[different] = compared.measure(compared.texts.searchsorted(pairs))
    relations = relations_.relations(order, canonical, resemblance, containment, facts, settings.containment)
    return [
        _related(texts.members[document], credits.get(document, ""), *measures)
        for document, *measures in zip(
            order.tolist(), relations.tolist(), resemblance.tolist(), containment.tolist(), strict=True
        )
    ]


def _related(member: Member, credit: str, relation: int, resemblance: float, containment: float) -> Member:
    return Member(
        member.id,
        relations_.RELATIONS[relation],
        containment,
        resemblance,
        member.source,
        member.published,
        member.title,
        member.path,
        credit,
    )


def _notes(found: clustering.Stories) -> list[Note]:
    notes = []
    if found.split:
        limit = clustering.MAX_COMPONENT
        reason = f"{found.split:,} groups of linked texts had more than {limit}; they were cut around typical texts"
        notes.append(Note("stories", reason))
    if found.uncut:
        notes.append(Note("stories", f"{found.uncut:,} of their parts stayed as large: all match one text in it"))
    return notes
