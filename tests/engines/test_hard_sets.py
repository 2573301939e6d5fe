"""Hard sets give the same stories in any order and with any number of workers, at a cost that grows with their size."""

import random
import time

import pytest

import dedup
from dedup.engines.stages import documents as intake
from tests.helpers.hard_sets import chain, crowd, star, twice, write_lines

LARGE = 100_000
"""Documents of a set that takes minutes."""


def sizes(small):
    """Run a test with a set of ``small`` size, and with a large set that takes minutes."""
    return pytest.mark.parametrize("size", [small, pytest.param(LARGE, marks=pytest.mark.long)])


def stories(report):
    """Return the documents of each story with their relations and measures, and the ids of all other documents."""
    return report.stories, sorted(member.id for member in report.singletons)


@pytest.fixture
def clustered(monkeypatch):
    """A function that clusters documents by one worker, and shuffled by two workers, and gives the first report."""

    def cluster(documents):
        report = dedup.cluster(documents, workers=1)
        shuffled = random.Random(2).sample(documents, len(documents))
        monkeypatch.setattr(intake, "TASK_CHARACTERS", sum(len(document.text) for document in documents) // 5)
        by_two = dedup.cluster(shuffled, workers=2)
        assert 2 == by_two.stats.workers
        assert stories(report) == stories(by_two)
        return report

    return cluster


def decided_pairs(report):
    """Return the number of pairs that were decided for each document of a report."""
    return report.stats.looks[0].verified / report.documents


@sizes(1_500)
def test_a_crowd_is_one_story(size, clustered):
    """Near copies of one text are one story, and each is compared with a bounded number of the other copies."""
    report = clustered(crowd(size, others=size // 5))
    (story,) = report.stories
    assert (size, size // 5) == (story.size, len(report.singletons))
    assert all(member.id.startswith("crowd") for member in story.members)
    assert decided_pairs(report) < 100


@sizes(700)
def test_a_chain_falls_apart_into_pairs(size, clustered):
    """Each text of a chain matches the next, and no story has three texts."""
    report = clustered(chain(size))
    (look,) = report.stats.looks
    assert size - 1 - size // 500 <= look.matches < size
    assert {2} == {story.size for story in report.stories}
    assert 0.95 * size < 2 * len(report.stories)
    assert decided_pairs(report) < 300


@sizes(1_500)
def test_a_star_is_no_story(size, clustered):
    """Each excerpt matches the long text, but not the other excerpts: the long text leads a story of two texts."""
    report = clustered(star(size))
    (look,) = report.stats.looks
    assert 0.98 * size < look.matches <= size
    (story,) = report.stories
    assert ("long", 2) == (story.id, story.size)
    assert decided_pairs(report) < 6


@pytest.mark.long
@pytest.mark.parametrize(("make", "small"), [(crowd, 4_000), (chain, 1_000), (star, 2_000)])
def test_the_cost_grows_with_the_size(make, small):
    """Four times as many documents cost at most eight times as much processor time."""
    seconds = []
    for size in (small, 4 * small):
        documents = make(size)
        started = time.process_time()
        dedup.cluster(documents, workers=1)
        seconds.append(time.process_time() - started)
    assert seconds[1] < 8 * seconds[0]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_id_that_comes_twice_stays_with_the_first(workers, monkeypatch):
    """Documents of one id get a number in the order of input, and equal texts are one story."""
    monkeypatch.setattr(intake, "TASK_CHARACTERS", 1_000)
    report = dedup.cluster(twice(), workers=workers)
    assert [["a", "a#2"], ["b", "b#3"], ["c", "c#2"]] == [
        [member.id for member in each.members] for each in report.stories
    ]
    assert ["b#2", "a#3"] == [member.id for member in report.singletons]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_is_given_twice_is_read_once(workers, tmp_path):
    """A file counts once, by one name or by two; a file of the same bytes counts again."""
    file = write_lines(tmp_path / "set.jsonl", chain(9))
    (tmp_path / "link.jsonl").symlink_to(file)
    for paths in ((file, file), (tmp_path, file), (file, tmp_path / "link.jsonl")):
        assert 9 == dedup.cluster(dedup.read(*paths), workers=workers).documents
    copy = write_lines(tmp_path / "copy.jsonl", chain(9))
    report = dedup.cluster(dedup.read(file, copy), workers=workers)
    assert (18, 9) == (report.documents, sum(id.endswith("#2") for id in report.ids))


def test_no_documents_are_no_stories(tmp_path):
    """An empty list has an empty report; an empty file beside others changes nothing, and alone it is an error."""
    report = dedup.cluster([])
    assert (0, (), ()) == (report.documents, report.stories, tuple(report.singletons))
    file, empty = write_lines(tmp_path / "set.jsonl", crowd(20)), write_lines(tmp_path / "empty.jsonl", [])
    assert stories(dedup.cluster(dedup.read(file))) == stories(dedup.cluster(dedup.read(empty, file)))
    with pytest.raises(dedup.InputError, match="the inputs are empty"):
        dedup.cluster(dedup.read(empty))
