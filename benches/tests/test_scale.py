"""The benches of the whole job run at tiny sizes, and say what they should; nothing is timed here."""

import json
import sys
from pathlib import Path

import cores
import pages
import peers_job
import pytest
import scale
import stages
from measure.processes import watch
from synthetic.articles import Made, make

HUNDRED = 10**8


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Three hundred articles as JSON Lines."""
    return make(tmp_path_factory.mktemp("tiny"), "lines", 300)


def test_a_command_is_watched_with_all_of_its_processes() -> None:
    """The memory of a child counts, and its time; the exit code and what was said are told."""
    child = f"held = bytearray({HUNDRED}); import time; time.sleep(.3)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); sys.exit('so it ends')"
    found = watch([sys.executable, "-c", parent])
    assert HUNDRED < found.anonymous <= found.memory
    assert HUNDRED < found.bound
    assert [1, "so it ends", 2] == [found.code, found.error.strip(), found.processes]
    assert 0 < found.cpu
    assert 0.3 < found.seconds


def test_open_files_without_a_name_are_disk() -> None:
    """Temporary files count as long as they are open."""
    wrote = f"import tempfile, time; f = tempfile.TemporaryFile(); f.write(bytes({HUNDRED})); f.flush(); time.sleep(.3)"
    assert HUNDRED <= watch([sys.executable, "-c", wrote]).disk < 1.1 * HUNDRED


def test_an_exponent_is_of_what_comes_on_top() -> None:
    """A cost of 3 + 2 (n - 1,000) has the exponent 1, and is planned right; one size tells nothing."""
    sizes = [2_000, 11_000, 101_000]
    fit = scale.fitted(sizes, [3 + 2 * (size - 1_000) for size in sizes], 3)
    assert fit is not None
    assert [1, 2] == pytest.approx([fit.exponent, fit.scale])
    assert 3 + 2 * 999_000 == pytest.approx(fit.at(1_000_000))
    assert scale.fitted([1_000, 2_000], [3, 5], 3) is None


def test_pairs_are_told_as_the_command_tells_them() -> None:
    """The table of pairs is taken from standard error, where there is one."""
    table = ("pairs  candidates  verified", "first look  4  3")
    assert table == scale._pairs("\n".join(("10 documents", "reading 0.1", *table)))
    assert not scale._pairs("10 documents")


def test_the_scale_bench_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It tells of each size, and finds the copies; collections stay in the folder that was named."""
    monkeypatch.setattr(scale, "START", 100)
    monkeypatch.setattr(scale, "RUNS", 1)
    rows = tmp_path / "rows.json"
    folder = tmp_path / "made"
    assert scale.main(["--sizes", "2e2,400", "--files", "200", "--folder", str(folder), "--json", str(rows)]) == 0
    found = json.loads(rows.read_text())
    assert [("lines", 200), ("lines", 400), ("files", 200)] == [
        (row["kind"], row["documents"]) for row in found["rows"]
    ]
    assert all(row["f1"] > 0.9 and row["memory"] > 10**7 and row["thrown"] > 0 for row in found["rows"])
    assert "200" in capsys.readouterr().out
    assert {"lines-100", "lines-200", "lines-400", "files-200"} == {
        path.stem.rpartition("-")[0] for path in folder.iterdir()
    }


def test_the_pages_are_found_again(tmp_path: Path) -> None:
    """There is a main text in the pages, and copies among them are found."""
    made = make(tmp_path, "pages", 40)
    assert all(pages.extracted(path) > 500 for path in sorted(made.documents.rglob("*.html"))[:5])
    round = pages.measure(made, 2)
    assert round.f1 > 0.7
    assert round.ratio > 0


@pytest.mark.parametrize("job", peers_job.JOBS, ids=lambda job: job.name)
def test_peers_find_copies_too(tiny: Made, job: peers_job.Job) -> None:
    """Each does the whole job, and at .5 over runs of five words finds some of the copies."""
    pytest.importorskip(job.module)
    row = peers_job.measure(job, peers_job.Way(0.5, "5 words", 128), tiny, 300)
    assert 0.3 < row.f1 <= 1


def test_ours_stands_beside_the_peers(tiny: Made) -> None:
    """The same table has our own job."""
    assert peers_job.ours(tiny, 300).f1 > 0.9


def test_peers_are_compared_with_the_fastest_of_ours() -> None:
    """A run of ours that something else slowed down counts in nobody's favour."""
    slow, fast = (peers_job.Row(peers_job.OURS, "defaults", 10, seconds, 2.0, 1, 0.9) for seconds in (9.0, 2.0))
    [line] = peers_job.compared([slow, peers_job.Row("peer", ".5", 10, 8.0, 3.0, 1, 0.5), fast])
    assert "peer, 10 documents, .5: 4.00 times our seconds, 1.50 times our CPU seconds, F1 0.5000" in line


def test_agreement_is_over_pairs(tmp_path: Path) -> None:
    """Two of four pairs found, and none wrong, is an F1 of two thirds; numbers and order may differ."""
    true, found = tmp_path / "true", tmp_path / "found"
    true.write_text(
        "".join(f'{{"id": "{id}", "cluster": "{story}"}}\n' for id, story in zip("abcde", "xxxyy", strict=True))
    )
    found.write_text(
        "".join(f'{{"id": "{id}", "cluster": {story}}}\n' for id, story in zip("edcba", (7, 7, 1, 2, 2), strict=True))
    )
    assert 2 / 3 == pytest.approx(peers_job.agreement(found, true))


def test_both_ways_to_signatures_are_measured(tiny: Made) -> None:
    """On one core and on two, beside `str.split()`."""
    rows = list(cores.measure(tiny, 1))
    assert {"signatures", "file to sketches", "split, kept", "split, thrown away"} == {row.name for row in rows}
    assert all(row.speed > 0 and (row.more == 1 or row.cores == 2) for row in rows)


@pytest.mark.parametrize("workers", [1, 2])
def test_stages_are_told_in_their_order(tiny: Made, workers: int) -> None:
    """The profile has every stage of the job, and no time is lost."""
    found = [stage.name for stage in stages.profile(tiny.documents, workers)]
    wanted = ["start", "reading", "signatures", "candidates", "verifying", "stories"]
    assert wanted == [name for name in found if name in wanted]


def test_a_profile_ends_where_it_is_told(tiny: Made) -> None:
    """Nothing comes after the last stage that is wanted."""
    assert "signatures" == stages.profile(tiny.documents, 2, last="signatures")[-1].name
