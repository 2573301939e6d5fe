"""The estimate of a run in lines of text."""

import pytest

from dedup.core.sketch import bands
from dedup.engines.estimate import Estimate
from dedup.report import estimate
from dedup.settings import Settings

ESTIMATE = Estimate(
    places=2,
    stored=92_000_000,
    seen=2_000_000,
    documents=19_649,
    spread=0.025,
    text=90_000_000,
    memory=389_000_000,
    disk=144_000_000,
    most_disk=393_000_000,
    seconds=13.2,
    extracts=False,
    workers=2,
    settings=Settings(),
    plan=bands.Plan(61, 2),
    recall=0.9903,
    one_in=8.04,
    sample_recall=0.99,
    waits=False,
)


def test_an_estimate_is_told():
    """Each figure of an estimate has its line."""
    assert [
        "inputs      2 files, 92.0 MB, 2.00 MB of them looked at; about 90.0 MB of text",
        "documents   about 19,649, give or take 491",
        "memory      about 389 MB",
        "disk        144 MB to 393 MB of temporary files",
        "time        about 13 seconds, at the speed of the sample",
        "workers     2 processes",
        "bands       61 x 2 (k = 128): a pair of resemblance 0.27 is found with a probability of 0.990",
        "overlaps    one shingle in 8.0 is kept: a pair that shares 50 is found with a probability of 0.990",
    ] == list(estimate.lines(ESTIMATE))


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"spread": 0.0, "seen": 92_000_000}, "documents   19,649"),
        ({"seen": 92_000_000}, "inputs      2 files, 92.0 MB, all of them read; about 90.0 MB of text"),
        ({"spread": None}, "documents   about 19,649, by the beginning of the input alone"),
        ({"seconds": 0.2}, "time        about a second, at the speed of the sample"),
        ({"seconds": 1_200.0}, "time        about 20 minutes, at the speed of the sample"),
        ({"seconds": 9_000.0}, "time        about 2.5 hours, at the speed of the sample"),
    ],
)
def test_lines_say_how_sure_a_figure_is(changed, line):
    """A counted figure is not called an estimate, and an estimated figure has its error."""
    assert line in estimate.lines(ESTIMATE._replace(**changed))


def test_standard_input_is_not_estimated():
    """An estimate of standard input has only the lines that do not depend on it; with files it has all lines."""
    assert ["workers", "bands", "overlaps"] == [
        line.split()[0] for line in estimate.lines(ESTIMATE._replace(waits=True, places=0))
    ][1:]
    assert 9 == len(list(estimate.lines(ESTIMATE._replace(waits=True))))
