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


def boilerplate() -> list[str]:
    """The blocks that are left out."""
    found: dedup.Boilerplate = dedup.boilerplate(pages(), workers=1)
    return [block.block for source in found.sources for block in source.blocks if block.chrome]


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
