"""The table of stages that readers see is that of the plan."""

from pathlib import Path

import dedup
from dedup.engines.plan.stage_table import stage_table


def test_the_page_has_the_stages_of_the_plan():
    """The page of the stages shows the plan as it is."""
    page = Path(dedup.__file__).parent / "core" / "stages" / "README.md"
    assert page.read_text("utf-8").endswith(f"\n{stage_table()}\n")
