"""The cost of a job from a sample: exact for small inputs, with its error for large inputs."""

import gzip
import json
import random

import pytest

from dedup import Settings
from dedup.core.sketch import bands
from dedup.engines import limits
from dedup.engines.estimate import DOCUMENT_BYTES, EXTRACTOR_BYTES, FIXED_BYTES, WORKER_BYTES, estimate
from dedup.errors import SettingsError
from dedup.formats import discover
from dedup.formats.sample import SAMPLE_BYTES


def estimate_of(path, workers=1, settings=None, fields=None):
    """Return the estimate for the inputs in a folder."""
    places = discover(path, on_skip=print, on_note=print)
    return estimate(places, fields or {}, settings or Settings(), workers)


def feed(count, seed=1):
    """Return JSON Lines of texts of very different lengths."""
    generator = random.Random(seed)
    words = [f"{generator.choice('bcdfglmn')}a{number}" for number in range(500)]
    rows = ({"body": " ".join(generator.choices(words, k=generator.randrange(20, 700)))} for _ in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_small_inputs_are_counted(tmp_path):
    """The counts of a small folder are exact, though a line cannot be read."""
    (tmp_path / "a.jsonl").write_text('{"text": "A ferry sails."}\nnonsense\n{"text": "A tram runs."}\n')
    (tmp_path / "b.txt").write_text("Ünder way.")
    result = estimate_of(tmp_path)
    assert (2, 3, 0.0, 14 + 12 + 11) == (result.places, result.documents, result.spread, result.text)
    assert result.stored == result.seen == sum(file.stat().st_size for file in tmp_path.iterdir())
    assert result.memory == FIXED_BYTES + 3 * DOCUMENT_BYTES
    assert 0 < result.disk <= result.most_disk + 8


def test_large_inputs_are_estimated(tmp_path):
    """The number of documents of a large feed is within its error, and the size of the text nearly right."""
    rows = feed(6_000)
    (tmp_path / "a.jsonl").write_bytes(rows)
    result = estimate_of(tmp_path, fields={"text": "body"})
    assert result.seen <= SAMPLE_BYTES < result.stored == len(rows)
    assert 0 < result.spread < 0.2
    assert abs(result.documents - 6_000) <= 1.5 * result.spread * result.documents
    text = sum(len(json.loads(row)["body"]) for row in rows.splitlines())
    assert abs(result.text - text) < 0.05 * text
    assert result.disk < result.most_disk


def test_of_a_packed_feed_the_beginning_stands_for_all(tmp_path):
    """The beginning of a packed feed gives a number of documents without an error."""
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(feed(6_000)))
    result = estimate_of(tmp_path, fields={"text": "body"})
    assert result.spread is None
    assert abs(result.documents - 6_000) < 600


def test_files_are_counted_and_not_opened(tmp_path):
    """Each text file is a document, and only the files of a sample are read."""
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text(f"word{number} " * 20_000)
    result = estimate_of(tmp_path)
    assert (40, 0.0) == (result.documents, result.spread)
    assert result.seen <= SAMPLE_BYTES
    assert abs(result.text - result.stored) < 0.01 * result.stored


def test_recall_is_that_of_the_settings(tmp_path):
    """The recall of bands and of sampled shingles is that of the settings."""
    settings = Settings(similarity=0.5, overlap=100, recall=0.95, k=64)
    result = estimate_of(tmp_path, settings=settings)
    assert bands.plan(0.5, 0.95, 64) == result.plan
    assert 0.95 <= result.recall <= 1
    assert 0.95 == pytest.approx(result.sample_recall, abs=1e-9)
    assert (0, 0, 0.0) == (result.documents, result.disk, result.spread)


def test_workers_take_memory(tmp_path):
    """The estimate includes the memory of the workers."""
    assert FIXED_BYTES + 3 * WORKER_BYTES == estimate_of(tmp_path, workers=3).memory


def test_pages_of_html_take_a_process_more_for_each_worker(tmp_path):
    """The estimate includes the processes that extract pages, one for each worker, if the sample has pages."""
    (tmp_path / "a.html").write_text("<html><body><p>The ferry sails at nine on Monday.</p></body></html>", "utf-8")
    cost = estimate_of(tmp_path, workers=3)
    assert FIXED_BYTES + 3 * (WORKER_BYTES + EXTRACTOR_BYTES) + DOCUMENT_BYTES == cost.memory
    assert 1 == limits.fitting_workers(cost, cost.memory - 2 * WORKER_BYTES)
    assert 2 == limits.fitting_workers(cost, cost.memory - WORKER_BYTES)


def test_a_field_that_is_none_is_an_error(tmp_path):
    """A field that does not exist is an error in an estimate as in a run."""
    with pytest.raises(SettingsError):
        estimate_of(tmp_path, fields={"nonsense": "body"})
