"""The scripts beside the benchmarks still run and say what they should; run as tests only, nothing is timed here."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import candidates
import estimator
import gate
import misprints
import pytest
from measure import extractors
from measure.passes import least_passes
from measure.peers import PEERS, RENSA_RHO, Peer, installed
from measure.ratios import compare, cpu_seconds
from msgspec.structs import replace
from peers_sketch import OURS, estimates
from synthetic.workloads import NEWS

import dedup
from dedup import Document, Settings
from dedup.formats.typed.labels import read_truth


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
def one_floor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[gate.Floor]:
    """The gate with one floor, of a task that is as fast as its yardstick, and a peer that nobody has."""
    same = gate.Floor("same", 0.0, "for the test", lambda: (lambda: sum(range(300_000)),) * 2, lambda: 1.0, "MB")
    absent = gate.Floor("absent", 9.0, "", same.tasks, same.amount, "MB", Peer("nobody", "no_such_module"))
    monkeypatch.setattr(gate, "FLOORS", (same, absent))
    monkeypatch.setattr(gate, "REACHED", tmp_path / "reached.json")
    monkeypatch.setattr(gate, "one_thread", lambda: None)  # it sets environment variables
    monkeypatch.setattr(gate, "maker", lambda: "ours")
    (tmp_path / "reached.json").write_text('{"ours": {"absent": 10}}')
    yield same


@pytest.mark.usefixtures("one_floor")
def test_the_gate_passes_over_peers_that_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing peer is named and breaks nothing; the file says what the table says."""
    assert gate.main(["--rounds", "7", "--json", str(tmp_path / "gate.json")]) == 0
    assert "absent                                   8.00   9.00   skipped: not installed" in capsys.readouterr().out
    rows = json.loads((tmp_path / "gate.json").read_text())
    assert [True, True] == [row["holds"] for row in rows]
    assert rows[1]["ratio"] is None


