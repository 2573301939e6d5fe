"""What a run took and what it will take, in lines of text."""

import pytest

from dedup.core.sketch import bands
from dedup.engines.estimate import Estimate
from dedup.report import estimate, stats
from dedup.report.terminal import size
from dedup.settings import Settings
from dedup.types import Look, Stage, Stats

STATS = Stats(
    documents=20_000,
    texts=19_881,
    words=12_003_123,
    workers=2,
    stages=(
        Stage("reading", 3.236, 3.99, 90_900_000, 95_700_000, 110_000_000, 161_000_000),
        Stage("verifying", 0.4, 0.3, 0, 186_400_000, 194_000_000, 191_000_000),
    ),
    looks=(Look(1_902, 2_000, 2_000, 98, 1_902),),
)

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
    workers=2,
    settings=Settings(),
    plan=bands.Plan(61, 2),
    recall=0.9903,
    kept=8.04,
    kept_recall=0.99,
    waits=False,
)


def test_stages_are_a_table():
    """Figures stand below each other, with a row for the whole run, and the pairs that were looked at."""
    assert [
        "20000 documents, 19881 different texts, 12003123 words; 2 processes",
        "stage      seconds  processor  text read  temporary  memory  of workers",
        "reading       3.24       3.99    90.9 MB    95.7 MB  110 MB      161 MB",
        "verifying     0.40       0.30                186 MB  194 MB      191 MB",
        "all           3.75       4.29    90.9 MB     186 MB  194 MB      191 MB",
        "pairs  candidates  verified  measured  rejected  matches",
        "all         1,902     2,000     2,000        98    1,902",
    ] == list(stats.table(STATS, 3.75))


def test_a_run_that_was_not_measured():
    """A report without figures, as one that was read from a file, has a table of nothing."""
    assert ["0 documents, 0 different texts, 0 words; 1 process", "all"] == [
        line.partition("  ")[0] for line in stats.table(Stats(), 0) if not line.startswith("stage")
    ]


@pytest.mark.parametrize(
    ("bytes", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999.6, "1.00 kB"),
        (99_940, "99.9 kB"),
        (99_960, "100 kB"),
        (999_600, "1.00 MB"),
        (5e15, "5000 TB"),
    ],
)
def test_sizes_have_three_digits(bytes, shown):
    """A size is given in the unit that leaves it below 1,000."""
    assert shown == size(bytes)


def test_an_estimate_is_told():
    """Every figure of an estimate has its line, and its words."""
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
def test_what_is_known_is_said_as_it_is_known(changed, line):
    """What was counted is not said to be estimated, and what was estimated is said with how well."""
    assert line in estimate.lines(ESTIMATE._replace(**changed))


def test_standard_input_is_not_estimated():
    """Of standard input alone only that is told which does not depend on it; beside files, that it is left out."""
    assert ["workers", "bands", "overlaps"] == [
        line.split()[0] for line in estimate.lines(ESTIMATE._replace(waits=True, places=0))
    ][1:]
    assert 9 == len(list(estimate.lines(ESTIMATE._replace(waits=True))))
