"""The ablation changes what it says, and nothing else."""

import ablation
import pytest
from msgspec.structs import replace

import dedup
from dedup import Document
from dedup.core import thresholds
from dedup.core.pairs import rule
from dedup.formats.typed.labels import Truth

TEXT = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(60))
PAIR = [
    Document(f"before it stand some other words {TEXT}", id="a"),
    Document(f"{TEXT} and a few other words at the end of it", id="b"),
]


def test_every_number_has_two_rows_and_every_part_one() -> None:
    """A number is moved down and up, by a quarter or by one."""
    titles = [variant.title for variant in ablation.variants()]
    assert 1 + len(ablation.PARTS) + 2 * len(thresholds.numbers()) == len(titles) == len(set(titles))
    assert {"PASSAGE_COST 18 -> 14", "PASSAGE_COST 18 -> 22", "OWN 2 -> 1", "SAID 0.25 -> 0.3125"} < set(titles)


@pytest.mark.parametrize("part", ablation.PARTS)
def test_every_part_can_be_switched_off(part: str) -> None:
    """Each place that a part names is there, and two copies are told without it."""
    with ablation.changed(ablation.PARTS[part]) as cluster:
        assert 2 == cluster(PAIR, workers=1).documents


def test_what_is_changed_comes_back() -> None:
    """A number holds in all modules as long as the context lasts, and the package is as it was afterwards."""
    with ablation.changed({"core.thresholds.PASSAGE_COST": lambda cost: 4 * cost}) as cluster:
        assert not cluster(PAIR, workers=1).stories
    assert 18 == thresholds.PASSAGE_COST
    assert 1 == len(dedup.cluster(PAIR, workers=1).stories)
    assert dedup.core.pairs.rule is rule


def test_what_moves_nothing_is_told() -> None:
    """A part or a number of which no row differs from the first is named."""
    found = [ablation.Row(title, {"set": score}) for title, score in (
        ("the rule", 0.9), ("without digests", 0.9), ("without notices", 0.8),
        ("OWN 2 -> 1", 0.9), ("OWN 2 -> 3", 0.9), ("SAID 0.25 -> 0.2", 0.9), ("SAID 0.25 -> 0.3", 0.8),
    )]  # fmt: skip
    assert ["without digests", "OWN"] == list(ablation.unmoved(found))


def test_a_row_tells_what_it_moves() -> None:
    """A set that a variant moves stands with the difference; other sets are left out."""
    base, row = (ablation.Row(title, {"a": score, "b": 0.5}) for title, score in (("the rule", 0.9), ("OWN", 0.85)))
    assert ("a -.050", "nothing") == (ablation.moves(row, base), ablation.moves(base, base))


def test_a_row_has_a_score_for_each_set() -> None:
    """The F1 of a set stands under its name, that without sources beside it."""
    known = ablation.Labelled("two", [replace(each, source="here") for each in PAIR], Truth({"a": "x", "b": "x"}, {}))
    bare = ablation.without_source(known)
    assert ["", ""] == [document.source for document in bare.documents]
    [row] = ablation.rows([known, bare], lambda title: title == "the rule")
    assert ablation.Row("the rule", {"two": 1.0, "two, no source": 1.0}) == row
