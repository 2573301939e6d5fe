"""The stages of the plan in one process: a task's rows from spill files, the stage's function, its tables to files."""

from collections.abc import Iterable

import numpy as np

from dedup.core.arrays.tables import Table
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step, stages_of
from dedup.engines.pool.tables import TableFiles, columns_of
from dedup.engines.tasks.results import StageResult
from dedup.engines.tasks.tasks import RunStage


class StageRunner:
    """Runs stages.

    Args:
        steps: the steps that have the stages. The names of the stages differ.
        files: the spill files of tables.
        context: what the stages get beside their tables.
    """

    def __init__(self, steps: Iterable[Step], files: TableFiles, context: StageContext) -> None:
        self._stages = {stage.name: stage for stage in stages_of(steps)}
        self._files, self._context = files, context

    def run(self, task: RunStage) -> StageResult:
        """Run a stage, and store the tables that it gives.

        Raises:
            ValueError: the stage has no function.
        """
        stage = self._stages[task.stage]
        tables = stage.compute(self._context, self._read(stage, task))
        return StageResult(
            [
                [self._files.write(table, columns_of(schema), cut) for cut in cuts if len(table)]
                for table, schema, cuts in zip(tables, stage.gives.values(), task.cuts, strict=True)
            ]
        )

    def _read(self, stage: PlanStage, task: RunStage) -> list[Table]:
        """Read the rows of a task."""
        if stage.operator is not Operator.PAIRS:
            return [self._files.read(table, stage.columns) for table in task.tables]
        pairs = self._files.read(task.tables[0])
        numbers = np.union1d(pairs["a"], pairs["b"])
        return [pairs, *(self._files.read_numbers(table, numbers) for table in task.tables[1:])]
