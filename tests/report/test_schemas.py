"""The JSON Schemas: equal to their files, and true of what the commands write on a small collection."""

import importlib.resources
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from dedup.cli import main
from dedup.report.schemas import RECORDS, encode_schema, file_of, schemas

WIRE = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. " * 3
MENU = "What's hot. Menu. Leave a reply."
TRAM = "A tram line between the airport and the old town opens in spring, nine years after the first plan of it."
PAGES = {"wire": WIRE, "reprint": f"{MENU}\n{WIRE}", "tram": f"{MENU}\n{TRAM}"}
LABELS = [
    {"id": "wire", "cluster": "ferry"},
    {"id": "reprint", "cluster": "tram"},
    {"id": "tram", "cluster": "tram"},
    {"id": "lost", "cluster": "tram"},
    {"a": "wire", "b": "reprint", "label": "dup", "type": "reprint"},
]

CALLS = {
    "report rows": ("dedup.report/1", "cluster pages.jsonl lost.jsonl --singletons --format jsonl"),
    "explained rows": ("dedup.report/1", "cluster pages.jsonl --singletons --explain --format jsonl"),
    "explained object": ("dedup.report/1", "cluster pages.jsonl --explain --format json"),
    "comparison": ("dedup.comparison/1", "compare wire tram --among pages.jsonl --format json"),
    "report object": ("dedup.report/1", "cluster pages.jsonl lost.jsonl --format json"),
    "boilerplate": ("dedup.boilerplate/1", "boilerplate pages.jsonl lost.jsonl --format jsonl"),
    "scores": ("dedup.scores/1", "eval pages.jsonl --truth truth.jsonl --format json"),
    "scores of pairs": ("dedup.scores/1", "eval pages.jsonl --truth pairs.jsonl --format json"),
    "difference": ("dedup.difference/1", "diff before.jsonl after.parquet --format json"),
    "decisions": ("dedup.decision/1", "index add other.dedup pages.jsonl"),
    "queries": ("dedup.decision/1", "index query news.dedup pages.jsonl"),
    "events": ("dedup.event/1", "index events news.dedup"),
    "info": ("dedup.index/1", "index info news.dedup --json"),
    "stories of an index": ("dedup.report/1", "index stories news.dedup --singletons --format jsonl"),
}


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def run(line: str) -> str:
    """The output of a command line."""
    result = CliRunner().invoke(main, line.split(), catch_exceptions=False)
    assert result.exit_code in (0, 3), result.stderr
    return result.stdout


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder, with a feed of three pages, labels of them, and an index of them with a segment."""
    monkeypatch.chdir(tmp_path)
    write_rows(Path("pages.jsonl"), [{"id": id, "text": text, "source": "globe"} for id, text in PAGES.items()])
    write_rows(Path("truth.jsonl"), LABELS)
    write_rows(Path("pairs.jsonl"), LABELS[-1:])
    run("index add news.dedup pages.jsonl")
    run("cluster pages.jsonl --containment 1 --output before.jsonl")
    run("cluster pages.jsonl --output after.parquet")
    run("index review news.dedup")


def close(schema: Any) -> Any:
    """The schema without room for keys that it does not name."""
    if isinstance(schema, list):
        return [close(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: close(value) for key, value in schema.items()}
    return closed | {"additionalProperties": False} if "properties" in schema else closed


def records(text: str) -> Iterator[Any]:
    """The records of JSON Lines, or the one record of JSON."""
    try:
        yield json.loads(text)
    except json.JSONDecodeError:
        yield from map(json.loads, text.splitlines())


def test_files() -> None:
    """Each schema equals its file in the package; ``python -m dedup.report.schemas`` writes the files again."""
    folder = importlib.resources.files("dedup.report") / "schemas"
    expected = {file_of(name).name: encode_schema(schema) for name, schema in schemas().items()}
    assert expected == {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("name", RECORDS)
def test_a_schema_is_one(name: str) -> None:
    """Each schema is a JSON Schema of its dialect, and refuses an empty object."""
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert (name, False) == (schema["title"], Draft202012Validator(schema).is_valid({}))


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.usefixtures("collection")
def test_output_is_valid(call: str) -> None:
    """The output of each command is valid by its schema, and has no key that the schema does not name."""
    name, line = CALLS[call]
    validator = Draft202012Validator(close(schemas()[name]))
    output = list(records(run(line)))
    assert output
    assert [] == [error.message for record in output for error in validator.iter_errors(record)]


def test_unknown_keys_are_admitted() -> None:
    """A record with a key of a later version is valid, and a record without one of its keys is not."""
    validator = Draft202012Validator(schemas()["dedup.event/1"])
    event = {"number": 1, "kind": "created", "story": "s1", "document": "a", "other": ""}
    assert validator.is_valid({**event, "later": 1})
    assert not validator.is_valid({key: value for key, value in event.items() if key != "other"})
