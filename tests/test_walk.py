"""A document's walk through the package goes one way, and enters each stage once."""

import inspect
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

import pytest

import dedup
from tests.test_architecture import ORDERS, PACKAGE, TOP

WIRE = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 3
DOCUMENTS = [
    dedup.Document(id="wire", text=WIRE, source="wire.example"),
    dedup.Document(id="reprint", text=f"What's hot. Menu. {WIRE} Leave a reply.", source="globe.example"),
]

CALLBACKS = {
    "TaskRunner": "does the tasks of a pool, which knows no task",
    "_MemoryBlocks": "has blocks in memory for the builder of a collection, which finds them in files otherwise",
    "StoreReader._look_up_ids": "looks up ids for a change that is made before it is written",
}
"""Classes and methods that a caller hands down, so that a lower part calls a higher one; and what for."""

STAGES = {
    "engines/local.py": [
        "load_documents",
        "find_boilerplate_flags",
        "verify",
        "report_stories",
    ],
    "engines/online/ingest.py": ["look_up", "compare", "decide", "commit"],
}
"""The stages of a job and of a batch, in their order, by the module that runs them."""


class Call(NamedTuple):
    """One function of the package that calls another."""

    caller: CodeType
    callee: CodeType


def traced(action: Callable[[], object]) -> list[Call]:
    """The calls between functions of the package while an action runs."""
    calls: list[Call] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event != "call" or not _is_ours(frame):
            return
        caller = frame.f_back
        while caller is not None and not _is_ours(caller):
            caller = caller.f_back
        if caller is not None:
            calls.append(Call(caller.f_code, frame.f_code))

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(str(PACKAGE))


def level(code: CodeType) -> tuple[int, int]:
    """The place of a function's module in the orders of the package and of its room."""
    parts = Path(code.co_filename).relative_to(TOP).with_suffix("").parts
    orders = [ORDERS["dedup"].split(), ORDERS.get(f"dedup.{parts[1]}", "").split()]
    places = [order.index(name) if name in order else 0 for order, name in zip(orders, (*parts[1:3], ""), strict=False)]
    return places[0], places[1]


def climbs(calls: list[Call]) -> Counter[str]:
    """Calls of a higher part by a lower one, but for callbacks: generators, nested functions and `CALLBACKS`."""
    upward: Counter[str] = Counter()
    for caller, callee in calls:
        name = callee.co_qualname
        callback = (
            callee.co_flags & inspect.CO_GENERATOR or "<" in name or {name, name.split(".")[0]} & CALLBACKS.keys()
        )
        if level(callee) > level(caller) and not callback:
            upward[f"{caller.co_filename}: {caller.co_qualname} calls {name}"] += 1
    return upward


@pytest.fixture(scope="module")
def cluster_calls() -> list[Call]:
    """The calls of a job of two documents, its modules loaded before."""
    dedup.cluster(DOCUMENTS, workers=1)
    return traced(lambda: dedup.cluster(DOCUMENTS, workers=1))


@pytest.fixture(scope="module")
def index_calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """The calls of a copy that is added to an index."""
    with dedup.Index.open(str(tmp_path_factory.mktemp("walk") / "index")) as index:
        index.add(DOCUMENTS[0])
        return traced(lambda: index.add(DOCUMENTS[1]))


def test_a_job_never_climbs(cluster_calls: list[Call]) -> None:
    """No lower part of the package calls a higher one while a job runs."""
    assert Counter() == climbs(cluster_calls)


def test_an_index_never_climbs(index_calls: list[Call]) -> None:
    """No lower part of the package calls a higher one while a document is added to an index."""
    assert Counter() == climbs(index_calls)


@pytest.mark.parametrize(("runner", "walk"), [(name, name.split("/")[1].removesuffix(".py")) for name in STAGES])
def test_each_stage_is_entered_once(runner: str, walk: str, cluster_calls: list[Call], index_calls: list[Call]) -> None:
    """The module that runs a job or a batch enters each stage once, in their order."""
    calls = cluster_calls if walk == "local" else index_calls
    home = str(PACKAGE / runner)
    entered = [
        callee.co_name
        for caller, callee in calls
        if caller.co_filename == home and callee.co_filename != home and callee.co_name in STAGES[runner]
    ]
    assert STAGES[runner] == entered
