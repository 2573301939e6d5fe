"""What a job will cost is told from a sample: exactly of what is small, and honestly of what is large."""

import gzip
import json
import random

import pytest

from dedup import Settings
from dedup.core.sketch import bands
from dedup.engines.estimate import DOCUMENT_BYTES, FIXED_BYTES, WORKER_BYTES, estimate
from dedup.errors import SettingsError
from dedup.formats import discover
from dedup.formats.sample import SAMPLE_BYTES


def found(path, workers=1, settings=None, fields=None):
    """The estimate for what is there."""
    places = discover(path, on_skip=print, on_note=print)
    return estimate(places, fields or {}, settings or Settings(), workers)


def feed(count, seed=1):
    """JSON Lines of texts of very different lengths."""
    chosen = random.Random(seed)
    words = [f"{chosen.choice('bcdfglmn')}a{number}" for number in range(500)]
    rows = ({"body": " ".join(chosen.choices(words, k=chosen.randrange(20, 700)))} for _ in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_what_is_small_is_counted(tmp_path):
    """Of a small folder documents and text are those that there are, whatever cannot be read."""
    (tmp_path / "a.jsonl").write_text('{"text": "A ferry sails."}\nnonsense\n{"text": "A tram runs."}\n')
    (tmp_path / "b.txt").write_text("Ünder way.")
    told = found(tmp_path)
    assert (2, 3, 0.0, 14 + 12 + 11) == (told.places, told.documents, told.spread, told.text)
    assert told.stored == told.seen == sum(each.stat().st_size for each in tmp_path.iterdir())
    assert told.memory == FIXED_BYTES + 3 * DOCUMENT_BYTES
    assert 0 < told.disk <= told.most_disk + 8


def test_what_is_large_is_estimated(tmp_path):
    """The number of documents in a large feed is within what is given or taken, and the text nearly right."""
    rows = feed(6_000)
    (tmp_path / "a.jsonl").write_bytes(rows)
    told = found(tmp_path, fields={"text": "body"})
    assert told.seen <= SAMPLE_BYTES < told.stored == len(rows)
    assert 0 < told.spread < 0.2
    assert abs(told.documents - 6_000) <= 1.5 * told.spread * told.documents
    text = sum(len(json.loads(row)["body"]) for row in rows.splitlines())
    assert abs(told.text - text) < 0.05 * text
    assert told.disk < told.most_disk


def test_of_a_packed_feed_the_beginning_stands_for_all(tmp_path):
    """Of a packed feed there is a number too, with a word that nobody knows how good it is."""
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(feed(6_000)))
    told = found(tmp_path, fields={"text": "body"})
    assert told.spread is None
    assert abs(told.documents - 6_000) < 600


def test_files_are_counted_and_not_opened(tmp_path):
    """Every file of text is a document; only as many are read as a sample has bytes."""
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text(f"word{number} " * 20_000)
    told = found(tmp_path)
    assert (40, 0.0) == (told.documents, told.spread)
    assert told.seen <= SAMPLE_BYTES
    assert abs(told.text - told.stored) < 0.01 * told.stored


def test_lanes_are_those_of_the_settings(tmp_path):
    """Bands and kept shingles keep what the settings ask for."""
    settings = Settings(similarity=0.5, overlap=100, recall=0.95, k=64)
    told = found(tmp_path, settings=settings)
    assert bands.plan(0.5, 0.95, 64) == told.plan
    assert 0.95 <= told.recall <= 1
    assert 0.95 == pytest.approx(told.kept_recall, abs=1e-9)
    assert (0, 0, 0.0) == (told.documents, told.disk, told.spread)


def test_workers_take_memory(tmp_path):
    """Processes beside this one are counted."""
    assert FIXED_BYTES + 3 * WORKER_BYTES == found(tmp_path, workers=3).memory


def test_a_field_that_is_none_is_an_error(tmp_path):
    """A dry run does not let pass what a run would not."""
    with pytest.raises(SettingsError):
        found(tmp_path, fields={"nonsense": "body"})
