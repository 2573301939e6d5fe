"""The benches of the index run at tiny sizes, and say what they should; nothing is timed here."""

import json
from pathlib import Path
from typing import Any

import index
import pytest
from measure import index_peers
from measure.processes import Watched
from synthetic.articles import Made, make

COUNT = 200
HELD = 4


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two hundred articles as JSON Lines, some of them to be held back."""
    return make(tmp_path_factory.mktemp("tiny"), "lines", COUNT)


@pytest.fixture(scope="module")
def held_back(tiny: Made) -> index.Split:
    """What is added, and what is asked for."""
    return index.split(tiny, tiny.truth.parent)


def test_what_is_held_back_is_not_added(held_back: index.Split) -> None:
    """A fifth of the copies, whose originals are added, and as many new articles."""
    added = {row["id"] for row in held_back.rows()}
    assert [COUNT - 2 * HELD, COUNT - 2 * HELD] == [len(added), held_back.added]
    assert [HELD, HELD] == [sum(bool(true) == is_copy for _, true in held_back.asked) for is_copy in (True, False)]
    assert not added & {row["id"] for row, _ in held_back.asked}
    assert added.issuperset(id for _, true in held_back.asked for id in true)


def test_answers_are_counted_by_pairs(held_back: index.Split) -> None:
    """The truth is 1; half of what was asked for, with nothing wrong, two thirds; one wrong for each right, as well."""
    true = [ids[:1] for _, ids in held_back.asked]
    asked = index.Split(held_back.documents, held_back.truth, [({}, ids) for ids in true], 0)
    copies = [place for place, ids in enumerate(true) if ids]
    assert 1 == index.answered(asked, true)
    assert 2 / 3 == pytest.approx(
        index.answered(asked, [[] if n in copies[::2] else ids for n, ids in enumerate(true)])
    )
    assert 2 / 3 == pytest.approx(index.answered(asked, [[*ids, "no one"] if ids else [] for ids in true]))


@pytest.mark.parametrize(
    "door", [door for door in index_peers.INDEXES if door is not index_peers.OURS], ids=lambda d: d.name
)
def test_peers_answer_too(tmp_path: Path, held_back: index.Split, door: index_peers.Door) -> None:
    """Each finds some of the copies, and is timed by chunks."""
    if index_peers.missing(door):
        pytest.skip("not installed")
    told = index.add(door, tmp_path, held_back, 100, None)
    assert [100, 100 - 2 * HELD] == [lot.documents for lot in told.lots]
    assert index.answered(held_back, [ids for _, ids in told.answers]) > 0.3


def test_a_peer_that_misses_is_named() -> None:
    """So that its line says why there are no figures."""
    assert "no_such" == index_peers.missing(index_peers.Door("peer", "", index_peers.Ours, ("json", "no_such")))


def test_a_step_has_a_process_of_its_own(tmp_path: Path, held_back: index.Split) -> None:
    """It tells what it has seen, and how much it held is seen from outside."""
    told, run = index._process("add", index_peers.OURS, tmp_path, held_back, 100, 0)
    assert [100, 100 - 2 * HELD] == [lot.documents for lot in told.lots]
    assert run.anonymous >= told.before > 0


def test_the_index_bench_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps of ours: stories and answers are right, every byte on disk is of some part."""

    def here(step: str, *given: Any) -> tuple[index.Told, Watched]:
        return index._STEPS[step](*given), Watched(1.0, 1.0, 1, 1, 1, 1, 1, 1, 0, "")

    monkeypatch.setattr(index, "_process", here)
    told = tmp_path / "told.json"
    asked = ["--sizes", str(COUNT), "--indexes", "dedup", "--days", "0", "--reviews", "0", "--json", str(told)]
    assert index.main(asked) == 0
    [row] = json.loads(told.read_text())["indexes"]
    more = row["more"]
    assert min(row["f1"], more["f1 before"], more["f1 after"]) > 0.9
    assert 10 == len(row["tenths"]) == len(more["without reviews"])
    assert {"segments", "log", "texts", "tail", "events", "rows", "free"} == more["disk"].keys()
    assert [0, 0] == [more["disk"]["log"], more["disk"]["free"]]
    assert 1_000 < sum(more["disk"].values()) / row["documents"] < 10_000
    assert "stories               F1 " in capsys.readouterr().out


def test_memory_grows_from_the_last_review_on() -> None:
    """What a review has left is not the documents' that came before it; without any it counts from the first chunk."""
    chunks = [
        {"documents": 10, "reviewing": took, "memory": held} for took, held in ((0, 5), (1, 90), (0, 100), (0, 130))
    ]
    assert (130, 2.0) == index._grown(chunks)
    assert (130, 1.5) == index._grown([{"documents": 10, "reviewing": 0, "memory": held} for held in (100, 110, 130)])
    assert (90, 0.0) == index._grown(chunks[:2])


def test_a_window_keeps_a_week(tmp_path: Path) -> None:
    """The documents of seven days are there, and those of the evening before them at most."""
    days = list(index.month(make(tmp_path, "lines", 110), tmp_path, 10, 10, 2))
    assert [10, 20, 30] == [day.documents for day in days[:3]]
    assert all(70 <= day.documents <= 80 for day in days[7:])
    assert all(day.p99 >= day.p50 > 0 and min(day.disk.values()) >= 0 for day in days)
