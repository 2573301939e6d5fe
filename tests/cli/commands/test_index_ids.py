"""How an index names documents without an id of their own: by path, by address, by hash, and as older indexes do."""

import json
from pathlib import Path

import pytest
import zstandard

import dedup
from tests.helpers.index_command import json_row, prose, rows_of, run_index

GOLDEN = Path(__file__).parents[2] / "index" / "golden" / "files-3.export.zst"
"""An index of format 3. The release of format 3 has added `FILES` to it as `ADDED`, from the folder that holds it."""

FILES = {
    "news/a.txt": prose(1),
    "news/deep/b.html": f"<html><body><article><p>{prose(2)}</p></article></body></html>",
    "news/rows.jsonl": json_row("row", prose(3)),
    "day1/x.txt": prose(4),
    "day2/x.txt": prose(5),
}
ADDED = (("news",), ("day1", "day2"), ("./day1/",), ("news/a.txt",))
"""The arguments of each `index add`."""

IDS = ["a.txt", "day1/x.txt", "day2/x.txt", "deep/b.html", "news/a.txt", "row", "x.txt"]
"""The ids of the documents, as the release made them."""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `FILES`, which is the working directory."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ids_of(path: str | Path) -> list[str]:
    """The ids of all documents of an index, in order."""
    with dedup.Index.open(path, mode="r") as index:
        return sorted(member.id for story in index.stories() for member in story.members)


@pytest.mark.parametrize("paths", ADDED, ids=" ".join)
def test_an_index_of_format_3_knows_its_files(files: Path, paths: tuple[str, ...]) -> None:
    """Files that are added to an older index as before, and from the same place, are all known."""
    (files / "export").write_bytes(zstandard.decompress(GOLDEN.read_bytes()))
    run_index("import", "export", "news.dedup")
    decisions = rows_of(run_index("add", "news.dedup", *paths))
    assert {True} == {decision["known"] for decision in decisions}
    assert IDS == ids_of("news.dedup")


@pytest.mark.parametrize(
    ("folder", "index", "paths"),
    [
        (".", "news.dedup", ["news"]),
        (".", "./news.dedup/", ["./news//"]),
        (".", "news.dedup", ["news/rows.jsonl", "news/deep", "news/a.txt"]),
        ("news", "../news.dedup", ["."]),
        ("news/deep", "../../news.dedup", ["..", "../../day1/../news/a.txt"]),
        ("news.dedup", ".", ["../news"]),
        ("link", "news.dedup", ["news"]),
        ("/", "{}/news.dedup", ["{}/news"]),
    ],
)
def test_ids_do_not_depend_on_the_working_directory(
    files: Path, monkeypatch: pytest.MonkeyPatch, folder: str, index: str, paths: list[str]
) -> None:
    """A file is known again wherever the command runs, and however its path is typed."""
    run_index("add", "news.dedup", "news")
    expected = ["news/a.txt", "news/deep/b.html", "row"]
    assert expected == ids_of("news.dedup")
    (files / "link").symlink_to(files, target_is_directory=True)
    monkeypatch.chdir(folder)
    decisions = rows_of(run_index("add", index.format(files), *(path.format(files) for path in paths)))
    assert {True} == {decision["known"] for decision in decisions}
    assert set(expected) == {decision["id"] for decision in decisions}
    assert expected == ids_of(files / "news.dedup")


def test_two_files_are_never_one(files: Path) -> None:
    """Files of one name that are added one after the other stay; a file outside has its whole path."""
    (files / "store").mkdir()
    for day in ("day1", "day2"):
        run_index("add", "news.dedup", day)
        run_index("add", "store/news.dedup", day)
    assert ["day1/x.txt", "day2/x.txt"] == ids_of("news.dedup")
    outside = files.resolve()
    assert [f"{outside}/day1/x.txt", f"{outside}/day2/x.txt"] == ids_of("store/news.dedup")


def test_ids_by_address(files: Path) -> None:
    """With --id url, an address names a document; a file without one has its path, and a row without one is a skip."""
    address = "https://a.example/page"
    page = FILES["news/deep/b.html"].replace("<body>", f'<head><link rel="canonical" href="{address}"></head><body>')
    (files / "news/deep/b.html").write_text(page)
    rows = [{"url": "https://a.example/row", "text": prose(6)}, {"text": prose(7)}, {"id": "own", "text": prose(8)}]
    (files / "news/rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = run_index("add", "news.dedup", "news", "--id", "url", code=3)
    assert "Skipped news/rows.jsonl:2: has neither id nor url" in result.stderr
    assert sorted([address, "https://a.example/row", "news/a.txt", "own"]) == ids_of("news.dedup")
    (files / "news/deep/b.html").rename("moved.html")
    assert [True] == [decision["known"] for decision in rows_of(run_index("add", "news.dedup", "moved.html"))]


def test_ids_by_hash(files: Path) -> None:
    """With --id hash, a text is known under each name, and a row needs no id."""
    (files / "news/rows.jsonl").write_text(json.dumps({"text": prose(3)}) + "\n")
    run_index("add", "news.dedup", "news", "--id", "hash")
    before = ids_of("news.dedup")
    assert 3 == len(before)
    (files / "news").rename("moved")
    decisions = rows_of(run_index("add", "news.dedup", "moved", "--id", "hash"))
    assert [True] * 3 == [decision["known"] for decision in decisions]
    assert before == ids_of("news.dedup")


def test_an_index_keeps_its_rule(files: Path) -> None:
    """Another --id than that of the index is refused with both names, and without --id the rule goes on."""
    run_index("add", "news.dedup", "day1", "--id", "hash")
    assert (
        "names documents by hash, not by path" in run_index("add", "news.dedup", "day2", "--id", "path", code=4).stderr
    )
    run_index("add", "news.dedup", "day2")
    assert {32} == {len(id) for id in ids_of("news.dedup")}


@pytest.mark.parametrize(("name", "stdin"), [("empty", None), ("-", ""), ("empty.jsonl", None), ("lost", None)])
def test_no_document_leaves_no_index(files: Path, name: str, stdin: str | None) -> None:
    """Inputs without a document end with 3 and a reason, and make no index; an index that is there stays."""
    (files / "empty").mkdir()
    (files / "empty.jsonl").write_bytes(b"")
    assert f"There is no document in {name}: " in run_index("add", "new.dedup", name, code=3, stdin=stdin).stderr
    assert not (files / "new.dedup").exists()
    run_index("add", "news.dedup", "news")
    for command in ("add", "query"):
        assert "There is no document" in run_index(command, "news.dedup", name, code=3, stdin=stdin).stderr
    assert 3 == len(ids_of("news.dedup"))
