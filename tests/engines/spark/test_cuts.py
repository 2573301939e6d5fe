"""How tables are cut where a stage writes them."""

import pytest

from dedup.core.arrays.tables import I64
from dedup.core.plan import PLAN
from dedup.core.stages.stage import stages_of
from dedup.engines.spark.cuts import common_cut, cuts_of_outputs, keys_of_tables, tasks_of
from dedup.engines.spark.storage.stored_tables import Cut, StoredTable


def table_of(size: int, cut: Cut | None) -> StoredTable:
    """A table of so many bytes."""
    return StoredTable({"a": I64}, ("file",), size, size, cut)


def test_each_table_is_cut_by_columns_that_it_has():
    """A stage of the plan cuts each table that it gives by columns of its schema."""
    keys = keys_of_tables(PLAN)
    for stage in stages_of(PLAN):
        schemas = list(stage.gives.values())
        for tag, cut in cuts_of_outputs(stage, keys, 4).items():
            assert set(cut.key) <= set(schemas[tag])


def test_a_table_is_cut_for_the_stages_that_always_run():
    """Documents are cut for the stage of texts, and not for new ids, which few jobs need."""
    assert ("text",) == keys_of_tables(PLAN)["documents"]


def test_a_table_that_is_read_by_two_keys_is_cut_by_the_shorter_one():
    """Blocks with their sites are read by block and site, then by block: one cut is right for both."""
    assert ("hash",) == keys_of_tables(PLAN)["site_cells"]


@pytest.mark.parametrize(
    ("tables", "cut"),
    [
        ([table_of(9, None)], Cut(("a", "b"), 3)),
        ([table_of(1, Cut(("a",), 4)), table_of(9, None)], Cut(("a",), 4)),
        ([table_of(1, Cut(("a",), 4)), table_of(9, Cut(("a", "b"), 8))], Cut(("a", "b"), 8)),
        ([table_of(9, Cut(("c",), 4)), table_of(1, Cut(("a",), 4))], Cut(("a",), 4)),
        ([table_of(9, Cut(("a",), 2))], Cut(("a", "b"), 3)),
    ],
    ids=["none is cut", "one is cut", "the larger one", "another key", "too few parts"],
)
def test_a_stage_takes_the_cut_of_its_largest_table_that_is_cut_well(tables, cut):
    """A cut has enough parts, and all rows of each key of the stage in one part."""
    assert cut == common_cut(tables, ("a", "b"), 3)


@pytest.mark.parametrize(("parts", "tasks"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (7, 12), (12, 12)])
def test_each_task_reads_equally_many_parts(parts, tasks):
    """There are as many tasks as asked for, or the next number that divides the parts."""
    assert tasks == tasks_of(Cut(("a",), 12), parts)
