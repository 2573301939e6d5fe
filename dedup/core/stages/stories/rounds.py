"""Decided pairs to the stories of texts, component by component. Pairs that were no candidates are decided in rounds.

The stories of a component depend on its texts alone. Where they depend on the share of a pair that was no candidate,
the component waits: the pair is decided, and the stories of the component are made again.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from dedup.array_types import Flags, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.sorting import distinct, find, firsts, rising
from dedup.core.arrays.tables import Table
from dedup.core.pairs.rule import units
from dedup.core.stages.counts import COUNTS, SPLIT, UNCUT, count_sizes
from dedup.core.stages.pairs import decide_rows, decided_table
from dedup.core.stages.result_schemas import DECIDED, LABELS, LINKED, MEASURED, TEXT_STORIES, UNMEASURED
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stories import clustering
from dedup.core.stories.clustering import Stories, make_stories


def measure_pairs(context: StageContext, unmeasured: Table, articles: Table) -> tuple[Table, Table]:
    """Decide pairs that were no candidates. They link nothing.

    Args:
        context: the settings.
        unmeasured: the pairs.
        articles: their articles, and perhaps others.

    Returns:
        The shares of the pairs, and the decided pairs.
    """
    rows = decide_rows(context, unmeasured, articles)
    decided = decided_table(rows, np.zeros(len(rows.pairs), np.bool_))
    order = np.lexsort((unmeasured["b"], unmeasured["a"]))
    measured = decided.select(("a", "b", "share")).using(component=unmeasured["component"][order])
    return measured, decided


def begin_stories(context: StageContext, linked: Table) -> tuple[Table, ...]:
    """Make the stories of components, as `continue_stories` does, with no pair measured.

    The last table has the texts of the large components that wait.
    """
    results = continue_stories(context, linked, Table.empty(MEASURED))
    component_rows = ComponentRows(context, results[1], Table.empty(MEASURED))
    return *results, component_rows.large_texts()


def continue_stories(context: StageContext, linked: Table, measured: Table) -> tuple[Table, ...]:
    """Make the stories of components.

    Args:
        context: the settings.
        linked: the texts of components, with the shares of their candidates.
        measured: the shares of pairs that were no candidates.

    Returns:
        The stories of the texts of finished components; the texts of the others, their measured pairs, and the pairs
        that are measured next; the counts of components that were cut, and of parts that stayed large.
    """
    component_rows = ComponentRows(context, linked, measured)
    unmeasured = component_rows.make()
    waiting = rising(unmeasured["component"])
    texts = component_rows.texts()
    return (
        texts.take(~np.isin(component_rows.component, waiting)),
        linked.take(np.isin(linked["component"], waiting)),
        measured.take(np.isin(measured["component"], waiting)),
        unmeasured,
        component_rows.counts,
    )


class _MissingShares(Exception):
    """The stories of a component depend on the shares of ``pairs`` ``(q, 2)``, which are not known yet."""

    def __init__(self, pairs: Pairs) -> None:
        super().__init__("the shares of some pairs are not known yet")
        self.pairs = pairs


class ComponentRows:
    """The components of a part: ``n`` texts, and what is known of their pairs.

    - ``component`` ``(n,) int64``: the component of each text.
    - ``counts``: the counts of components that were cut, and of parts that stayed large.
    """

    def __init__(self, context: StageContext, linked: Table, measured: Table) -> None:
        others = linked.lists("others")
        first, second = linked["num"][others.owners], others.values
        self._numbers, position = distinct(np.concatenate((first, second)))
        pairs = position.reshape(2, -1).T
        order = np.lexsort(pairs.T[::-1])
        self._pairs, self._shares = pairs[order], linked.lists("shares").values[order]
        self.component = np.empty(self._numbers.size, np.int64)
        self.component[position] = np.tile(linked["component"][others.owners], 2)
        self._threshold = units(context.settings.containment)
        more = np.stack((self._numbers.searchsorted(measured["a"]), self._numbers.searchsorted(measured["b"])), axis=1)
        codes = pair_codes.encode(more[:, 0], more[:, 1])
        order = codes.argsort()
        self._codes, self._measured = codes[order], measured["share"][order]
        self._story = np.arange(self._numbers.size)
        self._weakest = np.ones(self._numbers.size)
        self.counts = Table.empty(COUNTS)

    def make(self) -> Table:
        """Make the stories, and return the pairs that are measured next. The stories of their components are wrong."""
        large = self._large()
        unmeasured = [np.zeros((0, 2), np.int64)]
        unmeasured.append(self._make_small((~large).nonzero()[0]))
        for component in rising(self.component[large]).tolist():
            unmeasured.append(self._make_large((self.component == component).nonzero()[0]))
        pairs = np.concatenate(unmeasured)
        first, second = self._numbers[pairs].T
        return Table({"a": first, "b": second, "component": self.component[pairs[:, 0]]})

    def make_component(self, component: int, shares_of: Callable[[Pairs], Indices]) -> None:
        """Make the stories of a large component.

        Args:
            component: the component.
            shares_of: returns the shares of pairs ``(q, 2)`` of positions among the texts of the component, rising.
        """
        members = (self.component == component).nonzero()[0]
        self._finish(members, self._run(members, shares_of))

    def large_texts(self) -> Table:
        """Return the texts of large components."""
        large = self._large()
        return Table({"num": self._numbers[large], "component": self.component[large]})

    def _large(self) -> Flags:
        """Return ``(n,)`` whether the component of each text is cut."""
        label = distinct(self.component)[1]
        return np.bincount(label)[label] > clustering.MAX_COMPONENT

    def texts(self) -> Table:
        """Return the story of each text, named by its first text, and the weakest link of the story."""
        return Table({"num": self._numbers, "story": self._numbers[self._story], "weakest": self._weakest})

    def _make_small(self, members: Indices) -> Pairs:
        """Make the stories of all small components at once. All pairs that they need are asked for in one round."""
        missing = [np.zeros((0, 2), np.int64)]

        def shares_of(pairs: Pairs) -> Indices:
            shares, is_measured = self._look_up(members[pairs])
            missing.append(members[pairs[~is_measured]])
            return shares

        self._keep(members, self._run(members, shares_of))
        return np.concatenate(missing)

    def _make_large(self, members: Indices) -> Pairs:
        """Make the stories of a component that is cut. The next cut depends on the pairs of the one before."""

        def shares_of(pairs: Pairs) -> Indices:
            shares, is_measured = self._look_up(members[pairs])
            if not is_measured.all():
                raise _MissingShares(members[pairs[~is_measured]])
            return shares

        try:
            stories = self._run(members, shares_of)
        except _MissingShares as missing:
            return missing.pairs
        self._finish(members, stories)
        return np.zeros((0, 2), np.int64)

    def _finish(self, members: Indices, stories: Stories) -> None:
        """Keep the stories of a large component, and count its cuts."""
        self._keep(members, stories)
        for kind, count in ((SPLIT, stories.split), (UNCUT, stories.uncut)):
            self.counts = self.counts.plus(count_sizes(kind, np.full(count, members.size)))

    def _run(self, members: Indices, shares_of: Callable[[Pairs], Indices]) -> Stories:
        """Make the stories of some texts, rising, which have all texts of their components."""
        position = np.full(self._numbers.size, -1)
        position[members] = np.arange(members.size)
        inside = position[self._pairs[:, 0]] >= 0
        return make_stories(
            members.size, position[self._pairs[inside]], self._shares[inside], self._threshold, shares_of
        )

    def _look_up(self, pairs: Pairs) -> tuple[Indices, Flags]:
        """Return the measured share of each pair, 0 for an unknown one, and which shares are known."""
        position, is_measured = find(self._codes, pair_codes.encode(pairs[:, 0], pairs[:, 1]))
        shares = np.zeros(len(pairs), np.int64)
        shares[is_measured] = self._measured[position[is_measured]]
        return shares, is_measured

    def _keep(self, members: Indices, stories: Stories) -> None:
        """Keep the stories of some texts. Stories are numbered by their first texts."""
        first = members[firsts(stories.labels)]
        self._story[members] = first[stories.labels]
        self._weakest[members] = stories.weakest[stories.labels]


_MADE: Final = {
    "text_stories": TEXT_STORIES,
    "linked": LINKED,
    "measured": MEASURED,
    "unmeasured": UNMEASURED,
    "counts": COUNTS,
}

FIRST: Final = PlanStage(
    "stories",
    Operator.GROUP,
    ("linked",),
    ("component",),
    {**_MADE, "large": LABELS},
    begin_stories,
    frozenset({"counts"}),
)
"""The stage that makes the stories of most components, and begins with the others."""

MORE: Final[Step] = Repeat(
    "more stories",
    "unmeasured",
    (
        PlanStage(
            "more pairs",
            Operator.PAIRS,
            ("unmeasured", "articles"),
            ("a", "b"),
            {"measured": MEASURED, "decided": DECIDED},
            measure_pairs,
            adds=frozenset({"measured", "decided"}),
        ),
        PlanStage(
            "more stories",
            Operator.GROUP,
            ("linked", "measured"),
            ("component",),
            _MADE,
            continue_stories,
            adds=frozenset({"text_stories", "counts"}),
        ),
    ),
)
"""Pairs that were no candidates are decided in rounds, for the components that wait for them."""
