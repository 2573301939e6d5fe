"""Candidates -> what they share, which texts are no articles, which are digests, and the stories of the others."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np

from dedup.array_types import Flags, Floats, Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.sorting import find
from dedup.core.pairs import similarity
from dedup.core.pairs.decision import ARTICLE, NOTHING, WALL, DecidedPairs, Reasons
from dedup.core.pairs.rule import PairFacts, PairVerdicts, units
from dedup.core.sites.pages import Pages
from dedup.core.sites.pair_facts import make_pair_facts
from dedup.core.stories import clustering
from dedup.core.stories.digests import find_digests
from dedup.engines.stages.candidates import find_candidates
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.stages.overrides import BoilerplateFlags
from dedup.engines.stages.pair_texts import StoredTexts
from dedup.engines.stages.sketch import Job, SketchStore
from dedup.types import Look


class PairDecisions(NamedTuple):
    """What pairs share: ``codes`` ``(m,)``, codes of texts (`core.arrays.pair_codes`), sorted; ``shares`` ``(m,)`` in units of ``1 /
    ONE`` (`core.thresholds`); the shingles that the two have in ``common`` ``(m,)``."""

    codes: Indices
    shares: Indices
    common: Indices

    @property
    def pairs(self) -> Pairs:
        """``(m, 2)`` the texts of each pair."""
        return pair_codes.decode(self.codes)


class ComparableTexts(Protocol):
    """Some ``texts`` ``(c,)``, sorted, of ``lengths`` ``(c,)`` in tokens without boilerplate, on shelves
    (`engines.stages.pair_texts`) or in memory (`engines.online.in_memory`). Pairs are of places in these. The ``sizes`` ``(c,)`` of the
    shingle sets of texts are known when a pair of each was weighed."""

    texts: Indices
    sizes: Indices
    lengths: Indices

    def weigh(self, pairs: Pairs, facts: PairFacts) -> Iterator[tuple[Indices, DecidedPairs]]:
        """What pairs ``(p, 2)`` share, with these ``facts`` of each: places among them, and what is said of those,
        until something is said of each."""
        ...


class VerifiedPairs(NamedTuple):
    """``stories`` of the texts that are in any candidate; ``verdicts`` on all pairs that were looked
    at; why each of all texts is no article, ``reasons`` ``(t,)``; the hashes of the texts under many headlines,
    ``walls`` ``(w,)``, rising; the counts of this ``look``. The ``judge`` knows the texts."""

    judge: "PairDecider"
    stories: clustering.Stories
    verdicts: PairDecisions
    reasons: Reasons
    walls: Hashes
    look: Look

    @property
    def texts(self) -> Indices:
        """``(c,)`` those texts, sorted."""
        return self.judge.some.texts

    @property
    def sizes(self) -> Indices:
        """``(c,)`` how many different shingles each of them has."""
        return self.judge.some.sizes

    def measure(self, pairs: Pairs) -> tuple[Floats, Floats]:
        """What `core.pairs.similarity.similarity` gives for pairs ``(p, 2)`` of places in ``texts``; most were counted before."""
        places, known = find(self.verdicts.codes, _codes(self.texts, pairs))
        if known.all():
            common = self.verdicts.common[places]
        else:
            common = np.empty(len(pairs), np.int64)
            common[known] = self.verdicts.common[places[known]]
            common[~known] = self.judge.decide(pairs[~known], no_progress).common
        return similarity.ratios(common, self.sizes[pairs])


def _codes(texts: Indices, pairs: Pairs) -> Indices:
    """The codes of pairs of places in ``texts``, as `PairDecisions` has them."""
    first, second = texts[pairs].T
    return pair_codes.encode(first, second)


class ComparedJob(NamedTuple):
    """Candidates found by ``sketches`` of all texts, with ``hot`` buckets as `core.candidates.buckets.Candidates` has them, and
    ``verified``."""

    sketches: SketchStore
    hot: Indices
    verified: VerifiedPairs


def verify(job: Job, judged: BoilerplateFlags) -> ComparedJob:
    """Compare the texts without what was ``judged`` to be boilerplate."""
    sketches, dropped = SketchStore(job), judged.left_out
    sketches.make(np.arange(len(job.texts.rows)), dropped, job.tell)
    near = find_candidates(sketches, dropped, job.tell)
    job.tell("verifying", 0, 0)
    texts, numbers = np.unique(near.pairs, return_inverse=True)
    pairs = numbers.reshape(-1, 2)
    some = StoredTexts(sketches, texts, dropped)
    judge = PairDecider(some, job.texts.pages, judged.sites, dropped)
    said = TextFacts(sketches.rests, sketches.reasons, np.zeros(0, np.uint64))
    return ComparedJob(sketches, near.hot, cluster_pairs(judge, pairs, said, job.settings.containment, job.tell))


class TextFacts(NamedTuple):
    """What all texts say of themselves: the hash of all tokens of each without boilerplate, ``rests`` ``(t,)``; the
    ``reasons`` ``(t,)`` why it is no article; and the hashes of texts under many headlines that are known from before,
    ``walls`` ``(w,)``."""

    rests: Hashes
    reasons: Reasons
    walls: Hashes


def cluster_pairs(
    judge: "PairDecider", pairs: Pairs, said: TextFacts, threshold: float, tell: Progress
) -> VerifiedPairs:
    """Decide pairs, set aside what is no article, and put the others into stories.

    Args:
        judge: decides pairs of some texts.
        pairs: ``(p, 2)`` of places in these, distinct and sorted.
        said: what all texts say of themselves.
        threshold: the share from which a pair is a match.
        tell: hears of progress.

    Returns:
        The stories, and what they are made of.
    """
    some, least = judge.some, units(threshold)
    decided = judge.decide(pairs, tell)
    tell("clustering", 0, 0)
    measured = judge.measured
    walls = np.union1d(said.walls, said.rests[some.texts[pairs[decided.walls]]])
    reasons = np.where(np.isin(said.rests, walls) & (said.reasons != NOTHING), WALL, said.reasons).astype(np.int8)
    apart = reasons[some.texts] != ARTICLE
    shares = _set_aside(decided.shares, pairs, apart)
    parts = PairVerdicts(shares, decided.walls, decided.pair, decided.places)
    several = find_digests(some.texts.size, judge.pages.headlines[some.texts], pairs, parts, some.lengths, threshold)

    def admitted(pairs: Pairs, shares: Indices) -> Indices:
        """A digest joins no text that is none."""
        left = _set_aside(shares, pairs, apart)
        left[several[pairs[:, 0]] != several[pairs[:, 1]]] = 0
        return left

    stories = clustering.make_stories(
        some.texts.size,
        pairs,
        admitted(pairs, shares),
        least,
        lambda pairs: admitted(pairs, judge.decide(pairs, no_progress).shares),
    )
    tell("clustering", some.texts.size, some.texts.size)
    verdicts = judge.verdicts()
    matches = int(np.count_nonzero(verdicts.shares >= least))
    verified = verdicts.codes.size
    look = Look(len(pairs), verified, measured, verified - matches, matches)
    return VerifiedPairs(judge, stories, verdicts, reasons, walls, look)


def _set_aside(shares: Indices, pairs: Pairs, apart: Flags) -> Indices:
    """The ``shares`` ``(p,)``, 0 for a pair with a text that is set ``apart`` ``(c,)``."""
    left = shares.copy()
    left[apart[pairs].any(axis=1)] = 0
    return left


class PairDecider:
    """Decides pairs of ``some`` texts, and knows what it decided: which ``pages`` the texts are, of which ``sites``
    ``(t,)``, without which ``dropped`` ``(m,)`` blocks."""

    def __init__(self, some: ComparableTexts, pages: Pages, sites: Indices, dropped: Flags) -> None:
        self.some, self.pages = some, pages
        self._sites, self._dropped = sites, dropped
        self._said: list[PairDecisions] = []
        self.measured = 0

    def decide(self, pairs: Pairs, tell: Progress) -> DecidedPairs:
        """What pairs ``(p, 2)`` of places among the texts share; ``tell`` hears how many are decided."""
        numbers = self.some.texts[pairs]
        facts = make_pair_facts(self.pages, self._sites, self._dropped, numbers)
        shares, common = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
        walls = np.zeros(len(pairs), np.bool_)
        owners, places, done = [np.zeros(0, np.int64)], [np.zeros((0, 2), np.int64)], 0
        tell("verifying", done, len(pairs))
        for part, answer in self.some.weigh(pairs, facts):
            shares[part], common[part], walls[part] = answer.shares, answer.common, answer.walls
            owners.append(part[answer.pair])
            places.append(answer.places)
            done += part.size
            tell("verifying", done, len(pairs))
        self.measured += len(pairs)
        self._said.append(PairDecisions(_codes(self.some.texts, pairs), shares, common))
        owner = np.concatenate(owners)
        order = owner.argsort(kind="stable")
        return DecidedPairs(shares, common, walls, owner[order], np.concatenate(places)[order])

    def verdicts(self) -> PairDecisions:
        """All that was decided."""
        if len(self._said) == 1:  # of pairs that are distinct and sorted
            return self._said[0]
        codes, shares, common = map(np.concatenate, zip(*self._said, strict=True))
        codes, first = np.unique(codes, return_index=True)
        return PairDecisions(codes, shares[first], common[first])
