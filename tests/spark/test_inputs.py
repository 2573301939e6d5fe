"""Files at addresses become places, and their documents are those of the same files by their paths."""

import pytest

import dedup
from dedup.formats import read_all
from dedup.settings import Settings
from tests.formats.test_every_way import BODIES, PACK, tarred, zipped

pytestmark = pytest.mark.spark


def documents_of(places):
    """The documents of places by their paths below the folder."""
    documents = read_all(places, on_skip=pytest.fail, on_note=lambda _note: None)
    return sorted((document.id, document.text) for document in documents)


def test_files_at_an_address_give_the_documents_of_files(tmp_path):
    """Plain and packed files below an address are read, hidden ones and those of no format are not."""
    import gzip

    from dedup.engines.spark.inputs import find_places

    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("A text of one file.")
    (tmp_path / "two.txt.gz").write_bytes(gzip.compress(b"A text of a packed file."))
    (tmp_path / "rows.jsonl").write_text('{"id": "r", "text": "A text of a row."}\n')
    (tmp_path / ".hidden.txt").write_text("A text that nobody reads.")
    (tmp_path / "table.xlsx").write_text("A format that nobody reads.")
    notes = []
    places = find_places([f"file://{tmp_path}"], pytest.fail, notes.append)
    local = find_places([str(tmp_path)], pytest.fail, lambda _note: None)
    assert documents_of(local) == documents_of(places)
    assert 3 == len(places)
    assert 1 == len(notes)


def test_an_address_where_nothing_is_is_skipped(tmp_path):
    """A skip names the address."""
    from dedup.engines.spark.inputs import find_places

    skips = []
    assert [] == find_places([f"file://{tmp_path}/none"], skips.append, pytest.fail)
    assert [f"file://{tmp_path}/none"] == [skip.path for skip in skips]


def write_files(folder):
    """Files of many documents and pages, plain, packed, and in archives; damaged files, and files with odd names."""
    for suffix in (".warc", ".jsonl", ".mbox", ".html"):
        data = BODIES[suffix].encode()
        (folder / f"a{suffix}.zip").write_bytes(zipped(f"in{suffix}", data))
        for packing in ("", ".gz", ".zst"):
            (folder / f"a{suffix}{packing}").write_bytes(PACK[packing](data))
            (folder / f"a{suffix}.tar{packing}").write_bytes(PACK[packing](tarred(f"in{suffix}", data)))
    (folder / "cut.jsonl.gz").write_bytes(PACK[".gz"](BODIES[".jsonl"].encode() * 1_000)[:-20])
    (folder / "damaged.tar.gz").write_bytes(PACK[".gz"](b"no archive"))
    for name in ("a b.txt", "100%25.txt", "why?.txt", "#1.txt", "\u00fc.txt", "a+b&c;d=1.txt"):
        (folder / name).write_text(f"The file {name} has an odd name.")


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_job_reads_archives_packed_files_and_crawls_on_its_executors(spark, tmp_path, prefix):
    """From a path and from an address, a job has the documents and the skips that one process has."""
    from dedup.engines.spark.inputs import find_places
    from dedup.engines.spark.job import cluster_files

    inputs = tmp_path / "inputs"
    inputs.mkdir()
    write_files(inputs)
    expected = dedup.cluster(dedup.read(inputs))
    places = find_places([f"{prefix}{inputs}"], pytest.fail, pytest.fail)
    cluster_files(spark, places, str(tmp_path / "stories"), Settings())
    report = dedup.load(tmp_path / "stories")
    paths = {row["id"]: f"{prefix}{row['path']}" for row in expected.to_dicts()}
    assert paths == {row["id"]: row["path"] for row in report.to_dicts()}
    assert {story.id: story.size for story in expected} == {story.id: story.size for story in report}
    skips = [(f"{prefix}{skip.path}", skip.line, skip.count) for skip in expected.skipped]
    assert sorted(skips) == sorted((skip.path, skip.line, skip.count) for skip in report.skipped)
    assert 2 == len(skips)
