"""A report does the next step: its stories, its rows, its tables, and its file."""

import datetime
import sys
from pathlib import Path

import pandas
import polars
import pyarrow
import pytest

import dedup
from dedup.index_types import IndexedStory
from dedup.results import Report
from dedup.types import Member, Skip, Story

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

REPORT = Report(
    stories=(
        Story(Member("7", title="", published=NOON), (Member("9", "exact", title="A <b>ferry</b>"),), 0.9),
        Story(Member("a"), (Member("b", "excerpt", 0.5, 0.25),), 0.3),
    ),
    singletons=(Member("c", no_article="a notice"),),
    documents=5,
    skipped=(Skip("d", "is empty"),),
    caller_ids={"7": 7, "9": 9},
)

COLUMNS = [
    *("id", "story", "canonical", "relation", "containment", "resemblance", "source", "published", "title", "path"),
    *("credit", "no_article", "keep"),
]


def test_a_report_is_a_collection_of_stories():
    """``len`` counts the stories, and a loop goes over them."""
    assert (2, list(REPORT.stories)) == (len(REPORT), list(REPORT))


def test_repr_is_one_line_of_counts():
    """The representation of a report and of a story has counts, and not all members."""
    assert "Report(documents=5, stories=2, copies=2, skipped=1)" == repr(REPORT)
    assert "Story(id='7', copies=1, weakest=0.9)" == repr(REPORT.stories[0])
    sources = (dedup.Source("wire", 3, (dedup.Block("Menu", True),)),)
    assert "Boilerplate(documents=5, sources=1, blocks=1)" == repr(dedup.Boilerplate(sources, 5))
    assert "Source(name='wire', pages=3, blocks=1)" == repr(sources[0])
    assert "IndexedStory(id='a', copies=0, weakest=1)" == repr(IndexedStory(Member("a"), story="s1"))


def test_a_notebook_shows_escaped_text():
    """The table for a notebook has the largest stories, and no markup of a page."""
    html = REPORT._repr_html_()
    assert "A &lt;b&gt;ferry&lt;/b&gt;" in html and "<b>" not in html
    many = Report(REPORT.stories * 20, (), 80)
    assert (11, True) == (many._repr_html_().count("<tr>"), "30 more stories" in many._repr_html_())


def test_story_of():
    """Each listed document has its story, under its id as the caller has it."""
    assert [REPORT.stories[0]] * 2 == [REPORT.story_of(7), REPORT.story_of(9)]
    assert Story(REPORT.singletons[0]) == REPORT.story_of("c")
    with pytest.raises(dedup.InputError, match="lists no document with the id '7'"):
        REPORT.story_of("7")


def test_weakest():
    """The stories with the lowest similarity come first, and as many as were asked for."""
    first, second = REPORT.stories
    assert ([second, first], [second], []) == (REPORT.weakest(), REPORT.weakest(1), REPORT.weakest(0))


def test_title_and_sources_of_a_story():
    """A story has the title of any member, and one source for each name or folder of its members."""
    assert "A <b>ferry</b>" == REPORT.stories[0].title
    members = Member("a", path="in/globe/a.txt"), Member("b", source="www.Globe"), Member("c", home="wire", path="x/c")
    assert {"globe", "wire"} == Story(members[0], members[1:]).sources


def test_rows():
    """A row a document: the members of the stories, then the singletons, with ids as the caller has them."""
    rows = REPORT.to_dicts()
    assert [COLUMNS] * 5 == [list(row) for row in rows]
    assert [
        (7, 7, 7, True),
        (9, 7, 7, False),
        ("a", "a", "a", True),
        ("b", "a", "a", False),
        ("c", "c", "c", True),
    ] == [(row["id"], row["story"], row["canonical"], row["keep"]) for row in rows]
    assert REPORT.keep_ids() == [row["id"] for row in rows if row["keep"]]
    assert REPORT.drop_ids() == [row["id"] for row in rows if not row["keep"]]


