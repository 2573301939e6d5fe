"""The figures of a run in lines of text."""

from dedup.report import stats
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


def test_stages_are_a_table():
    """Each stage has a row of aligned figures, and so have the whole run and the pairs."""
    assert [
        "20,000 documents, 19,881 different texts, 12,003,123 words; 2 processes",
        "stage      seconds  processor  text read  temporary  memory  of workers",
        "reading       3.24       3.99    90.9 MB    95.7 MB  110 MB      161 MB",
        "verifying     0.40       0.30                186 MB  194 MB      191 MB",
        "all           3.75       4.29    90.9 MB     186 MB  194 MB      191 MB",
        "pairs  candidates  verified  measured  rejected  matches",
        "all         1,902     2,000     2,000        98    1,902",
    ] == list(stats.table(STATS, 3.75))


def test_a_run_that_was_not_measured():
    """A report without figures, as a report from a file, has a table without stages."""
    assert ["0 documents, 0 different texts, 0 words; 1 process", "all"] == [
        line.partition("  ")[0] for line in stats.table(Stats(), 0) if not line.startswith("stage")
    ]
