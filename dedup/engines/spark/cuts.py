"""The cut of each table: a stage that writes a table cuts it by the key of the stages that read it.

So a stage that needs all rows of a key reads its part of each table, and most rows move once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dedup.core.stages.stage import Operator, PlanStage, Step, stages_of
from dedup.engines.spark.storage.stored_tables import Cut, StoredTable

NUMBERS: Final = ("num",)
"""The key of the texts that pairs need."""


def keys_of_tables(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """Return the key by which stages read each table.

    Where they read it by several keys, it is the shortest one, and of equal ones that of a stage that always runs.
    """
    keys: dict[str, tuple[str, ...]] = {}
    always = [step for step in steps if isinstance(step, PlanStage)]
    for stage in (*always, *stages_of(steps)):
        for name, key in zip(stage.reads, _keys_of_reads(stage), strict=True):
            if key and (name not in keys or len(key) < len(keys[name])):
                keys[name] = key
    return keys


def _keys_of_reads(stage: PlanStage) -> Sequence[tuple[str, ...]]:
    """Return the key of each table that a stage reads; an empty one where any rows will do, and for pairs."""
    if stage.operator is Operator.GROUP:
        return [stage.key] * len(stage.reads)
    if stage.operator is Operator.PAIRS:
        return [(), *[NUMBERS] * (len(stage.reads) - 1)]
    return [()] * len(stage.reads)


def cuts_of_outputs(stage: PlanStage, keys: Mapping[str, tuple[str, ...]], parts: int) -> dict[int, Cut]:
    """Return the place of each table that a stage gives -> its cut. A table that is read by no key has none.

    Args:
        stage: the stage.
        keys: the key of each table, as of `keys_of_tables`.
        parts: the number of parts.
    """
    return {tag: Cut(keys[name], parts) for tag, name in enumerate(stage.gives) if name in keys and parts > 1}


def common_cut(tables: Iterable[StoredTable], key: tuple[str, ...], parts: int) -> Cut:
    """Return the cut by which a stage reads tables: that of the largest table that is cut well, or a new one.

    Args:
        tables: the tables.
        key: the key of the stage. Rows of one key of it are in one part if a table is cut by some columns of it.
        parts: the least number of parts.
    """
    cut_well = [table for table in tables if table.cut and table.cut.parts >= parts and {*table.cut.key} <= {*key}]
    largest = max(cut_well, key=lambda table: table.size, default=None)
    return largest.cut if largest and largest.cut else Cut(key, parts)


def is_cut_otherwise(table: StoredTable, cut: Cut) -> bool:
    """Return whether a table has rows that are not cut in this way."""
    return table.rows > 0 and table.cut != cut


def tasks_of(cut: Cut, parts: int) -> int:
    """Return how many tasks read a cut table: ``parts`` at least, and as many parts each."""
    return next(tasks for tasks in range(parts, cut.parts + 1) if cut.parts % tasks == 0)