def test_rows_of_an_index_have_the_names_of_stories():
    """``story`` is the name in the index, and ``canonical`` the id of the document that leads."""
    (row,) = Report((IndexedStory(Member("a"), story="s12"),), (), 1).to_dicts()
    assert ("s12", "a") == (row["story"], row["canonical"])


def test_tables():
    """Each library gets the rows with a type a column, also of a report without documents."""
    arrow, frame, polars_frame = REPORT.to_arrow(), REPORT.to_pandas(), REPORT.to_polars()
    assert [COLUMNS] * 3 == [arrow.column_names, list(frame.columns), polars_frame.columns]
    assert [7, 9, "a", "b", "c"] == frame["id"].tolist()
    assert [["7", "9", "a", "b", "c"]] * 2 == [arrow["id"].to_pylist(), polars_frame["id"].to_list()]
    assert [NOON] * 3 == [arrow["published"][0].as_py(), frame["published"][0], polars_frame["published"][0]]
    assert frame["published"].isna().tolist() == [False, True, True, True, True]
    numbers = Report((Story(Member("7"), (Member("9", "exact"),)),), (), 2, caller_ids={"7": 7, "9": 9})
    assert (pyarrow.int64(), "int64", polars.Int64) == (
        numbers.to_arrow()["id"].type,
        numbers.to_pandas()["id"].dtype.name,
        numbers.to_polars()["id"].dtype,
    )
    empty = Report((), (), 0)
    assert empty.to_arrow().schema == Report((), (Member("a"),), 1).to_arrow().schema
    assert [COLUMNS] * 2 == [list(empty.to_pandas().columns), empty.to_polars().columns]
    assert isinstance(empty.to_pandas(), pandas.DataFrame)


@pytest.mark.parametrize("name", ["pyarrow", "pandas", "polars"])
def test_a_missing_library_is_named_with_its_command(monkeypatch, name):
    """Without a library, the error names the command that installs it, and is an ImportError."""
    monkeypatch.setitem(sys.modules, name, None)
    method = {"pyarrow": REPORT.to_arrow, "pandas": REPORT.to_pandas, "polars": REPORT.to_polars}[name]
    with pytest.raises(dedup.LibraryMissing, match=f"run pip install {name}") as caught:
        method()
    assert isinstance(caught.value, ImportError)


@pytest.mark.parametrize("name", ["stories.jsonl", "stories.json"])
def test_save_and_load(tmp_path: Path, name: str):
    """A saved report comes back with stories, singletons, skips and counts, and its file replaces an older one."""
    (tmp_path / name).write_text("old")
    REPORT.save(tmp_path / name)
    again = dedup.load(tmp_path / name)
    assert (REPORT.stories, REPORT.singletons, REPORT.skipped) == (again.stories, again.singletons, again.skipped)
    assert (repr(REPORT), 1) == (repr(again), again.no_article_count)
    assert [name] == [path.name for path in tmp_path.iterdir()]


def test_save_in_other_formats(tmp_path: Path):
    """The suffix selects the format, and an unknown suffix is an error that names the known ones."""
    for name in ("a.csv", "a.txt"):
        REPORT.save(str(tmp_path / name))
        assert b"ferry" in (tmp_path / name).read_bytes()
    with pytest.raises(dedup.SettingsError, match=r"no report has the suffix '.xml'; give .jsonl"):
        REPORT.save(tmp_path / "a.xml")


def test_load_of_no_report(tmp_path: Path):
    """A file that is no report is an error with the path and the cure."""
    (tmp_path / "feed.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(dedup.ReadError, match=r"feed.jsonl.*does not begin with the header .* --format jsonl"):
        dedup.load(tmp_path / "feed.jsonl")
    with pytest.raises(dedup.ReadError, match="cannot be read"):
        dedup.load(tmp_path / "lost.jsonl")
