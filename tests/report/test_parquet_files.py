"""A report in Parquet, a file or a folder: it comes back as it was, and each fault is an error with its cure."""

import datetime
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.errors import LibraryMissing, ReadError
from dedup.index_types import IndexedStory
from dedup.parquet_schema import COLUMNS, COMPLETE_FILE, FACTS_FILE, FACTS_KEY, SKIPPED_FOLDER, arrow_schema
from dedup.report.load import is_report, load
from dedup.results import Report
from dedup.types import Look, Member, Note, Skip, Stage, Stats, Story
from tests.helpers.parquet_folders import split_report

Render = Callable[..., bytes]

STATS = Stats(7, 6, 900, 2, (Stage("read", 0.5, 0.25, 10, 20, 30, 40),), (Look(9, 8, 8, 4, 4),))


@pytest.fixture
def whole(report: Report) -> Report:
    """The report with all that a job knows, times in UTC, and the ids of its documents in the order of input."""
    ferry, frost = report.stories
    first, *others = ferry.copies
    first = msgspec.structs.replace(first, published=datetime.datetime(2024, 3, 1, 9, 30, 0, 7, datetime.UTC))
    others = [msgspec.structs.replace(other, home="herald") for other in others]
    ferry = replace(ferry, copies=(first, *others))
    order = "tram.txt", "frost-2.txt", *(member.id for member in ferry.members), "wall.html", "frost-1.txt"
    return replace(report, stories=(ferry, frost), stats=STATS, ids=order, joined_by={others[0].id: "headline"})


@pytest.fixture
def file(whole: Report, tmp_path: Path) -> Path:
    """The file of the report."""
    path = tmp_path / "stories.parquet"
    whole.save(path)
    return path


@pytest.fixture
def folder(file: Path, tmp_path: Path) -> Path:
    """The folder of the report, in two parts."""
    return split_report(file, tmp_path / "stories")


def test_there_and_back(whole: Report, file: Path) -> None:
    """A report that was saved as Parquet is loaded as it was, with measures, times, settings, counts and order."""
    assert is_report(str(file))
    assert whole == load(file)
    assert whole.joined_by == load(file).joined_by


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_a_folder_there_and_back(whole: Report, file: Path, tmp_path: Path, parts: int) -> None:
    """A folder of parts in any order gives the report of the file, the largest story first, with its skipped inputs."""
    folder = split_report(file, tmp_path / "stories", parts)
    assert is_report(str(folder))
    assert whole == load(folder)


def test_without_singletons(report: Report, render: Render, tmp_path: Path) -> None:
    """A report without its singletons has the counts of all documents, and no row of a singleton."""
    path = tmp_path / "stories.parquet"
    path.write_bytes(render(report, "parquet"))
    again = load(path)
    assert (report.documents, (), 1) == (again.documents, again.singletons, again.no_article_count)
    assert 5 == pq.read_metadata(path).num_rows


def test_columns(whole: Report, file: Path) -> None:
    """The file has the columns of the schema, a row a document, and words for the grounds of each row."""
    table = pq.read_table(file)
    assert arrow_schema(COLUMNS) == table.schema
    assert ["text", "text", "headline", "text", "text", "alone", "alone"] == table["decided"].to_pylist()
    assert [2, 3, 4, 6, 1, 0, 5] == table["number"].to_pylist()
    assert [story.id for story in whole.stories for _ in story.members] == table["story"].to_pylist()[:5]
    assert [b"dedup"] == list(table.schema.metadata)


