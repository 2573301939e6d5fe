"""A stage of the plan as data: what it reads, what brings its rows together, what it gives, what it must know."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from dedup.core.arrays.graph import least_nodes
from dedup.core.arrays.tables import Schema, Table
from dedup.core.sites.overrides import NO_RULES, OverrideRules
from dedup.settings import Settings
from dedup.types import Ruling


class Operator(Enum):
    """How an engine brings the rows of a stage together. A part is what one call of the stage's function gets.

    - ``MAP``: a part has any rows of the first table, and all rows of the others, which are of a bounded size.
    - ``GROUP``: a part has all rows of each of its keys, of all tables. The tables have the same key columns.
    - ``PAIRS``: the first table has pairs ``a``, ``b``. A part has all rows of each of its pairs, and of the other
      tables, whose key is ``num``, all rows of these numbers, and perhaps others.
    - ``ORDER``: the rows of a table get numbers ``num`` from 0 in the order of the key columns. The stage has no
      function.
    - ``COMPONENTS``: the edges ``a``, ``b`` give the connected components of their nodes: ``node``, and ``label``, the
      least node of the component. The stage has no function.
    - ``WHOLE``: one part has all rows.
    """

    MAP = "map"
    GROUP = "group"
    PAIRS = "pairs"
    ORDER = "order"
    COMPONENTS = "components"
    WHOLE = "whole"


class StageContext(NamedTuple):
    """The facts of the job that each call of a stage's function gets beside its tables.

    - ``settings``: the settings of the job.
    - ``rules``: the rulings of the user on blocks.
    """

    settings: Settings
    rules: OverrideRules = NO_RULES

    @classmethod
    def of(cls, settings: Settings, rulings: Sequence[Ruling]) -> "StageContext":
        """Return the context of a job with these settings and rulings."""
        return cls(settings, OverrideRules.of(rulings, settings.seed))


Function = Callable[..., Table | tuple[Table, ...]]
"""``function(context, *tables)`` -> the tables that the stage gives, in their order. It reads the tables only."""


class PlanStage(NamedTuple):
    """One stage.

    - ``name``: a word or two.
    - ``operator``: how rows come together.
    - ``reads``: the names of the tables that it reads.
    - ``key``: the columns that bring rows together, or give their order; empty for `Operator.MAP`.
    - ``gives``: the name of each table that it gives -> its columns. A row of a table has one kind of each column.
    - ``function``: computes a part; None where the operator alone does.
    - ``adds``: names of given tables whose rows are added to the table of that name.
    - ``whole``: what the stage must know of the whole beyond its keys, in words; empty for nothing.
    - ``beyond``: for `Operator.WHOLE`: the steps that give the same tables where the rows of one part do not fit.
    - ``columns``: for `Operator.MAP`: the columns that the function reads; empty for all.
    """

    name: str
    operator: Operator
    reads: tuple[str, ...]
    key: tuple[str, ...]
    gives: Mapping[str, Schema]
    function: Function | None = None
    adds: frozenset[str] = frozenset()
    whole: str = ""
    beyond: tuple[Any, ...] = ()
    columns: tuple[str, ...] = ()

    def compute(self, context: StageContext, tables: Iterable[Table]) -> tuple[Table, ...]:
        """Return the tables that the stage gives for the tables of one part.

        Raises:
            ValueError: the stage has no function: its operator does all.
        """
        if self.function is None:
            raise ValueError(f"the stage {self.name} has no function")
        return as_tables(self.function(context, *tables))


class Repeat(NamedTuple):
    """Steps that are repeated while the table ``rows_in`` has rows. The steps give that table anew."""

    name: str
    rows_in: str
    steps: "tuple[Step, ...]"


Step = PlanStage | Repeat


def as_tables(result: Table | tuple[Table, ...]) -> tuple[Table, ...]:
    """Return the tables that a `Function` gives, also if it gives one."""
    return (result,) if isinstance(result, Table) else result


def stages_of(steps: Iterable[Step]) -> Iterator[PlanStage]:
    """Yield the stages of steps, those of repeated steps too."""
    for step in steps:
        if isinstance(step, Repeat):
            yield from stages_of(step.steps)
        else:
            yield step


def connect(edges: Table) -> Table:
    """Return what `Operator.COMPONENTS` gives for all ``edges``."""
    node, label = least_nodes(edges["a"], edges["b"])
    return Table({"node": node, "label": label})
