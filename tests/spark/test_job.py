"""A whole job on Spark gives the report of the local engine."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from synthetic.articles import articles, pieces

import dedup
from dedup.cli import main
from dedup.errors import SettingsError, WorkError
from dedup.formats import discover
from dedup.parquet_schema import COLUMNS, arrow_schema
from dedup.settings import Settings
from tests.helpers import plan_pages, scans
from tests.helpers.feed_items import write_set

pytestmark = pytest.mark.spark

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "pages"


def places_of(*paths):
    """The places of files."""
    return discover(list(map(str, paths)), on_skip=pytest.fail, on_note=lambda _note: None)


def run(spark, folder, *paths, settings=None, **options):
    """A job on files."""
    from dedup.engines.spark.job import cluster_files

    return cluster_files(spark, places_of(*paths), str(folder), settings or Settings(), **options)


def rows_of(report) -> dict[str, dict]:
    """The rows of a report by id."""
    return {row["id"]: {name: value for name, value in row.items() if name != "path"} for row in report.to_dicts()}


@pytest.fixture(scope="module")
def local():
    """The report of the local engine on the corpus."""
    return dedup.cluster(dedup.read(CORPUS), related=True)


@pytest.fixture(scope="module")
def finished(spark, tmp_path_factory):
    """The folder of a job on the corpus whose driver may take no edges, its result, and the rows it took."""
    from pyspark import RDD

    from dedup.engines.spark import driver

    folder = tmp_path_factory.mktemp("corpus") / "stories"
    rows: list[int] = []

    def counting(take: Any, size: Any) -> Any:
        def counted(*arguments: Any) -> Any:
            taken = list(take(*arguments))
            rows.append(sum(map(size, taken)))
            return taken

        return counted

    with pytest.MonkeyPatch.context() as patch:
        for kind in (type(spark.range(1)), RDD):
            patch.setattr(kind, "collect", counting(kind.collect, lambda _row: 1))
        patch.setattr(driver, "read_packets", counting(driver.read_packets, lambda packet: packet.rows))
        result = run(spark, folder, CORPUS, settings=Settings(related=True), driver_edges=0)
    return folder, result, rows


def test_the_stories_are_those_of_the_local_engine(finished, local):
    """Each document has the story, the relation and the measures that the local engine gives it."""
    report = dedup.load(finished[0])
    assert rows_of(local) == rows_of(report)
    assert [story.weakest for story in local] == pytest.approx([story.weakest for story in report])


def test_times_and_facts_are_those_of_the_schema(finished):
    """A time has its zone in the files, as in a report of the local engine. Figures that nobody measured are null."""
    (part, *_) = finished[0].glob("*.parquet")
    assert arrow_schema(COLUMNS).field("published").type == pq.read_schema(part).field("published").type
    assert json.loads((finished[0] / "_report.json").read_text())["stats"] is None


def test_no_edge_reaches_a_driver_that_may_take_none(finished):
    """All rows that reach the driver come through its door: counts, checksums, bounds, notes and coverage."""
    _, result, rows = finished
    assert "edges" not in result.received
    assert sum(rows) <= sum(result.received.values())
    assert set(result.received) <= {"counts", "checksums", "bounds", "notes", "coverage"}


def test_the_coverage_is_that_of_the_local_engine(finished, local):
    """The folder is read with the coverage and the rewrites that the local engine finds."""
    assert local.coverage
    assert local.coverage == dedup.load(finished[0]).coverage


def test_generated_articles_have_the_stories_of_the_local_engine(spark, tmp_path):
    """Twenty thousand articles in one session: the same stories, relations, measures and coverage."""
    count = 20_000
    rows = [
        {"id": page.id, "text": page.text(0), "source": page.source}
        for piece in range(pieces(count))
        for page in articles(count, piece, 0)
    ]
    feed = tmp_path / "feed.jsonl"
    feed.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    run(spark, tmp_path / "stories", feed, settings=Settings(related=True))
    local, report = dedup.cluster(dedup.read(feed), related=True), dedup.load(tmp_path / "stories")
    assert rows_of(local) == rows_of(report)
    assert local.coverage == report.coverage


def test_the_stages_are_gone_in_the_end(finished):
    """A folder of a finished job has the report and its facts, and no stage."""
    names = {path.name for path in finished[0].iterdir() if path.name.startswith("_")}
    assert {"_SUCCESS", "_report.json", "_run.json"} == names


def write_pages(path, count=120, crowd=0):
    """Pages of all kinds as JSON Lines, and near copies of one text."""
    pages = [*plan_pages.pages(4, count), *plan_pages.crowd(crowd)]
    rows = [
        page | {"id": f"p{number}", "published": str(page.get("published", ""))} for number, page in enumerate(pages)
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def test_a_run_that_failed_goes_on_from_its_complete_stages(spark, tmp_path, monkeypatch):
    """After errors in stages that see the whole, the same call computes what is missing, and nothing twice.

    Rulings hold as on one machine, and the notes are the same.
    """
    from dedup.engines.spark.operators import SparkOperators

    feed, folder = write_pages(tmp_path / "feed.jsonl", crowd=1_200), tmp_path / "stories"
    blocks = dedup.boilerplate(dedup.read(feed)).blocks
    rulings = [replace(block, chrome=not block.chrome) for block in blocks[::2]]
    rulings += [dedup.Ruling(blocks[0].block, True), dedup.Ruling("no such block", True)]
    settings = Settings(prefer=("nobody",))
    failing = ["numbers", "sites", "late bands", "components", "stories"]
    computed = []
    compute = SparkOperators._compute

    def compute_or_fail(self, stage, *arguments):
        if stage.name in failing:
            failing.remove(stage.name)
            raise WorkError(f"stage {stage.name}, part 0: KilledError: here")
        computed.append(stage.name)
        return compute(self, stage, *arguments)

    monkeypatch.setattr(SparkOperators, "_compute", compute_or_fail)
    for name in tuple(failing):
        with pytest.raises(WorkError, match=f"^stage {name}, part 0: KilledError: here$"):
            run(spark, folder, feed, settings=settings, rulings=rulings)
    with pytest.raises(SettingsError, match=r"has k 128, prefer .*'nobody'.*, and this one has k 64, prefer \(\): "):
        run(spark, folder, feed, settings=Settings(k=64), rulings=rulings)
    with pytest.raises(SettingsError, match=r"has overrides [1-9].*, and this one has overrides 0 "):
        run(spark, folder, feed, settings=settings)
    lines: list[str] = []
    run(spark, folder, feed, settings=settings, rulings=rulings, on_progress=lines.append)
    assert re.fullmatch(r"\d+ stages are complete from the run before; going on with stories", lines[0])
    assert re.fullmatch(r"stage (\d+) of \1, report: \d+ s", lines[-1])
    once = {"numbers", "texts", "sites", "late bands", "pairs", "components", "stories"}
    assert once == {name for name in computed if name in once and computed.count(name) == 1}
    expected, report = dedup.cluster(dedup.read(feed), settings, boilerplate=rulings), dedup.load(folder)
    assert rows_of(expected) == rows_of(report)
    assert expected.joined_by == report.joined_by
    assert [note.reason for note in expected.notes] == [note.reason for note in report.notes]


def test_many_parts_give_the_stories_of_one(spark, tmp_path):
    """Tables in four parts, with components by stars, give the report of the local engine, also on items of feeds."""
    feed = write_pages(tmp_path / "feed.jsonl", 200)
    write_set(tmp_path)
    with feed.open("a") as lines:
        lines.write((tmp_path / "docs.jsonl").read_text("utf-8"))
    result = run(spark, tmp_path / "stories", feed, parts=4, driver_edges=0)
    expected, report = dedup.cluster(dedup.read(feed)), dedup.load(tmp_path / "stories")
    assert rows_of(expected) == rows_of(report)
    assert expected.joined_by == report.joined_by
    assert {"address", "headline"} == {*report.joined_by.values()}
    assert "edges" not in result.received


def test_the_command_writes_a_folder_that_other_commands_read(spark, tmp_path, monkeypatch):
    """``dedup cluster --engine spark`` exits with 3 for a skipped line; its folder loads, is scored and applied.

    An id that comes twice gets the number that it gets on one machine, also in ``dedup apply``.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(type(spark), "stop", lambda _session: None)
    texts = [" ".join(f"word{number} of report {kind}" for number in range(60)) for kind in "abac"]
    lines = [json.dumps({"id": id, "text": text}) for id, text in zip(("x", "x", "x#2", "z"), texts, strict=True)]
    Path("feed.jsonl").write_text("\n".join([*lines, "{broken"]))
    labels = [json.dumps({"id": id, "cluster": id}) for id in ("x", "x#3", "z")]
    labels.append(json.dumps({"id": "x#2", "cluster": "x"}))
    Path("truth.jsonl").write_text("\n".join(labels))

    def dedup_command(*arguments):
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    command = dedup_command("cluster", "--engine", "spark", "--master", "local[2]", "feed.jsonl", "--output", "stories")
    assert 3 == command.exit_code, command.output
    assert "4 documents are 3 articles: 1 copy in 1 story, 2 alone.\n1 skipped, in " in command.stderr
    report = dedup.load("stories")
    assert "Skipped 1 input:" in command.stderr
    assert "feed.jsonl:5: " in command.stderr
    assert [(5, "feed.jsonl")] == [(skip.line, Path(skip.path).name) for skip in report.skipped]
    assert {"x": "x", "x#2": "x", "x#3": "x#3", "z": "z"} == {row["id"]: row["story"] for row in report.to_dicts()}
    evaluated = dedup_command("eval", "stories", "--truth", "truth.jsonl", "--min-f1", "1")
    assert 3 == evaluated.exit_code, evaluated.output  # a line was skipped; an F1 below 1 would be 1
    applied = dedup_command("apply", "stories", "feed.jsonl", "--rows-to", "kept.jsonl", "--dry-run")
    assert "feed.jsonl: 3 of 4 documents stay" in applied.output, applied.output