def test_row_groups(tmp_path: Path) -> None:
    """A large report is written as row groups of 65,536 rows."""
    report = Report((), tuple(Member(str(number)) for number in range(70_000)), 70_000)
    report.save(tmp_path / "a.parquet")
    metadata = pq.read_metadata(tmp_path / "a.parquet")
    assert [65_536, 4_464] == [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    assert report.singletons == load(tmp_path / "a.parquet").singletons


def test_empty(tmp_path: Path) -> None:
    """A report without documents is a file without rows."""
    Report((), (), 0).save(tmp_path / "a.parquet")
    assert Report((), (), 0) == load(tmp_path / "a.parquet")
    assert Report((), (), 0) == load(split_report(tmp_path / "a.parquet", tmp_path / "a"))


def test_names_of_an_index(tmp_path: Path) -> None:
    """The names of stories of an index come back, also of a story of one document."""
    stories = IndexedStory(Member("a"), (Member("b", "exact"),), 1.0, "s12"), IndexedStory(Member("c"), (), 1.0, "s3")
    Report(stories, (), 3).save(tmp_path / "a.parquet")
    assert stories == load(tmp_path / "a.parquet").stories


def test_a_lone_surrogate(tmp_path: Path) -> None:
    """An id from a file name that is not UTF-8 is written with an escape, as in JSON Lines."""
    report = Report((), (Member("a\udc80"), Member("é")), 2, inputs=("b\udc80",))
    for name in ("a.parquet", "a.jsonl"):
        report.save(tmp_path / name)
    again, lines = load(tmp_path / "a.parquet"), load(tmp_path / "a.jsonl")
    assert (lines.singletons, lines.inputs) == (again.singletons, again.inputs)
    assert "a\\udc80" == again.singletons[0].id


texts = st.text(st.characters(codec="utf-8"), max_size=5)
times = st.none() | st.datetimes(timezones=st.just(datetime.UTC))
shares = st.floats(0, 1)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Reports of a job: stories, largest first, and other documents in the order of input."""
    ids = draw(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=3), unique=True, max_size=12))
    story = {id: draw(st.integers(0, 4)) for id in ids}
    members: dict[int, list[Member]] = {}
    for id in draw(st.permutations(ids)):
        of_story = members.setdefault(story[id], [])
        words = [draw(texts) for _ in range(6)]
        member = Member(id, "original", 1.0, 1.0, words[0], draw(times), *words[1:])
        if of_story:
            relation = draw(st.sampled_from(("exact", "reprint")))
            member = msgspec.structs.replace(
                member, relation=relation, containment=draw(shares), resemblance=draw(shares)
            )
        of_story.append(member)
    stories = [Story(first, tuple(copies), draw(shares)) for first, *copies in members.values() if copies]
    return Report(
        tuple(sorted(stories, key=lambda story: (-story.size, story.id))),
        tuple(sorted((only for only, *more in members.values() if not more), key=lambda member: ids.index(member.id))),
        len(ids),
        ids=tuple(ids),
        skipped=tuple(Skip(draw(texts), draw(texts), draw(st.none() | st.integers(1, 9))) for _ in range(2)),
        notes=(Note(draw(texts), draw(texts)),),
        settings={"k": draw(st.integers()), "prefer": tuple(draw(st.lists(texts)))},
        seconds=draw(shares),
    )


@given(reports(), st.integers(1, 3))
def test_any_report_comes_back(tmp_path_factory: pytest.TempPathFactory, report: Report, parts: int) -> None:
    """Any report of a job comes back equal, from a file and from a folder."""
    path = tmp_path_factory.mktemp("report")
    report.save(path / "a.parquet")
    assert report == load(path / "a.parquet")
    assert report == load(split_report(path / "a.parquet", path / "a", parts))


def test_times_of_96_bits(file: Path, whole: Report, tmp_path: Path) -> None:
    """Times as engines on the JVM write them, in 96 bits and without a zone, are times in UTC."""
    table = pq.read_table(file)
    pq.write_table(table, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True, store_schema=False)
    # Without the schema of Arrow the facts are lost too, so they are added to another file.
    old = pq.read_table(tmp_path / "a.parquet").replace_schema_metadata(table.schema.metadata)
    assert pa.timestamp("ns") == old.schema.field("published").type
    pq.write_table(old, tmp_path / "b.parquet", use_deprecated_int96_timestamps=True)
    assert whole == load(tmp_path / "b.parquet")


def rewritten(file: Path, change: Callable[[pa.Table], pa.Table]) -> Path:
    """Write a changed table to the file."""
    pq.write_table(change(pq.read_table(file)), file)
    return file


def with_column(name: str, values: list[Any]) -> Callable[[pa.Table], pa.Table]:
    """Return a function that replaces a column."""
    return lambda table: table.set_column(table.schema.get_field_index(name), name, pa.array(values))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda table: table.drop_columns(["relation"]), "has no column 'relation'; a report has id, story, canonical"),
        (lambda table: table.slice(1), "has 6 of 7 rows"),
        (with_column("relation", ["twin"] * 7), "has 'twin' in the column 'relation', which has original, exact"),
        (
            with_column("decided", ["luck"] * 7),
            "has 'luck' in the column 'decided', which has '', text, address, headline, by hand, alone",
        ),
        (with_column("id", ["a"] * 7), "names the document 'a' a second time"),
        (with_column("id", list("abcdefg")), "has no row of 'ledger/ferry.html', the canonical document of a story"),
        (with_column("weakest", ["much"] * 7), "cannot be read as a report: Failed to parse string: 'much'"),
        (with_column("title", [None] * 7), "cannot be read as a report: the column 'title' has a null"),
    ],
)
def test_broken_rows(file: Path, change: Callable[[pa.Table], pa.Table], reason: str) -> None:
    """A file whose columns or rows are not those of a report is refused with the cure."""
    with pytest.raises(ReadError) as error:
        load(rewritten(file, change))
    assert reason in error.value.reason
    assert "write the report again: dedup cluster --format parquet" in error.value.reason


def test_a_file_that_is_no_report(file: Path, tmp_path: Path) -> None:
    """Parquet without the facts of a report is no report, and facts of another schema are refused."""
    rewritten(file, lambda table: table.replace_schema_metadata(None))
    assert not is_report(str(file))
    with pytest.raises(ReadError, match="is Parquet, but no report: its metadata has no key 'dedup'; write the report"):
        load(file)
    facts = {FACTS_KEY: b'{"schema":"dedup.report/2"}'}
    rewritten(file, lambda table: table.replace_schema_metadata(facts))
    assert is_report(str(file))
    with pytest.raises(ReadError, match=r"has facts that cannot be read: Invalid enum value 'dedup.report/2'.*; write"):
        load(file)


def test_a_damaged_file(file: Path) -> None:
    """A file that was cut is no report, and one with a damaged row group is refused."""
    content = file.read_bytes()
    middle = len(content) // 8
    file.write_bytes(content[:middle] + bytes(200) + content[middle + 200 :])
    with pytest.raises(ReadError, match=r"cannot be read as a report: .*; write the report again"):
        load(file)
    for damaged in (content[:-20], b"PAR1", b"PAR1" + b"\xff" * 4 + b"PAR1"):
        file.write_bytes(damaged)
        assert not is_report(str(file))
        with pytest.raises(ReadError, match=r"cannot be read: .*; write the report again"):
            load(file)


def test_a_folder_that_is_no_report(folder: Path, tmp_path: Path) -> None:
    """A folder without the facts is no report. The error says which file is missing."""
    (folder / FACTS_FILE).unlink()
    for path in (folder, tmp_path):
        assert not is_report(str(path))
        with pytest.raises(ReadError, match=r"is a folder without _report.json, so it is no report; give the folder"):
            load(path)


def test_a_folder_that_is_not_complete(folder: Path) -> None:
    """A folder of a job that was cut short, or that lost a part, is refused with the cure."""
    (folder / "part-0.parquet").rename(folder / "_part")
    with pytest.raises(ReadError, match=r"has 4 of 7 rows; copy the folder again, or run the job again"):
        load(folder)
    (folder / COMPLETE_FILE).unlink()
    assert is_report(str(folder))
    with pytest.raises(ReadError, match=r"is not complete, for it has no _SUCCESS: the job was cut short; run the job"):
        load(folder)


def test_a_folder_at_an_address_of_this_machine(folder: Path, whole: Report) -> None:
    """A folder loads by the address that ``--output`` takes for it."""
    assert is_report(f"file://{folder}")
    assert whole == load(f"file://{folder}")


def test_a_folder_without_figures_of_the_job(folder: Path) -> None:
    """An engine that measures nothing writes null; the report has the number of documents alone."""
    facts = json.loads((folder / FACTS_FILE).read_bytes()) | {"stats": None}
    (folder / FACTS_FILE).write_text(json.dumps(facts))
    assert Stats(documents=facts["documents"]) == load(folder).stats


def test_a_folder_without_skipped_inputs(folder: Path, whole: Report) -> None:
    """A folder needs no skipped inputs, and a damaged list of them is refused by name."""
    (skipped,) = (folder / SKIPPED_FOLDER).iterdir()
    skipped.write_bytes(b"PAR1")
    with pytest.raises(ReadError, match=r"_skipped/part-0.parquet: cannot be read"):
        load(folder)
    skipped.unlink()
    (folder / SKIPPED_FOLDER).rmdir()
    assert replace(whole, skipped=()) == load(folder)


def test_without_the_library(whole: Report, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without pyarrow a report is still known as one. Saving and loading it are errors with the cure."""
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    assert is_report(str(file))
    for call in (lambda: load(file), lambda: whole.save(tmp_path / "b.parquet")):
        with pytest.raises(LibraryMissing, match=r"pyarrow is not installed: run pip install 'news-dedup\[parquet\]'"):
            call()
    assert not (tmp_path / "b.parquet").exists()


def test_a_report_of_a_job(tmp_path: Path) -> None:
    """The report of a job comes back equal. A page that is joined by its address alone says so."""
    wire = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. "
    pages = [
        {"id": "page", "text": wire * 3, "url": "https://a.example/ferry"},
        {"id": "item", "text": "The board has voted.", "url": "https://a.example/ferry"},
        {"id": "reprint", "text": f"Menu. {wire * 3}", "url": "https://b.example/ferry"},
        {"id": "tram", "text": "A tram line opens in spring, nine years after the first plan of it was drawn up."},
    ]
    report = dedup.cluster(pages, prefer=("a.example",), workers=1)
    report.save(tmp_path / "a.parquet")
    again = dedup.load(tmp_path / "a.parquet")
    assert (report, {"item": "address"}) == (again, again.joined_by)
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert {"page": "text", "item": "address", "reprint": "text", "tram": "alone"} == {
        row["id"]: row["decided"] for row in rows
    }
