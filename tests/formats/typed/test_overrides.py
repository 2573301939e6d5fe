"""Rulings: rows of a user, files of ``dedup boilerplate``, and each fault of a row."""

import gzip
from pathlib import Path

import pytest

from dedup.errors import ReadError
from dedup.formats.typed.overrides import read_rulings
from dedup.types import Ruling


def read(folder: Path, content: bytes) -> tuple[Ruling, ...]:
    path = folder / "rulings.jsonl"
    path.write_bytes(content)
    return read_rulings(str(path))


def test_rows_of_a_user(tmp_path: Path) -> None:
    """A row has block, chrome and an optional source, and a missing, empty or null source means all sources."""
    content = b"""{"block": "Menu", "chrome": true}

{"chrome": false, "source": "globe", "block": "What's hot", "note": ["mine"]}
{"block": "Home", "chrome": true, "source": ""}
{"block": "About", "chrome": true, "source": null, "type": null}
"""
    expected = (
        Ruling("Menu", True),
        Ruling("What's hot", False, "globe"),
        Ruling("Home", True),
        Ruling("About", True),
    )
    assert expected == read(tmp_path, content)


def test_a_file_of_the_command(tmp_path: Path) -> None:
    """Header, footer and the counts of a row are passed over."""
    content = b"""{"schema":"dedup.boilerplate/1","type":"header","version":"1","settings":{},"inputs":[]}
{"type":"block","source":"a","pages":3,"block":"Menu","on_pages":3,"stories":2,"words":1,"chrome":true,"ruled":false}
{"type":"footer","documents":3,"sources":1,"blocks":1,"left_out":1,"skipped":[],"notes":[],"seconds":1,"complete":true}
"""
    assert (Ruling("Menu", True, "a"),) == read(tmp_path, content)


def test_a_file_of_the_command_without_blocks(tmp_path: Path) -> None:
    """A file of the command without blocks has no ruling."""
    assert () == read(tmp_path, b'{"schema":"dedup.boilerplate/1","type":"header"}\n{"type":"footer"}\n')


@pytest.mark.parametrize("pack", [gzip.compress, b"\xef\xbb\xbf".__add__], ids=["gzip", "mark"])
def test_packed(tmp_path: Path, pack: "type[bytes]") -> None:
    """The file may be compressed under any name, or begin with a mark."""
    assert (Ruling("Menu", True),) == read(tmp_path, pack(b'{"block": "Menu", "chrome": true}\n'))


GOOD = b'{"block": "Menu", "chrome": true, "source": "a"}\n'


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"nonsense", "JSON is malformed"),
        (b'{"block": "x", "chrome": true', "truncated"),
        (b'["x", true]', "Expected `object`, got `array`"),
        (b'{"chrome": true}', "has no block; give"),
        (b'{"block": "x"}', "has no chrome; give"),
        (b'{"block": "x", "chrome": "yes"}', "Expected `bool | null`, got `str` - at `$.chrome`; give"),
        (b'{"block": 7, "chrome": true}', "Expected `str | null`, got `int` - at `$.block`; give"),
        (b'{"block": "x", "chrome": true, "source": 7}', "got `int` - at `$.source`; give"),
        (b'{"block": "---", "chrome": true}', "the block '---' has no word to know it by; take it out"),
        (
            b'{"block": "MENU!", "chrome": false, "source": "a"}',
            "the block 'MENU!' is ruled to be boilerplate and not to be",
        ),
        (b'{"schema": "dedup.report/1", "type": "header"}', "is of schema 'dedup.report/1', not 'dedup.boilerplate/1'"),
        (b'{"type": "story", "story": "a"}', "has no block; give"),
        (b'{"block": "\xff", "chrome": true}', "is not UTF-8"),
        (b'{"block": "\\ud800", "chrome": true}', "JSON is malformed"),
    ],
)
def test_a_bad_row(tmp_path: Path, row: bytes, reason: str) -> None:
    """A row that is not a ruling, or contradicts another row, is an error with file, line and cure."""
    with pytest.raises(ReadError) as caught:
        read(tmp_path, GOOD + b"\n" + row + b"\n")
    assert (str(tmp_path / "rulings.jsonl"), 3) == (caught.value.path, caught.value.line)
    assert reason in caught.value.reason


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    """A file without rows is an error, for its user expects rulings."""
    with pytest.raises(ReadError, match="holds no ruling; give"):
        read(tmp_path, content)


def test_no_file(tmp_path: Path) -> None:
    """A file that cannot be read is an error with the reason of the system."""
    with pytest.raises(ReadError, match="cannot be read: No such file"):
        read_rulings(str(tmp_path / "lost.jsonl"))