def test_a_frame_gives_the_stories_of_its_rows(spark, tmp_path):
    """Rows of a frame under other names of columns become a frame of the report. The session stays as it is.

    A row without an id is skipped, because the place of a row of a frame is no name.
    """
    from dedup.engines.spark import cluster

    text = " ".join(f"word{number} of a long report on the harbour" for number in range(40))
    rows = [
        ("a", text, "Wire", None),
        ("b", text, "Daily", None),
        ("c", "Something else entirely happened here.", "", "x"),
        (None, text, "", "x"),
    ]
    frame = spark.createDataFrame(rows, "id string, body string, source string, other string")
    before = dict(spark.conf.getAll)
    result = cluster(frame, folder=str(tmp_path / "stories"), fields={"text": "body"})
    stories = {row["id"]: row["story"] for row in result.collect()}
    assert stories["a"] == stories["b"] != stories["c"]
    assert before == dict(spark.conf.getAll)
    (skip,) = dedup.load(tmp_path / "stories").skipped
    assert "has no id; give each row its own, for the place of a row changes" == skip.reason


def test_skipped_lines_and_notes_are_those_of_the_local_engine(spark, tmp_path):
    """A row that cannot be read is a row of the folder of skipped inputs, with its line."""
    lines = [json.dumps({"id": "a", "body": "A sentence of several words that stands alone."}), "{broken", ""]
    (tmp_path / "feed.jsonl").write_text("\n".join(lines))
    result = run(spark, tmp_path / "stories", tmp_path / "feed.jsonl")
    expected = dedup.cluster(dedup.read(tmp_path / "feed.jsonl"))
    report = dedup.load(tmp_path / "stories")
    assert 1 == result.skipped
    assert [(skip.line, skip.reason) for skip in expected.skipped] == [
        (skip.line, skip.reason) for skip in report.skipped
    ]
    assert [note.reason for note in expected.notes] == [note.reason for note in report.notes]


def test_misprints_are_read_as_on_one_machine(spark, tmp_path):
    """Articles and their scans are in the stories of the local engine, and the note is the same."""
    texts = [scans.article(number) for number in range(9)]
    texts += [scans.scanned(text, number) for number, text in enumerate(texts)]
    feed, settings = tmp_path / "feed.jsonl", Settings(scanned=True)
    feed.write_text("".join(f"{json.dumps({'id': f'd{number}', 'text': text})}\n" for number, text in enumerate(texts)))
    result = run(spark, tmp_path / "stories", feed, settings=settings)
    expected = dedup.cluster(dedup.read(feed), settings)
    assert 9 == len(expected.stories)
    assert rows_of(expected) == rows_of(dedup.load(tmp_path / "stories"))
    assert [note.reason for note in expected.notes] == [note.reason for note in result.facts.notes]
