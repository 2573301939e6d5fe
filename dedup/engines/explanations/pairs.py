"""Pairs of documents of a collection to comparisons, by the decisions that the job made and by the same functions."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Floats, Indices, Pairs
from dedup.comparison_types import Comparison, Difference, Ground, Met, Passage, Side
from dedup.core.arrays.ragged import Ragged, edges_of, take_rows
from dedup.core.arrays.sorting import distinct
from dedup.core.arrays.workspace import Workspace
from dedup.core.collection import NO_TEXT, Collection
from dedup.core.explanations.differences import kind_of
from dedup.core.explanations.passages import Gap, ShownText, Stretch, show_pair
from dedup.core.pairs import similarity
from dedup.core.pairs.anchors import pair_batches
from dedup.core.pairs.decision import ARTICLE, DecidedPairs, decide_pairs, shingle_sets
from dedup.core.pairs.rule import ComparedTexts, shorter_first, units
from dedup.core.pairs.rules import EQUAL, NOT_ASKED, RULES, YES, Grounds
from dedup.core.pairs.runs import find_runs
from dedup.core.sites.pair_facts import make_pair_facts
from dedup.core.sketch import bands, minhash
from dedup.core.sketch.lookup_keys import LookupKeys, lookup_keys
from dedup.core.sketch.shingles import shingle
from dedup.core.stories import relations
from dedup.core.stories.by_hand.pairs import HandPairs
from dedup.core.stories.decision import EVIDENCE, HAND, TEXT, document_reasons
from dedup.core.text.block_hashes import drop_blocks
from dedup.engines.explanations.texts import PlacedText, TextSource, blocks_of, place_text
from dedup.engines.stages.stories import GroupedDocuments, document_lengths
from dedup.engines.stages.verify import VerifiedPairs
from dedup.settings import Settings
from dedup.types import Relation

_TOKENS: Final = 1 << 18
"""Tokens of the texts that are compared together, about."""

_SAMPLED: Final = 2
"""Shared sampled shingles that make a candidate."""


class DecidedCollection(NamedTuple):
    """A collection whose pairs are decided.

    - ``texts``: the documents and texts.
    - ``verified``: the decided pairs and the stories of texts.
    - ``grouped``: the stories of documents; None if the documents are compared alone, without a collection.
    - ``source``: has the texts.
    - ``settings``: the settings.
    - ``hand``: the pairs that a person has decided.
    """

    texts: Collection
    verified: VerifiedPairs
    grouped: GroupedDocuments | None
    source: TextSource
    settings: Settings
    hand: HandPairs | None = None


class _DecidedBatch(NamedTuple):
    """``p`` pairs of ``n`` texts with all that a comparison says of them.

    - ``placed``: the texts.
    - ``pairs`` ``(p, 2)``: positions in ``placed``.
    - ``decided``, ``grounds``: the decisions on the pairs.
    - ``sizes`` ``(n,)``: the shingles of each text.
    - ``runs``: the runs of each pair, from the first text to the second.
    - ``keys``: the lookup keys of the texts.
    - ``estimates`` ``(p,)``: the resemblance as signatures estimate it.
    """

    placed: list[PlacedText]
    pairs: Pairs
    decided: DecidedPairs
    grounds: Grounds
    sizes: Indices
    runs: list[list[Stretch]]
    keys: LookupKeys
    estimates: Floats


def compare_pairs(collection: DecidedCollection, documents: Pairs) -> Iterator[tuple[int, Comparison]]:
    """Compare documents with all reasons.

    Args:
        collection: the documents, with the decisions that the job made.
        documents: ``(p, 2)`` pairs of documents.

    Yields:
        The position of each pair in ``documents``, and its comparison. Pairs of long texts come batch by batch.
    """
    texts = collection.texts
    numbers = texts.text[documents]
    worded = (numbers != NO_TEXT).all(axis=1)
    for row in (~worded).nonzero()[0].tolist():
        yield row, _compare_wordless(collection, documents[row].tolist())
    rows = worded.nonzero()[0]
    lengths = texts.lengths[texts.first]
    for batch in pair_batches(lengths, numbers[rows], _TOKENS):
        judged = _compare(collection, batch.texts, batch.sides)
        of_batch = rows[batch.places]
        relation = _relations(collection, documents[of_batch], judged)
        for place, row in enumerate(of_batch.tolist()):
            yield row, _make_comparison(collection, documents[row].tolist(), judged, place, relation[place])


def _is_by_hand(collection: DecidedCollection, documents: list[int]) -> bool:
    """Return whether a person has decided two documents."""
    return collection.hand is not None and bool(collection.hand.decide(np.array([documents]))[0])


def _same_story(collection: DecidedCollection, documents: list[int]) -> bool | None:
    """Return whether two documents are in one story, None if nobody knows."""
    a, b = documents
    if collection.hand is not None and _is_by_hand(collection, documents):
        return bool(collection.hand.groups[a] == collection.hand.groups[b])
    return None if collection.grouped is None else bool(collection.grouped.story[a] == collection.grouped.story[b])


def _compare(collection: DecidedCollection, numbers: Indices, pairs: Pairs) -> _DecidedBatch:
    """Decide ``pairs`` ``(p, 2)`` of positions in ``numbers`` ``(n,)``, which are texts, with all grounds."""
    texts, settings, workspace = collection.texts, collection.settings, Workspace()
    dropped, sites = collection.verified.decider.dropped, collection.verified.decider.sites
    tokens, whole = collection.source.take(numbers)
    words, is_dropped, counts = blocks_of(texts.pages, numbers, dropped)
    rows = drop_blocks(tokens.values, words, counts, is_dropped)
    keys = lookup_keys(rows, settings, workspace, spare=True)
    signatures = minhash.sketch(shingle(rows, settings.shingle_size, settings.seed, workspace), settings.k)
    rows = rows._replace(values=rows.values.copy())
    sets = shingle_sets(rows, settings, workspace)
    compared = ComparedTexts(rows, keys.rests, take_rows(texts.says, numbers))
    facts, grounds = make_pair_facts(texts.pages, sites, dropped, numbers[pairs]), Grounds.empty(len(pairs))
    decided = decide_pairs(compared, sets, pairs, facts, settings.containment, grounds)
    edges = edges_of(counts)
    placed = [
        place_text(data, rows.values[slice(*bounds)], words[first:last], is_dropped[first:last])
        for data, bounds, first, last in zip(
            whole, rows.bounds.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True
        )
    ]
    estimates = minhash.estimate(signatures, pairs)
    return _DecidedBatch(placed, pairs, decided, grounds, sets.lengths, _runs_of(rows, pairs), keys, estimates)


def _runs_of(rows: Ragged, pairs: Pairs) -> list[list[Stretch]]:
    """Return the runs of each pair, from its first text to its second. Equal texts are one run, however short."""
    sides = shorter_first(rows.lengths, pairs)
    runs: list[list[Stretch]] = [[] for _ in pairs]
    swapped = (sides != pairs).any(axis=1).tolist()
    for pair, left, right, words in zip(*(column.tolist() for column in find_runs(rows, sides)), strict=True):
        runs[pair].append((right, left, words) if swapped[pair] else (left, right, words))
    for pair, (a, b) in enumerate(pairs.tolist()):
        first, second = (rows.values[slice(*rows.bounds[side])] for side in (a, b))
        if np.array_equal(first, second):
            runs[pair] = [(0, 0, first.size)]
        elif swapped[pair]:
            runs[pair].sort()
    return runs


def _relations(collection: DecidedCollection, documents: Pairs, judged: _DecidedBatch) -> list[Relation]:
    """Return the relation of the second document of each pair to the first one."""
    texts = collection.texts
    lengths = document_lengths(texts, collection.verified)
    lengths[documents] = judged.sizes[judged.pairs]
    words = relations.number_words(texts.contents, texts.contents_high)
    facts = relations.RelationFacts(words, texts.sources, texts.times, lengths, texts.urls)
    resemblance, containment = similarity.ratios(judged.decided.common, judged.sizes[judged.pairs])
    chosen = relations.relations(
        documents[:, 1], documents[:, 0], resemblance, containment, facts, collection.settings.containment
    )
    return [relations.RELATIONS[number] for number in chosen.tolist()]


def _make_comparison(
    collection: DecidedCollection, documents: list[int], judged: _DecidedBatch, place: int, relation: Relation
) -> Comparison:
    """Return the comparison of two ``documents``, whose texts are the pair ``place`` of ``judged``."""
    a, b = judged.pairs[place].tolist()
    decided, equal = judged.decided, bool(judged.grounds.passed[place, EQUAL] == YES)
    match = bool(decided.shares[place] >= units(collection.settings.containment))
    met = _met(judged.keys, a, b)
    same_story = _same_story(collection, documents)
    common, sizes = int(decided.common[place]), judged.sizes[[a, b]].tolist()
    contained = [1.0 if equal else common / max(1, size) for size in sizes]
    passages, differences = _show(judged.placed[a].shown, judged.placed[b].shown, judged.runs[place])
    return Comparison(
        boilerplate_known=collection.grouped is not None,
        a=_side(collection, documents[0], judged.placed[a], sizes[0]),
        b=_side(collection, documents[1], judged.placed[b], sizes[1]),
        match=match,
        same_story=same_story,
        decided=_decided(collection, documents, match, RULES[decided.rules[place]].name, met is not None),
        relation=relation if match or same_story else None,
        grounds=_grounds(judged.grounds, place),
        replaced_figures=int(judged.grounds.replaced[place]),
        estimate=1.0 if equal else float(judged.estimates[place]),
        resemblance=1.0 if equal else common / max(1, sum(sizes) - common),
        containment=(contained[0], contained[1]),
        passages=passages,
        differences=differences,
        met=met,
    )


def _decided(collection: DecidedCollection, documents: list[int], match: bool, rule: str, met: bool) -> str:
    """Return the reason of a decision, as `Comparison.decided` explains it. ``rule`` decided the pair."""
    grouped, verified = collection.grouped, collection.verified
    if _is_by_hand(collection, documents):
        return EVIDENCE[HAND]
    if grouped is None:
        return rule
    a, b = documents
    reasons = document_reasons(collection.texts.text[documents], verified.reasons)
    same_story = bool(grouped.story[a] == grouped.story[b])
    if (reasons != ARTICLE).any() and not same_story:
        return "no_article"
    if match == same_story:
        return rule
    if same_story:
        return _evidence(grouped, (a, b))
    is_digest, other_is_digest = _digests(collection, documents)
    if is_digest != other_is_digest:
        return "digest"
    return "story" if met else "not_a_candidate"


def _evidence(grouped: GroupedDocuments, documents: tuple[int, int]) -> str:
    """Return what joins two documents of one story that do not match: an address, a headline, or the other texts."""
    evidence = (EVIDENCE[grouped.evidence[document]] for document in documents)
    return next((name for name in evidence if name != EVIDENCE[TEXT]), "story")


def _digests(collection: DecidedCollection, documents: list[int]) -> list[bool]:
    """Return whether each document is a digest."""
    flags: list[bool] = collection.verified.digests[collection.texts.text[documents]].tolist()
    return flags


def _grounds(grounds: Grounds, place: int) -> tuple[Ground, ...]:
    """Return the grounds of one pair."""
    columns = (column[place].tolist() for column in grounds[:4])
    return tuple(
        Ground(rule.name, None, None, rule.sense, None, None)
        if passed == NOT_ASKED
        else Ground(rule.name, value, bound, rule.sense, passed == YES, (counts[0], counts[1]))
        for rule, value, bound, passed, counts in zip(RULES, *columns, strict=True)
    )


def _met(keys: LookupKeys, a: int, b: int) -> Met | None:
    """Return the lookup keys that two texts share, or None if these make no candidate."""
    equal = (keys.keys[a] == keys.keys[b]) & (keys.keys[a] != bands.NO_KEY)
    first, second = (distinct(keys.sampled.values[slice(*keys.sampled.bounds[side])])[0] for side in (a, b))
    sampled = np.intersect1d(first, second, assume_unique=True).size
    if not (equal.any() or sampled >= _SAMPLED):
        return None
    return Met(int(np.count_nonzero(equal[:-1])), equal.size - 1, sampled)


def _show(a: ShownText, b: ShownText, runs: list[Stretch]) -> tuple[tuple[Passage, ...], tuple[Difference, ...]]:
    """Return the passages and the differences of a pair."""
    passages, gaps = show_pair(a, b, runs)
    shown = tuple(
        Passage(_place(a, left, left + words), _place(b, right, right + words), words)
        for left, right, words in passages
    )
    return shown, tuple(_difference(a, b, gap) for gap in gaps)


def _difference(a: ShownText, b: ShownText, gap: Gap) -> Difference:
    """Return a gap as a difference."""
    places = _place(a, gap.a, gap.a_end), _place(b, gap.b, gap.b_end)
    words = (a.text[slice(*places[0])], b.text[slice(*places[1])])
    beside = [a.text[slice(*_place(a, word, word + 1))] for word in (gap.a - 1, gap.a_end) if 0 <= word < a.starts.size]
    return Difference(kind_of(*words, " ".join(beside)), *places)


def _place(text: ShownText, first: int, last: int) -> tuple[int, int]:
    """Return the place of the tokens from ``first`` to before ``last``: an empty one before the next, for no tokens."""
    if first < last:
        return int(text.starts[first]), int(text.ends[last - 1])
    place = int(text.ends[first - 1]) if first else 0
    return place, place


def _side(collection: DecidedCollection, document: int, placed: PlacedText | None, shingles: int) -> Side:
    """Return one document of a comparison. A document without a word has no placed text."""
    member = next(iter(collection.texts.members.take(np.array([document]))))
    source = member.source or member.home
    if placed is None:
        return Side(member.id, source, member.title, member.published, 0, 0, (), "")
    words = int(placed.shown.tokens.size)
    return Side(
        member.id, source, member.title, member.published, words, shingles, placed.boilerplate, placed.shown.text
    )


def _compare_wordless(collection: DecidedCollection, documents: list[int]) -> Comparison:
    """Return the comparison of two documents of which one has no words."""
    grouped, same_story, (a, b) = collection.grouped, _same_story(collection, documents), documents
    decided = _evidence(grouped, (a, b)) if grouped is not None and same_story else "no_article"
    return Comparison(
        boilerplate_known=grouped is not None,
        a=_side(collection, a, None, 0),
        b=_side(collection, b, None, 0),
        match=False,
        same_story=same_story,
        decided=EVIDENCE[HAND] if _is_by_hand(collection, documents) else decided,
        relation=None,
        grounds=_grounds(Grounds.empty(1), 0),
        replaced_figures=0,
        estimate=0.0,
        resemblance=0.0,
        containment=(0.0, 0.0),
        passages=(),
        differences=(),
        met=None,
    )
