"""Fixtures for tests of inputs: real files below ``tmp_path``, and a run that records its documents and reports."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dedup.formats import discover, read_all
from dedup.settings import InputLimits
from dedup.types import Document, Note, Skip


@dataclass
class Heard:
    """The documents, skips, notes and bytes of one run."""

    documents: list[Document] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    bytes: int = 0

    def count(self, number: int) -> None:
        """Add up the bytes that a run reports."""
        self.bytes += number

    @property
    def texts(self) -> list[str]:
        """The texts, in order."""
        return [document.text for document in self.documents]

    @property
    def ids(self) -> list[str]:
        """The ids, in order."""
        return [document.id for document in self.documents]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Write a file below ``tmp_path``, with its folders."""

    def write(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


@pytest.fixture
def hear() -> Callable[..., Heard]:
    """Read paths and record the run."""

    def run(
        *paths: str | Path,
        fields: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        limits: Mapping[str, float] | None = None,
        **options: str,
    ) -> Heard:
        heard = Heard()
        places = discover(paths, on_skip=heard.skips.append, on_note=heard.notes.append, **options)
        heard.documents.extend(
            read_all(
                places,
                fields=fields,
                stdin=io.BytesIO(stdin),
                on_skip=heard.skips.append,
                on_note=heard.notes.append,
                on_bytes=heard.count,
                limits=InputLimits(**(limits or {})),
            )
        )
        return heard

    return run
