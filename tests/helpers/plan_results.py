"""Reports of the plan, walked in memory by operators that check each stage."""

from dedup.core.arrays.tables import Lists
from dedup.core.plan import PLAN
from dedup.core.stages.stage import StageContext
from dedup.engines.plan.memory import MemoryOperators
from dedup.engines.plan.report import make_report
from dedup.engines.plan.walk import walk
from dedup.settings import Settings

ABOUT = {"addresses", "boilerplate", "candidates", "prefer", "reading", "stories"}
"""The subjects of the notes that a plan gives."""


class StrictOperators(MemoryOperators):
    """Operators in memory that give a stage arrays which it cannot change, and check the columns that it gives."""

    def run(self, stage, tables):
        """Return the tables that a stage gives."""
        for table in tables:
            for column in table.columns.values():
                for array in column if isinstance(column, Lists) else (column,):
                    array.flags.writeable = False
        given = super().run(stage, tables)
        for table, schema in zip(given, stage.gives.values(), strict=True):
            check_columns(table, schema, stage.name)
        return given

    def _shuffled(self, table):
        table = super()._shuffled(table)
        for column in table.columns.values():
            for array in column if isinstance(column, Lists) else (column,):
                array.flags.writeable = False
        return table


def check_columns(table, schema, name):
    """Assert that a table has the columns of a schema."""
    assert set(schema) == set(table.columns), name
    for column, kind in schema.items():
        values = table.lists(column).values if kind.many else table[column]
        assert kind.dtype == values.dtype, (name, column)
    assert 1 == len({len(table.select([column])) for column in schema}), name


def report_of(documents, settings=None, parts=1, seed=None, rulings=()):
    """The report of the plan on a table of documents, in parts."""
    settings = settings or Settings()
    operators = StrictOperators(StageContext.of(settings, rulings), parts, seed)
    tables = walk(PLAN, operators, {"documents": documents}, ["results", "counts"])
    return make_report(tables["results"], tables["counts"], settings, rulings=rulings)


def told_of(report):
    """All that a report says of its documents."""
    stories = [(story.weakest, story.members, story.opening) for story in report.stories]
    notes = [note for note in report.notes if note.about in ABOUT]
    return stories, report.singletons, report.ids, notes, report.joined_by
