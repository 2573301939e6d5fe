"""Walks a plan: runs its steps in order with the operators of an engine. It decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from dedup.core.stages.stage import PlanStage, Repeat, Step

_Table = TypeVar("_Table")


class Operators(Protocol[_Table]):
    """The operators of an engine on tables of its own kind."""

    def run(self, stage: PlanStage, tables: Sequence[_Table]) -> Sequence[_Table]:
        """Return the tables that a stage gives."""
        ...

    def added(self, table: _Table, rows: _Table) -> _Table:
        """Return a table with the rows of another one added."""
        ...

    def is_empty(self, table: _Table) -> bool:
        """Return whether a table has no rows."""
        ...

    def drop(self, table: _Table) -> None:
        """Forget a table that no later stage reads."""
        ...


def walk(
    plan: Sequence[Step], operators: Operators[_Table], inputs: Mapping[str, _Table], keep: Iterable[str]
) -> dict[str, _Table]:
    """Run the steps of a plan.

    Args:
        plan: the steps.
        operators: the operators of an engine.
        inputs: the tables that the plan begins with, by name.
        keep: the names of tables that the caller wants.

    Returns:
        The tables of ``keep``.
    """
    tables = dict(inputs)
    names_to_keep = frozenset(keep)
    for position, step in enumerate(plan):
        _run_step(step, operators, tables)
        needed = names_to_keep.union(*(reads_of(later) for later in plan[position + 1 :]))
        for name in [name for name in tables if name not in needed]:
            operators.drop(tables.pop(name))
    return {name: tables[name] for name in names_to_keep}


def reads_of(step: Step) -> frozenset[str]:
    """Return the names of the tables that a step reads or adds to."""
    if isinstance(step, Repeat):
        return frozenset({step.rows_in}).union(*map(reads_of, step.steps))
    return frozenset(step.reads) | step.adds


def _run_step(step: Step, operators: Operators[_Table], tables: dict[str, _Table]) -> None:
    if isinstance(step, Repeat):
        while not operators.is_empty(tables[step.rows_in]):
            for inner in step.steps:
                _run_step(inner, operators, tables)
        return
    results = operators.run(step, [tables[name] for name in step.reads])
    for name, table in zip(step.gives, results, strict=True):
        if name in step.adds and name in tables:
            tables[name] = operators.added(tables[name], table)
            continue
        if name in tables:
            operators.drop(tables[name])
        tables[name] = table
