"""The plan as a table for readers: ``python -m dedup.engines.plan.stage_table`` prints it."""

from collections.abc import Iterable, Iterator, Sequence

from dedup.core.plan import COVERAGE, PLAN
from dedup.core.stages.stage import Repeat, Step

_HEAD = "| stage | operator | reads | key | gives | whole |\n| --- | --- | --- | --- | --- | --- |"


def stage_table(plan: Sequence[Step] = (*PLAN, *COVERAGE)) -> str:
    """Return the stages of a plan as a table of Markdown. Steps that are repeated have a row before them."""
    return "\n".join((_HEAD, *_rows(plan, "")))


def _rows(steps: Sequence[Step], indent: str) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Repeat):
            yield f"| {indent}*while `{step.rows_in}` has rows:* | | | | | |"
            yield from _rows(step.steps, f"{indent}↻ ")
            continue
        reads, key, gives = (_code(names) for names in (step.reads, step.key, step.gives))
        yield f"| {indent}{step.name} | {step.operator.value} | {reads} | {key} | {gives} | {step.whole} |"


def _code(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(stage_table())
