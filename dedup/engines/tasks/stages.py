"""The stages of the plan in one process: a task's rows from spill files, the stage's function, its tables to files."""

from collections.abc import Iterable

import numpy as np

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.tables import Lists, Table
from dedup.core.stages.related.vectors import LIST
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step, stages_of
from dedup.engines.pool.tables import TableFiles, columns_of
from dedup.engines.tasks.results import StageResult
from dedup.engines.tasks.tasks import ListVectors, RunStage


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
        return self._compute(stage, self._read(stage, task), task.cuts)

    def list_vectors(self, task: ListVectors, tokens: Ragged) -> StageResult:
        """Make the vectors of the texts of a task from their ``tokens``, which have no gaps, and store them."""
        words = Lists.of_lengths(tokens.values, tokens.lengths)
        texts = Table({"num": task.numbers, "time": task.times, "tokens": words})
        return self._compute(LIST, [texts, self._files.read(task.rarity)], task.cuts)

    def _compute(self, stage: PlanStage, tables: list[Table], cuts_of_tables: list[list[str]]) -> StageResult:
        """Store the tables that a stage gives for ``tables``."""
        return StageResult(
            [
                [self._files.write(table, columns_of(schema), cut) for cut in cuts if len(table)]
                for table, schema, cuts in zip(
                    stage.compute(self._context, tables), stage.gives.values(), cuts_of_tables, strict=True
                )
            ]
        )

    def _read(self, stage: PlanStage, task: RunStage) -> list[Table]:
        """Read the rows of a task."""
        if stage.operator is not Operator.PAIRS:
            return [self._files.read(table, stage.columns) for table in task.tables]
        pairs = self._files.read(task.tables[0])
        numbers = np.union1d(pairs["a"], pairs["b"])
        return [pairs, *(self._files.read_numbers(table, numbers) for table in task.tables[1:])]
