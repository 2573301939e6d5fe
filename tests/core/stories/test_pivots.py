"""A component above the cap is cut into stars, and stories stay whole and apart."""

from itertools import combinations

import numpy as np
import pytest

from dedup.array_types import Indices, Pairs
from dedup.core.stories import clustering, pivots
from dedup.core.thresholds import ONE
from tests.helpers.shares import all_units, in_groups, no_shares, numbered, pairs_of, units


class TestLargeComponents:
    """Tests of components above the cap."""

    @pytest.fixture(autouse=True)
    def cap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Sets the cap to four documents."""
        monkeypatch.setattr(clustering, "MAX_COMPONENT", 4)

    def test_more_reprints_than_the_cap_are_one_story(self) -> None:
        """Reprints that all match one document are one story, whose weakest link is the lowest share with the pivot."""
        pairs = [(a, b) for a in range(2) for b in range(a + 1, 9)]

        def measure_pairs(unknown: Pairs) -> Indices:
            return np.full(len(unknown), units(0.7))

        weights = np.full(len(pairs), units(0.65))
        stories = clustering.make_stories(9, pairs_of(pairs), weights, units(0.6), measure_pairs)
        assert [0] * 9 == stories.labels.tolist()
        assert (1, 1) == (stories.split, stories.uncut)
        assert pytest.approx(0.65) == stories.weakest[0]

    def test_digests_do_not_glue_two_stories(self) -> None:
        """Digests that hold two large stories and have the first numbers are no pivots, so the stories stay two."""
        groups = [2, 2, *[0, 1] * 8]
        shares = np.equal.outer(groups, groups) * units(0.8)
        shares[:2] = shares[:, :2] = units(0.8)
        pairs = [(a, b) for a in range(4) for b in range(a + 1, 18) if shares[a, b]]
        weights = np.full(len(pairs), units(0.8))
        stories = clustering.make_stories(
            18, pairs_of(pairs), weights, units(0.6), lambda unknown: shares[unknown[:, 0], unknown[:, 1]]
        )
        assert [0, 1] * 8 == stories.labels[2:].tolist()
        assert (1, 2) == (stories.split, stories.uncut)

    def test_hub_does_not_glue_documents_that_have_nothing_in_common(self) -> None:
        """A short text that stands in many pages does not make the pages one story."""
        pairs = [(0, b) for b in range(1, 12)]
        stories = clustering.make_stories(12, pairs_of(pairs), np.full(11, ONE), units(0.6), no_shares)
        assert 11 == stories.labels.max() + 1
        assert (1, 0) == (stories.split, stories.uncut)

    def test_chain_is_not_glued(self) -> None:
        """A story of a long chain, in which only neighbours overlap, has a document and its neighbours at most."""
        pairs = [(a, a + 1) for a in range(99)]
        stories = clustering.make_stories(100, pairs_of(pairs), np.full(99, units(0.9)), units(0.6), no_shares)
        assert {2} == set(np.bincount(stories.labels)[stories.labels[1:-1]].tolist()) - {1}
        assert np.diff(np.flatnonzero(np.diff(stories.labels, prepend=-1))).max() <= 3

    def test_a_chain_of_equal_links_is_cut_at_many_places_at_a_time(self) -> None:
        """Each document of a long chain is measured against a few others, and most neighbours stay together."""
        measured = []

        def measure_pairs(unknown: Pairs) -> Indices:
            measured.append(len(unknown))
            return no_shares(unknown)

        pairs = [(a, a + 1) for a in range(4_999)]
        stories = clustering.make_stories(5_000, pairs_of(pairs), np.full(4_999, units(0.9)), units(0.6), measure_pairs)
        assert sum(measured) < 5 * 5_000
        assert len(measured) < 20
        assert np.bincount(stories.labels).max() == 2
        assert stories.labels.max() < 3_500

    def test_part_below_the_cap_goes_the_ordinary_way(self) -> None:
        """A component that becomes small after a pivot is one story by the average of all its pairs."""
        groups = [0] * 6 + [1] * 4
        pairs = [(a, b) for a, b in combinations(range(10), 2) if groups[a] == groups[b] or (a, b) == (5, 6)]
        weights = all_units([0.9 if groups[a] == groups[b] else 0.6 for a, b in pairs])
        stories = clustering.make_stories(10, pairs_of(pairs), weights, units(0.6), in_groups(groups, 0.9))
        assert groups == stories.labels.tolist()
        assert (1, 1) == (stories.split, stories.uncut)
        assert [0.9, 0.9] == pytest.approx(stories.weakest.tolist())

    def test_other_components_are_not_touched(self) -> None:
        """Cutting a large component leaves a small one whole, and stories are numbered by first document."""
        pairs = [(0, 9), *((a, a + 1) for a in range(1, 6))]
        stories = clustering.make_stories(10, pairs_of(sorted(pairs)), np.full(6, units(0.62)), units(0.6), no_shares)
        assert stories.labels[0] == stories.labels[9] == 0
        assert numbered(stories.labels.tolist()) == stories.labels.tolist()
        assert stories.labels.max() + 1 == len(stories.weakest)
        assert (1, 0) == (stories.split, stories.uncut)

    @pytest.mark.parametrize("count", [0, 1, 2, 5])
    def test_nothing_vanishes_when_pivots_run_out(self, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Documents after the last pivot are cut by number: half of the stories stay whole, none exceeds the cap."""
        monkeypatch.setattr(pivots, "_PIVOTS", count)
        groups = [a // 2 for a in range(400)]
        pairs = [(a, a + 1) for a in range(399)]
        weights = all_units(np.where(np.arange(399) % 2, 0.6, 0.9))
        stories = clustering.make_stories(400, pairs_of(pairs), weights, units(0.6), in_groups(groups, 0.9))
        assert (stories.labels[::2] == stories.labels[1::2]).sum() >= 100
        assert np.bincount(stories.labels).max() <= 4
        assert (1, 0) == (stories.split, stories.uncut)