@pytest.mark.usefixtures("one_floor")
def test_a_broken_floor_is_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is a thousand times as fast as itself."""
    (tmp_path / "reached.json").write_text('{"ours": {"same": 1250}}')
    assert gate.main(["--rounds", "7"]) == 1
    assert "broken: same must be at least 1000.00: for the test" in capsys.readouterr().out


@pytest.mark.usefixtures("one_floor")
def test_what_is_reached_is_kept_and_never_less(tmp_path: Path) -> None:
    """A floor rises to what is measured, and does not sink; that of a peer that is missing stays."""
    assert gate.main(["--rounds", "7", "--save"]) == 0
    assert 0.5 < json.loads((tmp_path / "reached.json").read_text())["ours"]["same"] < 2
    (tmp_path / "reached.json").write_text('{"ours": {"same": 1.25, "absent": 10}, "theirs": {"same": 3}}')
    gate.main(["--rounds", "7", "--save"])
    reached = json.loads((tmp_path / "reached.json").read_text())
    assert reached["ours"].pop("same") >= 1.25
    assert {"ours": {"absent": 10}, "theirs": {"same": 3}} == reached


def test_an_unknown_processor_is_held_to_the_least_that_others_reached() -> None:
    """A ratio of one maker is no floor for another one, and no processor goes without a floor."""
    makers = {"first": {"hot": 1.5, "cold": 0.2}, "second": {"hot": 1.2, "cold": 0.3}}
    assert gate.reached_by(makers, "second") == {"hot": 1.2, "cold": 0.3}
    assert gate.reached_by(makers, "third") == {"hot": 1.2, "cold": 0.2}


def test_a_ceiling_is_the_yardstick_over_the_least_passes() -> None:
    """A floor with least passes has a ceiling, and another floor has none."""
    floor = gate.Floor("same", 0.0, "", lambda: (lambda: sum(range(300_000)),) * 2, lambda: 2.0, "MB")
    assert gate.check(floor, 0.0, 7).ceiling is None
    result = gate.check(dataclasses.replace(floor, ceiling=lambda: 0.25), 0.0, 7)
    assert result.ceiling == pytest.approx(1 / result.yardstick / 0.25)


def test_every_floor_has_been_reached() -> None:
    """No floor stands at nothing."""
    for reached in json.loads(gate.REACHED.read_text()).values():
        assert {floor.name for floor in gate.FLOORS} == {name for name, ratio in reached.items() if ratio > 0}


def test_a_slower_hot_path_breaks_the_gate() -> None:
    """Texts to signatures against `str.split()`: as it is, it holds what it reached just now; a copy that does half as
    much work again has lost a third of its ratio, and is told."""
    texts, settings = NEWS.texts()[:500], dedup.Settings(k=128)
    hot = gate.Floor(
        "hot",
        0.0,
        "",
        lambda: (lambda: dedup.signatures(texts, settings), lambda: [text.split() for text in texts]),
        lambda: 1.0,
        "MB",
    )
    reached = compare(*hot.tasks(), rounds=7).ratio
    assert gate.check(hot, reached, 7).holds
    assert not gate.check(hot, reached, 7, slow=1.5).holds


def test_the_least_passes_take_less_time_than_the_hot_path() -> None:
    """A ceiling stands above what is reached: the least passes over the same texts take less time than all of it."""
    texts, settings = NEWS.texts()[:90], dedup.Settings(k=128)
    passes = least_passes(texts, 128)
    assert all(seconds > 0 for seconds in passes.values())
    assert sum(passes.values()) < min(cpu_seconds(lambda: dedup.signatures(texts, settings)) for _ in range(7))


def test_the_lanes_together_find_what_each_of_them_finds() -> None:
    """On the collection, kept shingles and bands find no fewer of the true pairs than either does alone."""
    corpus = candidates.CORPUS / "pages", candidates.CORPUS / "truth.jsonl"
    names = "bands 64 x 2 (k = 128)", "kept shingles, overlap 50", "the defaults: 64 x 2 and overlap 50"
    bands, kept, both = (candidates.counted(*corpus, name).found for name in names)
    assert max(bands, kept) <= both


def test_scans_are_found_nearly_as_well() -> None:
    """On the labelled collection, one word in twenty misread costs a few hundredths if misprints are mended."""
    documents, truth = (
        misprints.read(str(misprints.CORPUS / "pages")),
        read_truth(str(misprints.CORPUS / "truth.jsonl")),
    )
    [(_, clean), (_, scanned)] = misprints.curve(documents, truth, (0.0, 0.05), Settings(scanned=True))
    assert clean.f1 - 0.03 < scanned.f1


def test_clean_texts_are_told_from_scanned_ones() -> None:
    """Of clean articles no text is changed; beside scans of them, with a misread word in ten, nearly all scans are."""
    clean = [Document(text, id=str(number)) for number, text in enumerate(NEWS.texts()[:40])]
    scans = [
        replace(each, text=misprints.misread(each.text, 0.1, Random(each.id)), id=f"scan-{each.id}") for each in clean
    ]
    assert [()] * 4 == [draw.documents for draw in misprints.draws(clean, (20, 40, 50), 2)]
    changed = misprints.mended([*clean, *scans])
    assert 36 <= sum(id.startswith("scan-") for id in changed)


def test_the_noise_is_what_it_says() -> None:
    """A share of the words has one character changed, and everything else is as it was."""
    text = " ".join(["thousands of words"] * 1_000)
    read = misprints.misread(text, 0.2, Random(1))
    changed = [a for a, b in zip(text, read, strict=True) if a != b]
    assert 0.17 < len(changed) / 3_000 < 0.21


def test_extractors_are_scored_by_their_words(tmp_path: Path) -> None:
    """Each word counts as often as it stands there, and a page of the article alone has the best score."""
    assert (0.5, 1.0, 2 / 3) == extractors.score("menu menu One two", "one two")
    assert (0.0, 0.0, 0.0) == extractors.score("", "one two")
    text = "The council decided on the harbour at some length on Tuesday. " * 5
    (tmp_path / "a.html").write_text(f"<html><body><article><p>{text}</p></article></body></html>")
    (tmp_path / "gold.jsonl").write_text(json.dumps({"page": "a.html", "article": text}) + "\n")
    _, _, *rows = extractors.compare(tmp_path)
    assert ["trafilatura", "resiliparse", "none"] == [row.split()[0] for row in rows]
    assert {"1.000"} == {row.split()[3] for row in rows}
