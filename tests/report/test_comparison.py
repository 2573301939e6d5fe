"""The table of a comparison: golden outputs of pairs of all relations and rules, and its widths."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from rich.cells import cell_len

import dedup
from dedup.cli.commands.compare import FORMATS as FORMATS_OF_COMMAND
from dedup.core.pairs.rules import RULES
from dedup.engines.explanations.pairs import compare_pairs
from dedup.engines.local import BatchArguments, decided_collection, run_job
from dedup.engines.pool.spill import SpillFiles
from dedup.report.comparison import FORMATS, comparison_object, table_lines

CORPUS = Path(__file__).parents[2] / "corpus" / "pages"
GOLDEN = Path(__file__).with_name("golden") / "comparisons.txt"

PAIRS = [
    ("oxmoor-ledger/grain-trial.html", "newsglobe.example/grain-trial.html"),
    ("hof-yomi.example/bakery.html", "kol-hahadashot.example/bakery.html"),
    ("techpulsehub.example/library-hack.html", "vesmark-wire-free.example/library-hack.html"),
    ("oxmoor-ledger/closing-2026-02-03.html", "newsglobe.example/closing-2026-02-03.html"),
    ("newsglobe.example/ferry-merger.html", "headline-river.example/ferry-merger"),
    ("saltmarsh-post.example/necklace.html", "morning-crumbs.example/forty-necklace"),
    ("thornby-times.example/slugs.html", "thepapertrail.example/slugs.txt"),
    ("insightmonitor.example/pension-fund-forest.html", "insightmonitor.example/nine-days.html"),
    ("gate.example/4711.html", "mainland-mail.example/missing.html"),
    ("oxmoor-ledger/tunnel-2025-10-08.html", "oxmoor-ledger/tunnel-2026-03-24.html"),
    ("oxmoor-ledger/run-dam-2.html", "oxmoor-ledger/run-dam-3.html"),
    ("harbour-wire/reserve-2026-01-13.txt", "harbour-wire/reserve-2026-01-27.txt"),
    ("calder-press/whooping-cough-2.md", "techpulsehub.example/whooping-cough.html"),
    ("newsglobe.example/mill-wheel.html", "citizenscroll.example/mill-wheel.txt"),
    ("newsglobe.example/ferry-merger.html", "dailyferret.example/live-storm-and-flood-updates.html"),
    ("northfold-post/in-brief-wednesday.html", "sandrey-courier/brief-tunnel.txt"),
    ("feeds.newsglobe.example/apple-frost", "citizenscroll.example/apple-frost.txt"),
    ("oxmoor-ledger/run-dam.html", "oxmoor-ledger/run-dam-4.html"),
    ("matome-news.example/misaki-sen.txt", "matome-news.example/cinema.txt"),
    ("morning-crumbs.example/recap-tern", "tidewatch.example/salmon-farm.html"),
]
"""Pairs of all relations, rules and verdicts, in several scripts."""


@pytest.fixture(scope="module")
def comparisons() -> list[dedup.Comparison]:
    """Returns the comparisons of the pairs."""
    arguments = BatchArguments.of(dedup.read(CORPUS), None, {}, None, (), 1, None)
    with SpillFiles() as spill_files:
        job = run_job(arguments, spill_files, whole=True)
        collection = decided_collection(job)
        places = {id: place for place, id in enumerate(collection.texts.members.ids)}
        rows = np.array([[places[a], places[b]] for a, b in PAIRS])
        return [comparison for _, comparison in sorted(compare_pairs(collection, rows), key=lambda pair: pair[0])]


def test_golden_outputs(comparisons: list[dedup.Comparison]) -> None:
    """The tables of all pairs are those that a person has read."""
    tables = ["\n".join(table_lines(comparison, 80, 5)) for comparison in comparisons]
    assert GOLDEN.read_text("utf-8") == "\n\n\n".join(tables) + "\n"


def test_the_golden_outputs_have_all_relations_and_rules(comparisons: list[dedup.Comparison]) -> None:
    """Every rule has the last word on one of the pairs, and every relation of two texts is there."""
    assert {rule.name for rule in RULES} <= {comparison.decided for comparison in comparisons}
    assert {"exact", "reprint", "excerpt", "revision", None} == {comparison.relation for comparison in comparisons}
    assert {(True, True), (True, False), (False, True), (False, False)} == {
        (comparison.match, comparison.same_story) for comparison in comparisons
    }


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_terminal(comparisons: list[dedup.Comparison], width: int) -> None:
    """Only an id, which is never cut, makes a line longer than the terminal."""
    for comparison in comparisons:
        for line in table_lines(comparison, width, 0):
            assert cell_len(line) <= width or line[3:] in (comparison.a.id, comparison.b.id) or line.startswith('{"a"')


def test_the_first_line_says_that_boilerplate_is_not_known() -> None:
    """Two documents alone are told so before all else."""
    lines = list(table_lines(dedup.compare("so be it", "so be it"), 80, 20))
    assert lines[0].startswith("Boilerplate is not known")
    assert "A match: the words of both are equal." in lines


def test_the_last_line_overrules_the_verdict(comparisons: list[dedup.Comparison]) -> None:
    """The line is a row of ``--pairs`` with the other verdict. Two documents alone have none."""
    for comparison in comparisons:
        row = json.loads(list(table_lines(comparison, 80, 5))[-1])
        assert {"a": comparison.a.id, "b": comparison.b.id, "same": not comparison.same_story} == row
    assert "{" not in "".join(table_lines(dedup.compare("so be it", "so be it"), 80, 20))


def test_nothing_of_a_document_acts_on_the_terminal() -> None:
    """Ids and words of the input with control characters are spelled out."""
    a, b = (f"one two three four five \x1b[2J{word}\u202e six seven eight nine" for word in ("x", "y"))
    lines = list(table_lines(dedup.compare({"id": "a\x1b[2J", "text": a}, b), 80, 20))
    assert not any(character in line for line in lines for character in "\x1b\u202e")


def test_the_keys_of_json_are_the_fields(comparisons: list[dedup.Comparison]) -> None:
    """The object has the fields of the record and the name of its schema; measures have four digits."""
    for comparison in comparisons:
        row = json.loads(msgspec.json.encode(comparison_object(comparison)))
        assert [*dedup.Comparison.__struct_fields__, "schema"] == list(row)
        assert round(comparison.resemblance, 4) == row["resemblance"]
        assert comparison.a.text == row["a"]["text"]


def test_the_page_has_each_rule() -> None:
    """Each rule stands on the page of comparisons with its sentence."""
    page = (Path(dedup.__file__).parent / "engines" / "explanations" / "README.md").read_text("utf-8")
    assert [] == [rule.name for rule in RULES if f"| `{rule.name}` | {rule.sentence} |" not in page]


def test_the_command_knows_the_formats() -> None:
    """The formats of the command are those of the writer."""
    assert list(FORMATS_OF_COMMAND) == list(FORMATS)
