"""Decided pairs to the stories of a report: their order, their canonical documents, and the relations of the others."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Floats, Indices, Pairs
from dedup.core.arrays.ragged import counts_of, edges_of
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.collection import NO_TEXT, Collection
from dedup.core.items.headlines import join_headlines, join_items, with_evidence
from dedup.core.pairs.decision import ARTICLE, REASONS
from dedup.core.pairs.rule import units
from dedup.core.stories import relations as relations_
from dedup.core.stories.by_hand.pairs import HandPairs, keep_apart
from dedup.core.stories.by_hand.stories import group_by_hand
from dedup.core.stories.canonical import StoryLeaders, count_sources
from dedup.core.stories.decision import (
    EVIDENCE,
    HAND,
    TEXT,
    Evidence,
    choose_evidence,
    document_reasons,
    document_stories,
)
from dedup.core.stories.url_versions import join_versions
from dedup.core.text.openings import first_lines, left_out_words
from dedup.engines.notes import note_large_stories, note_live_addresses, note_missing_sources
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages.canonical import lead_stories
from dedup.engines.stages.verify import VerifiedPairs
from dedup.members import Members
from dedup.settings import Settings
from dedup.types import Member, Note, Story


class GroupedDocuments(NamedTuple):
    """The stories of ``n`` documents, without order.

    - ``story`` ``(n,)``: the story of each document.
    - ``by_text`` ``(n,)``: its story by text alone.
    - ``weakest``: the weakest link of each story.
    - ``evidence`` ``(n,)``: what puts each document into its story.
    - ``words`` ``(n,)``: the words of each document without boilerplate, if there is an address or an item.
    - ``live``: the number of live addresses.
    """

    story: Indices
    by_text: Indices
    weakest: Floats
    evidence: Evidence
    words: Indices
    live: int


def report_stories(
    texts: Collection, compared: VerifiedPairs, settings: Settings, grouped: GroupedDocuments, openings: RaggedSpill
) -> tuple[tuple[Story, ...], Members, list[Note], dict[str, str], Indices]:
    """Make the stories of a report.

    Args:
        texts: the documents and texts.
        compared: the decided pairs and the stories of texts.
        settings: the settings of the job.
        grouped: the stories of the documents, without order.
        openings: the openings of the documents without a headline, a row a document.

    Returns:
        The stories of two documents or more, largest first; the other documents, in the order of input; notes; as in
        `dedup.results.Report` what joined the documents whose text did not; and all canonical documents, rising.
    """
    story, weakest = grouped.story, grouped.weakest
    lengths = document_lengths(texts, compared)
    leaders = lead_stories(texts, story, lengths, grouped.words, settings)
    order = leaders.order
    starts = first_of_equals(story[order]).nonzero()[0]
    sizes = counts_of(starts, order.size)
    several = sizes > 1
    alone = np.sort(order[starts[~several]])
    order, sizes = order[several.repeat(sizes)], sizes[several]
    ends = sizes.cumsum()
    canonical = order[ends - sizes]
    members = make_members(texts, compared, order, canonical.repeat(sizes), settings, leaders.credits)
    stories = [
        Story(members[end - size], tuple(members[end - size + 1 : end]), link)
        for end, size, link in zip(ends.tolist(), sizes.tolist(), weakest[story[canonical]].tolist(), strict=True)
    ]
    _add_openings(stories, canonical, texts, compared.decider.dropped, openings)
    # Two sorts: a key of two values is an object that garbage collection visits.
    stories.sort(key=lambda story: story.id)
    stories.sort(key=lambda story: -story.size)
    singletons = _make_singletons(texts, compared, alone, leaders)
    present = count_sources(texts.members.home_names(), settings.prefer)
    notes = [
        *note_missing_sources(settings.prefer, present.nonzero()[0].tolist()),
        *note_large_stories(compared.stories.split, compared.stories.uncut),
        *note_live_addresses(grouped.live),
    ]
    leading = np.sort(np.concatenate((canonical, alone)))
    return tuple(stories), singletons, notes, _name_evidence(texts, order, grouped.evidence), leading


def _add_openings(
    stories: list[Story], canonical: Indices, texts: Collection, dropped: Flags, openings: RaggedSpill
) -> None:
    """Give each of the ``stories`` without a headline the first line of its ``canonical`` document ``(s,)``."""
    untitled = np.fromiter((not story.title for story in stories), np.bool_, len(stories))
    rows = (untitled & (texts.text[canonical] != NO_TEXT)).nonzero()[0]
    pages, numbers = texts.pages, texts.text[canonical[rows]]
    blocks = pages.places(numbers)
    edges = edges_of(pages.bounds[numbers + 1] - pages.bounds[numbers])
    beginnings = openings.take(canonical[rows])
    left_out = left_out_words(pages.words[blocks], edges, dropped[blocks])
    lines = first_lines(beginnings.values.view(np.uint8), edges_of(beginnings.lengths), *left_out)
    for row, line in zip(rows.tolist(), lines, strict=True):
        stories[row] = replace(stories[row], opening=line)


def _name_evidence(texts: Collection, documents: Indices, evidence: Evidence) -> dict[str, str]:
    """Return the evidence that put ``documents`` into their stories, by id, for those whose text did not."""
    others = documents[evidence[documents] != TEXT]
    names = [EVIDENCE[number] for number in evidence[others].tolist()]
    return dict(zip(texts.members.take(others).ids, names, strict=True))


def group_documents(
    texts: Collection, compared: VerifiedPairs, settings: Settings, hand: HandPairs | None = None
) -> GroupedDocuments:
    """Group documents to stories by their texts, their addresses and their headlines.

    Args:
        texts: the documents and texts.
        compared: the decided pairs and the stories of texts.
        settings: the settings of the job.
        hand: the pairs that a person has decided. They go before all else.
    """
    by_text, weakest = document_stories(texts.text, compared.texts, compared.stories, compared.reasons)
    grouped = _join_documents(by_text, weakest, texts, compared, settings, None)
    if hand is None:
        return grouped
    is_article = document_reasons(texts.text, compared.reasons) == ARTICLE
    alone = compared.reasons.size + np.arange(is_article.size)
    moved = group_by_hand(
        hand,
        np.where(is_article, texts.text, alone),
        compared.links(settings.containment),
        units(settings.containment),
        compared.link_shares,
    )
    by_text = by_text.copy()
    by_text[moved.documents] = weakest.size + moved.labels
    by_hand = _join_documents(by_text, np.append(weakest, moved.weakest), texts, compared, settings, hand)
    parted = hand.groups[grouped.story != grouped.story[hand.groups]]
    by_hand.evidence[np.isin(hand.groups, parted)] = HAND
    return by_hand


def _join_documents(
    by_text: Indices,
    weakest: Floats,
    texts: Collection,
    compared: VerifiedPairs,
    settings: Settings,
    hand: HandPairs | None,
) -> GroupedDocuments:
    """Join the stories of texts by addresses and headlines, unless a person keeps documents of them apart."""
    versions = texts.versions(compared.reasons, compared.decider.dropped)
    matches = compared.verdicts.codes[compared.verdicts.shares >= units(settings.containment)]
    joined = join_versions(versions, by_text, matches, settings.max_bucket)
    by_address = joined.story if hand is None else keep_apart(by_text, joined.story, hand)
    story = join_headlines(by_address, _pair_items(texts, compared, settings.max_bucket), versions.words)
    story = story if hand is None else keep_apart(by_address, story, hand)
    if story is not by_text:
        weakest = weakest.copy()
        np.minimum.at(weakest, story, weakest[by_text])
    evidence = choose_evidence(by_text, by_address)
    return GroupedDocuments(story, by_text, weakest, evidence, versions.words, joined.live)


def _pair_items(texts: Collection, compared: VerifiedPairs, most: int) -> Pairs:
    """Return the pairs of documents that headlines join. A headline of more than ``most`` items joins nothing."""
    items = texts.items(compared.reasons)
    sharing = compared.verdicts.codes[compared.verdicts.common > 0]
    return with_evidence(items, join_items(items, most), sharing)


def document_lengths(texts: Collection, compared: VerifiedPairs) -> Indices:
    """Return ``(n,)`` the shingles of each document without boilerplate.

    The length is 0 for a text that is in no pair: its story has equal texts only.
    """
    of_text = np.zeros(texts.rows.size + 1, np.int64)  # the last item is that of `NO_TEXT`
    of_text[compared.texts] = compared.sizes
    return of_text[texts.text]


def make_members(
    texts: Collection,
    compared: VerifiedPairs,
    order: Indices,
    canonical: Indices,
    settings: Settings,
    credits: dict[int, str],
) -> list[Member]:
    """Return the documents in ``order``, each with its relation to the document in ``canonical`` beside it.

    Args:
        texts: the documents and texts.
        compared: the decided pairs.
        order: ``(m,)`` documents.
        canonical: ``(m,)`` the document that leads the story of each.
        settings: the settings of the job.
        credits: the name that a document credits, by document.
    """
    lengths = document_lengths(texts, compared)
    words = relations_.number_words(texts.contents, texts.contents_high)
    resemblance, containment = _measure(texts, compared, order, canonical, lengths)
    facts = relations_.RelationFacts(words, texts.sources, texts.times, lengths, texts.urls)
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


def _measure(
    texts: Collection, compared: VerifiedPairs, order: Indices, canonical: Indices, lengths: Indices
) -> tuple[Floats, Floats]:
    """Return the resemblance and the containment of the documents in ``order`` and those in ``canonical``.

    ``lengths`` ``(n,)`` are the shingles of each document.
    """
    mine, other = texts.text[order], texts.text[canonical]
    resemblance, containment = np.ones(order.size), np.ones(order.size)
    # A document without a word, or whose text is in no candidate, is in a story by its address or headline alone.
    is_compared = (lengths[order] > 0) & (lengths[canonical] > 0)
    resemblance[(mine != other) & ~is_compared] = containment[(mine != other) & ~is_compared] = 0
    different = ((mine != other) & is_compared).nonzero()[0]
    pairs = np.empty((different.size, 2), np.int64)
    pairs[:, 0], pairs[:, 1] = mine[different], other[different]
    pairs.sort(axis=1)
    resemblance[different], containment[different] = compared.measure(compared.texts.searchsorted(pairs))
    return resemblance, containment


def _make_singletons(texts: Collection, compared: VerifiedPairs, alone: Indices, leaders: StoryLeaders) -> Members:
    """Return the documents that are ``alone``, with their credits and the reason why a document is no article."""
    reasons = document_reasons(texts.text, compared.reasons)
    remarkable = alone[reasons[alone] != ARTICLE].tolist()
    remarks = dict.fromkeys((*remarkable, *leaders.credits), ("", ""))
    for document in remarks:
        remarks[document] = leaders.credits.get(document, ""), REASONS[reasons[document]]
    return texts.members.take(alone).with_remarks(remarks)
