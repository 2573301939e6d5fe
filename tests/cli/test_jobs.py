"""What the command asks of the library: real readers, and an engine that finds every document alone."""

import gzip
import io
import itertools
import json
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dedup.formats
from dedup.cli import main
from dedup.cli.options import FIELDS
from dedup.settings import Settings
from dedup.types import Document, Member, Note, Report, Ruling, Skip


class Engine:
    """Stands for `dedup.engines.local`: keeps what it is handed, and tells how far it has come."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.settings = Settings()

    def cluster(
        self,
        documents: Iterable[Document],
        settings: Settings,
        boilerplate: Sequence[Ruling],
        workers: int | None,
        on_progress: Callable[[str, int, int], None],
    ) -> Report:
        """Every document alone."""
        self.documents, self.settings = list(documents), settings
        on_progress("reading", len(self.documents), 0)
        on_progress("signatures", len(self.documents), len(self.documents))
        singletons = tuple(Member(document.id) for document in self.documents)
        return Report((), singletons, len(singletons), (Skip("e", "of the engine"),), (Note("e", "its note"),))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The engine, in its place."""
    engine = Engine()
    module = types.ModuleType("dedup.engines.local")
    module.cluster = engine.cluster  # type: ignore[attr-defined]  # a module made for the test
    package = types.ModuleType("dedup.engines")
    package.local = module  # type: ignore[attr-defined]  # a module made for the test
    monkeypatch.setitem(sys.modules, "dedup.engines", package)
    monkeypatch.setitem(sys.modules, "dedup.engines.local", module)
    yield engine


def dedup_json(*arguments: str, stdin: bytes | None = None) -> tuple[Result, dict[str, object]]:
    """The outcome of ``dedup cluster`` and its report."""
    result = CliRunner().invoke(
        main, ["cluster", "--format", "json", "--singletons", *arguments], input=stdin, catch_exceptions=False
    )
    return result, json.loads(result.stdout) if result.stdout else {}


def test_the_same_fields() -> None:
    """The names that --field takes are those that the readers know."""
    assert dedup.formats.FIELDS == FIELDS


def test_files_reach_the_engine(engine: Engine, tmp_path: Path) -> None:
    """Files and rows arrive as documents, with the settings, and the report names the inputs as typed."""
    (tmp_path / "a.txt").write_text("A ferry sails.")
    (tmp_path / "feed.jsonl.gz").write_bytes(gzip.compress(b'{"id": "x", "body": "A tram runs."}\n'))
    _, report = dedup_json(str(tmp_path), "--field", "text=body", "--k", "64")
    assert [("a.txt", "A ferry sails."), ("x", "A tram runs.")] == [(each.id, each.text) for each in engine.documents]
    assert Settings(k=64) == engine.settings
    assert [str(tmp_path)] == report["inputs"]


def test_standard_input(engine: Engine) -> None:
    """- reads JSON Lines from standard input."""
    dedup_json("-", stdin=b'{"id": "x", "text": "A tram runs."}\n')
    assert ["x"] == [each.id for each in engine.documents]


def test_skips_and_notes_are_joined(engine: Engine, tmp_path: Path) -> None:
    """What the readers skip and note joins what the engine does, and the exit code is 3."""
    (tmp_path / "feed.jsonl").write_text('{"id": "x", "text": "A tram runs."}\nnonsense\n')
    (tmp_path / "photo.jpg").write_bytes(b"")
    result, report = dedup_json(str(tmp_path), str(tmp_path / "lost"))
    assert 3 == result.exit_code
    assert isinstance(report["skipped"], list) and isinstance(report["notes"], list)
    assert {"e", str(tmp_path / "lost"), str(tmp_path / "feed.jsonl")} == {each["path"] for each in report["skipped"]}
    assert {"e", str(tmp_path / "photo.jpg")} == {each["about"] for each in report["notes"]}


