"""The calls of the library: real readers, with an engine that finds no copies."""

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dedup.formats
from dedup.cli import main
from dedup.cli.options import FIELDS
from dedup.engines import local
from dedup.results import Report
from dedup.settings import Settings
from dedup.types import Document, Member, Note, Ruling, Skip


class Engine:
    """Stands in for `dedup.engines.local`: keeps its arguments and reports progress."""

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
        """Return each document as a singleton."""
        self.documents, self.settings = list(documents), settings
        on_progress("reading", len(self.documents), 0)
        on_progress("signatures", len(self.documents), len(self.documents))
        singletons = tuple(Member(document.id) for document in self.documents)
        return Report((), singletons, len(singletons), (Skip("e", "of the engine"),), (Note("e", "its note"),))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine in the place of `dedup.engines.local`."""
    engine = Engine()
    monkeypatch.setattr(local, "cluster", engine.cluster)
    return engine


def dedup_json(*arguments: str, stdin: bytes | None = None) -> tuple[Result, dict[str, object]]:
    """Run ``dedup cluster`` and return the outcome and the report."""
    result = CliRunner().invoke(
        main, ["cluster", "--format", "json", "--singletons", *arguments], input=stdin, catch_exceptions=False
    )
    return result, json.loads(result.stdout) if result.stdout else {}


def test_fields() -> None:
    """--field takes the names that the readers know."""
    assert dedup.formats.FIELDS == FIELDS


def test_files_reach_the_engine(engine: Engine, tmp_path: Path) -> None:
    """Files and rows reach the engine as documents, with the settings, and the report names the inputs as typed."""
    (tmp_path / "a.txt").write_text("A ferry sails.")
    (tmp_path / "feed.jsonl.gz").write_bytes(gzip.compress(b'{"id": "x", "body": "A tram runs."}\n'))
    _, report = dedup_json(str(tmp_path), "--field", "text=body", "--k", "64")
    texts = {document.id: document.text for document in engine.documents}
    assert {"a.txt": "A ferry sails.", "x": "A tram runs."} == texts
    assert Settings(k=64) == engine.settings
    assert [str(tmp_path)] == report["inputs"]


def test_standard_input(engine: Engine) -> None:
    """- reads JSON Lines from standard input."""
    dedup_json("-", stdin=b'{"id": "x", "text": "A tram runs."}\n')
    assert ["x"] == [document.id for document in engine.documents]


def test_skips_and_notes_are_joined(engine: Engine, tmp_path: Path) -> None:
    """Skips and notes of the readers join those of the engine, and the exit code is 3."""
    (tmp_path / "feed.jsonl").write_text('{"id": "x", "text": "A tram runs."}\nnonsense\n')
    (tmp_path / "photo.jpg").write_bytes(b"")
    result, report = dedup_json(str(tmp_path), str(tmp_path / "lost"))
    assert 3 == result.exit_code
    assert isinstance(report["skipped"], list) and isinstance(report["notes"], list)
    assert {"e", str(tmp_path / "lost"), str(tmp_path / "feed.jsonl")} == {skip["path"] for skip in report["skipped"]}
    assert {"e", str(tmp_path / "photo.jpg")} == {note["about"] for note in report["notes"]}


def test_all_paths_missing(engine: Engine, tmp_path: Path) -> None:
    """If no path exists, the report is empty and complete, and the exit code is 3."""
    result, report = dedup_json(str(tmp_path / "lost"))
    assert (3, 0, True) == (result.exit_code, report["documents"], report["complete"])


@pytest.mark.parametrize("link", [False, True])
def test_output_is_an_input(engine: Engine, tmp_path: Path, link: bool) -> None:
    """Results that would replace an input, under its name or a hard link, are a usage error; the input stays."""
    article = tmp_path / "a.txt"
    article.write_text("A ferry sails.")
    output = tmp_path / "stories.txt" if link else article
    if link:
        output.hardlink_to(article)
    result, _ = dedup_json(str(article), "--output", str(output))
    assert (2, []) == (result.exit_code, engine.documents)
    assert "is one of the inputs" in result.stderr
    assert "A ferry sails." == article.read_text()
