"""The options: flags made from `Settings`, files of settings, and wrong use."""

import dataclasses
import os
from pathlib import Path
from typing import Any

import pytest

from dedup.settings import PUBLIC_SEED, Limits, Settings

SETTINGS = [item for item in dataclasses.fields(Settings) if item.compare]
NUMBERS = [item for item in SETTINGS if isinstance(item.metadata["limits"], Limits)]


@pytest.mark.parametrize("item", NUMBERS, ids=[item.name for item in NUMBERS])
def test_a_flag_a_setting(command: Any, item: "dataclasses.Field[Any]") -> None:
    """Each setting that is a number has a flag of its name, and its value reaches the library."""
    limits = item.metadata["limits"]
    value = limits.kind(limits.low)
    result = command("cluster", "news", f"--{item.name.replace('_', '-')}", str(value))
    assert 0 == result.exit_code
    assert dataclasses.replace(Settings(), **{item.name: value}) == command.calls[0][2]


def test_who_leads(command: Any, tmp_path: Path) -> None:
    """--canonical takes a rule and each --prefer a source, in order; both are keys of a settings file too."""
    command("cluster", "news", "--canonical", "longest", "--prefer", "b.example", "--prefer", "a.example")
    assert Settings(canonical="longest", prefer=("b.example", "a.example")) == command.calls[0][2]
    config = tmp_path / "dedup.toml"
    config.write_text('canonical = "source"\nprefer = ["c.example"]\n')
    command("cluster", "news", "--config", str(config))
    assert Settings(canonical="source", prefer=("c.example",)) == command.calls[1][2]
    command("cluster", "news", "--config", str(config), "--prefer", "d.example", "--canonical", "earliest")
    assert Settings(prefer=("d.example",)) == command.calls[2][2]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--canonical", "oldest"], "'oldest' is not one of 'earliest', 'longest', 'source'"),
        (["--prefer", " "], "' ' is no name; give a list of names"),
        (["--prefer"], "requires an argument"),
    ],
)
def test_who_cannot_lead(command: Any, arguments: list[str], reason: str) -> None:
    """An unknown rule or a blank source is a usage error with a cure, before any work."""
    result = command("cluster", "news", *arguments)
    assert (2, []) == (result.exit_code, command.calls)
    assert reason in " ".join(result.stderr.split())


@pytest.mark.parametrize("item", NUMBERS, ids=[item.name for item in NUMBERS])
def test_out_of_range(command: Any, item: "dataclasses.Field[Any]") -> None:
    """A value outside the range of a setting is a usage error that names setting and range, before any work."""
    limits = item.metadata["limits"]
    result = command("cluster", "news", f"--{item.name.replace('_', '-')}", str(int(limits.high) + 1))
    assert 2 == result.exit_code
    assert f"{item.name} = " in result.stderr
    assert str(limits) in result.stderr
    assert [] == command.calls


def test_help_of_the_flags(command: Any) -> None:
    """The help of each flag has the range and the default of `Settings`, but no seed that anybody knows."""
    text = " ".join(command("cluster", "--help").stdout.split())
    for item in SETTINGS:
        assert f"--{item.name.replace('_', '-')} " in text
    for item in NUMBERS:
        assert f"{item.metadata['limits']}.{'' if item.name == 'seed' else f' [default: {item.default}]'} --" in text
    assert str(PUBLIC_SEED) not in text
    assert "--canonical [earliest|longest|source] Who leads a story: " in text
    assert "or the source that others credit. [default: earliest]" in text
    assert "--prefer SOURCE Sources whose documents lead, the most preferred first. Repeatable." in text


def test_precedence(command: Any, tmp_path: Path) -> None:
    """A flag goes before the file of settings, and the file before the default."""
    config = tmp_path / "dedup.toml"
    config.write_text("shingle_size = 7\nk = 128\n")
    command("cluster", "news", "--config", str(config), "--k", "64")
    assert Settings(shingle_size=7, k=64) == command.calls[0][2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"shingle = 7\n", "'shingle' is not a setting"),
        (b"k = 100\n", "k = 100 is out of range"),
        (b"k = \n", "is not valid TOML"),
        (b"\xff\xfe", "are not UTF-8"),
        (None, "cannot read the settings: No such file or directory"),
    ],
)
def test_bad_config(command: Any, tmp_path: Path, content: bytes | None, reason: str) -> None:
    """A file of settings that is missing, malformed, or has an unknown key is a usage error with its reason."""
    config = tmp_path / "dedup.toml"
    if content is not None:
        config.write_bytes(content)
    result = command("cluster", "news", "--config", str(config))
    assert 2 == result.exit_code
    assert reason in result.stderr
    assert [] == command.calls


@pytest.mark.parametrize("field", ["text", "text=", "=body", "body=text", "texts=body"])
def test_bad_field(command: Any, field: str) -> None:
    """--field without one of our names and one of theirs is a usage error."""
    result = command("cluster", "news", "--field", field)
    assert 2 == result.exit_code
    assert "is not NAME=THEIRS with NAME one of id, text, html, title, source, url, published" in result.stderr


def test_field_given_twice(command: Any) -> None:
    """One of our names with two of theirs is a usage error; a repeated option is none."""
    assert 2 == command("cluster", "news", "--field", "text=body", "--field", "text=content").exit_code
    assert 0 == command("cluster", "news", "--field", "text=body", "--field", "text=body").exit_code


@pytest.mark.parametrize(
    "arguments",
    [
        ["cluster"],
        ["cluster", "news", "--format", "xml"],
        ["cluster", "news", "--output", "stories.xml"],
        ["cluster", "news", "--k", "many"],
        ["cluster", "news", "--nonsense"],
        ["clutser", "news"],
    ],
)
def test_mistyped(command: Any, arguments: list[str]) -> None:
    """A missing path, and an unknown format, suffix, flag or command, end with 2 before any work."""
    result = command(*arguments)
    assert (2, "") == (result.exit_code, result.stdout)
    assert "Error: " in result.stderr
    assert [] == command.calls


def test_output_in_no_folder(command: Any, tmp_path: Path) -> None:
    """--output into a missing folder is a usage error that names the folder, before any work."""
    result = command("cluster", "news", "--output", str(tmp_path / "lost" / "stories.json"))
    assert (2, []) == (result.exit_code, command.calls)
    assert f"there is no folder {tmp_path / 'lost'}" in " ".join(result.stderr.split())


def test_output_is_a_folder(command: Any, tmp_path: Path) -> None:
    """A folder as --output is a usage error."""
    assert 2 == command("cluster", "news", "--output", str(tmp_path)).exit_code


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_output_write_protected(command: Any, tmp_path: Path) -> None:
    """--output into a write-protected folder is a usage error before any work."""
    tmp_path.chmod(0o500)
    result = command("cluster", "news", "--output", str(tmp_path / "stories.json"))
    assert (2, []) == (result.exit_code, command.calls)
    assert "cannot write there: Permission denied" in result.stderr


def test_help(command: Any) -> None:
    """`dedup --help` has a description, an example, and a list of the commands."""
    for flag in ("-h", "--help"):
        result = command(flag)
        assert 0 == result.exit_code
        assert "Collapse copies of news articles into stories." in result.stdout
        assert "dedup cluster articles/ --output stories.jsonl" in result.stdout
        assert "Group articles into stories." in result.stdout
        assert 0 == command("cluster", flag).exit_code


def test_version(command: Any) -> None:
    """`dedup --version` prints the name and the version."""
    result = command("--version")
    assert 0 == result.exit_code
    assert ["dedup"] == result.stdout.split()[:1]
    assert 2 == len(result.stdout.split())
