"""The public names as a user writes them: mypy reads this file, and nothing runs it."""

import datetime
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

import dedup


def pages() -> Iterator[dedup.Document | dict[str, str] | str]:
    """All kinds of documents that `dedup.cluster` takes."""
    yield dedup.Document(id="a", text="some text", source="wire.example", published=datetime.datetime(2026, 3, 1, 9))
    yield {"id": "b", "text": "some text"}
    yield "some text"


def stories() -> list[tuple[str, list[str]]]:
    """The stories of a report."""
    report: dedup.Report = dedup.cluster(pages(), dedup.Settings(k=64), boilerplate=[dedup.Ruling("Menu", chrome=True)])
    return [(story.canonical.id, [copy.id for copy in story.copies]) for story in report.stories]


class Table:
    """A table of a library that speaks Arrow's C stream protocol, as pandas, Polars, Arrow and DuckDB do."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a capsule."""
        raise NotImplementedError


def ids_to_drop(path: str) -> list[object]:
    """The ids of tables and files; settings by name."""
    report = dedup.cluster(Table(), {"k": 64}, fields={"text": "body"}, seed=1)
    with dedup.Index.open(path, k=64) as index:
        index.add_many(Table(), fields={"id": "key"})
        index.add_many(dedup.read(path, fields={"text": "body"}))
    return [*report.drop_ids(), *dedup.cluster(dedup.read(path)).keep_ids()]


def next_steps(report: dedup.Report, path: str) -> tuple[int, list[str]]:
    """What a caller does with a report."""
    report.save(path)
    again: dedup.Report = dedup.load(path)
    titles = [story.title for story in again]
    rows = [str(row["id"]) for row in report.to_dicts() if row["keep"]]
    weakest: list[dedup.Story] = report.weakest(3)
    return len(report) + len(weakest), [*titles, *rows, *map(str, report.drop_ids()), report.story_of("a").id]


def boilerplate() -> list[str]:
    """The blocks that are left out."""
    found: dedup.Boilerplate = dedup.boilerplate(pages(), workers=1)
    return [block.block for source in found.sources for block in source.blocks if block.chrome]


def reasons(path: str) -> list[str]:
    """The reasons of decisions on pairs."""
    alone: dedup.Comparison = dedup.compare("one text", dedup.Document("another text"))
    among = dedup.compare("a", {"id": "c", "text": "some text"}, among=pages(), k=64)
    with dedup.Index.open(path) as index:
        known = [index.compare("a", "b"), dedup.compare("a", "b", index=index)]
    words = [alone.a.text[passage.a[0] : passage.a[1]] for passage in alone.passages]
    return [*words, among.decided, *(ground.name for each in known for ground in each.grounds if ground.passed)]


def decisions(path: str) -> tuple[str, list[str]]:
    """What an index says of documents."""
    with dedup.Index.open(path, window=86_400) as index:
        decision: dedup.Decision = index.add(dedup.Document(id="a", text="some text"))
        events: list[dedup.Event] = list(index.events())
        return decision.story, [event.kind for event in events]


def sketches(texts: list[str]) -> npt.NDArray[np.uint32]:
    """The signatures of texts."""
    return dedup.signatures(texts, dedup.Settings())


def version() -> str:
    """The version of the package."""
    try:
        return str(dedup.__version__)
    except dedup.DedupError as error:
        return str(error)
