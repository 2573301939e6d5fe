"""The tables of the plan before its articles, made by the engine of one machine."""

import msgspec
import numpy as np

from dedup.core.arrays.tables import Lists, Table
from dedup.core.plan import TEXTS_TO_RESULTS
from dedup.core.sites.decision import decide_boilerplate
from dedup.core.sites.pages import CREDIT, LABEL
from dedup.core.stages.stage import StageContext
from dedup.engines.plan.memory import MemoryOperators
from dedup.engines.plan.report import make_report
from dedup.engines.plan.walk import walk
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.documents import DocumentIntake
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter, no_progress
from dedup.settings import Settings


def tables_of(documents, settings=None):
    """The tables ``members``, ``texts``, ``dropped`` and ``sites`` of documents."""
    settings = settings or Settings()
    with SpillFiles() as spill_files:
        meter = Meter(no_progress, spill_files)
        loaded = load_documents(DocumentIntake(), documents, settings, 1, meter, spill_files)
        job = loaded.job
        return tables_of_collection(job.texts, job.tokens.take(job.texts.rows))


def tables_of_collection(texts, tokens):
    """The tables of a `Collection` and the ``tokens`` of its texts."""
    pages = texts.pages
    flags = decide_boilerplate(pages)
    count = len(texts.rows)
    marks = pages.labels.astype(np.uint8) * LABEL
    marks[pages.credits] |= CREDIT
    blocks = {name: Lists(column, pages.bounds) for name, column in (("hashes", pages.hashes), ("words", pages.words))}
    dropped = (flags.boilerplate.site | flags.boilerplate.anywhere).nonzero()[0]
    owner = pages.of_blocks()[dropped]
    pairs = np.unique(np.stack((owner.view(np.uint64), pages.hashes[dropped]), axis=1), axis=0)
    numbers = np.arange(count)
    return {
        "members": _members(texts),
        "texts": Table(
            {
                "num": numbers,
                "headline": pages.headlines,
                "source_key": np.where(pages.sources < 0, 0, pages.sources).astype(np.uint64),
                "contents": pages.contents,
                "length": texts.lengths[texts.first],
                "says": Lists.of_ragged(texts.says),
                "tokens": Lists.of_ragged(tokens),
                **blocks,
                "marks": Lists(marks, pages.bounds),
            }
        ),
        "dropped": Table({"num": pairs[:, 0].astype(np.int64), "hash": pairs[:, 1]}),
        "sites": Table({"num": numbers, "site": flags.sites}),
    }


def _members(texts):
    members = texts.members
    columns = {
        name: Lists.of_texts([getattr(member, name) for member in members])
        for name in ("id", "title", "source", "path", "home")
    }
    published = [member.published.isoformat() if member.published else "" for member in members]
    credits = [
        msgspec.json.encode(texts.credits[row]).decode() if row in texts.credits else "" for row in range(len(members))
    ]
    return Table(
        {
            "place": np.arange(len(members)),
            "num": texts.text,
            **columns,
            "published": Lists.of_texts(published),
            "time": texts.times,
            "name": Lists.of_texts(texts.sources),
            "credits": Lists.of_texts(credits),
            "url": texts.urls,
            "length": texts.lengths,
            "contents": texts.contents,
        }
    )


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


def walked(tables, settings=None, parts=1, seed=None, steps=TEXTS_TO_RESULTS):
    """The report of the plan on tables, in parts."""
    settings = settings or Settings()
    operators = StrictOperators(StageContext(settings), parts, seed)
    return make_report(walk(steps, operators, tables, ["results"])["results"], settings)


def rows_of(report):
    """All that a report says of its documents."""
    stories = [(story.weakest, story.members) for story in report.stories]
    return stories, report.singletons, report.ids
