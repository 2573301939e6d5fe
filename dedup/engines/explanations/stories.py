"""The stories of a job to their explanation: why each document is in, who leads and why, and which pairs are apart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np

from dedup.array_types import Flags, Floats, Indices, Pairs
from dedup.comparison_types import Comparison, LeadReason, MemberReason, Side, TellingReason, ToldPair, ToldText
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.collection import NO_TEXT
from dedup.core.pairs.rule import units
from dedup.core.pairs.rules import EQUAL, HEADLINES, ONE_SITE, RULES, SHARE
from dedup.core.stories.canonical import lead_reasons
from dedup.core.stories.decision import EVIDENCE, HAND, TEXT
from dedup.core.thresholds import ONE
from dedup.engines.explanations.pairs import DecidedCollection, compare_pairs
from dedup.engines.stages.canonical import story_documents
from dedup.engines.stages.stories import GroupedDocuments, document_lengths
from dedup.explanation import Explanation
from dedup.types import Story

APART: Final = 60
"""Pairs that a rule keeps apart, at most."""

NEAREST: Final = 20
"""Pairs that share nearly enough, at most."""

_PAIRS: Final = 512
"""Pairs that are told together, about. Their texts are in memory."""


class _Links(NamedTuple):
    """The links of ``t`` texts inside their stories.

    - ``nearest`` ``(t,)``: the match with which each text has most shingles in common, or `NO_TEXT`.
    - ``rules`` ``(t,)``: the rule that had the last word on the two.
    - ``averages`` ``(t,)``: the average share of each text with the others of its story, 1 for a text alone.
    """

    nearest: Indices
    rules: Indices
    averages: Floats


def explain_stories(collection: DecidedCollection, stories: Sequence[Story]) -> Explanation:
    """Explain the stories of a report.

    Args:
        collection: the documents, with the decisions that the job made, and with stories.
        stories: the stories of two documents and more.

    Returns:
        The explanation.

    Raises:
        ValueError: the collection has no stories.
    """
    explanation = Explanation()
    numbers = {id: number for number, id in enumerate(collection.texts.members.ids)}
    documents = [[numbers[member.id] for member in story.members] for story in stories]
    links = _find_links(collection)
    _explain_members(collection, documents, links, explanation)
    _explain_leads(collection, documents, explanation)
    for chunk in _chunks(documents):
        pairs = [_pairs_of(collection, documents[row], links) for row in chunk]
        comparisons = _compare_all(collection, np.concatenate([np.zeros((0, 2), np.int64), *pairs]))
        ends = np.cumsum([len(of_story) for of_story in pairs])
        for row, end, count in zip(chunk, ends.tolist(), map(len, pairs), strict=True):
            of_story = [ToldPair("member", comparison) for comparison in comparisons[end - count : end]]
            _add(explanation, stories[row].id, of_story, _ids_of_texts(collection, documents[row]))
    _add_apart(collection, explanation)
    return explanation


def _grouped(collection: DecidedCollection) -> GroupedDocuments:
    """Return the stories of the documents."""
    if collection.grouped is None:
        raise ValueError("documents alone have no stories")
    return collection.grouped


def _find_links(collection: DecidedCollection) -> _Links:
    """Find the nearest text and the average share of each text."""
    count, verdicts = len(collection.texts.rows), collection.verified.decider.verdicts()
    label = _grouped(collection).by_text[collection.texts.first]
    pairs = verdicts.pairs
    inside = (label[pairs[:, 0]] == label[pairs[:, 1]]).nonzero()[0]
    both = np.concatenate((pairs[inside], pairs[inside, ::-1]))
    shares, common, rules = (
        np.tile(column[inside], 2) for column in (verdicts.shares, verdicts.common, verdicts.rules)
    )
    matches = (shares >= units(collection.settings.containment)).nonzero()[0]
    order = matches[np.lexsort((both[matches, 1], -common[matches], both[matches, 0]))]
    order = order[first_of_equals(both[order, 0])]
    nearest, by = np.full(count, NO_TEXT), np.zeros(count, np.int64)
    nearest[both[order, 0]], by[both[order, 0]] = both[order, 1], rules[order]
    others = np.bincount(label)[label] - 1
    sums = np.bincount(both[:, 0], shares / ONE, count)
    return _Links(nearest, by, np.where(others > 0, sums / np.maximum(others, 1), 1.0))


def _explain_members(
    collection: DecidedCollection, documents: list[list[int]], links: _Links, explanation: Explanation
) -> None:
    """Say of each copy why it is in its story."""
    texts, dropped = collection.texts, collection.verified.decider.dropped
    ids = texts.members.ids
    remaining = np.append(texts.pages.article_words(dropped), 0)[texts.text]
    left_out = 1 - remaining / np.maximum(texts.lengths, 1)
    for members in documents:
        first = _first_of_texts(collection, members)
        for document in members[1:]:
            text = int(texts.text[document])
            nearest, decided = _nearest(collection, document, first, links)
            link = float(links.averages[text]) if text != NO_TEXT else 1.0
            by = ids[nearest if nearest != document else members[0]]
            explanation.members[ids[document]] = MemberReason(by, link, decided, float(left_out[document]))


def _nearest(collection: DecidedCollection, document: int, first: dict[int, int], links: _Links) -> tuple[int, str]:
    """Return the nearest document of the story of a copy, itself if there is none, and what decided.

    ``first`` has the first document of each text of the story.
    """
    text = int(collection.texts.text[document])
    if collection.grouped is not None and collection.grouped.evidence[document] == HAND:
        return document, EVIDENCE[HAND]
    if text != NO_TEXT and first[text] != document:
        return first[text], RULES[EQUAL].name
    nearest = int(links.nearest[text]) if text != NO_TEXT else NO_TEXT
    if nearest in first and nearest != NO_TEXT:
        return first[nearest], RULES[links.rules[text]].name
    evidence = EVIDENCE[TEXT] if collection.grouped is None else EVIDENCE[collection.grouped.evidence[document]]
    return document, evidence if evidence != EVIDENCE[TEXT] else "story"


def _explain_leads(collection: DecidedCollection, documents: list[list[int]], explanation: Explanation) -> None:
    """Say of each story why its first document leads."""
    if not documents or collection.grouped is None:
        return
    texts, grouped = collection.texts, collection.grouped
    lengths = document_lengths(texts, collection.verified)
    facts = story_documents(texts, grouped.story, lengths, grouped.words)
    leaders, others = (np.array([members[place] for members in documents]) for place in (0, 1))
    names = texts.members.ids
    reasons = lead_reasons(facts, collection.settings, leaders, others)
    for leader, other, reason in zip(leaders.tolist(), others.tolist(), reasons, strict=True):
        explanation.leads[names[leader]] = LeadReason(reason, names[other])


def _chunks(documents: list[list[int]]) -> Iterator[list[int]]:
    """Yield the numbers of stories whose pairs are told together."""
    chunk: list[int] = []
    size = 0
    for row, members in enumerate(documents):
        chunk.append(row)
        size += len(members)
        if size > _PAIRS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _first_of_texts(collection: DecidedCollection, members: list[int]) -> dict[int, int]:
    """Return the first of some documents that has each text, by the number of the text."""
    first: dict[int, int] = {}
    for document, text in zip(members, collection.texts.text[members].tolist(), strict=True):
        first.setdefault(text, document)
    return first


def _pairs_of(collection: DecidedCollection, members: list[int], links: _Links) -> Pairs:
    """Return the pairs of a story that are told: each text with that of the leader, and with its nearest text.

    Of a story of one text, the leader and the next document are told.
    """
    first = _first_of_texts(collection, members)
    pairs = [(members[0], members[1])] if len(first) == 1 else []
    for number, document in first.items():
        if document == members[0]:
            continue
        pairs.append((members[0], document))
        nearest = first.get(int(links.nearest[number]), members[0]) if number != NO_TEXT else members[0]
        if nearest not in (members[0], document):
            pairs.append((nearest, document))
    return np.array(pairs, np.int64).reshape(-1, 2)


def _compare_all(collection: DecidedCollection, documents: Pairs) -> list[Comparison]:
    """Return the comparisons of pairs, in their order."""
    comparisons = dict(compare_pairs(collection, documents))
    return [comparisons[row] for row in range(len(documents))]


def _add(
    explanation: Explanation,
    story: str,
    pairs: Sequence[ToldPair],
    ids: Mapping[str, tuple[str, ...]],
) -> None:
    """Add comparisons to an explanation: each text once, and the comparisons without texts.

    ``ids`` are the ids of all documents of a text, by the id of each.
    """
    sides: dict[tuple[str, ...], Side] = {}
    for pair in pairs:
        sides |= {ids.get(side.id, (side.id,)): side for side in (pair.comparison.a, pair.comparison.b)}
    texts = [ToldText(of_text, side.text, side.boilerplate) for of_text, side in sides.items()]
    explanation.add(story, texts, [ToldPair(pair.why, _without_texts(pair.comparison)) for pair in pairs])


def _ids_of_texts(collection: DecidedCollection, members: list[int]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the documents that have the text of each document of a story, by its id."""
    of_text: dict[int, list[str]] = {}
    numbers = collection.texts.text[members].tolist()
    names = [collection.texts.members.ids[document] for document in members]
    for name, text in zip(names, numbers, strict=True):
        of_text.setdefault(text, []).append(name)
    return {name: tuple(of_text[text]) for name, text in zip(names, numbers, strict=True)}


