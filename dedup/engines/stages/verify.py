"""Candidates to decided pairs, to the texts that are no articles, and to the stories of the other texts."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np

from dedup.array_types import Flags, Floats, Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.sorting import distinct, find, firsts, rising
from dedup.core.collection import Collection
from dedup.core.items.headlines import join_items, text_pairs
from dedup.core.pairs import similarity
from dedup.core.pairs.decision import ARTICLE, DecidedPairs, Reasons, mark_walls
from dedup.core.pairs.rule import PairFacts, units
from dedup.core.pairs.rules import RuleNumbers
from dedup.core.sites.decision import BoilerplateFlags
from dedup.core.sites.pages import Pages
from dedup.core.sites.pair_facts import make_pair_facts
from dedup.core.stories import clustering
from dedup.core.stories.decision import LinkedTexts, decide_stories
from dedup.core.stories.url_versions import pair_versions
from dedup.core.text.block_hashes import dropped_runs
from dedup.engines.stages.candidates import find_candidates
from dedup.engines.stages.job import Job
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.stages.pair_texts import StoredTexts
from dedup.engines.stages.sketch import SketchStore
from dedup.types import Look


class PairDecisions(NamedTuple):
    """The decisions on ``m`` pairs of texts.

    - ``codes`` ``(m,) int64``: the codes of the pairs (`core.arrays.pair_codes`), sorted.
    - ``shares`` ``(m,) int64``: the share of each pair, in units of ``1 / ONE`` (`core.thresholds`).
    - ``common`` ``(m,) int64``: the shingles that both texts have.
    - ``rules`` ``(m,) int8``: the rule that had the last word (`core.pairs.rules`).
    """

    codes: Indices
    shares: Indices
    common: Indices
    rules: RuleNumbers

    @property
    def pairs(self) -> Pairs:
        """``(m, 2)`` the texts of each pair."""
        return pair_codes.decode(self.codes)


class ComparableTexts(Protocol):
    """Texts to compare: in spill files (`engines.stages.pair_texts`) or in memory (`engines.online.comparison`).

    - ``texts`` ``(c,) int64``: the numbers of the texts, sorted. Pairs are pairs of positions in this array.
    - ``sizes`` ``(c,) int64``: the size of the shingle set of each text, once a pair of the text is decided.
    - ``lengths`` ``(c,) int64``: the tokens of each text without boilerplate.
    """

    texts: Indices
    sizes: Indices
    lengths: Indices

    def weigh(self, pairs: Pairs, facts: PairFacts) -> Iterator[tuple[Indices, DecidedPairs]]:
        """Decide pairs.

        Args:
            pairs: ``(p, 2)`` positions in ``texts``.
            facts: the facts of the pairs.

        Yields:
            ``(q,)`` positions in ``pairs``, and the decisions on the pairs there. Each pair comes once.
        """
        ...


class VerifiedPairs(NamedTuple):
    """The decided pairs and the stories of a job.

    - ``decider``: has decided the pairs, and decides more pairs of the same texts.
    - ``stories``: the stories of the ``c`` texts that are in a candidate.
    - ``verdicts``: the decisions on all pairs that share something.
    - ``reasons`` ``(t,) int8``: why each of all texts is no article.
    - ``digests`` ``(t,) bool``: whether each of all texts is a digest.
    - ``walls`` ``(w,) uint64``: the hashes of texts that stand under many headlines, rising.
    - ``look``: the counts of the pairs.
    """

    decider: "PairDecider"
    stories: clustering.Stories
    verdicts: PairDecisions
    reasons: Reasons
    digests: Flags
    walls: Hashes
    look: Look

    @property
    def texts(self) -> Indices:
        """``(c,)`` the texts that are in a candidate, sorted."""
        return self.decider.texts.texts

    @property
    def sizes(self) -> Indices:
        """``(c,)`` the number of different shingles of each of these texts."""
        return self.decider.texts.sizes

    def measure(self, pairs: Pairs) -> tuple[Floats, Floats]:
        """Return the resemblance and the containment of pairs, as `core.pairs.similarity.similarity` does.

        Pairs whose decisions are kept are not counted again.

        Args:
            pairs: ``(p, 2)`` positions in ``texts``.
        """
        positions, decided_before = find(self.verdicts.codes, _codes(self.texts, pairs))
        if decided_before.all():
            common = self.verdicts.common[positions]
        else:
            common = np.empty(len(pairs), np.int64)
            common[decided_before] = self.verdicts.common[positions[decided_before]]
            common[~decided_before] = self.decider.decide(pairs[~decided_before], no_progress).common
        return similarity.ratios(common, self.sizes[pairs])

    def links(self, threshold: float) -> Pairs:
        """Return the pairs ``(m, 2)`` of texts that match, and may be in one story.

        Args:
            threshold: the share from which a pair is a match.
        """
        matches = self.verdicts.pairs[self.verdicts.shares >= units(threshold)]
        return matches[self._may_link(matches)]

    def link_shares(self, pairs: Pairs) -> Indices:
        """Return the share of each pair of texts, 0 for a pair that may not link two texts, or that has no text.

        Args:
            pairs: ``(p, 2)`` numbers of different texts, the lower first, distinct. A number that no text has is
                that of a document that joins nobody by its text.
        """
        positions, is_compared = find(self.texts, pairs.reshape(-1))
        rows = np.flatnonzero(is_compared.reshape(-1, 2).all(axis=1))
        rows = rows[self._may_link(pairs[rows])]
        shares = np.zeros(len(pairs), np.int64)
        shares[rows] = self.decider.decide(positions.reshape(-1, 2)[rows], no_progress).shares
        return shares

    def _may_link(self, pairs: Pairs) -> Flags:
        """Return which pairs of texts may be in one story: two articles, both digests or none."""
        articles = (self.reasons[pairs] == ARTICLE).all(axis=1)
        may_link: Flags = articles & (self.digests[pairs[:, 0]] == self.digests[pairs[:, 1]])
        return may_link


def _codes(texts: Indices, pairs: Pairs) -> Indices:
    """Return the codes of pairs of positions in ``texts``, as `PairDecisions` holds them."""
    first, second = texts[pairs].T
    return pair_codes.encode(first, second)


class ComparedJob(NamedTuple):
    """A job after the comparison.

    - ``sketches``: the sketches of all texts.
    - ``oversized``: the oversized buckets, as in `core.candidates.buckets.Candidates`.
    - ``verified``: the decided pairs and the stories.
    """

    sketches: SketchStore
    oversized: Indices
    verified: VerifiedPairs


def verify(job: Job, flags: BoilerplateFlags) -> ComparedJob:
    """Compare the texts of a job without their boilerplate."""
    sketches, dropped, pages = SketchStore(job), flags.left_out, job.texts.pages
    runs = dropped_runs(pages.words, pages.bounds, dropped)
    sketches.make(np.arange(len(job.texts.rows)), runs, job.tell)
    candidates = find_candidates(sketches, runs, job.tell)
    job.tell("verifying", 0, 0)
    candidate_pairs = add_pairs(
        candidates.pairs, evident_pairs(job.texts, sketches.reasons, dropped, job.settings.max_bucket)
    )
    texts, positions = distinct(candidate_pairs.reshape(-1))
    pairs = positions.reshape(-1, 2)
    decider = PairDecider(StoredTexts(sketches, texts, runs), pages, flags.sites, dropped)
    no_digests = np.zeros(sketches.reasons.size, np.bool_)
    facts = TextFacts(sketches.text_hashes, sketches.reasons, no_digests, np.zeros(0, np.uint64))
    verified = cluster_pairs(decider, pairs, facts, job.settings.containment, job.tell)
    return ComparedJob(sketches, candidates.oversized, verified)


def add_pairs(pairs: Pairs, more_pairs: Pairs) -> Pairs:
    """Return all of two arrays of sorted and distinct pairs, sorted and distinct."""
    if not len(more_pairs):
        return pairs
    return pair_codes.decode(rising(pair_codes.encode(*np.concatenate((pairs, more_pairs)).T)))


def evident_pairs(texts: Collection, reasons: Reasons, dropped: Flags, most: int) -> Pairs:
    """Return the pairs of texts that are candidates by their addresses or headlines, sorted and distinct.

    Args:
        texts: the documents and texts.
        reasons: ``(t,)`` why each text is no article, by the text alone.
        dropped: ``(m,)`` which blocks are dropped.
        most: the most items of one headline.
    """
    items = texts.items(reasons)
    return add_pairs(pair_versions(texts.versions(reasons, dropped)), text_pairs(items, join_items(items, most)))


class TextFacts(NamedTuple):
    """Facts of all ``t`` texts.

    - ``text_hashes`` ``(t,) uint64``: the hash of all tokens of each text without boilerplate.
    - ``reasons`` ``(t,) int8``: why each text is no article, by the text alone.
    - ``digests`` ``(t,) bool``: whether each text is known as a digest.
    - ``walls`` ``(w,) uint64``: the hashes of texts that are known to stand under many headlines.
    """

    text_hashes: Hashes
    reasons: Reasons
    digests: Flags
    walls: Hashes


def cluster_pairs(
    decider: "PairDecider", pairs: Pairs, facts: TextFacts, threshold: float, on_progress: Progress
) -> VerifiedPairs:
    """Decide pairs, set aside the texts that are no articles, and group the other texts to stories.

    Args:
        decider: decides pairs of its texts.
        pairs: ``(p, 2)`` positions in these texts, distinct and sorted.
        facts: facts of all texts.
        threshold: the share from which a pair is a match.
        on_progress: is called with the progress.

    Returns:
        The decided pairs and the stories.
    """
    texts = decider.texts.texts
    decided = decider.decide(pairs, on_progress)
    on_progress("clustering", 0, 0)
    measured = decider.measured
    walls = rising(np.concatenate((facts.walls, facts.text_hashes[texts[pairs[decided.walls].reshape(-1)]])))
    reasons = mark_walls(facts.reasons, facts.text_hashes, walls)
    headlines, digests = decider.pages.headlines[texts], facts.digests.copy()
    linked = LinkedTexts(headlines, decider.texts.lengths, reasons[texts] != ARTICLE, digests[texts])
    stories, digests[texts] = decide_stories(
        linked, pairs, decided, threshold, lambda more_pairs: decider.decide(more_pairs, no_progress).shares
    )
    on_progress("clustering", texts.size, texts.size)
    verdicts = decider.verdicts()
    matches = int(np.count_nonzero(verdicts.shares >= units(threshold)))
    look = Look(len(pairs), decider.measured, measured, decider.measured - matches, matches)
    return VerifiedPairs(decider, stories, verdicts, reasons, digests, walls, look)


class PairDecider:
    """Decides pairs of texts, and keeps its decisions on pairs that share something.

    Most pairs that the clustering asks for share nothing: they would take most of the memory.

    ``measured`` counts the pairs that were decided.
    """

    def __init__(self, texts: ComparableTexts, pages: Pages, sites: Indices, dropped: Flags) -> None:
        """Take texts.

        Args:
            texts: the texts of the pairs.
            pages: the pages of all texts.
            sites: ``(t,)`` the site of each page.
            dropped: ``(m,)`` which blocks are dropped.
        """
        self.texts, self.pages, self.sites, self.dropped = texts, pages, sites, dropped
        self._decisions: list[PairDecisions] = []
        self.measured = 0

    def decide(self, pairs: Pairs, on_progress: Progress) -> DecidedPairs:
        """Decide pairs.

        Args:
            pairs: ``(p, 2)`` positions in the texts.
            on_progress: is called with the number of decided pairs.

        Returns:
            The decisions on the pairs, in the order of ``pairs``.
        """
        numbers = self.texts.texts[pairs]
        facts = make_pair_facts(self.pages, self.sites, self.dropped, numbers)
        shares, common = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
        walls, rules = np.zeros(len(pairs), np.bool_), np.zeros(len(pairs), np.int8)
        owners, places, done = [np.zeros(0, np.int64)], [np.zeros((0, 2), np.int64)], 0
        on_progress("verifying", done, len(pairs))
        for rows, decided in self.texts.weigh(pairs, facts):
            shares[rows], common[rows], walls[rows] = decided.shares, decided.common, decided.walls
            rules[rows] = decided.rules
            owners.append(rows[decided.pair])
            places.append(decided.places)
            done += rows.size
            on_progress("verifying", done, len(pairs))
        self.measured += len(pairs)
        sharing = (common > 0) | (shares > 0)
        codes = _codes(self.texts.texts, pairs[sharing])
        self._decisions.append(PairDecisions(codes, shares[sharing], common[sharing], rules[sharing]))
        owner = np.concatenate(owners)
        order = owner.argsort(kind="stable")
        return DecidedPairs(shares, common, walls, rules, owner[order], np.concatenate(places)[order])

    def verdicts(self) -> PairDecisions:
        """Return the decisions on all decided pairs that share something, one for each pair."""
        if len(self._decisions) == 1:  # its pairs are distinct and sorted
            return self._decisions[0]
        codes, *columns = map(np.concatenate, zip(*self._decisions, strict=True))
        first = firsts(codes)
        codes = codes[first]
        return PairDecisions(codes, *(column[first] for column in columns))
