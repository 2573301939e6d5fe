"""The README and the pages beside the code: examples run, links lead to files, names exist.

``.ci/run`` runs the two set-up commands of the README.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dedup.cli import main
from dedup.cli.exit_codes import ExitCode
from dedup.formats import limits
from dedup.report.schemas import file_of, schemas

ROOT = Path(__file__).parents[1]
WORDS = {
    "README.md": 1200,
    "dedup/README.md": 1500,
    "dedup/formats/README.md": 2000,
    "dedup/index/README.md": 3000,
    "dedup/report/README.md": 2000,
    "dedup/report/page/README.md": 600,
    "dedup/engines/README.md": 1500,
    "dedup/engines/service/README.md": 900,
    "dedup/engines/spark/README.md": 900,
    "dedup/engines/explanations/README.md": 800,
    "benches/README.md": 3600,
}
"""The most words that each page may have."""

TEXTS = {page: (ROOT / page).read_text("utf-8") for page in (*WORDS, "dedup/core/README.md", "corpus/README.md")}
SHELL = {
    page: "".join(block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if block.startswith("dedup "))
    for page, text in TEXTS.items()
}
PYTHON = [(page, code) for page, text in TEXTS.items() for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]


REPORT = "dedup/report/README.md"
SERVICE = "dedup/engines/service/README.md"
"""The pages whose commands run in the tests that read their output."""


def commands(command: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Each command that is no group, with the words that a user types."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), *path, name)
    else:
        yield " ".join(path), command


COMMANDS = dict(commands(main, "dedup"))


@pytest.fixture
def place(tmp_path):
    """A folder with the collection, a feed, pairs, and a ``dedup`` of this interpreter, first in the path."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")  # an id in an index is the path behind a link
    rows = [{"id": "a", "body": "one feed item"}, {"id": "b", "body": "another feed item"}]
    (tmp_path / "feed.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    pair = {"a": "oxmoor-ledger/run-dam-2.html", "b": "oxmoor-ledger/run-dam-3.html", "same": False}
    (tmp_path / "ruled").mkdir()
    (tmp_path / "ruled" / "pairs.jsonl").write_text(json.dumps(pair))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dedup").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dedup "$@"\n')
    (tmp_path / "bin" / "dedup").chmod(0o755)
    return tmp_path


def run(line: str, place: Path) -> str:
    """The output of a command line, which must end with 0."""
    environment = os.environ | {"PATH": f"{place}/bin:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    command = ["bash", "-euo", "pipefail", "-c", line]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    assert (line, 0) == (line, done.returncode), done.stderr
    return done.stdout


def keys(value: object) -> Iterator[str]:
    """Every key in a value of JSON without the names of settings."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from () if key == "settings" else keys(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys(below)


@pytest.mark.parametrize("page", [page for page, block in SHELL.items() if block and page not in (REPORT, SERVICE)])
def test_commands_run(page, place):
    """Each command line of a page ends with 0, in the order of the page, in one folder."""
    for line in SHELL[page].splitlines():
        run(line, place)


@pytest.mark.parametrize(("page", "code"), PYTHON)
def test_python_runs(page, code):
    """Each piece of Python runs on its own, with its assertions."""
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, capture_output=True)
    assert "dedup" in code


def test_the_readme_has_examples_of_each_use():
    """The README has commands to cluster and to score, and Python for stories, the index and sketches."""
    assert (True, True) == ("dedup cluster corpus/pages" in SHELL["README.md"], "dedup eval" in SHELL["README.md"])
    functions = {"cluster(", "Index.open(", "signatures(", "to_datasketch("}
    assert functions == {
        name for name in functions if any(f"dedup.{name}" in code for page, code in PYTHON if "/" not in page)
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_shown(command):
    """Each command and subcommand has an example line in the README, or on one of the pages that have commands."""
    shown = re.findall(
        r"(?:^|&& |\| )(dedup(?: [a-z]+){1,2})\b",
        "".join(
            SHELL[page]
            for page in ("README.md", "dedup/index/README.md", SERVICE, "dedup/engines/explanations/README.md")
        ),
        re.MULTILINE,
    )
    assert any(line == command or line.startswith(f"{command} ") for line in shown)


@pytest.mark.parametrize("page", [page for page in TEXTS if page not in ("benches/README.md", "dedup/core/README.md")])
def test_options_on_pages_exist(page):
    """No page names an option that no command has."""
    options = {name for command in COMMANDS.values() for parameter in command.params for name in parameter.opts}
    others = r"```sh\npython3.*?```|```dockerfile.*?```|`python benches[^`]*`|^curl [^\n]*"
    text = re.sub(others, "", TEXTS[page], flags=re.DOTALL | re.MULTILINE)
    assert set() == set(re.findall(r"(?<=[`\s])--[a-z][a-z0-9-]*", text)) - options - {"--help"}


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_to_files(page):
    """Each relative link of a page leads to a file or a folder, and each anchor to a heading."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", TEXTS[page]):
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert (target, True) == (target, file.exists())
        headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE) if anchor else []
        named = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        assert not anchor or anchor in named, target


@pytest.mark.parametrize(("page", "most"), WORDS.items())
def test_pages_are_short(page, most):
    """No page has more words than its limit."""
    assert len(TEXTS[page].split()) <= most


def test_the_sample_is_real(place):
    """The lines of the table at the top of the README are lines of its first command, in the same order."""
    (sample,) = re.findall(r"```\n(.*?)```", TEXTS["README.md"].partition("## ")[0], re.DOTALL)
    printed = iter(run("dedup cluster corpus/pages", place).splitlines())
    assert [] == [line for line in sample.splitlines() if line != "..." and line not in printed]


def test_every_key_is_on_the_page_of_the_report(place):
    """The commands of the page of the report run, and each key of their output stands on the page."""
    for line in SHELL[REPORT].splitlines():
        run(line, place)
    definitions = [definition for schema in schemas().values() for definition in schema["$defs"].values()]
    written = {name for definition in definitions for name in definition["properties"]}
    for file in (*place.glob("*.json"), *place.glob("*.jsonl")):
        lines = [file.read_text()] if file.suffix == ".json" else file.read_text().splitlines()
        written |= {key for line in lines for key in keys(json.loads(line))}
    assert {"members", "b_cubed", "segments", "matches", "ruled", "no_article"} <= written
    assert set() == {key for key in written if f"`{key}`" not in TEXTS[REPORT]}


def test_every_cap_is_on_the_page_of_the_formats():
    """Each cap on inputs stands on the page of the formats."""
    caps = {name for name in vars(limits) if name.isupper()}
    assert set() == {name for name in caps if f"`{name}`" not in TEXTS["dedup/formats/README.md"]}


def test_every_schema_is_on_the_page_of_the_report():
    """The page of the report names the file of each JSON Schema."""
    assert set() == {name for name in schemas() if f"`{file_of(name).name}`" not in TEXTS[REPORT]}


def test_exit_codes_are_those_of_the_command():
    """The table of exit codes in the README has each code of the command, with its meaning."""
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", TEXTS["README.md"], re.MULTILINE)
    assert [(str(int(code)), code.meaning) for code in ExitCode] == rows