def _without_texts(comparison: Comparison) -> Comparison:
    """Return a comparison whose sides have no text."""
    a, b = (msgspec.structs.replace(side, text="") for side in (comparison.a, comparison.b))
    return msgspec.structs.replace(comparison, a=a, b=b)


def _add_apart(collection: DecidedCollection, explanation: Explanation) -> None:
    """Add the pairs that are told apart."""
    verdicts, texts = collection.verified.verdicts, collection.texts
    pairs = texts.first[verdicts.pairs]
    story = _grouped(collection).story
    apart = story[pairs[:, 0]] != story[pairs[:, 1]]
    least = units(collection.settings.containment)
    separated = apart & ((verdicts.shares >= least) | np.isin(verdicts.rules, (ONE_SITE, HEADLINES)))
    nearly: Flags = apart & ~separated & (verdicts.rules == SHARE) & (verdicts.shares > 0)
    rows = np.concatenate((_largest(verdicts.common, separated, APART), _largest(verdicts.shares, nearly, NEAREST)))
    comparisons = _compare_all(collection, pairs[rows])
    reasons: list[TellingReason] = ["apart" if separated[row] else "nearest" for row in rows.tolist()]
    _add(explanation, "", list(map(ToldPair, reasons, comparisons)), {})


def _largest(values: Indices, chosen: Flags, most: int) -> Indices:
    """Return the rows of the largest of the ``chosen`` values, at most so many, the largest first."""
    rows = chosen.nonzero()[0]
    largest: Indices = rows[(-values[rows]).argsort(kind="stable")[:most]]
    return largest