def test_all_paths_missing(engine: Engine, tmp_path: Path) -> None:
    """Where no path is there the report is empty and complete, and the exit code is 3."""
    result, report = dedup_json(str(tmp_path / "lost"))
    assert (3, 0, True) == (result.exit_code, report["documents"], report["complete"])


@pytest.mark.parametrize("link", [False, True])
def test_output_is_an_input(engine: Engine, tmp_path: Path, link: bool) -> None:
    """Results never replace an input, under whichever name: a usage error, and the input stands."""
    article = tmp_path / "a.txt"
    article.write_text("A ferry sails.")
    output = tmp_path / "stories.txt" if link else article
    if link:
        output.symlink_to(article)
    result, _ = dedup_json(str(article), "--output", str(output))
    assert (2, []) == (result.exit_code, engine.documents)
    assert "is one of the inputs" in result.stderr
    assert "A ferry sails." == article.read_text()


def test_bars_on_a_terminal(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the bar of the reading stage comes to the number of bytes on disk."""
    from rich.console import Console
    from rich.progress import Progress

    from dedup.cli.progress import Bars

    (tmp_path / "a.txt").write_text("A ferry sails. " * 50_000)
    display = Progress(console=Console(file=io.StringIO()))
    bars = Bars(display, size=750_000)
    places = dedup.formats.discover([str(tmp_path)], on_skip=print, on_note=print)
    for document in dedup.formats.read_all(places, on_skip=print, on_note=print, on_bytes=bars.on_bytes):
        assert "a.txt" == document.id
    bars.on_progress("reading", 1, 0)
    assert [("Reading", 750_000, 750_000)] == [(task.description, task.completed, task.total) for task in display.tasks]


def drawn(*told: tuple[str, int, int], size: int | None = None) -> list[str]:
    """The rows of bars, as they are drawn when all of that was told, at a tick of a clock each."""
    from rich.console import Console
    from rich.progress import Progress

    from dedup.cli.progress import Bars
    from dedup.cli.progress_columns import columns

    ticks = itertools.count()
    screen = io.StringIO()
    display = Progress(
        *columns(),
        console=Console(file=screen, width=160),
        auto_refresh=False,
        get_time=lambda: float(next(ticks)),
    )
    bars = Bars(display, size)
    for stage, done, total in told:
        if stage == "bytes":
            bars.on_bytes(done)
        else:
            bars.on_progress(stage, done, total)
    display.console.print(display.get_renderable())
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_bars_tell_how_fast_it_is() -> None:
    """Reading shows megabytes a second, and later stages what they count; each how far it is."""
    reading, signatures, verifying = drawn(
        *(("bytes", 5_000_000, 0), ("reading", 100, 0)) * 9,
        *(("signatures", count, 900) for count in range(0, 901, 100)),
        *(("verifying", count, 5_000) for count in range(0, 4_000, 1_000)),
        size=90_000_000,
    )
    assert re.search(r"^Reading .* 50% .* [\d.]+ MB/s +100 documents$", reading)
    assert re.search(r"^Signatures .* 100% .* [\d,]+ texts/s +900 of 900$", signatures)
    assert re.search(r"^Verifying .* 60% .* \d:\d\d:\d\d [\d,]+ pairs/s +3,000 of 5,000$", verifying)


def test_bars_of_stages_that_do_not_know_their_end() -> None:
    """They show no share and no rate, but for how long they last; and come to an end when the next stage begins."""
    reading, candidates, stories = drawn(
        ("bytes", 5_000_000, 0), ("reading", 7, 0), ("candidates", 0, 0), ("candidates", 9, 9), ("stories", 0, 0)
    )
    assert "%" not in reading
    assert re.search(r" \d:\d\d:\d\d .* 7 documents$", reading)
    assert re.search(r"^Candidates .* 100% .* 9 of 9$", candidates)
    assert "%" not in stories
    assert "/s" not in candidates + stories
