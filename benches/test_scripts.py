"""The scripts beside the benchmarks still run and say what they should; run as tests only, nothing is timed here."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import estimator
import gate
import lanes
import noise
import pytest
from doors import PEERS, RENSA_RHO, Peer, installed
from peers import OURS, estimates


@pytest.mark.parametrize(("size", "shared"), [(5, 1), (30, 15), (520, 104), (3_000, 2_400)])
def test_the_estimator_is_within_its_bar(size: int, shared: int) -> None:
    """Bias and variance hold for tiny, short, usual and long documents."""
    assert estimator.measure(size, shared, 128, trials=2_000).holds


@pytest.mark.parametrize("peer", [OURS, *(peer for peer in PEERS if peer is not RENSA_RHO)], ids=lambda peer: peer.name)
def test_every_door_leads_to_estimates_near_the_truth(peer: Peer) -> None:
    """A peer that is used wrongly would be fast and far off."""
    if not installed(peer):
        pytest.skip("not installed")
    for bias, _ in estimates(peer):
        assert max(map(abs, bias)) < 0.01


@pytest.fixture
def one_floor(monkeypatch: pytest.MonkeyPatch) -> Iterator[gate.Floor]:
    """The gate with one floor, of a task that is as fast as its yardstick, and a peer that nobody has."""
    same = gate.Floor("same", 0.0, 0.0, "", lambda: (lambda: sum(range(10_000)),) * 2, lambda: 1.0, "MB")
    absent = gate.Floor("absent", 9.0, 9.0, "", same.tasks, same.amount, "MB", Peer("nobody", "no_such_module"))
    monkeypatch.setattr(gate, "FLOORS", (same, absent))
    monkeypatch.setattr(gate, "one_thread", lambda: None)  # it sets environment variables
    yield same


@pytest.mark.usefixtures("one_floor")
def test_the_gate_passes_over_peers_that_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing peer is named and breaks nothing; the file says what the table says."""
    assert gate.main(["--rounds", "7", "--json", str(tmp_path / "gate.json")]) == 0
    assert "absent                                   9.00   9.00   skipped: not installed" in capsys.readouterr().out
    rows = json.loads((tmp_path / "gate.json").read_text())
    assert [True, True] == [row["holds"] for row in rows]
    assert rows[1]["ratio"] is None


def test_a_broken_floor_is_an_exit_code(
    one_floor: gate.Floor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is a thousand times as fast as itself."""
    broken = gate.Floor(one_floor.name, 1_000.0, 1_000.0, "for the test", one_floor.tasks, one_floor.amount, "MB")
    monkeypatch.setattr(gate, "FLOORS", (broken,))
    assert gate.main(["--rounds", "7"]) == 1
    assert "broken: same must be at least 1000.00: for the test" in capsys.readouterr().out


def test_the_lanes_together_find_what_each_of_them_finds() -> None:
    """On the collection, kept shingles and bands find no fewer of the true pairs than either does alone."""
    corpus = lanes.CORPUS / "pages", lanes.CORPUS / "truth.jsonl"
    names = "bands 64 x 2 (k = 128)", "kept shingles, overlap 50", "the defaults: 64 x 2 and overlap 50"
    bands, kept, both = (lanes.counted(*corpus, name).found for name in names)
    assert max(bands, kept) <= both


def test_scans_are_found_nearly_as_well() -> None:
    """On the labelled collection, one word in five misread costs a few hundredths."""
    [(_, clean), (_, scanned)] = noise.curve(*noise.collection(), (0.0, 0.2))
    assert clean.f1 == 1.0
    assert scanned.f1 >= 0.95


def test_the_noise_is_what_it_says() -> None:
    """A share of the words has one character changed, and everything else is as it was."""
    text = " ".join(["thousands of words"] * 1_000)
    read = noise.misread(text, 0.2, Random(1))
    changed = [a for a, b in zip(text, read, strict=True) if a != b]
    assert 0.17 < len(changed) / 3_000 < 0.21
